//! The same zone twice is one zone.

use innovate::prelude::*;

fn main() {
    let _ = zones!(EuWest1: az1, az2, az1);
}
