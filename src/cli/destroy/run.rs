//! What would be deleted, confirmation, deletion, summary.

use std::{fmt::Write as _, io::BufRead, time::Duration};

use innovate_aws::{
    deploy::{Destroyer, Destruction},
    plan::{Remnant, RemnantKind},
};
use innovate_core::{
    App, Synthesis, TemplateFormat,
    check::{Place, Report},
    diff::{Refusal, StackId},
};
use serde_json::{Value, json};

use crate::{
    checks,
    cli::{
        Failure, Outcome,
        arguments::Destroy,
        aws::{load, runtime},
        confirm::Answers,
        events::Events,
        list,
        place::Home,
        progress::Display,
        source::SourceFiles,
        stacks::Stacks,
        terminal::{Terminal, counted},
    },
};

/// Deletes the program's stacks, once what goes with them is answered for.
pub(in crate::cli) fn destroy(
    program: impl FnOnce() -> App,
    options: &Destroy,
    home: &Home,
    events: &Events<'_>,
) -> Result<Outcome, Failure> {
    let terminal = events.terminal;
    let program = program();
    let stacks = Stacks::of(program.stack_models());
    let all = program.stack_models().len();
    let wanted: Vec<StackId> = match options.stacks.is_empty() {
        true => Vec::new(),
        false => list::select(program.stack_models(), &options.stacks)?
            .into_iter()
            .map(list::id)
            .collect(),
    };
    let named = Names::of(options, &stacks)?;
    // Findings stop no deletion: the stacks may be there all the same.
    let synthesis = program.synth(checks(), TemplateFormat::Json);
    let runtime = runtime()?;
    let destruction = runtime.block_on(look(&synthesis, &wanted, &named, options))?;
    if destruction.is_empty() {
        let stacks = counted(if wanted.is_empty() { all } else { wanted.len() }, "stack");
        say(
            &destruction,
            &format!("nothing to destroy: of {stacks} none is there\n"),
            home,
            events,
        )?;
        events.ended(json!([]));
        return Ok(Outcome::Good);
    }
    let mut destruction = named.answer(destruction);
    say(&destruction, &text(&destruction, terminal), home, events)?;
    let mut answers = Answers::of(terminal);
    if !options.yes {
        destruction = ask(destruction, &mut answers, terminal)?;
    }
    if destruction.refusals().next().is_some() {
        return refuse(&destruction, home, events);
    }
    let name = synthesis.app.name();
    let stacks = counted(destruction.diff().stacks.len(), "stack");
    let question = format!("delete {stacks}? Type the program's name, {name}: ");
    if !options.yes && !answers.types(&question, name, terminal)? {
        terminal.findings("nothing was deleted\n");
        return Ok(Outcome::Findings);
    }
    let mut display = Display::new(terminal, SourceFiles::of(home), options.verbose);
    let summary = runtime.block_on(async { display.follow(destruction.start()?).await })?;
    events.ended(json!(summary.stacks));
    display.sum_up(&summary, |_, _| false)?;
    Ok(if summary.is_good() { Outcome::Good } else { Outcome::Findings })
}

async fn look(
    synthesis: &Synthesis,
    wanted: &[StackId],
    named: &Names,
    options: &Destroy,
) -> Result<Destruction, Failure> {
    let access = load(&options.access).await;
    let mut destroyer = Destroyer::new(access, synthesis).at_once(options.at_once);
    for stack in wanted {
        destroyer = destroyer.only(stack);
    }
    for (stack, logical_id) in &named.retain {
        destroyer = destroyer.retain(stack, logical_id);
    }
    if let Some(pause) = options.pace.poll_every {
        destroyer = destroyer.poll_every(Duration::from_millis(pause));
    }
    Ok(destroyer.look().await?)
}

/// What the command line names. What is gone already may be named too, so that the same command can be
/// repeated.
struct Names {
    delete: Vec<(StackId, String)>,
    lifted: Vec<(StackId, String)>,
    retain: Vec<(StackId, String)>,
    unprotect: Vec<StackId>,
}

impl Names {
    /// # Errors
    ///
    /// If a name is none of a stack of the program.
    fn of(options: &Destroy, stacks: &Stacks) -> Result<Self, Failure> {
        let resources = |names: &[String]| -> Result<Vec<_>, Failure> {
            let found = names.iter().map(|name| {
                let (stack, id) = stacks.within(name)?;
                Ok((stack.clone(), id.to_owned()))
            });
            found.collect()
        };
        Ok(Self {
            delete: resources(&options.delete)?,
            lifted: resources(&options.lifted)?,
            retain: resources(&options.retain)?,
            unprotect: options
                .unprotect
                .iter()
                .map(|name| stacks.find(name).cloned())
                .collect::<Result<_, _>>()?,
        })
    }

    fn answer(&self, mut destruction: Destruction) -> Destruction {
        for (stack, id) in &self.delete {
            destruction = destruction.lose(stack, id);
        }
        for (stack, id) in &self.lifted {
            destruction = destruction.lifted(stack, id);
        }
        for stack in &self.unprotect {
            destruction = destruction.unprotect(stack);
        }
        destruction
    }
}

/// The option that answers for a refusal, and the name that it takes: a stack's own is unique in a program
/// (rule STK-01).
fn option(refusal: &Refusal) -> (&'static str, String) {
    let stack = &refusal.stack.name;
    match refusal.finding.code() {
        "PLAN-07" => ("unprotect", stack.clone()),
        "PLAN-08" => ("lifted", format!("{stack}/{}", refusal.logical_id)),
        _ => ("delete", format!("{stack}/{}", refusal.logical_id)),
    }
}

/// Somebody at a terminal may answer for what stands against it by typing its name.
fn ask<R: BufRead>(
    mut destruction: Destruction,
    answers: &mut Answers<R>,
    terminal: &Terminal,
) -> Result<Destruction, Failure> {
    if !answers.is_there() || destruction.refusals().any(|refusal| !refusal.by_name) {
        return Ok(destruction);
    }
    let open: Vec<Refusal> = destruction.refusals().cloned().collect();
    for refusal in open {
        let (option, name) = option(&refusal);
        let what = match option {
            "unprotect" => "is protected against deletion. Type its name to lift that: ",
            "lifted" => "is protected, as it is deployed. Type its name if that was lifted since: ",
            _ => "holds data, which goes with it. Type its name if that is meant: ",
        };
        if !answers.types(&format!("`{name}` {what}"), &name, terminal)? {
            break;
        }
        let Refusal { stack, logical_id, .. } = &refusal;
        destruction = match option {
            "unprotect" => destruction.unprotect(stack),
            "lifted" => destruction.lifted(stack, logical_id),
            _ => destruction.lose(stack, logical_id),
        };
    }
    Ok(destruction)
}

/// Shows what would be deleted; to machines as the first of the events.
fn say(
    destruction: &Destruction,
    text: &str,
    home: &Home,
    events: &Events<'_>,
) -> Result<(), Failure> {
    if !events.terminal.json {
        return events.terminal.print(text);
    }
    let unwritten = |error| Failure::new(format!("the plan can't be written: {error}"));
    let mut document = serde_json::to_value(destruction.diff()).map_err(unwritten)?;
    let refusals = report(destruction).to_json(&SourceFiles::of(home)).get("findings").cloned();
    if let Value::Object(document) = &mut document {
        document.insert("summary".to_owned(), json!(destruction.diff().summary()));
        document.insert("remnants".to_owned(), json!(destruction.remnants()));
        document.insert("refusals".to_owned(), refusals.unwrap_or_default());
    }
    events.tell("plan", document)
}

fn report(destruction: &Destruction) -> Report {
    let mut report = Report::default();
    report.extend(destruction.refusals().map(|refusal| refusal.finding.clone()));
    report
}

/// What becomes of each resource, then what is to be done, in its order.
fn text(destruction: &Destruction, terminal: &Terminal) -> String {
    let mut text = destruction.diff().to_text(terminal.coloring);
    for kind in RemnantKind::ALL {
        let of_kind = destruction.remnants().iter().filter(|remnant| remnant.kind == kind);
        for (at, remnant) in of_kind.enumerate() {
            if at == 0 {
                let _ = writeln!(text, "\n{}:", kind.heading());
            }
            write_remnant(&mut text, remnant);
        }
    }
    text
}

fn write_remnant(text: &mut String, remnant: &Remnant) {
    let Remnant { stack, logical_id, physical_id, what, why, advice, place, .. } = remnant;
    let known = physical_id.as_ref().map_or_else(String::new, |id| format!(" {id}"));
    let line = |place: &Place| format!(" ({}:{})", place.file, place.line);
    let line = place.as_ref().map_or_else(String::new, line);
    let _ = writeln!(text, "  {}/{logical_id}{known}{line}: {what}", stack.name);
    let _ = writeln!(text, "      why: {why}");
    let _ = writeln!(text, "      do:  {advice}");
}

/// Shows what stands against it, and how to answer for it.
///
/// # Errors
///
/// If it can't be written.
fn refuse(destruction: &Destruction, home: &Home, events: &Events<'_>) -> Result<Outcome, Failure> {
    let terminal = events.terminal;
    if terminal.json {
        let reason = |refusal: &Refusal| {
            let finding = &refusal.finding;
            let mut reason = json!({ "reason": finding.message(), "code": finding.code() });
            if let Some(reason) = reason.as_object_mut().filter(|_| refusal.by_name) {
                let (option, name) = option(refusal);
                reason.insert("option".to_owned(), json!(format!("--{option} {name}")));
            }
            reason
        };
        return events.refuse(destruction.refusals().map(reason).collect());
    }
    let findings = report(destruction).render(&SourceFiles::of(home), terminal.coloring);
    terminal.findings(&format!("{findings}\n"));
    for refusal in destruction.refusals().filter(|refusal| refusal.by_name) {
        let (option, name) = option(refusal);
        terminal.findings(&format!("if that is meant: --{option} {name}\n"));
    }
    terminal.findings("nothing was deleted\n");
    Ok(Outcome::Findings)
}
