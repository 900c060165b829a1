//! CloudWatch Logs takes certain numbers of days only, and none means for ever.

use innovate_aws::observability::LogGroup;

fn main() {
    let _ = LogGroup::builder().retention(45);
}
