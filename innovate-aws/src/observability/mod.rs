//! What tells how an environment is doing.
//!
//! * [`LogGroup`]: a log group made before what writes to it, with [`Retention`] and a key,
//! * [`Metric`]: what a service measures about one resource.

mod log_group;
mod metric;

pub use log_group::{LogGroup, LogGroupHandle, Retention};
pub use metric::Metric;
