//! Who decides on minor upgrades is said once, by the version.

use innovate_aws::database::{AuroraPostgres, AuroraServerless};

fn main() {
    let _ = AuroraServerless::builder()
        .engine(AuroraPostgres::V17_11)
        .auto_minor_version_upgrade(true);
}
