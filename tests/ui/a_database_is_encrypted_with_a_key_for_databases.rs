//! The policy of a key for volumes lets no database use it.

use innovate::{aws::network::VpcHandle, prelude::*};

fn database(vpc: &VpcHandle, key: &Key<Ebs>) {
    let _ = AuroraServerless::builder().network(vpc.data()).key(key);
}

fn main() {}
