//! AWS's regions and their availability zones.
//!
//! * [`Region`]: the regions of the commercial partition,
//! * [`Zone`], [`Zones`]: a zone by its id, and the zones that a network spans; [`zones!`](crate::zones)
//!   makes one that the compiler has checked,
//! * `partition`: what ARNs begin with in a region, and hosts end with.

mod partition;
mod table;
mod zone;

#[cfg(feature = "deploy")]
pub(crate) use partition::domain_of;
pub(crate) use partition::partition_of;
pub use table::Region;
pub use zone::{Zone, ZoneError, Zones};
