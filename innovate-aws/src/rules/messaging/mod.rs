//! What queues hold to.

mod queue_is_accepted;
mod queue_lets_its_topic_send;
pub(in crate::rules) mod queue_policy;

pub use queue_is_accepted::QUEUE_IS_ACCEPTED;
pub use queue_lets_its_topic_send::QUEUE_LETS_ITS_TOPIC_SEND;
