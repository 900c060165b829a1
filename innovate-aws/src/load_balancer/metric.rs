//! What Elastic Load Balancing measures.

use crate::observability::Unit;

/// A metric of a load balancer, over all of its target groups.
///
/// Source: "CloudWatch metrics for your Application Load Balancer", Elastic Load Balancing User
/// Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadBalancerMetric {
    /// How many connections are open, to clients and to targets.
    ActiveConnections,
    /// How many TLS handshakes with clients failed.
    ClientTlsNegotiationErrors,
    /// How much of what is paid for is used, in load balancer capacity units.
    ConsumedCapacityUnits,
    /// How many answers with a code from 500 the load balancer gave by itself: targets were missing,
    /// slow or closed the connection.
    ElbServerErrors,
    /// How many connections were refused since the load balancer could open no more.
    RejectedConnections,
    /// How many requests came.
    Requests,
    /// How many answers with a code from 500 targets gave.
    TargetServerErrors,
    /// How long targets took to begin their answer, in seconds.
    TargetResponseTime,
}

impl LoadBalancerMetric {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ActiveConnections => "ActiveConnectionCount",
            Self::ClientTlsNegotiationErrors => "ClientTLSNegotiationErrorCount",
            Self::ConsumedCapacityUnits => "ConsumedLCUs",
            Self::ElbServerErrors => "HTTPCode_ELB_5XX_Count",
            Self::RejectedConnections => "RejectedConnectionCount",
            Self::Requests => "RequestCount",
            Self::TargetServerErrors => "HTTPCode_Target_5XX_Count",
            Self::TargetResponseTime => "TargetResponseTime",
        }
    }

    pub(super) const fn unit(self) -> Unit {
        match self {
            Self::TargetResponseTime => Unit::Seconds,
            _ => Unit::Count,
        }
    }
}

/// A metric of one target group.
///
/// Source: "CloudWatch metrics for your Application Load Balancer", Elastic Load Balancing User
/// Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetGroupMetric {
    /// How many answers with a code from 400 to 499 targets gave.
    ClientErrors,
    /// How many connections to targets could not be opened.
    ConnectionErrors,
    /// How many targets are healthy.
    HealthyHosts,
    /// How many requests each target gets on average.
    RequestsPerTarget,
    /// How long targets took to begin their answer, in seconds.
    ResponseTime,
    /// How many answers with a code from 500 targets gave.
    ServerErrors,
    /// How many TLS handshakes with targets failed.
    TlsNegotiationErrors,
    /// How many targets are unhealthy.
    UnhealthyHosts,
}

impl TargetGroupMetric {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ClientErrors => "HTTPCode_Target_4XX_Count",
            Self::ConnectionErrors => "TargetConnectionErrorCount",
            Self::HealthyHosts => "HealthyHostCount",
            Self::RequestsPerTarget => "RequestCountPerTarget",
            Self::ResponseTime => "TargetResponseTime",
            Self::ServerErrors => "HTTPCode_Target_5XX_Count",
            Self::TlsNegotiationErrors => "TargetTLSNegotiationErrorCount",
            Self::UnhealthyHosts => "UnHealthyHostCount",
        }
    }

    pub(super) const fn unit(self) -> Unit {
        match self {
            Self::ResponseTime => Unit::Seconds,
            _ => Unit::Count,
        }
    }
}
