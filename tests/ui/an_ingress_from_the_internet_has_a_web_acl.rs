//! Who opens a load balancer to everyone says what protects it.

use innovate::prelude::*;

fn exposure() -> Exposure {
    Exposure::internet()
}

fn main() {}
