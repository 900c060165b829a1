//! RDS refuses a shorter one.

use innovate::prelude::*;

fn main() {
    let _ = window!("02:00-02:10");
}
