//! What a distribution's alarms watch.

use innovate_core::StackInUsEast1;

use super::{DistributionHandle, DistributionMetric};
use crate::observability::{
    Alarms, Condition, Datapoints, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a distribution, which go into a stack in us-east-1, where its metrics are.
    ///
    /// Source: "Recommended alarms" for Amazon CloudFront, Amazon CloudWatch User Guide.
    DistributionAlarm {
        /// More than 1 % of the responses are 5xx for 10 minutes, outside of production more than
        /// 5 %.
        ServerErrors,
        /// More than 10 % of the responses are 4xx for a quarter of an hour, outside of production
        /// more than 50 %.
        ClientErrors,
    }
}

impl DistributionHandle {
    /// The alarms that it comes with: [`DistributionAlarm`].
    pub fn alarms(&self) -> Alarms<DistributionAlarm, StackInUsEast1> {
        let server = Proposal::when(
            self.metric(DistributionMetric::ServerErrorRate).average(),
            Condition::Above(1.0),
            MissingData::NotBreaching,
        )
        .outside_production(5.0)
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe("CloudFront answers with errors: look at the origins");
        let client = Proposal::when(
            self.metric(DistributionMetric::ClientErrorRate).average(),
            Condition::Above(10.0),
            MissingData::NotBreaching,
        )
        .outside_production(50.0)
        .over(Datapoints::in_a_row(3), Period::FiveMinutes)
        .describe("Many requests are refused or lead nowhere: a broken link, or a scan");
        Alarms::of([
            (DistributionAlarm::ServerErrors, server),
            (DistributionAlarm::ClientErrors, client),
        ])
    }
}
