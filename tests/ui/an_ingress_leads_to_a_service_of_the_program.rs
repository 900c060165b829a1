//! A name could be that of no service, or of another namespace's.

use innovate::prelude::*;

fn main() {
    let _ = Ingress::builder().service("api");
}
