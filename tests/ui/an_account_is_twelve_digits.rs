//! An account id is twelve digits.

use innovate::prelude::*;

fn main() {
    let _ = account!("44445555666");
}
