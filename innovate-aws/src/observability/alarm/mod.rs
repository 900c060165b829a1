//! Alarms of CloudWatch.
//!
//! * [`Alarm`]: one alarm; [`Condition`], [`MissingData`], [`Period`] and [`Datapoints`] say when it
//!   goes off,
//! * [`Signal`]: what it watches: a [`Measure`](super::Measure) of one metric, [`Math`] over several,
//!   or a [`MetricsQuery`] over metrics whose dimensions nobody knows yet,
//! * [`Alarms`]: the alarms that a construct comes with, each by its name,
//! * [`CompositeAlarm`]: one over others; [`PromQlAlarm`]: one on what OpenTelemetry measures,
//! * [`Recipients`]: who is told, [`AlarmMuteRule`]: when nobody is.

mod composite;
mod condition;
mod math;
mod mute_rule;
mod prom_ql;
mod query;
mod recipient;
mod set;
mod signal;
mod single;

pub use composite::{CompositeAlarm, CompositeAlarmHandle};
pub use condition::{Condition, Datapoints, MissingData, Period};
pub use math::Math;
pub use mute_rule::AlarmMuteRule;
pub use prom_ql::PromQlAlarm;
pub use query::MetricsQuery;
pub use recipient::{LetsAlarmsGoUnseen, NoRecipient, Recipient, Recipients, Topics};
pub use set::{AlarmKind, Alarms, AlarmsHandle};
pub(crate) use set::{Proposal, alarm_kinds};
pub use signal::Signal;
pub use single::{Alarm, AlarmHandle};
