//! Topics of SNS that alarms and services of AWS publish to.
//!
//! * [`AlarmTopic`]: the construct, [`TopicHandle`] its handle,
//! * [`Publisher`]: what may publish to it beside alarms,
//! * [`Subscriber`]: who gets what is published.

mod alarm_topic;
mod publisher;
mod subscriber;

pub use alarm_topic::{AlarmTopic, TopicHandle};
pub use publisher::Publisher;
pub use subscriber::Subscriber;
