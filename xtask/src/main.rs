//! What is automated in this repository: `cargo xtask COMMAND`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to its user")]

mod bench;
mod codegen;
mod test;

use std::{env, error::Error, path::Path, process::ExitCode};

/// What a command returns; a failure is shown as text.
type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  codegen            write the generated resource types and tables from the pinned schemas
  codegen --check    fail if any of them differs from what would be written
  test               set up what the tests need, and run every test
  test STEP          run the steps whose name contains STEP
  bless              take what the examples write now for right: tests/golden, innovate.lock
  bench              measure programs and builds, and write docs/performance.md
  bench PEER         measure AWS CDK as well: the folder of its programs, compiled";

/// The repository.
fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["codegen"] => codegen::run(codegen::Mode::Write),
        ["codegen", "--check"] => codegen::run(codegen::Mode::Check),
        ["test"] => test::run(None),
        ["test", step] => test::run(Some(step)),
        ["bless"] => test::bless(),
        ["bench"] => bench::run(None),
        ["bench", peer] => bench::run(Some(Path::new(peer))),
        ["measured", command @ ..] => match bench::as_child(command) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
