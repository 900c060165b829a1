//! A network has no data.

use innovate_aws::{backup::Selection, network::VpcHandle};

fn what(vpc: &VpcHandle) -> Selection {
    Selection::of(vpc)
}

fn main() {}
