//! What clients must speak.

/// Which TLS a load balancer speaks with clients.
///
/// Source: "Security policies for your Application Load Balancer", Elastic Load Balancing User
/// Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsPolicy {
    /// TLS 1.3, and 1.2 with forward secrecy and authenticated encryption.
    #[default]
    Tls13And12,
    /// TLS 1.3 alone.
    Tls13,
}

impl TlsPolicy {
    /// Elastic Load Balancing's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls13And12 => "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            Self::Tls13 => "ELBSecurityPolicy-TLS13-1-3-2021-06",
        }
    }
}
