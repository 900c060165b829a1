//! `plan` and `diff`: what changes, and what that does.

use std::{fs, path::Path};

use innovate_aws::plan::{Broadening, broadenings};
use innovate_cfn::schema::Registry;
use innovate_core::{
    App, Assembly, TemplateFormat,
    assembly::{INDEX, Index},
    check::{Report, suggest},
    diff::{Action, Diff, Refusal, Snapshot},
};
use serde_json::{Value, json};

use super::{
    Failure, Outcome,
    arguments::{Compare, Comparison, FailOn, Plan},
    aws::deployed,
    output::reason,
    place::{Home, shown},
    source::SourceFiles,
    terminal::{Terminal, counted},
};
use crate::checks;

/// Compares two assemblies.
pub(super) fn diff(
    options: &Compare,
    home: &Home,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let (before, after) = (read(&options.before)?, read(&options.after)?);
    Ok(show(&before, &after, &options.comparison, home, terminal)?.0)
}

/// Compares what is deployed, or an assembly, with what the program yields.
pub(super) fn plan(
    program: impl FnOnce() -> App,
    options: &Plan,
    home: &Home,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let Some((_, _, after)) = synthesized(program(), home, terminal)? else {
        return Ok(Outcome::Findings);
    };
    let (before, obstacles) = match &options.against {
        Some(folder) => (read(folder)?, Vec::new()),
        None => deployed(&after, &options.access)?,
    };
    let (outcome, _) = show(&before, &after, &options.comparison, home, terminal)?;
    obstacles.iter().for_each(|obstacle| terminal.findings(&format!("{obstacle}\n")));
    Ok(if obstacles.is_empty() { outcome } else { Outcome::Findings })
}

/// What the program yields, with its stacks as a plan compares them; nothing, and the findings shown, if
/// it may not be deployed.
///
/// # Errors
///
/// If a template can't be read again.
pub(super) fn synthesized(
    program: App,
    home: &Home,
    terminal: &Terminal,
) -> Result<Option<(App, Assembly, Snapshot)>, Failure> {
    let synthesis = program.synth(checks(), TemplateFormat::Json);
    let Some(assembly) = synthesis.assembly else {
        let sources = SourceFiles::of(home);
        if terminal.json {
            terminal.print_json(&synthesis.report.to_json(&sources))?;
        } else {
            let findings = synthesis.report.render(&sources, terminal.coloring);
            let summary = synthesis.report.summary();
            terminal.findings(&format!("{findings}\n{summary}; nothing was planned\n"));
        }
        return Ok(None);
    };
    let after = Snapshot::of(&assembly).map_err(Failure::new)?.with_places(&synthesis.app);
    Ok(Some((synthesis.app, assembly, after)))
}

/// Shows what changes, and what stands against it.
///
/// # Errors
///
/// If it can't be written, or if a resource is named that the plan doesn't lose.
pub(super) fn show(
    before: &Snapshot,
    after: &Snapshot,
    options: &Comparison,
    home: &Home,
    terminal: &Terminal,
) -> Result<(Outcome, Diff), Failure> {
    let diff = Diff::between(before, after, &Registry);
    let opened = broadenings(before, after, &diff);
    let named = Named::of(options, &diff)?;
    let refused: Vec<&Refusal> =
        diff.refusals.iter().filter(|refusal| !named.allow(refusal)).collect();
    let stops: Vec<String> =
        options.fail_on.iter().filter_map(|what| what.stops(&diff, &opened)).collect();
    let mut report = Report::default();
    report.extend(refused.iter().map(|refusal| refusal.finding.clone()));
    let sources = SourceFiles::of(home);
    if terminal.json {
        let mut document = serde_json::to_value(&diff)
            .map_err(|error| Failure::new(format!("the plan can't be written: {error}")))?;
        if let Value::Object(document) = &mut document {
            document.insert("summary".to_owned(), json!(diff.summary()));
            document.insert("impact".to_owned(), json!(diff.impact()));
            let refusals = report.to_json(&sources).get("findings").cloned();
            document.insert("refusals".to_owned(), refusals.unwrap_or_default());
            document.insert("broadenings".to_owned(), opened.iter().map(as_json).collect());
            document.insert("stops".to_owned(), json!(stops));
        }
        terminal.print_json(&document)?;
    } else if options.markdown {
        terminal.print(&format!("{}{}", diff.to_markdown(), opened_markdown(&opened)))?;
    } else {
        terminal.print(&format!("{}{}", opened_text(&opened), diff.to_text(terminal.coloring)))?;
    }
    if !refused.is_empty() && !terminal.json {
        terminal.findings(&format!("{}\n", report.render(&sources, terminal.coloring)));
        for refusal in refused.iter().filter(|refusal| refusal.by_name) {
            let option = if refusal.finding.code() == "PLAN-01" { "replace" } else { "delete" };
            let Refusal { stack, logical_id, .. } = refusal;
            terminal
                .findings(&format!("if that is meant: --{option} {}/{logical_id}\n", stack.name));
        }
    }
    if !terminal.json {
        stops.iter().for_each(|stop| terminal.findings(&format!("{stop}\n")));
    }
    let good = refused.is_empty() && stops.is_empty();
    Ok((if good { Outcome::Good } else { Outcome::Findings }, diff))
}

/// The resources that somebody named, so that they may be lost.
struct Named<'a> {
    replace: &'a [String],
    delete: &'a [String],
    diff: &'a Diff,
}

impl<'a> Named<'a> {
    /// # Errors
    ///
    /// If one is named that the plan doesn't lose: it may be misspelt.
    fn of(options: &'a Comparison, diff: &'a Diff) -> Result<Self, Failure> {
        let named = Self { replace: &options.replace, delete: &options.delete, diff };
        for (names, option, code) in
            [(named.replace, "replace", true), (named.delete, "delete", false)]
        {
            let lost: Vec<String> = diff
                .refusals
                .iter()
                .filter(|refusal| refusal.by_name && (refusal.finding.code() == "PLAN-01") == code)
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

    fn allow(&self, refusal: &Refusal) -> bool {
        let names = if refusal.finding.code() == "PLAN-01" { self.replace } else { self.delete };
        refusal.by_name && names.contains(&full_name(refusal, self.diff))
    }
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

/// The assembly in a folder.
///
/// # Errors
///
/// If the folder has none, or if its templates aren't those that its index lists.
fn read(folder: &Path) -> Result<Snapshot, Failure> {
    let path = folder.join(INDEX);
    let index = fs::read_to_string(&path).map_err(|error| {
        Failure::new(format!("can't read `{}`: {}", shown(&path), reason(&error)))
            .help("name a folder that `synth` wrote, such as innovate.out/prod")
    })?;
    let index: Index = serde_json::from_str(&index).map_err(|error| {
        Failure::new(format!("`{}` isn't the index of an assembly: {error}", shown(&path)))
            .help("`synth` writes it anew")
    })?;
    let file = |name: &str| fs::read_to_string(folder.join(name)).map_err(|error| reason(&error));
    Snapshot::read(&index, file)
        .map_err(|reason| Failure::new(format!("`{}`: {reason}", shown(folder))))
}
