//! Each of the four numbers of an address is at most 255.

use innovate::prelude::*;

fn main() {
    let _ = cidr!("10.0.0.999/16");
}
