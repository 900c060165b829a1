//! What a person sees while stacks are worked on: bars in a terminal, lines elsewhere, JSON for machines.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use innovate_aws::deploy::{
    Deployment, Event, Failure as StackFailure, Operation, Outcome as StackOutcome, Progress,
    Summary,
};
use innovate_core::{
    check::{Diagnostic, Place},
    diff::StackId,
};
use tokio::time::Instant;

use super::{
    Failure,
    source::SourceFiles,
    terminal::{Terminal, counted},
};

/// How often lines tell what is under way, so that nobody takes silence for a hang.
const NEWS: Duration = Duration::from_secs(60);

/// How often bars show how long it takes.
const TICK: Duration = Duration::from_secs(1);

/// How many resources that are under way a line names.
const NAMED: usize = 4;

/// What is shown of stacks that are worked on.
pub(super) struct Display<'a> {
    form: Form,
    terminal: &'a Terminal,
    sources: SourceFiles,
    verbose: bool,
    under_way: BTreeMap<StackId, Tally>,
    outputs: Vec<(StackId, BTreeMap<String, String>)>,
}

/// How it is shown.
enum Form {
    Bars(MultiProgress),
    Lines,
    Json,
}

/// How far an operation is.
struct Tally {
    operation: Operation,
    total: usize,
    ended: BTreeSet<String>,
    running: BTreeSet<String>,
    failed: bool,
    /// Whether CloudFormation works on it: a change set that is only looked at changes nothing.
    is_begun: bool,
    begun: Instant,
    bar: ProgressBar,
}

/// What asks this process to end: Ctrl-C, and where there is it, SIGTERM.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// From now on they end nothing by themselves.
    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl<'a> Display<'a> {
    /// Bars if somebody looks at the error output, and didn't ask for every event; else lines. JSON goes
    /// to the standard output, an event on each line.
    pub(super) fn new(terminal: &'a Terminal, sources: SourceFiles, verbose: bool) -> Self {
        let form = if terminal.json {
            Form::Json
        } else if terminal.is_watched() && !verbose {
            Form::Bars(MultiProgress::with_draw_target(ProgressDrawTarget::stderr()))
        } else {
            Form::Lines
        };
        Self { form, terminal, sources, verbose, under_way: BTreeMap::new(), outputs: Vec::new() }
    }

    /// Shows what happens until all has ended. Who presses Ctrl-C once waits for what is under way; twice,
    /// leaves at once. So does what ends a job in a pipeline (SIGTERM).
    ///
    /// # Errors
    ///
    /// If it was left at once, or if it can't be shown.
    pub(super) async fn follow(&mut self, mut deployment: Deployment) -> Result<Summary, Failure> {
        let stop = deployment.stop();
        let mut interrupted = tokio::spawn(async move {
            // Where there are no signals, nobody can interrupt.
            let Ok(mut signals) = Signals::new() else { return std::future::pending().await };
            signals.next().await;
            stop.ask();
            signals.next().await;
        });
        let pause = if matches!(self.form, Form::Bars(_)) { TICK } else { NEWS };
        let mut clock = tokio::time::interval(pause);
        clock.tick().await;
        loop {
            tokio::select! {
                biased;
                event = deployment.events().next() => match event {
                    Some(event) => self.show(&event)?,
                    None => break,
                },
                _ = &mut interrupted => return Err(self.left()),
                _ = clock.tick() => self.tick(),
            }
        }
        interrupted.abort();
        let summary = deployment.finish().await;
        match &summary.failure {
            Some(failure) => Err(Failure::new(failure.message.clone())
                .help(failure.help.clone().unwrap_or_default())),
            None => Ok(summary),
        }
    }

    /// What was under way when somebody left at once.
    fn left(&self) -> Failure {
        let begun = self.under_way.iter().filter(|(_, tally)| tally.is_begun);
        let names: Vec<&str> = begun.map(|(stack, _)| &*stack.name).collect();
        let what = if names.is_empty() {
            "stopped at once".to_owned()
        } else {
            format!("stopped at once; CloudFormation goes on with {}", names.join(", "))
        };
        Failure::new(what)
            .help("run the same command again: it watches what is under way, and goes on")
    }

    /// Shows an event.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub(super) fn show(&mut self, event: &Event) -> Result<(), Failure> {
        if let Event::Ended { stack, outcome, outputs, .. } = event
            && outcome.is_good()
        {
            self.outputs.push((stack.clone(), outputs.clone()));
        }
        if matches!(self.form, Form::Json) {
            let line = serde_json::to_string(event)
                .map_err(|error| Failure::new(format!("an event can't be written: {error}")))?;
            return self.terminal.print(&format!("{line}\n"));
        }
        match event {
            Event::Begun { stack, operation, resumed } => self.begin(stack, *operation, *resumed),
            Event::Reviewed { stack, changes, .. } => {
                let tally = self.under_way.entry(stack.clone());
                let tally = tally.or_insert_with(|| Tally::new(Operation::Update));
                tally.total = changes.len();
            }
            Event::Resource { stack, progress } => self.resource(stack, progress),
            Event::Instance { stack, logical_id, account, region, status, reason, place }
                if self.verbose || status == "FAILED" =>
            {
                let why = reason.as_ref().map_or_else(String::new, |it| format!(": {it}"));
                let place = if status == "FAILED" { at(place.as_ref()) } else { String::new() };
                let name = &stack.name;
                self.line(&format!("{name}/{logical_id} {account} {region} {status}{why}{place}"));
            }
            Event::Warning { stack, logical_id, message, place } => {
                let id = logical_id.as_ref().map_or_else(String::new, |id| format!("/{id}"));
                self.line(&format!("warning: {}{id}: {message}{}", stack.name, at(place.as_ref())));
            }
            Event::Ended { stack, outcome, seconds, .. } => self.end(stack, outcome, *seconds),
            Event::Stopping { under_way } => {
                let names: Vec<&str> = under_way.iter().map(|stack| &*stack.name).collect();
                self.line(&if names.is_empty() {
                    "stopping: nothing more begins".to_owned()
                } else {
                    format!(
                        "stopping: nothing more begins; waiting for {}; press Ctrl-C again to leave at once",
                        names.join(", ")
                    )
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, stack: &StackId, operation: Operation, resumed: bool) {
        let tally = self.under_way.entry(stack.clone()).or_insert_with(|| Tally::new(operation));
        tally.operation = operation;
        // Another operation may have come before it, such as the deletion of what a failure left.
        tally.bar.finish_and_clear();
        tally.ended.clear();
        tally.running.clear();
        tally.failed = false;
        tally.is_begun = true;
        tally.begun = Instant::now();
        if let Form::Bars(all) = &self.form {
            tally.bar = tally.styled(&stack.name);
            tally.bar = all.add(tally.bar.clone());
            tally.draw();
        }
        let (verb, name) = (operation.verb(), &stack.name);
        let line = match (resumed, tally.total) {
            (true, _) => format!("{verb} {name}: under way since before"),
            (false, 0) => format!("{verb} {name}"),
            (false, total) => format!("{verb} {name}: {}", counted(total, "resource")),
        };
        if matches!(self.form, Form::Lines) {
            self.line(&line);
        }
    }

    fn resource(&mut self, stack: &StackId, progress: &Progress) {
        let Progress { logical_id, status, .. } = progress;
        let failed = status.ends_with("_FAILED");
        if let Some(tally) = self.under_way.get_mut(stack) {
            if status.ends_with("_IN_PROGRESS") {
                tally.running.insert(logical_id.clone());
            } else {
                tally.running.remove(logical_id);
                tally.ended.insert(logical_id.clone());
            }
            tally.failed |= failed;
            tally.draw();
        }
        if self.verbose || failed {
            let reason = progress.reason.as_ref().map_or_else(String::new, |it| format!(": {it}"));
            let place = if failed { at(progress.place.as_ref()) } else { String::new() };
            self.line(&format!("{}/{logical_id} {status}{reason}{place}", stack.name));
        }
    }

    fn end(&mut self, stack: &StackId, outcome: &StackOutcome, seconds: f64) {
        if let Some(tally) = self.under_way.remove(stack) {
            tally.bar.finish_and_clear();
        }
        let name = &stack.name;
        let took = took(Duration::from_secs_f64(seconds.max(0.0)));
        match outcome {
            StackOutcome::Created => self.line(&format!("created {name} in {took}")),
            StackOutcome::Updated => self.line(&format!("updated {name} in {took}")),
            StackOutcome::Deleted => self.line(&format!("deleted {name} in {took}")),
            StackOutcome::Imported => self.line(&format!("imported into {name} in {took}")),
            StackOutcome::Unchanged => self.line(&format!("{name} is as it should be")),
            StackOutcome::Skipped { because } => {
                self.line(&format!("skipped {name}: {} is not as it should be", because.name));
            }
            StackOutcome::NotBegun => self.line(&format!("did not begin with {name}")),
            StackOutcome::Failed { failure } => {
                self.line(&format!("{}\n", self.failure(stack, failure)));
            }
            _ => self.line(&format!("left {name}: its operation goes on in CloudFormation")),
        }
    }

    /// A failure, its causes with the lines of the program.
    fn failure(&self, stack: &StackId, failure: &StackFailure) -> String {
        let mut text = format!("failed {}: {failure}\n", stack.name);
        // Each by itself: together they would be sorted by line, and the first one comes first.
        for cause in &failure.causes {
            let message = format!("`{}`: {} ({})", cause.logical_id, cause.reason, cause.status);
            let finding = Diagnostic::error("DEP-01", message).in_stack(&stack.name);
            let finding = match &cause.place {
                Some(place) => finding.at(place.clone()),
                None => finding,
            };
            text.push_str(&finding.render(&self.sources, self.terminal.coloring));
            text.push('\n');
        }
        if let Some(help) = &failure.help {
            text.push_str(&format!("help: {help}\n"));
        }
        text.trim_end().to_owned()
    }

    /// Time has passed.
    fn tick(&self) {
        for (stack, tally) in self.under_way.iter().filter(|(_, tally)| tally.is_begun) {
            match &self.form {
                Form::Bars(_) => tally.bar.tick(),
                Form::Lines => self.line(&format!("{}: {}", stack.name, tally.news())),
                Form::Json => {}
            }
        }
    }

    fn line(&self, text: &str) {
        match &self.form {
            Form::Bars(all) => all.suspend(|| self.terminal.findings(&format!("{text}\n"))),
            _ => self.terminal.findings(&format!("{text}\n")),
        }
    }

    /// Shows how it ended, with the outputs that `is_shown` takes for those that people read. Machines are told
    /// with the last event.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub(super) fn sum_up(
        &self,
        summary: &Summary,
        is_shown: impl Fn(&StackId, &str) -> bool,
    ) -> Result<(), Failure> {
        if matches!(self.form, Form::Json) {
            return Ok(());
        }
        for stack in &summary.stacks {
            if let Some(why) = brief(&stack.outcome) {
                self.line(&format!("{} {}: {why}", word(&stack.outcome), stack.id.name));
            }
        }
        let mut text = String::new();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for stack in &summary.stacks {
            *counts.entry(word(&stack.outcome)).or_default() += 1;
        }
        let counts: Vec<String> =
            counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        text.push_str(&format!(
            "{}: {}\n",
            counted(summary.stacks.len(), "stack"),
            counts.join(", ")
        ));
        for (stack, outputs) in &self.outputs {
            for (name, value) in outputs.iter().filter(|(name, _)| is_shown(stack, name)) {
                text.push_str(&format!("{}.{name} = {value}\n", stack.name));
            }
        }
        self.terminal.print(&text)
    }
}

impl Tally {
    fn new(operation: Operation) -> Self {
        Self {
            operation,
            total: 0,
            ended: BTreeSet::new(),
            running: BTreeSet::new(),
            failed: false,
            is_begun: false,
            begun: Instant::now(),
            bar: ProgressBar::hidden(),
        }
    }

    /// A bar that says how much is done of what, or only how much if nobody knows of what.
    fn styled(&self, name: &str) -> ProgressBar {
        let (bar, style) = match u64::try_from(self.total) {
            Ok(total) if total > 0 => (ProgressBar::new(total), KNOWN),
            _ => (ProgressBar::no_length(), UNKNOWN),
        };
        // Both are constants that are well-formed.
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.with_prefix(name.to_owned())
    }

    /// How many resources are done: of so many at most, since CloudFormation touches some more than once.
    fn done(&self) -> usize {
        let ended = self.ended.len();
        if self.total == 0 { ended } else { ended.min(self.total) }
    }

    fn draw(&self) {
        self.bar.set_position(u64::try_from(self.done()).unwrap_or(u64::MAX));
        let undo = if self.failed { "undo, " } else { "" };
        self.bar.set_message(format!("{undo}{}", self.names()));
    }

    fn names(&self) -> String {
        let mut names: Vec<&str> = self.running.iter().map(String::as_str).take(NAMED).collect();
        let more = self.running.len().saturating_sub(NAMED);
        let more = format!("and {more} more");
        if self.running.len() > NAMED {
            names.push(&more);
        }
        names.join(", ")
    }

    fn news(&self) -> String {
        let of = if self.total == 0 { String::new() } else { format!(" of {}", self.total) };
        let names = if self.running.is_empty() {
            String::new()
        } else {
            format!("; under way: {}", self.names())
        };
        let undo = if self.failed { ", undoing" } else { "" };
        let (verb, took) = (self.operation.verb(), took(self.begun.elapsed()));
        let done = self.done();
        format!("{verb}{undo}: {done}{of} done after {took}{names}")
    }
}

const KNOWN: &str = "{prefix} {bar:20} {pos}/{len} {elapsed} {wide_msg}";
const UNKNOWN: &str = "{prefix} {spinner} {pos} {elapsed} {wide_msg}";

fn word(outcome: &StackOutcome) -> &'static str {
    match outcome {
        StackOutcome::Created => "created",
        StackOutcome::Updated => "updated",
        StackOutcome::Unchanged => "unchanged",
        StackOutcome::Deleted => "deleted",
        StackOutcome::Imported => "imported into",
        StackOutcome::Failed { .. } => "failed",
        StackOutcome::Skipped { .. } => "skipped",
        StackOutcome::NotBegun => "not begun",
        _ => "left",
    }
}

/// Why a stack isn't as it should be, on a line: the first cause, with the line of the program.
fn brief(outcome: &StackOutcome) -> Option<String> {
    match outcome {
        StackOutcome::Failed { failure } => Some(match failure.causes.first() {
            Some(cause) => {
                let place = at(cause.place.as_ref());
                format!("{}: {}{place}", cause.logical_id, cause.reason)
            }
            None => failure.message.clone(),
        }),
        StackOutcome::Skipped { because } => {
            Some(format!("{} is not as it should be", because.name))
        }
        _ => None,
    }
}

fn at(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |at| format!(" ({}:{})", at.file, at.line))
}

/// A duration for people: `42 s`, `3 min 5 s`, `1 h 2 min`.
pub(super) fn took(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_two_units_at_most() {
        for (seconds, text) in [(0, "0 s"), (42, "42 s"), (185, "3 min 5 s"), (3_725, "1 h 2 min")]
        {
            assert_eq!(took(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn who_leaves_is_told_only_of_stacks_that_have_begun() {
        let stack = |name: &str| StackId {
            name: name.to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
        };
        let terminal = Terminal::new(crate::cli::arguments::Color::Never, false);
        let sources = SourceFiles::of(&crate::cli::place::Home::find());
        let mut display = Display::new(&terminal, sources, true);
        let reviewed = |name| Event::Reviewed {
            stack: stack(name),
            change_set: "first".to_owned(),
            changes: Vec::new(),
        };
        display.show(&reviewed("edge")).unwrap();
        assert_eq!(display.left().message, "stopped at once");
        display.show(&reviewed("data")).unwrap();
        let (stack, operation) = (stack("data"), Operation::Update);
        display.show(&Event::Begun { stack, operation, resumed: false }).unwrap();
        assert_eq!(display.left().message, "stopped at once; CloudFormation goes on with data");
    }

    #[test]
    fn news_name_a_few_of_what_is_under_way() {
        let mut tally = Tally::new(Operation::Create);
        tally.total = 9;
        tally.ended.insert("A".to_owned());
        tally.running.extend(["B", "C", "D", "E", "F", "G"].map(str::to_owned));
        assert_eq!(
            tally.news(),
            "create: 1 of 9 done after 0 s; under way: B, C, D, E, and 2 more"
        );
    }
}
