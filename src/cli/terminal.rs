//! What is printed: findings and failures to the error output, everything asked for to the standard
//! output.

use std::io::{self, IsTerminal, Write};

use innovate_core::check::Coloring;

use super::{Failure, arguments::Color};

/// Where and how to print.
#[derive(Debug)]
pub(super) struct Terminal {
    /// For findings and failures.
    pub(super) coloring: Coloring,
    /// Whether JSON was asked for.
    pub(super) json: bool,
}

impl Terminal {
    pub(super) fn new(color: Color, json: bool) -> Self {
        let colored = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stderr().is_terminal() && !refused(),
        };
        let coloring = if colored { Coloring::Ansi } else { Coloring::Plain };
        Self { coloring, json }
    }

    /// Prints what was asked for.
    ///
    /// # Errors
    ///
    /// If it can't be written; that nobody reads it to the end is no failure.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut output = io::stdout().lock();
        match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let reason = super::output::reason(&error);
                Err(Failure::new(format!("can't write to the standard output: {reason}")))
            }
            _ => Ok(()),
        }
    }

    /// Prints a value as JSON, its fields sorted.
    ///
    /// # Errors
    ///
    /// As [`print`](Self::print).
    pub(super) fn print_json(&self, value: &serde_json::Value) -> Result<(), Failure> {
        let mut sorted = value.clone();
        sorted.sort_all_objects();
        self.print(&format!("{sorted:#}\n"))
    }

    /// Whether somebody looks at the error output, and its terminal can show what moves.
    #[cfg(feature = "deploy")]
    pub(super) fn is_watched(&self) -> bool {
        io::stderr().is_terminal() && !is_dumb()
    }

    /// Prints findings.
    pub(super) fn findings(&self, text: &str) {
        // There is nowhere left to say that this fails.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Prints why a command could not do what it was asked.
    pub(super) fn failure(&self, failure: &Failure) {
        let (red, cyan, bold, off) = match self.coloring {
            Coloring::Ansi => ("\x1b[1;91m", "\x1b[1;96m", "\x1b[1m", "\x1b[0m"),
            Coloring::Plain => ("", "", "", ""),
        };
        let mut text = format!("{red}error{off}{bold}: {failure}{off}\n");
        if let Some(help) = &failure.help {
            text.push_str(&format!("{cyan}help{off}: {help}\n"));
        }
        self.findings(&text);
    }
}

/// `1 stack`, `2 stacks`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Whether the user wants no colors: the variable NO_COLOR is set and not empty, or the terminal
/// knows none.
#[allow(clippy::disallowed_methods, reason = "the command line reads the environment")]
fn refused() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || is_dumb()
}

#[allow(clippy::disallowed_methods, reason = "the command line reads the environment")]
fn is_dumb() -> bool {
    std::env::var("TERM").is_ok_and(|terminal| terminal == "dumb")
}
