//! RDS refuses a shorter one.

use innovate_aws::window;

fn main() {
    let _ = window!("02:00-02:15");
}
