//! Secrets Manager would make up a single character, too.

use innovate::prelude::*;

fn token() -> Generated {
    Generated::token().length(length!(8))
}

fn main() {}
