//! RDS refuses a shorter one.

use innovate::prelude::*;

fn main() {
    let _ = window!("02:00-02:29");
    let _ = weekly_window!("sun:23:50-mon:00:15");
}
