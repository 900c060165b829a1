//! There is no way to say it.

use innovate_aws::database::{AuroraServerless, MasterUser};

fn main() {
    let _ = AuroraServerless::builder().master_user(MasterUser::password("correct horse"));
}
