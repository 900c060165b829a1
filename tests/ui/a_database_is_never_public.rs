//! There is no way to say it.

use innovate::prelude::*;

fn main() {
    let _ = AuroraServerless::builder().publicly_accessible(true);
}
