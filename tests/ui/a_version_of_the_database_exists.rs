//! Aurora left 17.8 out.

use innovate_aws::database::AuroraPostgres;

fn main() {
    let _ = AuroraPostgres::V17_8;
}
