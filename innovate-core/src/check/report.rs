//! All findings about a program.

use serde::Serialize;

use super::{Diagnostic, Severity, Suppression};
use crate::{app::App, manifest::Manifest, stack::Resource, value::Str};

/// Collects findings.
#[derive(Debug, Default)]
pub struct Findings {
    open: Vec<Diagnostic>,
    accepted: Vec<Accepted>,
}

impl Findings {
    /// Adds one.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.open.push(diagnostic);
    }

    pub(crate) fn accept(&mut self, finding: Diagnostic, suppression: Suppression) {
        self.accepted.push(Accepted { finding, reason: suppression.reason });
    }
}

impl Extend<Diagnostic> for Findings {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, findings: I) {
        self.open.extend(findings);
    }
}

/// A finding that the program accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// The finding.
    pub finding: Diagnostic,
    /// The program's reason.
    pub reason: Str,
}

/// All findings about a program, sorted by place, and those that it accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    findings: Vec<Diagnostic>,
    accepted: Vec<Accepted>,
}

impl Report {
    pub(crate) fn new(app: &App, findings: Findings) -> Self {
        let mut report = Self { findings: Vec::new(), accepted: findings.accepted };
        for finding in findings.open {
            match suppression(app, &finding) {
                Some(suppression) => {
                    report.accepted.push(Accepted { finding, reason: suppression.reason.clone() });
                }
                None => report.findings.push(finding),
            }
        }
        report.findings.sort_by(|a, b| key(a).cmp(&key(b)));
        report.findings.dedup();
        report.accepted.sort_by(|a, b| key(&a.finding).cmp(&key(&b.finding)));
        report
    }

    /// The findings, sorted by place, the worse first where they share one.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// What the program accepts, with its reasons.
    pub fn accepted(&self) -> &[Accepted] {
        &self.accepted
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Whether a finding is an error, so that the program yields no files.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}

fn key(finding: &Diagnostic) -> impl Ord + '_ {
    let rank = std::cmp::Reverse(finding.severity());
    (finding.place(), rank, finding.code(), finding.stack(), finding.path(), finding.message())
}

/// What the program says about this finding on the resource that it is about, or on the construct
/// that the resource belongs to.
fn suppression<'app>(app: &'app App, finding: &Diagnostic) -> Option<&'app Suppression> {
    let (stack, path) = (finding.stack()?, finding.path()?);
    let on_resource = |resource: &'app Resource| {
        (resource.address().path() == path).then(|| resource.suppressions())
    };
    let on_manifest =
        |manifest: &'app Manifest| (manifest.path() == path).then(|| manifest.suppressions());
    let suppressions = match app.stack_models().iter().find(|found| found.name() == stack) {
        Some(stack) => stack.resources().iter().find_map(on_resource),
        None => app
            .manifest_sets()
            .iter()
            .find(|set| set.cluster() == stack)
            .and_then(|set| set.manifests().iter().find_map(on_manifest)),
    };
    suppressions?.iter().find(|suppression| suppression.code == finding.code())
}
