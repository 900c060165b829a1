//! Two zones are not enough: one is left when the other fails.

use innovate::prelude::*;

fn main() {
    let _ = zones!(EuWest1: az1, az2);
}
