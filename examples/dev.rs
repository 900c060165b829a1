//! The development environment of Innovate Inc.: production's parts, as small and as cheap as they
//! get. The database sleeps while nobody develops, and one NAT gateway serves all zones.
//!
//!     cargo run --example dev             # checks, then writes innovate.out/dev
//!     cargo run --example dev -- check    # findings only
//!
//! What it is made of is in `platform`, and what it chooses in `platform/choices.rs`. It has an account
//! of its own, in which there is before what `prod.rs` says of production's.

mod platform;

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(platform::app::<Dev>)
}
