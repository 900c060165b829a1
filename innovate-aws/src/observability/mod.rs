//! What tells how an environment is doing.
//!
//! * [`LogGroup`]: a log group made before what writes to it, with [`Retention`] and a key.

mod log_group;

pub use log_group::{LogGroup, LogGroupHandle, Retention};
