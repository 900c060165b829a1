//! Queues between what asks for work and what does it.
//!
//! * [`Queue`]: the construct, [`QueueHandle`] its handle,
//! * [`QueueMetric`], [`QueueAlarm`]: what SQS measures, and what is watched.

mod alarm;
mod queue;

pub use alarm::{QueueAlarm, QueueMetric};
pub use queue::{Queue, QueueHandle};
