//! Ireland has three zones.

use innovate::prelude::*;

fn main() {
    let _ = zones!(EuWest1: az1, az2, az7);
}
