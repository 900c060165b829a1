//! EKS knows its add-ons by name.

use innovate::prelude::*;

fn main() {
    let _ = Addon::CorDns;
}
