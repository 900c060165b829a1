//! The staging environment of Innovate Inc.: production, smaller. What may differ is said here, and
//! `check` finds whatever else does.
//!
//!     cargo run --example staging             # checks, then writes innovate.out/staging
//!     cargo run --example staging -- check    # findings only
//!
//! What it is made of is in `platform`, and what it chooses in `platform/choices.rs`. It has an account
//! of its own, in which there is before what `prod.rs` says of production's.

mod platform;

use innovate::{
    parity::{self, Difference},
    prelude::*,
};

/// How much insights show.
const INSIGHTS: Difference = Difference::of(&[
    ("AWS::RDS::DBCluster", "DatabaseInsightsMode"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsRetentionPeriod"),
]);

fn main() -> ExitCode {
    innovate::run(staging)
}

fn staging() -> App {
    platform::app::<Staging>().mirrors(
        platform::app::<Prod>(),
        [
            parity::SIZES.because("the load is that of a few testers"),
            parity::RETENTION.because("nobody asks for last month's tests"),
            parity::DELETION_PROTECTION.because("what is lost is made anew"),
            INSIGHTS.because("production's are paid for by the size of the database"),
        ],
    )
}
