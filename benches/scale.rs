//! The process that `cargo xtask bench` measures beside the examples: stacks of 400 resources, with
//! the command line that every program has.
//!
//!     STACKS=25 cargo run --release --example scale -- synth --out target/scale

mod program;

use std::{env, process::ExitCode};

#[allow(clippy::disallowed_methods, reason = "what is measured is chosen by who measures")]
fn main() -> ExitCode {
    let stacks = env::var_os("STACKS").and_then(|count| count.to_str()?.parse().ok());
    innovate::run(|| program::scale(stacks.unwrap_or(1)))
}
