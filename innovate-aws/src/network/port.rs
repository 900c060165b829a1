//! Ports that a connection is made to.

use std::fmt;

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// The name that security groups use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }

    /// The number that network ACLs use. Source: "Protocol Numbers", IANA.
    pub const fn number(self) -> u8 {
        match self {
            Self::Tcp => 6,
            Self::Udp => 17,
        }
    }
}

/// A port, or a range of them, of one protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    protocol: Protocol,
    from: u16,
    to: u16,
}

impl Port {
    /// 443: HTTPS.
    pub const HTTPS: Self = Self::tcp(443);
    /// 80: HTTP, for what redirects to HTTPS.
    pub const HTTP: Self = Self::tcp(80);
    /// 5432: PostgreSQL.
    pub const POSTGRES: Self = Self::tcp(5432);
    /// 3306: MySQL.
    pub const MYSQL: Self = Self::tcp(3306);
    /// 6379: Redis and Valkey.
    pub const REDIS: Self = Self::tcp(6379);
    /// 10250: the kubelet.
    pub const KUBELET: Self = Self::tcp(10250);

    /// A TCP port.
    pub const fn tcp(port: u16) -> Self {
        Self { protocol: Protocol::Tcp, from: port, to: port }
    }

    /// A UDP port.
    pub const fn udp(port: u16) -> Self {
        Self { protocol: Protocol::Udp, from: port, to: port }
    }

    /// The ports of a protocol from one to another, whichever is lower.
    pub const fn range(protocol: Protocol, one: u16, other: u16) -> Self {
        let (from, to) = if one <= other { (one, other) } else { (other, one) };
        Self { protocol, from, to }
    }

    /// The protocol.
    pub const fn protocol(self) -> Protocol {
        self.protocol
    }

    /// The lowest port.
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The highest port.
    pub const fn to(self) -> u16 {
        self.to
    }
}

impl fmt::Display for Port {
    /// As in `TCP 5432` or `TCP 8000-8100`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
        };
        if self.from == self.to {
            write!(f, "{protocol} {}", self.from)
        } else {
            write!(f, "{protocol} {}-{}", self.from, self.to)
        }
    }
}
