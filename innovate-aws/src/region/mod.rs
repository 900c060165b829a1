//! AWS's regions and their availability zones.
//!
//! * [`Region`]: the regions of the commercial partition,
//! * [`Zone`], [`Zones`]: a zone by its id, and the zones that a network spans; [`zones!`](crate::zones)
//!   makes one that the compiler has checked.

mod table;
mod zone;

pub use table::Region;
pub use zone::{Zone, ZoneError, Zones};
