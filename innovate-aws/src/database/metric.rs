//! What Aurora measures.

/// A metric of an Aurora cluster, over all of its instances.
///
/// Source: "Amazon CloudWatch metrics for Amazon Aurora", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuroraMetric {
    /// How much of the maximum capacity is used, in percent. Above 90, raise the maximum.
    AcuUtilization,
    /// How long a commit takes, in milliseconds.
    CommitLatency,
    /// How busy the processors are, in percent of the maximum capacity.
    CpuUtilization,
    /// How many clients are connected.
    DatabaseConnections,
    /// How many deadlocks there were a second.
    Deadlocks,
    /// How much memory is left, in bytes.
    FreeableMemory,
    /// How old the oldest transaction id is that isn't frozen. Above a billion, vacuum falls behind;
    /// at two, PostgreSQL stops.
    MaximumUsedTransactionIds,
    /// How far the readers are behind the writer, in milliseconds.
    AuroraReplicaLag,
    /// The capacity at the moment, in ACU.
    ServerlessDatabaseCapacity,
}

impl AuroraMetric {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::AcuUtilization => "ACUUtilization",
            Self::CommitLatency => "CommitLatency",
            Self::CpuUtilization => "CPUUtilization",
            Self::DatabaseConnections => "DatabaseConnections",
            Self::Deadlocks => "Deadlocks",
            Self::FreeableMemory => "FreeableMemory",
            Self::MaximumUsedTransactionIds => "MaximumUsedTransactionIDs",
            Self::AuroraReplicaLag => "AuroraReplicaLag",
            Self::ServerlessDatabaseCapacity => "ServerlessDatabaseCapacity",
        }
    }
}
