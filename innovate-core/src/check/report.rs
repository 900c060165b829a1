//! All findings about a program.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::Location,
};

use serde::Serialize;

use super::{
    Diagnostic, Place, Rule, Severity, Suppression, diagnostic::is_of_checkov, model_rules,
    rules::is_about_lock, suggest,
};
use crate::{
    app::App,
    stack::{StackModel, logical_id},
    value::Str,
};

/// Collects findings.
#[derive(Debug, Default)]
pub struct Findings {
    open: Vec<Diagnostic>,
    /// Those that a construct reported where the program had accepted them already.
    accepted: Vec<(Diagnostic, Vec<Suppression>)>,
}

impl Findings {
    /// Adds one.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.open.push(diagnostic);
    }

    /// Adds those that another has collected.
    pub(crate) fn append(&mut self, other: Self) {
        let Self { open, accepted } = other;
        self.open.extend(open);
        self.accepted.extend(accepted);
    }

    pub(crate) fn accept(&mut self, finding: Diagnostic, suppressions: Vec<Suppression>) {
        self.accepted.push((finding, suppressions));
    }
}

impl Extend<Diagnostic> for Findings {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, findings: I) {
        self.open.extend(findings);
    }
}

/// A finding that the program accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The finding.
    pub finding: Diagnostic,
    /// The program's reason.
    pub reason: Str,
}

/// A property that the program set over what a construct had set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overridden {
    /// The line that does it.
    pub place: Place,
    /// The stack.
    pub stack: String,
    /// The resource's id in the template.
    pub logical_id: String,
    /// The property's path in the template.
    pub property: String,
}

/// All findings about a program, sorted by place, and those that it accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Diagnostic>,
    accepted: Vec<Accepted>,
    overridden: Vec<Overridden>,
}

impl Report {
    pub(crate) fn new(app: &App, findings: Findings, rules: &[&Rule]) -> Self {
        let declared = Declared::of(app);
        let mut used: BTreeSet<Id> = BTreeSet::new();
        let mut report = Self { overridden: overridden(app), ..Self::default() };
        let firm: BTreeSet<&'static str> =
            findings.open.iter().filter(|found| found.is_firm()).map(Diagnostic::code).collect();
        let candidates = findings.open.into_iter().map(|finding| {
            let suppressions = declared.on(&finding).to_vec();
            (finding, suppressions)
        });
        for (finding, mut suppressions) in findings.accepted.into_iter().chain(candidates) {
            suppressions.retain(|known| known.code == finding.code() && !finding.is_firm());
            used.extend(suppressions.iter().map(id));
            match suppressions.into_iter().next() {
                Some(Suppression { reason, .. }) => {
                    report.accepted.push(Accepted { finding, reason });
                }
                None => report.findings.push(at_override(finding, &report.overridden)),
            }
        }
        report.findings.extend(declared.idle(&used, &firm, rules));
        report.findings.sort_by(|a, b| key(a).cmp(&key(b)));
        report.findings.dedup();
        report.accepted.sort_by(|a, b| key(&a.finding).cmp(&key(&b.finding)));
        report
    }

    /// Adds findings that are made outside of [`App::synth`], such as those of the lock file.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        self.findings.extend(findings);
        self.findings.sort_by(|a, b| key(a).cmp(&key(b)));
    }

    /// Adds those of another.
    pub(crate) fn append(&mut self, other: Self) {
        self.accepted.extend(other.accepted);
        self.accepted.sort_by(|a, b| key(&a.finding).cmp(&key(&b.finding)));
        self.overridden.extend(other.overridden);
        self.overridden.sort();
        self.extend(other.findings);
        self.findings.dedup();
    }

    /// Keeps those findings that hold.
    pub(crate) fn retain(&mut self, holds: impl FnMut(&Diagnostic) -> bool) {
        self.findings.retain(holds);
    }

    /// The findings, sorted by place, the worse first where they share one.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// What the program accepts, with its reasons.
    pub fn accepted(&self) -> &[Accepted] {
        &self.accepted
    }

    /// The properties that the program overrides.
    pub fn overridden(&self) -> &[Overridden] {
        &self.overridden
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

/// What is wrong with a property that the program overrode is shown where it did.
fn at_override(finding: Diagnostic, overridden: &[Overridden]) -> Diagnostic {
    let (Some(stack), Some(path), Some(property)) =
        (finding.stack(), finding.path(), finding.property_path())
    else {
        return finding;
    };
    let (id, property) = (logical_id(path), property.replace('.', "/"));
    let within = |overridden: &&Overridden| {
        let rest = property.strip_prefix(&*overridden.property);
        (&*overridden.stack, &*overridden.logical_id) == (stack, &*id)
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match overridden.iter().rfind(within) {
        Some(Overridden { place, .. }) => finding.moved_to(place.clone()),
        None => finding,
    }
}

fn overridden(app: &App) -> Vec<Overridden> {
    let mut all: Vec<Overridden> = Vec::new();
    for stack in app.stack_models() {
        for resource in stack.resources() {
            all.extend(resource.overridden().iter().map(|(property, location)| Overridden {
                place: (*location).into(),
                stack: stack.name().to_owned(),
                logical_id: resource.logical_id().to_owned(),
                property: property.clone().into_owned(),
            }));
        }
    }
    all.sort();
    all
}

/// What tells one suppression of the program from another: its line. One that runs for several
/// resources is one still.
type Id = (&'static str, u32, u32, &'static str);

fn id(suppression: &Suppression) -> Id {
    let Suppression { code, location, .. } = suppression;
    (location.file(), location.line(), location.column(), code)
}

/// A suppression as the program wrote it.
struct Written<'app> {
    /// The line to show.
    location: &'static Location<'static>,
    /// The stack or cluster.
    stack: &'app str,
    reason: &'app str,
}

/// What the program accepts, and on what.
struct Declared<'app> {
    /// By stack or cluster, and by the path in it; the empty path is the stack itself.
    by_path: BTreeMap<(&'app str, String), &'app [Suppression]>,
    /// Those that the program wrote itself.
    written: BTreeMap<Id, Written<'app>>,
}

impl<'app> Declared<'app> {
    fn of(app: &'app App) -> Self {
        let mut declared = Self { by_path: BTreeMap::new(), written: BTreeMap::new() };
        for stack in app.stack_models() {
            declared.add_stack(stack);
        }
        for set in app.manifest_sets() {
            for manifest in set.manifests() {
                let suppressions = manifest.suppressions();
                if !suppressions.is_empty() {
                    declared.by_path.insert((set.cluster(), manifest.path()), suppressions);
                }
                for suppression in suppressions {
                    let (location, stack) = (manifest.location(), set.cluster());
                    let written = Written { location, stack, reason: &suppression.reason };
                    declared.written.insert(id(suppression), written);
                }
            }
        }
        declared
    }

    fn add_stack(&mut self, stack: &'app StackModel) {
        self.by_path.insert((stack.name(), String::new()), &stack.suppressions);
        for resource in stack.resources() {
            if !resource.suppressions().is_empty() {
                let path = resource.address().path().to_owned();
                self.by_path.insert((stack.name(), path), resource.suppressions());
            }
        }
        for suppression in stack.suppressions.iter().chain(&stack.declared) {
            let Suppression { location, reason, .. } = suppression;
            let written = Written { location, stack: stack.name(), reason };
            self.written.insert(id(suppression), written);
        }
    }

    /// What is accepted on what the finding is about.
    fn on(&self, finding: &Diagnostic) -> &'app [Suppression] {
        let Some(stack) = finding.stack() else { return &[] };
        let path = finding.path().unwrap_or_default().to_owned();
        self.by_path.get(&(stack, path)).copied().unwrap_or_default()
    }

    /// A finding for each suppression that accepts nothing.
    fn idle(
        &self,
        used: &BTreeSet<Id>,
        firm: &BTreeSet<&'static str>,
        rules: &[&Rule],
    ) -> Vec<Diagnostic> {
        let mut known: Vec<&str> = model_rules().map(|rule| rule.code).collect();
        known.extend(rules.iter().map(|rule| rule.code));
        // What checkov would find isn't known here.
        let ours = |id: &Id| !is_of_checkov(id.3) && !used.contains(id);
        let idle = self.written.iter().filter(|(id, _)| ours(id)).map(|(id, written)| {
            let (_, _, _, code) = id;
            let finding = if firm.contains(code) {
                Diagnostic::warning("SUP-01", format!("no program can accept `{code}`")).help(
                    "a file made in spite of it would not be what the program says: mend it instead",
                )
            } else if is_about_lock(code) {
                Diagnostic::warning("SUP-01", format!("no program can accept `{code}`"))
                    .help("that a resource goes, or changes its type, is said once: `synth --update-lock`")
            } else if !known.contains(code) {
                let finding =
                    Diagnostic::warning("SUP-02", format!("no rule has the code `{code}`"));
                match suggest::nearest(code, known.iter().copied()) {
                    Some(nearest) => finding.help(format!("there is `{nearest}`")),
                    None => finding.help("the command `explain` lists the codes"),
                }
            } else {
                Diagnostic::warning("SUP-01", format!("nothing here is found by `{code}`"))
                    .help("leave the suppression out: it would hide what comes later")
            };
            finding.at(written.location).setter("suppress").in_stack(written.stack)
        });
        idle.chain(self.unexplained()).collect()
    }

    /// A finding for each suppression that gives no reason.
    fn unexplained(&self) -> impl Iterator<Item = Diagnostic> {
        let mute = self.written.iter().filter(|(_, written)| written.reason.trim().is_empty());
        mute.map(|((_, _, _, code), written)| {
            Diagnostic::error("SUP-03", format!("`{code}` is accepted without a reason"))
                .at(written.location)
                .setter("suppress")
                .in_stack(written.stack)
                .help("say why it is right here, for whoever reviews the program")
        })
    }
}
