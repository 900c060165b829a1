//! A range begins with its lower end.

use innovate::prelude::*;

fn main() {
    let _ = capacity!(64..=1);
}
