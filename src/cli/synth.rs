//! `synth` and `check`: the program is checked; `synth` then writes what it yields.

use std::{
    path::Path,
    thread::{self, ScopedJoinHandle},
    time::Instant,
};

use innovate_core::{
    App, Assembly, TemplateFormat,
    check::Report,
    lock::{Losses, Update},
    stack::Move,
};
use serde_json::{Value, json};

use super::{
    Failure, Outcome,
    arguments::{Check, Synth},
    gitops::Prepared,
    list,
    lock_file::LockFile,
    output::Staged,
    place::{Home, shown},
    source::SourceFiles,
    terminal::{Terminal, counted},
};
use crate::checks;

/// How many things of which kind a program makes.
#[derive(Clone, Copy, Debug)]
struct Size {
    stacks: usize,
    resources: usize,
    manifests: usize,
}

impl Size {
    fn of(app: &App) -> Self {
        Self {
            stacks: app.stack_models().len(),
            resources: app.stack_models().iter().map(|stack| stack.resources().len()).sum(),
            manifests: app.manifest_sets().iter().map(|set| set.manifests().len()).sum(),
        }
    }

    fn of_assembly(assembly: &Assembly) -> Self {
        let index = assembly.index();
        Self {
            stacks: index.stacks.len(),
            resources: index.stacks.iter().map(|stack| stack.resources).sum(),
            manifests: index.manifests.iter().map(|set| set.files.len()).sum(),
        }
    }

    fn shown(self) -> String {
        let Self { stacks, resources, manifests } = self;
        format!(
            "{}, {}, {}",
            counted(stacks, "stack"),
            counted(resources, "resource"),
            counted(manifests, "manifest"),
        )
    }

    fn as_json(self) -> Value {
        let Self { stacks, resources, manifests } = self;
        json!({ "stacks": stacks, "resources": resources, "manifests": manifests })
    }
}

/// Builds the program while another thread reads the lock file.
fn build(
    program: impl FnOnce() -> App,
    read: impl Fn() -> Result<LockFile, Failure> + Sync,
) -> Result<(App, LockFile), Failure> {
    let (app, lock) = thread::scope(|scope| {
        let reading = thread::Builder::new().spawn_scoped(scope, &read);
        let app = program();
        let lock = match reading.map(ScopedJoinHandle::join) {
            Ok(read) => read.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // No thread can be made.
            Err(_) => read(),
        };
        (app, lock)
    });
    Ok((app, lock?))
}

pub(super) fn check(
    program: impl FnOnce() -> App,
    options: &Check,
    home: &Home,
    terminal: &Terminal,
    started: Instant,
) -> Result<Outcome, Failure> {
    let path = options.lock.path(home);
    let (app, lock) = build(program, || LockFile::read(path.clone()))?;
    let (size, checks) = (Size::of(&app), checks());
    let update = lock.lock().update(&app, checks.registry, &home.program, Losses::Refuse);
    let mut report = app.synth(checks, TemplateFormat::Json).report;
    report.extend(update.findings);
    let sources = SourceFiles::of(home);
    if terminal.json {
        terminal.print_json(&report_json(&report, &sources, size, started))?;
    } else {
        if !report.findings().is_empty() {
            terminal.findings(&format!("{}\n", report.render(&sources, terminal.coloring)));
        }
        terminal.print(&exceptions(&report, &sources))?;
        let summary = report.summary();
        terminal.print(&format!("{summary} in {} ({})\n", size.shown(), elapsed(started)))?;
    }
    Ok(outcome(&report))
}

pub(super) fn write(
    program: impl FnOnce() -> App,
    options: &Synth,
    home: &Home,
    terminal: &Terminal,
    started: Instant,
) -> Result<Outcome, Failure> {
    let path = options.lock.path(home);
    let (app, lock) = build(program, || LockFile::hold(path.clone(), terminal))?;
    let selected = list::select(app.stack_models(), &options.stacks)?;
    let selected: Vec<String> = selected.iter().map(|stack| stack.name().to_owned()).collect();
    let (size, checks) = (Size::of(&app), checks());
    let losses = if options.update_lock { Losses::Accept } else { Losses::Refuse };
    let update = lock.lock().update(&app, checks.registry, &home.program, losses);
    let forbidden = lock.lock().forbid_change(&update).filter(|_| options.locked);
    let Update { lock: locked, findings: losses, moved } = update;
    let synthesis = app.synth(checks, options.template_format());
    // The process ends soon: to take a large program apart would only cost time.
    std::mem::forget(synthesis.app);
    let mut report = synthesis.report;
    report.extend(losses.into_iter().chain(forbidden));
    let sources = SourceFiles::of(home);
    let Some(assembly) = synthesis.assembly.filter(|_| !report.has_errors()) else {
        if terminal.json {
            terminal.print_json(&report_json(&report, &sources, size, started))?;
        } else {
            let findings = report.render(&sources, terminal.coloring);
            terminal.findings(&format!("{findings}\n{}; nothing was written\n", report.summary()));
        }
        return Ok(Outcome::Findings);
    };
    let assembly = if options.stacks.is_empty() { assembly } else { part(&assembly, &selected)? };
    let out = options.out.clone().unwrap_or_else(|| home.out());
    let gitops = options.gitops.as_deref();
    let gitops =
        gitops.map(|folder| Prepared::new(&assembly, &home.program, folder)).transpose()?;
    let lock = lock.stage(&locked)?;
    let lock_path = lock.path().to_path_buf();
    // From here on only folders and files change their names.
    Staged::write(&out, assembly.files())?.commit()?;
    let lock_changed = lock.commit()?;
    let published = gitops.map(Prepared::commit).transpose()?;
    let size = Size::of_assembly(&assembly);
    if terminal.json {
        let mut document = report_json(&report, &sources, size, started);
        if let Value::Object(document) = &mut document {
            document.insert("out".to_owned(), json!(out.display().to_string()));
            document.insert("lockChanged".to_owned(), json!(lock_changed));
            document.insert("moved".to_owned(), json!(moved));
            if let Some(published) = &published {
                document.insert("gitops".to_owned(), published.to_json());
            }
        }
        terminal.print_json(&document)?;
    } else {
        if !report.findings().is_empty() {
            terminal.findings(&format!("{}\n", report.render(&sources, terminal.coloring)));
        }
        terminal.print(&summary(home, &report, size, &out, started))?;
        if lock_changed {
            let ids = counted(locked.resources(), "stateful resource");
            terminal.print(&format!("updated {}: {ids}; commit it\n", shown(&lock_path)))?;
        }
        if let Some(published) = &published {
            terminal.print(&published.to_text())?;
        }
        for Move { from, to } in &moved {
            terminal.print(&format!("`{from}` is `{to}` now: `deploy` moves it; with another tool: move it with a stack refactor (`aws cloudformation create-stack-refactor`) before the deployment, or it is made anew\n"))?;
        }
    }
    Ok(Outcome::Good)
}

fn part(assembly: &Assembly, names: &[String]) -> Result<Assembly, Failure> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assembly.select(&names).map_err(Failure::new)
}

fn summary(home: &Home, report: &Report, size: Size, out: &Path, started: Instant) -> String {
    format!(
        "{}: {}; {}\nwrote {} in {}\n",
        home.program,
        size.shown(),
        report.summary(),
        shown(out),
        elapsed(started),
    )
}

fn outcome(report: &Report) -> Outcome {
    if report.has_errors() { Outcome::Findings } else { Outcome::Good }
}

fn elapsed(started: Instant) -> String {
    format!("{} ms", started.elapsed().as_millis())
}

/// What the program accepts and overrides, briefly.
fn exceptions(report: &Report, sources: &SourceFiles) -> String {
    let mut text = String::new();
    for accepted in report.accepted() {
        let finding = &accepted.finding;
        let place = finding.resolved_place(sources);
        let place = place.map_or_else(String::new, |at| format!(" ({}:{})", at.file, at.line));
        let severity = finding.severity().name();
        text.push_str(&format!(
            "accepted {severity}[{}]{place}: {}\n  reason: {}\n",
            finding.code(),
            finding.message(),
            accepted.reason,
        ));
    }
    for overridden in report.overridden() {
        let (place, property) = (&overridden.place, overridden.property.replace('/', "."));
        text.push_str(&format!(
            "overridden {property} of {} in {} ({}:{})\n",
            overridden.logical_id, overridden.stack, place.file, place.line,
        ));
    }
    text
}

fn report_json(report: &Report, sources: &SourceFiles, size: Size, started: Instant) -> Value {
    let mut document = report.to_json(sources);
    if let (Value::Object(document), Value::Object(size)) = (&mut document, size.as_json()) {
        document.extend(size);
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        document.insert("milliseconds".to_owned(), json!(milliseconds));
    }
    document
}
