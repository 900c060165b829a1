//! RDS makes the password, and keeps it in Secrets Manager.

use innovate::prelude::*;

fn main() {
    let _ = AuroraServerless::builder().master_user(MasterUser::password("correct horse"));
}
