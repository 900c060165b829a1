//! The edited programs with a literal that is wrong. They must not compile, and so doesn't this.

include!(concat!(env!("OUT_DIR"), "/literals.rs"));

fn main() {}
