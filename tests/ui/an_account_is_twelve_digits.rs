//! An account id is twelve digits.

use innovate_aws::account;

fn main() {
    let _ = account!("44445555666");
}
