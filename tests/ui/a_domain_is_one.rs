//! A domain has at least two labels, and no underscore.

use innovate::prelude::*;

fn main() {
    let _ = domain!("innovate_example");
}
