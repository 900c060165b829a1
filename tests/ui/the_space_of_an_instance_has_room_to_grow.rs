//! RDS refuses a maximum that is less than a tenth above what there is.

use innovate::prelude::*;

fn main() {
    let _ = storage!(100..=105);
}
