//! A block begins where its prefix says, so that no two texts mean the same block.

use innovate::prelude::*;

fn main() {
    let _ = cidr!("10.0.1.0/16");
}
