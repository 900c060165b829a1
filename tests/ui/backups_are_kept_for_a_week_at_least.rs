//! Aurora keeps automated backups for up to 35 days; fewer than 7 leave no time to notice.

use innovate::prelude::*;

fn main() {
    let _ = AuroraServerless::builder().backup_retention(days!(3));
}
