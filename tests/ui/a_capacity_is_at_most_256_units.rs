//! No version of Aurora scales further.

use innovate::prelude::*;

fn main() {
    let _ = Capacity::between(acu!(1), acu!(512));
}
