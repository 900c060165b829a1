//! Steps: what each counted, how long it took, and the summary of them all.

use std::time::{Duration, Instant};

use crate::Result;

/// What a step counted, and what it has to say.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    passed: usize,
    skipped: usize,
    failures: Vec<String>,
    failed_elsewhere: usize,
    notices: Vec<String>,
}

impl Outcome {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A step that is one test.
    pub(super) fn of(result: Result) -> Self {
        let mut outcome = Self::new();
        match result {
            Ok(()) => outcome.pass(1),
            Err(error) => outcome.fail(error.to_string()),
        }
        outcome
    }

    /// Counts tests that passed.
    pub(super) fn pass(&mut self, tests: usize) {
        self.passed += tests;
    }

    /// Counts one test that failed, with what there is to say about it.
    pub(super) fn fail(&mut self, what: impl Into<String>) {
        self.failures.push(what.into());
    }

    /// Counts tests that failed and have shown themselves already.
    pub(super) fn fail_elsewhere(&mut self, tests: usize) {
        self.failed_elsewhere += tests;
    }

    /// Counts tests that were not run.
    pub(super) fn skip(&mut self, tests: usize) {
        self.skipped += tests;
    }

    /// Says something that the reader must see though nothing failed.
    pub(super) fn notice(&mut self, what: impl Into<String>) {
        self.notices.push(what.into());
    }

    /// Counts one test: it passed if there is no finding.
    pub(super) fn test(&mut self, name: &str, findings: &[String]) {
        match findings {
            [] => self.pass(1),
            _ => self.fail(format!("{name}:\n  {}", findings.join("\n  "))),
        }
    }

    fn failed(&self) -> usize {
        self.failures.len() + self.failed_elsewhere
    }

    /// A step in which no test ran says nothing, so it fails: what it chooses its tests by may be stale.
    fn of_some_test(mut self) -> Self {
        if self.passed + self.failed() == 0 {
            self.fail("no test ran in this step");
        }
        self
    }
}

/// The steps so far.
pub(super) struct Suite<'a> {
    filter: Option<&'a str>,
    steps: Vec<(&'static str, Duration, Outcome)>,
}

impl<'a> Suite<'a> {
    /// A suite of the steps whose names contain `filter`.
    pub(super) const fn new(filter: Option<&'a str>) -> Self {
        Self { filter, steps: Vec::new() }
    }

    /// Runs a step, and shows what came of it.
    #[allow(clippy::disallowed_methods, reason = "it says how long a step takes")]
    pub(super) fn run(&mut self, name: &'static str, step: fn() -> Result<Outcome>) {
        if self.filter.is_some_and(|filter| !name.contains(filter)) {
            return;
        }
        println!("-- {name}");
        let start = Instant::now();
        let outcome = step().unwrap_or_else(|error| Outcome::of(Err(error))).of_some_test();
        for notice in &outcome.notices {
            println!("note: {notice}");
        }
        for failure in &outcome.failures {
            println!("failed: {failure}");
        }
        self.steps.push((name, start.elapsed(), outcome));
    }

    /// Shows a line for each step and the count of all tests.
    ///
    /// # Errors
    ///
    /// If a test failed, or none ran.
    pub(super) fn finish(self) -> Result {
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        println!();
        for (name, took, outcome) in &self.steps {
            let verdict = if outcome.failed() == 0 { "ok" } else { "FAILED" };
            println!(
                "{name:<15}{verdict:<8}{:>5} passed {:>4} failed {:>4} skipped {:>8.1} s",
                outcome.passed,
                outcome.failed(),
                outcome.skipped,
                took.as_secs_f64(),
            );
            passed += outcome.passed;
            failed += outcome.failed();
            skipped += outcome.skipped;
        }
        println!();
        let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        println!("{passed} passed, {failed} failed{skipped}");
        match (passed, failed) {
            (0, 0) => Err("no test ran".into()),
            (_, 0) => Ok(()),
            _ => Err("".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_without_a_test_fails() {
        let mut skipped = Outcome::new();
        skipped.skip(3);
        assert_eq!(skipped.of_some_test().failed(), 1);
        assert_eq!(Outcome::of(Ok(())).of_some_test().failed(), 0);
        let mut failing = Outcome::new();
        failing.fail_elsewhere(1);
        assert_eq!(failing.of_some_test().failed(), 1);

        let mut suite = Suite::new(None);
        suite.run("empty", || Ok(Outcome::new()));
        assert!(suite.finish().is_err());
    }
}
