//! Aurora scales up to 256 units.

use innovate::prelude::*;

fn main() {
    let _ = acu!(512);
}
