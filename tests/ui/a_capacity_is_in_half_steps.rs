//! Aurora scales in steps of half a unit.

use innovate_aws::acu;

fn main() {
    let _ = acu!(0.3);
}
