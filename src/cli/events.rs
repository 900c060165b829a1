//! What machines read of `deploy`, `destroy` and `import`: an event on each line, and `summary` as the last one
//! however it ends.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::{Failure, Outcome, terminal::Terminal};

/// Tells machines what happens, and people nothing: they read text.
pub(super) struct Events<'a> {
    /// Where people read it.
    pub(super) terminal: &'a Terminal,
    /// How it ended with each stack, once it has.
    stacks: RefCell<Option<Value>>,
}

impl<'a> Events<'a> {
    /// Runs a command, and tells how it ended.
    ///
    /// # Errors
    ///
    /// Why the command could not do what it was asked, or if its end can't be written.
    pub(super) fn until_the_end(
        terminal: &'a Terminal,
        command: impl FnOnce(&Self) -> Result<Outcome, Failure>,
    ) -> Result<Outcome, Failure> {
        let events = Self { terminal, stacks: RefCell::default() };
        let ended = command(&events);
        let mut summary = json!({ "good": ended == Ok(Outcome::Good) });
        if let Some(summary) = summary.as_object_mut() {
            if let Some(stacks) = events.stacks.take() {
                summary.insert("stacks".to_owned(), stacks);
            }
            if let Err(failure) = &ended {
                let error = json!({ "message": failure.message, "help": failure.help });
                summary.insert("error".to_owned(), error);
            }
        }
        let told = events.tell("summary", summary);
        // Why the command failed says more than that this can't be written.
        let outcome = ended?;
        told.map(|()| outcome)
    }

    /// How it ended with each stack: told with the last event.
    #[cfg(feature = "deploy")]
    pub(super) fn ended(&self, stacks: Value) {
        self.stacks.replace(Some(stacks));
    }

    /// Tells an event of this name: an object.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub(super) fn tell(&self, name: &str, mut event: Value) -> Result<(), Failure> {
        if !self.terminal.json {
            return Ok(());
        }
        if let Value::Object(event) = &mut event {
            event.insert("event".to_owned(), json!(name));
        }
        event.sort_all_objects();
        self.terminal.print(&format!("{event}\n"))
    }

    /// Tells why nothing is done: an object with a `reason` for each.
    ///
    /// # Errors
    ///
    /// As [`tell`](Self::tell).
    #[cfg(feature = "deploy")]
    pub(super) fn refuse(&self, reasons: Vec<Value>) -> Result<Outcome, Failure> {
        self.tell("refused", json!({ "reasons": reasons }))?;
        Ok(Outcome::Findings)
    }
}
