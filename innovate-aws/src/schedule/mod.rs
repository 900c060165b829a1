//! When something happens.
//!
//! * [`TimeOfDay`], [`Weekday`], [`Recurrence`]: at which time of which days,
//! * [`TimeZone`]: whose time that is, with `zone`, the table of them all,
//! * `call`: an operation of a service that EventBridge Scheduler calls then.

mod call;
mod recurrence;
mod time_of_day;
mod time_zone;
mod weekday;
mod zone;

pub(crate) use call::{Call, Caller};
pub use recurrence::Recurrence;
pub use time_of_day::{TimeError, TimeOfDay};
pub use time_zone::{TimeZone, TimeZoneError};
pub use weekday::Weekday;
