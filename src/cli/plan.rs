//! `plan` and `diff`: what changes, and what that does.

use std::{fs, path::Path};

use innovate_core::{
    App, Assembly, TemplateFormat,
    assembly::{INDEX, Index},
    diff::Snapshot,
};

use super::{
    Failure, Outcome,
    arguments::{Compare, Plan},
    aws::deployed,
    output::reason,
    place::{Home, shown},
    source::SourceFiles,
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
    let (before, after) = (read(&options.before)?, read(&options.after)?);
    let verdict = Verdict::of(&before, &after, &options.comparison)?;
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
    let Some((_, _, after)) = synthesized(program(), home, terminal)? else {
        return Ok(Outcome::Findings);
    };
    let (before, obstacles) = match &options.against {
        Some(folder) => (read(folder)?, Vec::new()),
        None => deployed(&after, &options.access)?,
    };
    let verdict = Verdict::of(&before, &after, &options.comparison)?;
    verdict.show(&options.comparison, home, terminal)?;
    obstacles.iter().for_each(|obstacle| terminal.findings(&format!("{obstacle}\n")));
    Ok(if obstacles.is_empty() { verdict.outcome() } else { Outcome::Findings })
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
