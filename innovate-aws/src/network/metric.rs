//! What NAT gateways measure.

use crate::observability::Unit;

/// A metric of the NAT gateways of a network.
///
/// Source: "NAT gateway metrics and dimensions", Amazon VPC User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NatMetric {
    /// How many TCP connections are open.
    ActiveConnections,
    /// How many bytes came from the network.
    BytesFromSource,
    /// How many bytes came back from the internet.
    BytesFromDestination,
    /// How often no source port was left for a connection.
    PortAllocationErrors,
    /// How many packets were dropped.
    PacketsDropped,
    /// The most bytes of a second.
    PeakBytesPerSecond,
}

impl NatMetric {
    pub(super) const NAMESPACE: &str = "AWS/NATGateway";

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ActiveConnections => "ActiveConnectionCount",
            Self::BytesFromSource => "BytesInFromSource",
            Self::BytesFromDestination => "BytesInFromDestination",
            Self::PortAllocationErrors => "ErrorPortAllocation",
            Self::PacketsDropped => "PacketsDropCount",
            Self::PeakBytesPerSecond => "PeakBytesPerSecond",
        }
    }

    pub(super) const fn unit(self) -> Unit {
        match self {
            Self::ActiveConnections | Self::PortAllocationErrors | Self::PacketsDropped => {
                Unit::Count
            }
            Self::BytesFromSource | Self::BytesFromDestination => Unit::Bytes,
            Self::PeakBytesPerSecond => Unit::BytesPerSecond,
        }
    }
}
