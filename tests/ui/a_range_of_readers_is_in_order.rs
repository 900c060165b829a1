//! The fewest come first.

use innovate::prelude::*;

fn main() {
    let _ = reader_range!(5..=1);
}
