//! What queues hold to.

mod queue_is_accepted;

pub use queue_is_accepted::QUEUE_IS_ACCEPTED;
