//! Less is too short to notice a mistake, more is what RDS can't.

use innovate_aws::{database::AuroraServerless, days};

fn main() {
    let _ = AuroraServerless::builder().backup_retention(days!(3));
}
