//! The process that `cargo xtask bench` measures beside the examples: stacks of 400 resources, with
//! the command line that every program has.
//!
//!     STACKS=25 cargo run --release --example scale -- synth --out target/scale

mod program;

use std::{env, process::ExitCode};

#[allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "what is measured is chosen by who measures, and never another"
)]
fn main() -> ExitCode {
    let given = env::var_os("STACKS").unwrap_or_else(|| "1".into());
    let Some(stacks) = given.to_str().and_then(|count| count.parse().ok()) else {
        eprintln!("error: STACKS is no number of stacks: `{}`", given.display());
        return ExitCode::from(2);
    };
    innovate::run(|| program::scale(stacks))
}
