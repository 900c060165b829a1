//! `cargo xtask test`: sets up what the tests need, then runs every test.
//!
//! * `step`: what a step is, how long it took and what it counted,
//! * `cargo`: the steps that cargo runs: format, clippy, tests, documentation,
//! * `tidy`: what holds for the files of the repository,
//! * `example`: runs the example programs, so that there is something to validate,
//! * `conformance`: validates what they write with the tools that others trust,
//! * `lint`, `checkov`: two of those tools, on templates,
//! * `golden`: compares what they write with what is committed,
//! * `ministack`: what talks to AWS, end to end against a cloud that runs on this machine,
//! * `python`: the Python environments of those tools.
//!
//! Every step runs even if one before it fails. The last line counts the tests of all of them.

mod cargo;
mod checkov;
mod conformance;
mod example;
mod golden;
mod lint;
mod ministack;
mod python;
mod step;
mod tidy;

use crate::Result;
use step::Suite;

/// Runs every step whose name contains `filter`.
pub(crate) fn run(filter: Option<&str>) -> Result {
    let mut suite = Suite::new(filter);
    suite.run("format", cargo::format);
    suite.run("tidy", tidy::check);
    suite.run("codegen", cargo::codegen);
    suite.run("clippy", cargo::clippy);
    suite.run("tests", cargo::test);
    suite.run("documentation", cargo::documentation);
    suite.run("golden", golden::check);
    suite.run("conformance", conformance::check);
    suite.run("ministack", ministack::check);
    suite.finish()
}

/// Writes what the examples yield to `tests/golden`.
pub(crate) fn bless() -> Result {
    golden::bless()
}
