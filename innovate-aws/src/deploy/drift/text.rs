//! What was found, as text for a terminal.

use std::fmt::Write as _;

use innovate_core::check::{Coloring, Place};
use serde_json::Value;

use super::{
    Detection, Difference, Drift, PropertyDrift, ResourceDrift, ResourceState, StackDrift,
};

/// How many characters of a value are shown.
const SHOWN: usize = 100;

impl Drift {
    /// What differs, a resource a line and its properties below it, what was not looked at and why, and
    /// what to do. It ends in a line break.
    pub fn to_text(&self, coloring: Coloring) -> String {
        let paint = Paint(coloring);
        let mut text = String::new();
        for found in &self.stacks {
            let quiet = found.detection == Detection::Complete && found.resources.is_empty();
            if !quiet {
                stack(&mut text, paint, found);
                text.push('\n');
            }
        }
        text.push_str(&self.summary());
        text.push('\n');
        if self.is_drifted() {
            text.push_str(&self.advice());
        }
        text
    }

    /// One line: how many resources differ, and how many were not looked at.
    pub fn summary(&self) -> String {
        let count = |state| self.resources().filter(|(_, found)| found.state == state).count();
        let looked = |stack: &&StackDrift| {
            matches!(stack.detection, Detection::Complete | Detection::Incomplete { .. })
        };
        let stacks = self.stacks.iter().filter(looked).count();
        let in_sync: usize = self.stacks.iter().map(|found| found.in_sync).sum();
        let mut parts: Vec<String> = [
            (count(ResourceState::Modified), "changed since"),
            (count(ResourceState::Deleted), "deleted since"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", counted(count, "resource")))
        .collect();
        let missing = self.missing().count();
        if parts.is_empty() && missing == 0 {
            parts.push("no drift".to_owned());
        } else if parts.is_empty() {
            parts.push("no other drift".to_owned());
        }
        let mut text = match missing {
            0 => String::new(),
            _ => format!("{} not there; ", counted(missing, "stack")),
        };
        let _ = write!(text, "{} in {}", parts.join(", "), counted(stacks, "stack"));
        let _ = write!(text, "; {} as deployed", counted(in_sync, "resource"));
        let failed = count(ResourceState::Failed);
        if failed > 0 {
            let _ = write!(text, ", {failed} could not be looked at");
        }
        let unseen = count(ResourceState::NotLookedAt);
        if unseen > 0 {
            let _ = write!(text, ", {unseen} not looked at");
        }
        let is_failed = |stack: &&StackDrift| matches!(stack.detection, Detection::Failed { .. });
        let failed = self.stacks.iter().filter(is_failed).count();
        if failed > 0 {
            let _ = write!(text, "; {} could not be looked at", counted(failed, "stack"));
        }
        text
    }

    /// What to do about what differs.
    fn advice(&self) -> String {
        let drifted = |stack: &&StackDrift| stack.resources.iter().any(|r| r.state.is_drift());
        let names: Vec<String> = self
            .stacks
            .iter()
            .filter(drifted)
            .map(|found| format!("--stack {}", found.stack.name))
            .collect();
        let mut text = String::new();
        if !names.is_empty() {
            let _ = writeln!(
                text,
                "to bring back what was deployed: deploy --revert-drift {}\n\
                 to keep what is there: write it into the program, then deploy the same way",
                names.join(" "),
            );
        }
        let missing: Vec<String> =
            self.missing().map(|stack| format!("--stack {}", stack.name)).collect();
        if !missing.is_empty() {
            let _ = writeln!(text, "to make what isn't there: deploy {}", missing.join(" "));
        }
        let lost = |state: ResourceState, stateful| state == ResourceState::Deleted && stateful;
        if self.resources().any(|(_, found)| lost(found.state, found.stateful)) {
            text.push_str("what is made again is empty: restore its data from a backup\n");
        }
        text
    }
}

fn stack(text: &mut String, paint: Paint, found: &StackDrift) {
    let name = paint.bold(&found.stack.to_string());
    match &found.detection {
        Detection::Complete => _ = writeln!(text, "{name}"),
        Detection::Incomplete { reason } => {
            _ = writeln!(text, "{name}: not everything could be looked at: {reason}");
        }
        Detection::Nothing { reason } => _ = writeln!(text, "{name}: {reason}"),
        Detection::Missing => {
            _ = writeln!(
                text,
                "{name}: {}",
                paint.bad("it isn't there: it was never deployed, or somebody deleted it")
            );
        }
        Detection::Failed { failure } => {
            _ = writeln!(text, "{name}: {}", paint.bad(&failure.message));
            if let Some(help) = &failure.help {
                _ = writeln!(text, "  {help}");
            }
        }
    }
    // What differs is read first.
    let (drifted, others): (Vec<_>, Vec<_>) =
        found.resources.iter().partition(|resource| resource.state.is_drift());
    drifted.into_iter().chain(others).for_each(|found| resource(text, paint, found));
}

fn resource(text: &mut String, paint: Paint, found: &ResourceDrift) {
    let data = if found.stateful { ", with what it held" } else { "" };
    let (mark, words) = match found.state {
        ResourceState::Modified => (paint.changed("~"), String::new()),
        ResourceState::Deleted => (paint.bad("-"), paint.bad(&format!("was deleted{data}"))),
        ResourceState::Failed => (paint.changed("?"), "could not be looked at".to_owned()),
        ResourceState::NotLookedAt => {
            (paint.dim("?"), "not looked at: CloudFormation detects no drift of it".to_owned())
        }
    };
    let (id, kind) = (paint.bold(&found.logical_id), &found.type_name);
    let _ = write!(text, "  {mark} {id}  {kind}");
    if !words.is_empty() {
        let _ = write!(text, "  {words}");
    }
    place(text, paint, found.place.as_ref());
    text.push('\n');
    if let Some(reason) = &found.reason {
        let _ = writeln!(text, "      {reason}");
    }
    found.properties.iter().for_each(|found| property(text, paint, found));
}

fn property(text: &mut String, paint: Paint, found: &PropertyDrift) {
    let path = found.path.replace('/', ".").replace("~1", "/").replace("~0", "~");
    let mark = match found.difference {
        Difference::Added => paint.good("+"),
        Difference::Removed => paint.bad("-"),
        Difference::Changed => paint.changed("~"),
    };
    let _ = write!(text, "      {mark} {path}: ");
    let none = || "(nothing)".to_owned();
    match (found.hidden, found.difference) {
        (true, _) => text.push_str("(not shown)"),
        (_, Difference::Added) => {
            text.push_str(&found.actual.as_ref().map_or_else(none, shown));
        }
        (_, Difference::Removed) => {
            text.push_str(&found.expected.as_ref().map_or_else(none, shown));
        }
        (_, Difference::Changed) => {
            let side = |value: &Option<Value>| value.as_ref().map_or_else(none, shown);
            let _ = write!(text, "{} -> {}", side(&found.expected), side(&found.actual));
        }
    }
    place(text, paint, found.place.as_ref());
    text.push('\n');
}

fn place(text: &mut String, paint: Paint, place: Option<&Place>) {
    if let Some(Place { file, line, .. }) = place {
        let _ = write!(text, "  {}", paint.dim(&format!("{file}:{line}")));
    }
}

/// A value in one line, cut if it is long.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.escape_debug().to_string(),
        other => other.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
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

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    fn changed(self, text: &str) -> String {
        self.with("33", text)
    }

    fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }
}
