//! The steps that cargo runs. They choose the whole workspace and the default features, so that no
//! dependency is built twice; only the tests of what talks to AWS run apart.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use super::step::Outcome;
use crate::{Result, codegen, root};

/// A command of the cargo that runs this program.
#[allow(clippy::disallowed_methods, reason = "what it passes on is chosen by name")]
pub(super) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    // What cargo told this program about its own package: some build scripts look at that, and all
    // that depends on them would be built anew each time cargo is run by hand, and each time here.
    for (name, _) in std::env::vars_os() {
        let about =
            |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(about) {
            command.env_remove(name);
        }
    }
    command
}

fn succeeds(mut command: Command) -> Result {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

/// Every file is as rustfmt writes it.
pub(super) fn format() -> Result<Outcome> {
    Ok(Outcome::of(succeeds(cargo(&["fmt", "--all", "--check"]))))
}

/// The generated files are what the pinned schemas give.
pub(super) fn codegen() -> Result<Outcome> {
    Ok(Outcome::of(codegen::run(codegen::Mode::Check)))
}

/// clippy has nothing to say.
pub(super) fn clippy() -> Result<Outcome> {
    let command =
        cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    Ok(Outcome::of(succeeds(command)))
}

/// The documentation builds, and none of its links is broken.
pub(super) fn documentation() -> Result<Outcome> {
    let mut command = cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    Ok(Outcome::of(succeeds(command)))
}

/// The tests of what talks to AWS: apart, so that all others run without the SDK, as most programs do.
const DEPLOY: &str = "innovate-deploy-tests";

/// What stands in for AWS in those tests; its own tests speak to it through the SDK.
const FAKE: &str = "innovate-fake-cloudformation";

/// Unit, integration, property and compile-fail tests, and the examples in the documentation.
pub(super) fn test() -> Result<Outcome> {
    let mut outcome = Outcome::new();
    let without = &["--workspace", "--exclude", DEPLOY, "--exclude", FAKE];
    tests(cargo(&["test", "--no-fail-fast"]).args(without), &mut outcome)?;
    let with = &["--package", DEPLOY, "--package", FAKE, "--", "--skip", ON_MINISTACK];
    tests(cargo(&["test", "--no-fail-fast"]).args(with), &mut outcome)?;
    // What is behind the feature in the libraries themselves: beside those two its features are on.
    let libraries = &[
        "--package",
        DEPLOY,
        "--package",
        FAKE,
        "--package",
        "innovate",
        "--package",
        "innovate-aws",
    ];
    let within = &["--lib", "--", "deploy", "cli::"];
    tests(cargo(&["test", "--no-fail-fast"]).args(libraries).args(within), &mut outcome)?;
    Ok(outcome)
}

/// How the names of the tests begin that need ministack: in a step of their own.
const ON_MINISTACK: &str = "on_ministack::";

/// The tests that ask ministack, which answers at `endpoint`.
pub(super) fn test_on_ministack(endpoint: &str) -> Result<Outcome> {
    let mut outcome = Outcome::new();
    // Both packages, so that nothing is built twice.
    let mut command = cargo(&["test", "--package", DEPLOY, "--package", FAKE]);
    command.args(["--test", "end_to_end", "--", "--include-ignored", ON_MINISTACK]);
    tests(command.env("INNOVATE_MINISTACK", endpoint), &mut outcome)?;
    Ok(outcome)
}

/// Runs tests and counts them.
fn tests(command: &mut Command, outcome: &mut Outcome) -> Result {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or("cargo has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        writeln!(std::io::stdout(), "{line}")?;
        if let Some(tally) = Tally::parse(&line) {
            outcome.pass(tally.passed);
            outcome.fail_elsewhere(tally.failed);
            outcome.skip(tally.ignored);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        outcome.fail(format!("{command:?}: {status}"));
    }
    Ok(())
}

/// The line with which a test binary closes.
#[derive(Debug, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Tally {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; ...`.
    fn parse(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |what: &str| {
            counts.split("; ").find_map(|part| part.strip_suffix(what)?.trim().parse().ok())
        };
        Some(Self {
            passed: count("passed")?,
            failed: count("failed")?,
            ignored: count("ignored")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_binary_is_counted() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(Tally::parse(line), Some(Tally { passed: 12, failed: 1, ignored: 2 }));
        assert_eq!(Tally::parse("test network::adds ... ok"), None);
    }
}
