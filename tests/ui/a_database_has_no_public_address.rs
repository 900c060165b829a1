//! There is no way to say it.

use innovate_aws::database::AuroraServerless;

fn main() {
    let _ = AuroraServerless::builder().publicly_accessible(true);
}
