//! What observability holds to.

mod alarm_tells_somebody;
mod environment_is_watched;
mod evidence_is_kept;
mod log_group_is_kept_and_encrypted;
mod log_group_is_named_once;
mod log_policies_keep_to_their_quota;
mod metric_exists;
mod metrics_are_encrypted;

use innovate_core::{Rule, check::Check};

pub use alarm_tells_somebody::ALARM_TELLS_SOMEBODY;
pub use environment_is_watched::ENVIRONMENT_IS_WATCHED;
pub use evidence_is_kept::EVIDENCE_IS_KEPT;
pub use log_group_is_kept_and_encrypted::LOG_GROUP_IS_KEPT_AND_ENCRYPTED;
pub use log_group_is_named_once::LOG_GROUP_IS_NAMED_ONCE;
pub use log_policies_keep_to_their_quota::LOG_POLICIES_KEEP_TO_THEIR_QUOTA;
pub use metrics_are_encrypted::METRICS_ARE_ENCRYPTED;

/// `ALM-03`.
pub static ALARM_MAKES_SENSE: Rule = Rule {
    code: "ALM-03",
    title: "what is said about alarms, topics and dashboards is meant for one that is there",
    explanation: "A threshold for an alarm that a construct doesn't come with would change nothing, \
and a web hook that is called without TLS is refused by none but everybody can read along. The \
constructs report what they can't use.\n\nSource: \"Amazon SNS security best practices\", Amazon SNS \
Developer Guide.",
    check: Check::Elsewhere,
};

/// `AMG-01`.
pub static GRAFANA_IS_REACHED: Rule = Rule {
    code: "AMG-01",
    title: "a Grafana has somebody who may reach and administer it",
    explanation: "A Grafana that is reached from some networks alone names one prefix list or endpoint at least, \
and five of each at most. With SAML it reads whom it believes over TLS, and somebody's role makes an \
administrator. Its version is two numbers. Amazon Managed Grafana refuses what is otherwise when the stack is \
deployed, or nobody gets in. The construct reports it.\n\nSources: \"Configure network access to your Amazon \
Managed Grafana workspace\" and \"Use SAML with your Amazon Managed Grafana workspace\", Amazon Managed Grafana \
User Guide.",
    check: Check::Elsewhere,
};

/// `AMP-02`.
pub static METRICS_ARE_COLLECTED: Rule = Rule {
    code: "AMP-02",
    title: "a workspace of Prometheus and its scrapers are as their service takes them",
    explanation: "A workspace keeps metrics for up to 1,095 days, and its alert manager tells a topic of \
its own region that lets it publish. A scraper collects every 30 seconds at most, from two zones at least, \
in the account and region of its cluster and its workspace. The service refuses what is otherwise when \
the stack is deployed, and an alert manager drops what its topic refuses. The constructs report it.\n\nSources: \"Using an AWS managed collector\" and \
\"Configure your workspace\", Amazon Managed Service for Prometheus User Guide.",
    check: Check::Elsewhere,
};

/// `LOG-02`.
pub static LOG_IS_WRITTEN: Rule = Rule {
    code: "LOG-02",
    title: "what is said about a cluster's logs and metrics is meant for some that there are",
    explanation: "The applications of a cluster have a log, and its nodes and pods are measured, only \
where the add-on `amazon-cloudwatch-observability` does it. What a program masks in that log, or measures \
otherwise, without the add-on would be believed to be done and isn't. The constructs report it.\n\nSource: \
\"Install the CloudWatch agent with the Amazon CloudWatch Observability EKS add-on\", Amazon CloudWatch \
User Guide.",
    check: Check::Elsewhere,
};
