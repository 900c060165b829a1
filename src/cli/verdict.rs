//! What is to be said about a plan: what changes, what that opens, and what stands against it.

use innovate_aws::plan::{Broadening, broadenings};
use innovate_cfn::schema::Registry;
#[cfg(feature = "deploy")]
use innovate_core::diff::StackId;
use innovate_core::{
    check::{Registry as _, Report, suggest},
    diff::{Action, Diff, Refusal, Snapshot},
};
use serde_json::{Value, json};

use super::{
    Failure, Outcome,
    arguments::{Comparison, FailOn},
    place::Home,
    source::SourceFiles,
    stacks::Stacks,
    terminal::{Terminal, counted},
};

/// What changes, what that opens, and what stands against it.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) diff: Diff,
    opened: Vec<Broadening>,
    named: Named,
    stops: Vec<String>,
    /// What is to be said about the program itself, for machines.
    findings: Value,
    /// Why a deployment could not begin.
    obstacles: Vec<String>,
}

impl Verdict {
    /// # Errors
    ///
    /// If something is named that is nowhere.
    pub(super) fn of(
        before: &Snapshot,
        after: &Snapshot,
        stacks: &Stacks,
        options: &Comparison,
    ) -> Result<Self, Failure> {
        let diff = Diff::between(before, after, &Registry);
        let opened = broadenings(before, after, &diff);
        let named = Named::of(options, stacks, [before, after])?;
        let stops = options.fail_on.iter().filter_map(|what| what.stops(&diff, &opened)).collect();
        Ok(Self { diff, opened, named, stops, findings: json!([]), obstacles: Vec::new() })
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
        let (stops, obstacles) = (Vec::new(), Vec::new());
        Self { diff, opened, named, stops, findings: json!([]), obstacles }
    }

    /// The same, said together with the program's findings, and with why a deployment could not begin.
    pub(super) fn beside(self, findings: Value, obstacles: Vec<String>) -> Self {
        Self { findings, obstacles, ..self }
    }

    /// Why this is not deployed, for machines.
    #[cfg(feature = "deploy")]
    pub(super) fn reasons(&self) -> Vec<Value> {
        let refused = self.refused().map(|refusal| {
            let finding = &refusal.finding;
            let mut reason = json!({ "reason": finding.message(), "code": finding.code() });
            if let Some(reason) = reason.as_object_mut().filter(|_| refusal.by_name) {
                let (option, name) = (option_of(refusal), full_name(refusal));
                reason.insert("option".to_owned(), json!(format!("--{option} {name}")));
            }
            reason
        });
        refused.chain(self.stops.iter().map(|stop| json!({ "reason": stop }))).collect()
    }

    /// What must not be deployed, or only if somebody names it, which nobody did.
    pub(super) fn refused(&self) -> impl Iterator<Item = &Refusal> {
        self.diff.refusals.iter().filter(|refusal| !self.named.allow(refusal))
    }

    /// The names of the resources that somebody has to name before they may be lost.
    #[cfg(feature = "deploy")]
    pub(super) fn unnamed(&self) -> Vec<String> {
        let by_name = self.refused().filter(|refusal| refusal.by_name);
        by_name.map(full_name).collect()
    }

    /// Somebody named a resource that may be lost.
    #[cfg(feature = "deploy")]
    pub(super) fn name(&mut self, name: String) {
        self.named.replace.push(name.clone());
        self.named.delete.push(name);
    }

    /// The resources that somebody named, of these stacks.
    #[cfg(feature = "deploy")]
    pub(super) fn named<'a>(
        &'a self,
        stacks: &'a [StackId],
    ) -> impl Iterator<Item = (&'a StackId, &'a str)> {
        let Named { replace, delete } = &self.named;
        replace.iter().chain(delete).filter_map(|name| {
            let (stack, id) = name.split_once('/')?;
            Some((stacks.iter().find(|it| it.name == stack)?, id))
        })
    }

    /// The names of the resources that may be replaced, and that may be deleted.
    pub(super) fn names(&self) -> (&[String], &[String]) {
        (&self.named.replace, &self.named.delete)
    }

    /// Why the command fails before anything is asked, whoever names what.
    #[cfg(feature = "deploy")]
    pub(super) fn is_stopped(&self) -> bool {
        !self.stops.is_empty() || self.refused().any(|refusal| !refusal.by_name)
    }

    pub(super) fn outcome(&self) -> Outcome {
        let good =
            self.refused().next().is_none() && self.stops.is_empty() && self.obstacles.is_empty();
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
            let mut document = self.document(&SourceFiles::of(home))?;
            if let Value::Object(document) = &mut document {
                document.insert("findings".to_owned(), self.findings.clone());
                document.insert("obstacles".to_owned(), json!(self.obstacles));
            }
            return terminal.print_json(&document);
        }
        if options.markdown {
            terminal.print(&format!(
                "{}{}{}",
                diff.to_markdown(),
                opened_markdown(opened),
                self.refused_markdown(&SourceFiles::of(home))
            ))?;
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
            let (option, name) = (option_of(refusal), full_name(refusal));
            terminal.findings(&format!("if that is meant: --{option} {name}\n"));
        }
        let others = self.stops.iter().chain(&self.obstacles);
        others.for_each(|why| terminal.findings(&format!("{why}\n")));
    }

    /// What stands against it, for a pull request.
    fn refused_markdown(&self, sources: &SourceFiles) -> String {
        if self.outcome() == Outcome::Good {
            return String::new();
        }
        let mut text = String::from("\n### Refused\n\n");
        for refusal in self.refused() {
            let finding = &refusal.finding;
            let place = finding.resolved_place(sources);
            let place =
                place.map_or_else(String::new, |at| format!(" (`{}:{}`)", at.file, at.line));
            text.push_str(&format!("* **{}**{place}: {}", finding.code(), finding.message()));
            if refusal.by_name {
                let (option, name) = (option_of(refusal), full_name(refusal));
                text.push_str(&format!("; if that is meant: `--{option} {name}`"));
            }
            text.push('\n');
        }
        for why in self.stops.iter().chain(&self.obstacles) {
            text.push_str(&format!("* {why}\n"));
        }
        text
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

/// The resources that somebody named, so that they may be lost: `Stack/LogicalId`, with the stack's name in
/// AWS, which is unique in a program (rule STK-01).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    replace: Vec<String>,
    delete: Vec<String>,
}

impl Named {
    /// More may be named than the plan loses: what an earlier run of the same command has lost already, and
    /// what only a change set shows to be lost.
    ///
    /// # Errors
    ///
    /// If a stack is named that is nowhere, or something that is nowhere but resembles what holds data: it
    /// may be misspelt.
    fn of(options: &Comparison, stacks: &Stacks, sides: [&Snapshot; 2]) -> Result<Self, Failure> {
        let full = |names: &[String], option: &str| -> Result<Vec<String>, Failure> {
            let full = names.iter().map(|name| {
                let (stack, id) = stacks.within(name)?;
                let stack = &stack.name;
                match resembled(stack, id, sides) {
                    Some(other) => {
                        let message = format!("--{option} {name}: the stack `{stack}` has no such resource, neither as it is nor as it will be");
                        let help = format!("there is `{stack}/{other}`; if `{id}` is gone already, leave the option out");
                        Err(Failure::new(message).help(help))
                    }
                    None => Ok(format!("{stack}/{id}")),
                }
            });
            full.collect()
        };
        Ok(Self {
            replace: full(&options.replace, "replace")?,
            delete: full(&options.delete, "delete")?,
        })
    }

    fn allow(&self, refusal: &Refusal) -> bool {
        let names = if option_of(refusal) == "replace" { &self.replace } else { &self.delete };
        refusal.by_name && names.contains(&full_name(refusal))
    }
}

/// What an id that is in none of the templates of a stack resembles, among what holds data there.
fn resembled<'a>(stack: &str, id: &str, sides: [&'a Snapshot; 2]) -> Option<&'a str> {
    let stacks = || sides.into_iter().flat_map(Snapshot::stacks).filter(|it| it.id.name == stack);
    let resources =
        || stacks().filter_map(|stack| stack.template.get("Resources")?.as_object()).flatten();
    if resources().any(|(known, _)| known == id) {
        return None;
    }
    let holds_data = |resource: &Value| {
        let type_name = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        Registry.facts(type_name).is_some_and(|facts| facts.stateful)
    };
    let known = resources().filter(|(_, resource)| holds_data(resource));
    suggest::nearest(id, known.map(|(known, _)| known.as_str()))
}

/// The option that names what a refusal is about.
fn option_of(refusal: &Refusal) -> &'static str {
    if refusal.finding.code() == "PLAN-01" { "replace" } else { "delete" }
}

/// `Stack/LogicalId`.
fn full_name(refusal: &Refusal) -> String {
    format!("{}/{}", refusal.stack.name, refusal.logical_id)
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
