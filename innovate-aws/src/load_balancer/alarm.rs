//! What the alarms of a load balancer and of its target groups watch.

use super::{LoadBalancerHandle, LoadBalancerMetric, TargetGroupHandle, TargetGroupMetric};
use crate::observability::{
    Alarms, Condition, Datapoints, Math, MissingData, Percentile, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a load balancer, over all of its target groups.
    ///
    /// Sources: "CloudWatch metrics for your Application Load Balancer", Elastic Load Balancing User
    /// Guide; "Recommended alarms", Amazon CloudWatch User Guide.
    LoadBalancerAlarm {
        /// More than 1 % of the requests are answered by targets with a code from 500, for 10
        /// minutes, outside of production more than 5 %.
        ServerErrors,
        /// More than 1 % of the requests are answered by the load balancer itself with a code from
        /// 500, for 10 minutes, outside of production more than 5 %. Those for which there was no
        /// healthy target are counted, too.
        ElbServerErrors,
        /// Of 100 requests one takes more than a second until its answer begins, for 15 minutes,
        /// outside of production more than 3 seconds.
        Latency,
        /// Connections were refused since it could open no more.
        RejectedConnections,
    }
}

alarm_kinds! {
    /// The alarms of one target group.
    ///
    /// Source: "CloudWatch metrics for your Application Load Balancer", Elastic Load Balancing User
    /// Guide.
    TargetGroupAlarm {
        /// A target is unhealthy for 15 minutes.
        UnhealthyHosts,
        /// No target is healthy, for 5 minutes, or none is left.
        NoHealthyHost,
        /// Connections to targets can't be opened for 10 minutes.
        ConnectionErrors,
        /// TLS handshakes with targets fail for 10 minutes.
        TlsErrors,
    }
}

impl<R> LoadBalancerHandle<R> {
    /// The alarms that it comes with: [`LoadBalancerAlarm`].
    pub fn alarms(&self) -> Alarms<LoadBalancerAlarm> {
        let requests = || self.metric(LoadBalancerMetric::Requests).sum();
        let errors = |metric| self.metric(metric).sum();
        let failed = errors(LoadBalancerMetric::TargetServerErrors).or_else(0.0) / requests();
        // `RequestCount` has only requests for which a target was chosen, so it is nothing while no
        // target is healthy and every request fails.
        let refused = || errors(LoadBalancerMetric::ElbServerErrors);
        let refused = refused() / (requests().or_else(0.0) + refused());
        let above = |share: Math, description| {
            Proposal::when(share * 100.0, Condition::Above(1.0), MissingData::NotBreaching)
                .outside_production(5.0)
                .over(Datapoints::in_a_row(2), Period::FiveMinutes)
                .describe(description)
        };
        let slow = Proposal::when(
            self.metric(LoadBalancerMetric::TargetResponseTime).percentile(Percentile::P99),
            Condition::Above(1.0),
            MissingData::NotBreaching,
        )
        .outside_production(3.0)
        .over(Datapoints::in_a_row(3), Period::FiveMinutes)
        .describe("Targets answer slowly: look at their CPU, at the database, and at what was deployed last");
        let rejected = Proposal::when(
            self.metric(LoadBalancerMetric::RejectedConnections).sum(),
            Condition::Above(0.0),
            MissingData::NotBreaching,
        )
        .describe("The load balancer refused connections since it can open no more: look for a flood of clients, and for targets that are slow");
        Alarms::of([
            (
                LoadBalancerAlarm::ServerErrors,
                above(
                    failed,
                    "Targets answer with a code from 500: look at the application's log, and at what was deployed last",
                ),
            ),
            (
                LoadBalancerAlarm::ElbServerErrors,
                above(
                    refused,
                    "The load balancer answers by itself with a code from 500: look whether its targets are healthy, answer in time and keep connections open for longer than it does",
                ),
            ),
            (LoadBalancerAlarm::Latency, slow),
            (LoadBalancerAlarm::RejectedConnections, rejected),
        ])
    }
}

impl TargetGroupHandle {
    /// The alarms that it comes with: [`TargetGroupAlarm`].
    pub fn alarms(&self) -> Alarms<TargetGroupAlarm> {
        let any = |metric, periods, description| {
            Proposal::when(
                self.metric(metric).sum(),
                Condition::Above(0.0),
                MissingData::NotBreaching,
            )
            .over(Datapoints::in_a_row(periods), Period::FiveMinutes)
            .describe(description)
        };
        let unhealthy = Proposal::when(
            self.metric(TargetGroupMetric::UnhealthyHosts).maximum(),
            Condition::AtLeast(1.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::in_a_row(3), Period::FiveMinutes)
        .describe("A target fails its health check: look at its log, and whether the load balancer may reach its port");
        let none = Proposal::when(
            // Each node of the load balancer has its own count, and of these the largest says that
            // somebody is served.
            self.metric(TargetGroupMetric::HealthyHosts).maximum(),
            Condition::Below(1.0),
            MissingData::Breaching,
        )
        .over(Datapoints::in_a_row(5), Period::OneMinute)
        .describe("No target is healthy and nobody is served: look at the pods, and whether they pass their health check");
        Alarms::of([
            (TargetGroupAlarm::UnhealthyHosts, unhealthy),
            (TargetGroupAlarm::NoHealthyHost, none),
            (
                TargetGroupAlarm::ConnectionErrors,
                any(
                    TargetGroupMetric::ConnectionErrors,
                    2,
                    "Targets refuse connections: look whether they run, and whether their security groups let the load balancer in",
                ),
            ),
            (
                TargetGroupAlarm::TlsErrors,
                any(
                    TargetGroupMetric::TlsNegotiationErrors,
                    2,
                    "The load balancer and its targets find no common TLS: look at the certificates and versions that the targets offer",
                ),
            ),
        ])
    }
}
