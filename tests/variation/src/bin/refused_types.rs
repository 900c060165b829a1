//! The edited programs whose types don't fit. They must not compile, and so doesn't this.

include!(concat!(env!("OUT_DIR"), "/types.rs"));

fn main() {}
