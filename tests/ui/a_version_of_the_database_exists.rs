//! Aurora skips some minor versions.

use innovate_aws::database::AuroraPostgres;

fn main() {
    let _ = AuroraPostgres::V17_1;
}
