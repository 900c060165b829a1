//! What a network's alarms watch.

use super::{NatMetric, VpcHandle};
use crate::observability::{
    Alarms, Condition, Datapoints, Math, Metric, MetricsQuery, MissingData, Period, Signal,
    Statistic,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a network, which are about its NAT gateways: without any it has none.
    NetworkAlarm {
        /// A NAT gateway had no source port left for a connection: too many are open to one
        /// destination.
        PortAllocation,
        /// More than 100 packets were dropped in five minutes, for a quarter of an hour.
        PacketsDropped,
    }
}

impl VpcHandle {
    /// A metric of each NAT gateway that is in a zone. A regional gateway has metrics for each zone
    /// that it is in, which nobody knows before: [`nat_signal`](Self::nat_signal) finds them.
    pub fn nat_metrics(&self, metric: NatMetric) -> Vec<Metric> {
        let of = |gateway| {
            let dimensions = [("NatGatewayId", innovate_core::Gives::give(gateway))];
            Metric::new(NatMetric::NAMESPACE, metric.name(), dimensions).in_unit(metric.unit())
        };
        if self.nat.is_in_subnets() { self.gateways.iter().map(of).collect() } else { Vec::new() }
    }

    /// A metric of all NAT gateways together, added up. `None` without one.
    pub fn nat_signal(&self, metric: NatMetric) -> Option<Signal> {
        if self.nat.is_in_subnets() {
            let metrics = self.nat_metrics(metric).into_iter();
            let sums = metrics.map(|metric| metric.sum().or_else(0.0));
            return sums.reduce(|all, one: Math| all + one).map(Signal::from);
        }
        let gateway = self.gateways.first()?;
        let query = MetricsQuery::new(NatMetric::NAMESPACE, metric.name(), Statistic::Sum);
        Some(query.only("NatGatewayId", gateway).into())
    }

    /// The alarms that it comes with: [`NetworkAlarm`].
    pub fn alarms(&self) -> Alarms<NetworkAlarm> {
        let ports = self.nat_signal(NatMetric::PortAllocationErrors).map(|errors| {
            let alarm = Proposal::when(errors, Condition::Above(0.0), MissingData::NotBreaching)
                .over(Datapoints::in_a_row(1), Period::FiveMinutes)
                .describe(
                    "A NAT gateway has no source port left, since too many connections go to one destination: keep them open, or reach it by an endpoint",
                );
            (NetworkAlarm::PortAllocation, alarm)
        });
        let packets = self.nat_signal(NatMetric::PacketsDropped).map(|dropped| {
            let alarm = Proposal::when(dropped, Condition::Above(100.0), MissingData::NotBreaching)
                .over(Datapoints::in_a_row(3), Period::FiveMinutes)
                .describe("A NAT gateway drops packets: look at the AWS Health Dashboard");
            (NetworkAlarm::PacketsDropped, alarm)
        });
        Alarms::of(ports.into_iter().chain(packets))
    }
}
