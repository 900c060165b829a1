//! AWS Backup refuses a shorter window.

use innovate_aws::{backup::StartWindow, start_window};

fn window() -> StartWindow {
    start_window!("05:00-05:30")
}

fn main() {}
