//! A block's prefix is at most 32 bits.

use innovate::prelude::*;

fn main() {
    let _ = cidr!("10.0.0.0/33");
}
