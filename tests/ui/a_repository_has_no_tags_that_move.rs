//! There is no way to say that any tag may move: some may, by their patterns.

use innovate::prelude::*;

fn tags() -> TagMutability {
    TagMutability::Mutable
}

fn main() {}
