//! A difference as text for a terminal.

use std::fmt::Write as _;

use serde_json::Value;

use super::property::dotted;
use super::reference::is_function;
use super::{Action, Diff, Impact, PropertyChange, ResourceChange, StackAction, StackChange};
use crate::check::Coloring;

/// How many characters of a value are shown.
const SHOWN: usize = 100;

impl Diff {
    /// What changes, a resource a line and its properties below it, as text for a terminal. It ends
    /// in a line break.
    pub fn to_text(&self, coloring: Coloring) -> String {
        let mut text = String::new();
        for stack in self.stacks.iter().filter(|stack| stack.action != StackAction::Keep) {
            let paint = Paint(coloring);
            let _ = write!(text, "{}", paint.bold(&stack.id.to_string()));
            let _ = writeln!(text, "{}", of_stack(stack.action));
            for setting in &stack.settings {
                line(&mut text, paint, 2, setting);
            }
            for found in &stack.resources {
                resource(&mut text, paint, found);
            }
            for output in &stack.outputs {
                let (mark, what) = sides(output.before.as_ref(), output.after.as_ref());
                let value = |output: &Option<Value>| {
                    output.as_ref().map(|output| output.get("Value").unwrap_or(output).clone())
                };
                let (before, after) = (value(&output.before), value(&output.after));
                let shown = from_to(before.as_ref(), after.as_ref());
                let _ = writeln!(text, "  {} output {}{shown}", paint.of(what, mark), output.name);
            }
            text.push('\n');
        }
        for due in &self.moves {
            let _ = writeln!(text, "move {} to {} (stack refactor)", due.from, due.to);
        }
        text.push_str(&self.summary());
        text.push('\n');
        text
    }

    /// One line: how many resources become what.
    pub fn summary(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let moves = self.moves.len();
        if moves > 0 {
            parts.push(format!("{moves} to move"));
        }
        let interrupted = |found: &ResourceChange| found.impact == Impact::MayInterrupt;
        let perhaps = self.resources().filter(|(_, found)| interrupted(found)).count();
        for (action, count) in self.counts() {
            let words = match action {
                Action::Create => "to create",
                Action::Update => "to update",
                Action::Replace => "to replace",
                Action::Delete => "to delete",
                Action::Retain => "to let go",
            };
            let mut part = format!("{count} {words}");
            if action == Action::Update && perhaps > 0 {
                let _ = write!(part, " ({perhaps} with an interruption or a replacement perhaps)");
            }
            parts.push(part);
        }
        let changed = |stack: &&StackChange| {
            matches!(stack.action, StackAction::Create | StackAction::Update)
        };
        let stacks = self.stacks.iter().filter(changed).count();
        let kept = self.stacks.iter().filter(|stack| stack.action == StackAction::Keep).count();
        let deleted =
            self.stacks.iter().filter(|stack| stack.action == StackAction::Delete).count();
        if deleted > 0 {
            let resources =
                if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
            return format!("{deleted} stack{} to delete{resources}", plural(deleted));
        }
        match (parts.is_empty(), stacks) {
            (true, 0) => format!("no changes in {kept} stack{}", plural(kept)),
            (true, _) => format!("{stacks} stack{} to update, no resource changes", plural(stacks)),
            (false, _) => format!(
                "{} in {stacks} stack{}; {kept} stay{} as {}",
                parts.join(", "),
                plural(stacks),
                if kept == 1 { "s" } else { "" },
                if kept == 1 { "it is" } else { "they are" },
            ),
        }
    }
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// What stands behind a stack's name.
pub(super) const fn of_stack(action: StackAction) -> &'static str {
    match action {
        StackAction::Create => ": new",
        StackAction::Update | StackAction::Keep => "",
        StackAction::Leave => {
            ": not in the program any more; it stays as it is until it is destroyed by name"
        }
        StackAction::Delete => ": deleted",
    }
}

fn resource(text: &mut String, paint: Paint, found: &ResourceChange) {
    let (mark, words) = of_resource(found);
    let _ = write!(
        text,
        "  {} {}  {}",
        paint.of(found.impact, mark),
        paint.bold(&found.logical_id),
        found.type_name,
    );
    if !words.is_empty() {
        let _ = write!(text, "  {}", paint.of(found.impact, &words));
    }
    if let Some(place) = &found.place {
        let _ = write!(text, "  {}", paint.dim(&format!("{}:{}", place.file, place.line)));
    }
    text.push('\n');
    for property in found.properties.iter().chain(&found.attributes) {
        line(text, paint, 6, property);
    }
}

/// The sign of what becomes of the resource, and the words where a sign isn't enough.
pub(super) fn of_resource(found: &ResourceChange) -> (&'static str, String) {
    let data = if found.stateful { ", with what it holds" } else { "" };
    let (mark, words) = match (found.action, found.impact) {
        (Action::Create, _) => ("+", String::new()),
        (Action::Update, Impact::MayInterrupt) => {
            ("~", "may be interrupted or replaced".to_owned())
        }
        (Action::Update, Impact::Destroy) => {
            ("~", format!("may be deleted{data}: its condition may hold no more"))
        }
        (Action::Update, _) => ("~", String::new()),
        (Action::Replace, _) => (
            "±",
            match found.old_resource {
                Some("Retain") => "is replaced; the old one is retained".to_owned(),
                Some("Snapshot") => "is replaced; of the old one a snapshot is kept".to_owned(),
                _ => format!("is replaced; the old one is deleted{data}"),
            },
        ),
        (Action::Delete, _) => (
            "-",
            match found.old_resource {
                Some("Snapshot") => "is deleted; a snapshot is kept".to_owned(),
                _ => format!("is deleted{data}"),
            },
        ),
        (Action::Retain, _) => ("-", "leaves the stack and stays in the account".to_owned()),
    };
    match &found.moved_from {
        Some(from) if words.is_empty() => (mark, format!("was {from}")),
        Some(from) => (mark, format!("was {from}; {words}")),
        None => (mark, words),
    }
}

fn line(text: &mut String, paint: Paint, indent: usize, change: &PropertyChange) {
    let (mark, _) = sides(change.before.as_ref(), change.after.as_ref());
    let path = dotted(&change.path);
    let _ = write!(text, "{:indent$}{} {path}", "", paint.of(change.impact, mark));
    text.push_str(&what(change));
    let words = of_property(change);
    if !words.is_empty() {
        let _ = write!(text, "  {}", paint.of(change.impact, &format!("({words})")));
    }
    text.push('\n');
}

/// The old and the new value; only the value if the program says the same of it.
pub(super) fn what(change: &PropertyChange) -> String {
    if change.before == change.after {
        return change
            .after
            .as_ref()
            .map_or_else(String::new, |value| format!(": {}", shown(value)));
    }
    from_to(change.before.as_ref(), change.after.as_ref())
}

/// What a change of a property does, and why it changes.
pub(super) fn of_property(change: &PropertyChange) -> String {
    let mut words: Vec<String> = Vec::new();
    match change.impact {
        Impact::Replace => words.push("replaces it".to_owned()),
        Impact::MayInterrupt => words.push("may interrupt or replace it".to_owned()),
        // Of properties alone: what stands beside them holds no functions.
        Impact::Nothing if change.before != change.after && reads(change) => {
            words.push("the same value".to_owned());
        }
        _ => {}
    }
    for cause in &change.causes {
        let verb = if cause.certain { "changes" } else { "may change" };
        words.push(format!("{}/{} {verb}", cause.stack, cause.id));
    }
    words.join("; ")
}

fn reads(change: &PropertyChange) -> bool {
    change.after.as_ref().is_some_and(is_function)
}

fn sides(before: Option<&Value>, after: Option<&Value>) -> (&'static str, Impact) {
    match (before, after) {
        (None, _) => ("+", Impact::Create),
        (_, None) => ("-", Impact::Destroy),
        _ => ("~", Impact::Update),
    }
}

fn from_to(before: Option<&Value>, after: Option<&Value>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!(": {} -> {}", shown(before), shown(after)),
        (Some(value), None) | (None, Some(value)) => format!(": {}", shown(value)),
        (None, None) => String::new(),
    }
}

/// A value in one line, cut if it is long.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[derive(Clone, Copy)]
struct Paint(Coloring);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        match self.0 {
            Coloring::Ansi => format!("\x1b[{code}m{text}\x1b[0m"),
            Coloring::Plain => text.to_owned(),
        }
    }

    fn of(self, impact: Impact, text: &str) -> String {
        match impact {
            Impact::Nothing => self.with("2", text),
            Impact::Create => self.with("32", text),
            Impact::Update => self.with("33", text),
            Impact::MayInterrupt => self.with("1;33", text),
            Impact::Replace | Impact::Destroy => self.with("1;31", text),
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
}
