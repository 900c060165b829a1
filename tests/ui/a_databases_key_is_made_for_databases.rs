//! The policy of a key for volumes doesn't let RDS use it.

use innovate_aws::{
    database::AuroraServerless,
    keys::{Ebs, Key},
};

fn database(key: &Key<Ebs>) {
    let _ = AuroraServerless::builder().key(key);
}

fn main() {}
