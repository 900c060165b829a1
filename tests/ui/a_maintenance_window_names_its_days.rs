//! Maintenance is weekly; a daily window is for backups.

use innovate_aws::weekly_window;

fn main() {
    let _ = weekly_window!("04:00-05:00");
}
