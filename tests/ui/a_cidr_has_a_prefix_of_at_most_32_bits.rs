//! A block's prefix is at most 32 bits.

use innovate_core::cidr;

fn main() {
    let _ = cidr!("10.0.0.0/33");
}
