//! RDS spreads storage over four volumes from 400 GiB on, and raises nothing below.

use innovate::prelude::*;

fn main() {
    let _ = storage!(100..=1000, iops: 20000, mib_per_second: 1000);
}
