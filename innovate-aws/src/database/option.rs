//! The choices that a cluster takes.

/// How much CloudWatch Database Insights shows, and for how long it is kept.
///
/// Source: "CloudWatch Database Insights", Amazon CloudWatch User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insights {
    /// Nothing. They take memory, which a serverless cluster below 2 ACU has too little of.
    Off,
    /// The load by wait and statement, for 7 days.
    Standard,
    /// Also plans, locks and the fleet, for 15 months. AWS charges for each ACU and hour.
    Advanced,
}

/// How often enhanced monitoring looks at the operating system.
///
/// Source: "Monitoring OS metrics with Enhanced Monitoring", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnhancedMonitoring {
    /// Not at all.
    Off,
    /// Every second.
    EverySecond,
    /// Every 5 seconds.
    EveryFiveSeconds,
    /// Every 10 seconds.
    EveryTenSeconds,
    /// Every 15 seconds.
    EveryFifteenSeconds,
    /// Every 30 seconds.
    EveryThirtySeconds,
    /// Every minute.
    #[default]
    EveryMinute,
}

impl EnhancedMonitoring {
    pub(super) const fn seconds(self) -> Option<u8> {
        match self {
            Self::Off => None,
            Self::EverySecond => Some(1),
            Self::EveryFiveSeconds => Some(5),
            Self::EveryTenSeconds => Some(10),
            Self::EveryFifteenSeconds => Some(15),
            Self::EveryThirtySeconds => Some(30),
            Self::EveryMinute => Some(60),
        }
    }
}

/// How Aurora charges for storage.
///
/// Source: "Storage configurations for Amazon Aurora DB clusters", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// By space and by every read and write.
    #[default]
    Standard,
    /// By space alone, at a higher price: cheaper where reads and writes are more than a quarter of
    /// the bill.
    IoOptimized,
}

impl Storage {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Standard => "aurora",
            Self::IoOptimized => "aurora-iopt1",
        }
    }
}

/// Who signs the certificate that the cluster shows its clients.
///
/// Source: "Using SSL/TLS to encrypt a connection to a DB cluster", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaCertificate {
    /// `rds-ca-rsa2048-g1`: what every client can verify.
    #[default]
    Rsa2048,
    /// `rds-ca-rsa4096-g1`.
    Rsa4096,
    /// `rds-ca-ecc384-g1`: the quickest handshake.
    Ecc384,
}

impl CaCertificate {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rsa2048 => "rds-ca-rsa2048-g1",
            Self::Rsa4096 => "rds-ca-rsa4096-g1",
            Self::Ecc384 => "rds-ca-ecc384-g1",
        }
    }
}

/// Whether a cluster refuses to be deleted until that is turned off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeletionProtection {
    /// In production.
    #[default]
    InProduction,
    /// In every stage.
    Always,
}
