//! The staging environment of Innovate Inc.: production, smaller. `check` finds whatever differs from
//! production and isn't said to.
//!
//!     cargo run --example staging             # checks, then writes innovate.out/staging
//!     cargo run --example staging -- check    # findings only
//!
//! What it is made of is in `platform`; what it chooses, and how far it may differ from production, is
//! in `platform/choices.rs`. It has an account of its own, in which there is before what `prod.rs` says
//! of production's.

mod platform;

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(platform::app::<Staging>)
}
