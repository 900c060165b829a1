//! What observability holds to.

mod alarm_tells_somebody;
mod environment_is_watched;
mod log_group_is_kept_and_encrypted;
mod metric_exists;

use innovate_core::{Rule, check::Check};

pub use alarm_tells_somebody::ALARM_TELLS_SOMEBODY;
pub use environment_is_watched::ENVIRONMENT_IS_WATCHED;
pub use log_group_is_kept_and_encrypted::LOG_GROUP_IS_KEPT_AND_ENCRYPTED;

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
