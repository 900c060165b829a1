//! Less is too short to notice a mistake, more is what Aurora can't.

use innovate::prelude::*;

fn main() {
    let _ = AuroraServerless::builder().backup_retention(days!(6));
    let _ = AuroraServerless::builder().backup_retention(days!(36));
}
