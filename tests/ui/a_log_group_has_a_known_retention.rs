//! CloudWatch Logs takes certain numbers of days only, and none means for ever.

use innovate::prelude::*;

fn main() {
    let _ = LogGroup::builder().retention(45);
}
