//! The staging environment of Innovate Inc.: production, smaller.
//!
//!     cargo run --example staging             # checks, then writes innovate.out/staging
//!     cargo run --example staging -- check    # findings only
//!
//! What it is made of is in `platform`, and what it chooses in `platform/choices.rs`. It has an account
//! of its own, in which there is before what `prod.rs` says of production's.

mod platform;

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(platform::app::<Staging>)
}
