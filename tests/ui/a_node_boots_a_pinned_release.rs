//! An alias that moves by itself replaces every node on the day of a release.

use innovate::prelude::*;

fn main() {
    let _ = ami!("bottlerocket@latest");
}
