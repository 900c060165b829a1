//! What a web ACL's alarms watch.

use super::{WebAclHandle, WebAclMetric, WebAclScope};
use crate::observability::{
    Alarms, Condition, Datapoints, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a web ACL. What is usual they learn by themselves, from two weeks of traffic; the
    /// threshold is how many standard deviations off it may be.
    ///
    /// Source: "Using CloudWatch anomaly detection", Amazon CloudWatch User Guide.
    WebAclAlarm {
        /// More requests are blocked than usual, by 3 standard deviations for a quarter of an hour.
        Blocked,
        /// More requests are let in than usual, by 3 standard deviations for a quarter of an hour.
        Allowed,
    }
}

impl<S: WebAclScope> WebAclHandle<S> {
    /// The alarms that it comes with: [`WebAclAlarm`]. Those of a web ACL for CloudFront go into a
    /// stack in us-east-1, where its metrics are.
    pub fn alarms(&self) -> Alarms<WebAclAlarm, S::Needs> {
        let unusual = |metric, description| {
            Proposal::when(
                self.metric(metric).sum(),
                Condition::AboveBand(3.0),
                MissingData::NotBreaching,
            )
            .over(Datapoints::in_a_row(3), Period::FiveMinutes)
            .describe(description)
        };
        let blocked = unusual(
            WebAclMetric::BlockedRequests,
            "More requests are blocked than usual: an attack, or a rule that blocks users",
        );
        let allowed = unusual(
            WebAclMetric::AllowedRequests,
            "More requests are let in than usual: a campaign, or an attack that no rule knows",
        );
        Alarms::of([(WebAclAlarm::Blocked, blocked), (WebAclAlarm::Allowed, allowed)])
    }
}
