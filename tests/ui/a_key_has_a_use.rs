//! A key's policy comes from what it is for.

use innovate::prelude::*;

struct Anything;

fn main() {
    let _ = KmsKey::<Anything>::new();
}
