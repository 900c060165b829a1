//! Where something answers is no secret, and there is no place for one beside it.

use innovate::prelude::*;

fn facts() -> ConnectionFacts {
    ConnectionFacts::new("database.internal", Port::POSTGRES).password("hunter2")
}

fn main() {}
