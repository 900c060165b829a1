//! What is to be said about a plan: what changes, what that opens, and what stands against it.

use innovate_aws::plan::{Broadening, broadenings};
use innovate_cfn::schema::Registry;
use innovate_core::{
    check::{Report, suggest},
    diff::{Action, Diff, Refusal, Snapshot},
};
use serde_json::{Value, json};

use super::{
    Failure, Outcome,
    arguments::{Comparison, FailOn},
    place::Home,
    source::SourceFiles,
    terminal::{Terminal, counted},
};

/// What changes, what that opens, and what stands against it.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) diff: Diff,
    opened: Vec<Broadening>,
    named: Named,
    stops: Vec<String>,
}

impl Verdict {
    /// # Errors
    ///
    /// If a resource is named that the plan doesn't lose.
    pub(super) fn of(
        before: &Snapshot,
        after: &Snapshot,
        options: &Comparison,
    ) -> Result<Self, Failure> {
        let diff = Diff::between(before, after, &Registry);
        let opened = broadenings(before, after, &diff);
        let named = Named::of(options, &diff)?;
        let stops = options.fail_on.iter().filter_map(|what| what.stops(&diff, &opened)).collect();
        Ok(Self { diff, opened, named, stops })
    }

    /// The verdict on what is left of a plan, in which somebody named what may be lost.
    #[cfg(feature = "deploy")]
    pub(super) fn of_rest(
        before: &Snapshot,
        after: &Snapshot,
        plan: &innovate_aws::plan::SavedPlan,
    ) -> Self {
        let diff = Diff::between(before, after, &Registry);
        let opened = broadenings(before, after, &diff);
        let named = Named { replace: plan.replace().to_vec(), delete: plan.delete().to_vec() };
        Self { diff, opened, named, stops: Vec::new() }
    }

    /// What must not be deployed, or only if somebody names it, which nobody did.
    pub(super) fn refused(&self) -> impl Iterator<Item = &Refusal> {
        self.diff.refusals.iter().filter(|refusal| !self.named.allow(refusal, &self.diff))
    }

    /// The names of the resources that somebody has to name before they may be lost.
    #[cfg(feature = "deploy")]
    pub(super) fn unnamed(&self) -> Vec<String> {
        let by_name = self.refused().filter(|refusal| refusal.by_name);
        by_name.map(|refusal| full_name(refusal, &self.diff)).collect()
    }

    /// Somebody named a resource that may be lost.
    #[cfg(feature = "deploy")]
    pub(super) fn name(&mut self, name: String) {
        self.named.replace.push(name.clone());
        self.named.delete.push(name);
    }

    pub(super) fn outcome(&self) -> Outcome {
        let good = self.refused().next().is_none() && self.stops.is_empty();
        if good { Outcome::Good } else { Outcome::Findings }
    }

    /// # Errors
    ///
    /// If it can't be written.
    pub(super) fn show(
        &self,
        options: &Comparison,
        home: &Home,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let Self { diff, opened, .. } = self;
        if terminal.json {
            return terminal.print_json(&self.document(&SourceFiles::of(home))?);
        }
        if options.markdown {
            terminal.print(&format!("{}{}", diff.to_markdown(), opened_markdown(opened)))?;
        } else {
            terminal.print(&format!(
                "{}{}",
                opened_text(opened),
                diff.to_text(terminal.coloring)
            ))?;
        }
        self.show_what_stands_against_it(home, terminal);
        Ok(())
    }

    fn show_what_stands_against_it(&self, home: &Home, terminal: &Terminal) {
        let report = self.report();
        if !report.findings().is_empty() {
            let findings = report.render(&SourceFiles::of(home), terminal.coloring);
            terminal.findings(&format!("{findings}\n"));
        }
        for refusal in self.refused().filter(|refusal| refusal.by_name) {
            let (option, name) = (option_of(refusal), full_name(refusal, &self.diff));
            terminal.findings(&format!("if that is meant: --{option} {name}\n"));
        }
        self.stops.iter().for_each(|stop| terminal.findings(&format!("{stop}\n")));
    }

    fn report(&self) -> Report {
        let mut report = Report::default();
        report.extend(self.refused().map(|refusal| refusal.finding.clone()));
        report
    }

    /// The same for machines.
    ///
    /// # Errors
    ///
    /// If it can't be told as JSON.
    pub(super) fn document(&self, sources: &SourceFiles) -> Result<Value, Failure> {
        let mut document = serde_json::to_value(&self.diff)
            .map_err(|error| Failure::new(format!("the plan can't be written: {error}")))?;
        if let Value::Object(document) = &mut document {
            document.insert("summary".to_owned(), json!(self.diff.summary()));
            document.insert("impact".to_owned(), json!(self.diff.impact()));
            let refusals = self.report().to_json(sources).get("findings").cloned();
            document.insert("refusals".to_owned(), refusals.unwrap_or_default());
            document.insert("broadenings".to_owned(), self.opened.iter().map(as_json).collect());
            document.insert("stops".to_owned(), json!(self.stops));
        }
        Ok(document)
    }
}

/// The resources that somebody named, so that they may be lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    replace: Vec<String>,
    delete: Vec<String>,
}

impl Named {
    /// # Errors
    ///
    /// If one is named that the plan doesn't lose: it may be misspelt.
    fn of(options: &Comparison, diff: &Diff) -> Result<Self, Failure> {
        let named = Self { replace: options.replace.clone(), delete: options.delete.clone() };
        for (names, option) in [(&named.replace, "replace"), (&named.delete, "delete")] {
            let lost: Vec<String> = diff
                .refusals
                .iter()
                .filter(|refusal| refusal.by_name && option_of(refusal) == option)
                .map(|refusal| full_name(refusal, diff))
                .collect();
            if let Some(name) = names.iter().find(|name| !lost.contains(name)) {
                let failure = Failure::new(format!(
                    "--{option} {name}: the plan has no such resource to {option}"
                ));
                return Err(match suggest::nearest(name, lost.iter().map(String::as_str)) {
                    Some(nearest) => failure.help(format!("there is `{nearest}`")),
                    None if lost.is_empty() => failure.help("leave the option out"),
                    None => failure.help(format!("there is {}", lost.join(", "))),
                });
            }
        }
        Ok(named)
    }

    fn allow(&self, refusal: &Refusal, diff: &Diff) -> bool {
        let names = if option_of(refusal) == "replace" { &self.replace } else { &self.delete };
        refusal.by_name && names.contains(&full_name(refusal, diff))
    }
}

/// The option that names what a refusal is about.
fn option_of(refusal: &Refusal) -> &'static str {
    if refusal.finding.code() == "PLAN-01" { "replace" } else { "delete" }
}

/// `Stack/LogicalId`; with the account and region before it if another place has the same.
fn full_name(refusal: &Refusal, diff: &Diff) -> String {
    let Refusal { stack, logical_id, .. } = refusal;
    let same = |other: &&Refusal| {
        other.stack.name == stack.name && other.logical_id == *logical_id && other.stack != *stack
    };
    if diff.refusals.iter().any(|other| same(&other)) {
        return format!("{}/{}/{}/{logical_id}", stack.account, stack.region, stack.name);
    }
    format!("{}/{logical_id}", stack.name)
}

impl FailOn {
    /// Why the command fails, if the plan has such changes.
    fn stops(self, diff: &Diff, opened: &[Broadening]) -> Option<String> {
        let resources: Vec<String> = match self {
            Self::Replace | Self::Destroy => diff
                .resources()
                .filter(|(_, found)| match self {
                    Self::Replace => found.action == Action::Replace,
                    _ => found.action == Action::Delete,
                })
                .map(|(stack, found)| format!("{}/{}", stack.id.name, found.logical_id))
                .collect(),
            Self::Broadening => {
                let mut names: Vec<String> = opened
                    .iter()
                    .map(|found| format!("{}/{}", found.stack.name, found.logical_id))
                    .collect();
                names.dedup();
                names
            }
        };
        let name = match self {
            Self::Replace => "replace",
            Self::Destroy => "destroy",
            Self::Broadening => "broadening",
        };
        (!resources.is_empty()).then(|| {
            let count = counted(resources.len(), "resource");
            format!("stopped by --fail-on {name}: {count}: {}", resources.join(", "))
        })
    }
}

fn as_json(opened: &Broadening) -> Value {
    json!({
        "stack": opened.stack,
        "logicalId": opened.logical_id,
        "type": opened.type_name,
        "what": opened.what,
        "place": opened.place,
    })
}

fn opened_text(opened: &[Broadening]) -> String {
    if opened.is_empty() {
        return String::new();
    }
    let mut text = String::from("opens:\n");
    for found in opened {
        let Broadening { stack, logical_id, what, .. } = found;
        text.push_str(&format!("  {}/{logical_id} {what}\n", stack.name));
    }
    text.push('\n');
    text
}

fn opened_markdown(opened: &[Broadening]) -> String {
    if opened.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n### Permissions and connections that this opens\n\n");
    for found in opened {
        let Broadening { stack, logical_id, what, .. } = found;
        text.push_str(&format!("* `{}/{logical_id}` {what}\n", stack.name));
    }
    text
}
