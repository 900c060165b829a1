//! `plan` and `diff`: what changes, and what that does.

use std::{fs, path::Path};

use innovate_aws::plan::SavedPlan;
use innovate_core::{
    App, Assembly, TemplateFormat,
    assembly::{INDEX, Index},
    diff::Snapshot,
};

use serde_json::{Value, json};

use super::{
    Failure, Outcome,
    arguments::{Compare, Plan},
    aws::{Found, deployed},
    output::reason,
    place::{Home, shown},
    saved,
    source::SourceFiles,
    stacks::Stacks,
    terminal::Terminal,
    verdict::Verdict,
};
use crate::checks;

/// Compares two assemblies.
pub(super) fn diff(
    options: &Compare,
    home: &Home,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let (known, before) = read(&options.before)?;
    let (new, after) = read(&options.after)?;
    let verdict = Verdict::of(&before, &after, &new.and(known), &options.comparison)?;
    verdict.show(&options.comparison, home, terminal)?;
    Ok(verdict.outcome())
}

/// Compares what is deployed, or an assembly, with what the program yields.
pub(super) fn plan(
    program: impl FnOnce() -> App,
    options: &Plan,
    home: &Home,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let mut findings = json!({ "findings": [] });
    let Some((app, assembly, after)) = synthesized(program(), home, terminal, "planned", |told| {
        findings = told;
        Ok(())
    })?
    else {
        if terminal.json {
            terminal.print_json(&findings)?;
        }
        return Ok(Outcome::Findings);
    };
    let stacks = Stacks::of(app.stack_models());
    let (stacks, found) = match &options.against {
        Some(folder) => {
            let (known, snapshot) = read(folder)?;
            (stacks.and(known), Found { snapshot, ..Found::default() })
        }
        None => (stacks, deployed(&after, &options.access)?),
    };
    let findings = findings.get("findings").cloned().unwrap_or_default();
    let verdict = Verdict::of(&found.snapshot, &after, &stacks, &options.comparison)?
        .beside(findings, found.obstacles);
    verdict.show(&options.comparison, home, terminal)?;
    let outcome = verdict.outcome();
    if let Some(path) = &options.save {
        if outcome != Outcome::Good {
            terminal.findings("the plan is not saved: it can't be deployed as it is\n");
            return Ok(outcome);
        }
        let app = &assembly.index().app;
        let (before, diff) = (&found.snapshot, &verdict.diff);
        let plan = SavedPlan::new(app, before, &after, diff, &found.stamps, verdict.names());
        saved::write(path, &plan)?;
        let name = shown(path);
        terminal.findings(&format!("saved; `deploy --plan {name}` does this and nothing else\n"));
    }
    Ok(outcome)
}

/// What the program yields, with its stacks as a plan compares them; nothing if it may not be deployed. Findings
/// are shown, and that nothing was `done`; machines are told them.
///
/// # Errors
///
/// If a template can't be read again, or if machines can't be told.
pub(super) fn synthesized(
    program: App,
    home: &Home,
    terminal: &Terminal,
    done: &str,
    tell: impl FnOnce(Value) -> Result<(), Failure>,
) -> Result<Option<(App, Assembly, Snapshot)>, Failure> {
    let synthesis = program.synth(checks(), TemplateFormat::Json);
    if synthesis.assembly.is_none() || !synthesis.report.findings().is_empty() {
        let sources = SourceFiles::of(home);
        if terminal.json {
            tell(synthesis.report.to_json(&sources))?;
        } else {
            let findings = synthesis.report.render(&sources, terminal.coloring);
            terminal.findings(&format!("{findings}\n"));
        }
    }
    let Some(assembly) = synthesis.assembly else {
        if !terminal.json {
            let summary = synthesis.report.summary();
            terminal.findings(&format!("{summary}; nothing was {done}\n"));
        }
        return Ok(None);
    };
    let after = Snapshot::of(&assembly).map_err(Failure::new)?.with_places(&synthesis.app);
    Ok(Some((synthesis.app, assembly, after)))
}

/// The assembly in a folder: which stacks it has, and what is in them.
///
/// # Errors
///
/// If the folder has none, or if its templates aren't those that its index lists.
fn read(folder: &Path) -> Result<(Stacks, Snapshot), Failure> {
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
    let snapshot = Snapshot::read(&index, file)
        .map_err(|reason| Failure::new(format!("`{}`: {reason}", shown(folder))))?;
    Ok((Stacks::of_index(&index), snapshot))
}
