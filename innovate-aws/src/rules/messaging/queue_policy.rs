//! How the rules read the policies of a queue.

use innovate_core::{Node, Resource, check::Model};

use crate::{
    identity::{
        action::matches,
        document::{Policy, policies_of},
    },
    rules::read::{list, pattern, text},
};

pub(in crate::rules) const QUEUE: &str = "AWS::SQS::Queue";

/// The policies that hold for queues, and which property says for which.
const KINDS: [(&str, &str); 2] =
    [("AWS::SQS::QueueInlinePolicy", "Queue"), ("AWS::SQS::QueuePolicy", "Queues")];

/// The policies of a queue of the program. `None` if they aren't all known: one is written at deployment,
/// or one that names its queues by what is no reference may be this queue's.
pub(in crate::rules) fn of<'m>(model: &Model<'m>, queue: &Resource) -> Option<Vec<Policy<'m>>> {
    let mut policies = Vec::new();
    for (kind, queues) in KINDS {
        let unknown = |policy: &Resource| list(policy, queues).iter().any(|url| may_be(url, queue));
        if model.resources_of(kind).any(unknown) {
            return None;
        }
        for policy in model.referrers(kind, queues, queue.address()) {
            let documents = policies_of(policy);
            if documents.is_empty() {
                return None;
            }
            policies.extend(documents);
        }
    }
    Some(policies)
}

/// Whether a URL that is no reference may be the queue's, which ends in its name.
fn may_be(url: &Node, queue: &Resource) -> bool {
    let name = |url: &str| url.rsplit_once('/').map_or(url, |(_, name)| name).to_owned();
    url.as_reference().is_none()
        && text(queue, "QueueName").is_none_or(|own| matches(&name(&pattern(url)), own))
}
