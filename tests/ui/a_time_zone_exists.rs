//! EventBridge Scheduler knows the zones of the IANA database.

use innovate::prelude::*;

fn main() {
    let _ = time_zone!("Europe/Berln");
}
