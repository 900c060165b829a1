//! A database that leaves its stack leaves a snapshot behind, and there is no way to say otherwise.

use innovate::prelude::*;

fn main() {
    let _ = AuroraServerless::builder().removal_policy(DeletionPolicy::Delete);
    let _ = AuroraServerless::builder().skip_final_snapshot(true);
}
