//! No version of Aurora scales further.

use innovate_aws::{acu, database::Capacity};

fn main() {
    let _ = Capacity::between(acu!(1), acu!(512));
}
