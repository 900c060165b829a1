//! Runs one of the edited programs that compile: the one that the variable `VARIATION` names.

use innovate::prelude::{App, ExitCode};

include!(concat!(env!("OUT_DIR"), "/check.rs"));

#[allow(clippy::disallowed_methods, reason = "the tests choose the program")]
fn main() -> ExitCode {
    let module = std::env::var("VARIATION").unwrap_or_default();
    match program(&module) {
        Some(program) => innovate::run(program),
        None => ExitCode::from(2),
    }
}
