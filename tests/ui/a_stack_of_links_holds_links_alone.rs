//! What other stacks refer to would let the links close a cycle.

use innovate::prelude::*;

fn links(links: &mut Links<Prod>) {
    links.add("Key", KmsKey::<Secrets>::new());
}

fn main() {}
