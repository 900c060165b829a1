//! The command line of every infra program, and all that reads or writes: files, terminal, lock.
//!
//! * [`arguments`]: what can be said,
//! * [`synth`], [`plan`], [`deploy`], [`destroy`], [`drift`], [`import`], [`list`], [`explain`]: the commands; `check` is `synth`
//!   without writing, and `diff` is `plan` without a program,
//! * [`verdict`]: what is to be said about a plan,
//! * `confirm`: asking before anything is changed,
//! * `progress`: what a person sees while stacks are worked on,
//! * [`status`], [`outputs`]: the commands about what is deployed,
//! * [`aws`]: what every command that asks AWS needs,
//! * [`output`]: the output folder, replaced as a whole,
//! * [`gitops`]: the manifests in a GitOps checkout, as one commit,
//! * [`lock_file`]: `innovate.lock`, read and written,
//! * [`guard`]: a file that only one process holds at a time,
//! * [`place`]: where the program is, and with it the default paths,
//! * [`stacks`]: which stack the command line means,
//! * [`source`]: the program's source text, for findings,
//! * [`events`]: what machines read of commands that change something,
//! * [`terminal`]: what is printed, and in which colors.

mod arguments;
mod aws;
#[cfg(feature = "deploy")]
mod confirm;
mod deploy;
mod destroy;
mod drift;
mod events;
mod explain;
mod gitops;
mod guard;
mod import;
mod list;
mod lock_file;
mod output;
mod outputs;
mod place;
mod plan;
#[cfg(feature = "deploy")]
mod progress;
mod saved;
mod source;
mod stacks;
mod status;
mod synth;
mod terminal;
mod verdict;

use std::{fmt, process::ExitCode, time::Instant};

use innovate_core::App;

use arguments::{Arguments, Command};
use events::Events;
use place::Home;
use terminal::Terminal;

/// Runs an infra program: parses the command line, calls `program`, checks what it made, and writes
/// its templates and manifests. `main` returns what this returns.
///
/// The exit code is 0 if all is well, 1 if findings stop the program from yielding files, and 2 for
/// wrong use or if something can't be read or written. The program's `--help` says what can be said.
#[allow(clippy::disallowed_methods, reason = "the command line says how long it took")]
pub fn run(program: impl FnOnce() -> App) -> ExitCode {
    let started = Instant::now();
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help that nobody reads to the end is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let terminal = Terminal::new(arguments.color, arguments.json);
    let home = Home::find();
    let outcome = match &arguments.command {
        Command::Synth(options) => synth::write(program, options, &home, &terminal, started),
        Command::Check(options) => synth::check(program, options, &home, &terminal, started),
        Command::List(options) => list::list(&program(), options, &terminal),
        Command::Plan(options) => plan::plan(program, options, &home, &terminal),
        Command::Diff(options) => plan::diff(options, &home, &terminal),
        Command::Deploy(options) => Events::until_the_end(&terminal, |events| {
            deploy::deploy(program, options, &home, events)
        }),
        Command::Destroy(options) => Events::until_the_end(&terminal, |events| {
            destroy::destroy(program, options, &home, events)
        }),
        Command::Drift(options) => drift::drift(program, options, &home, &terminal),
        Command::Status(options) => status::status(program, options, &terminal),
        Command::Outputs(options) => outputs::outputs(&program(), options, &terminal),
        Command::Import(options) => Events::until_the_end(&terminal, |events| {
            import::import(program, options, &home, events)
        }),
        Command::Explain(options) => explain::explain(options, &terminal),
    };
    match outcome {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(failure) => {
            terminal.failure(&failure);
            ExitCode::from(2)
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Good,
    /// Findings stop the program from yielding files.
    Findings,
}

/// Why a command could not do what it was asked: wrong use, or something that can't be read or
/// written.
#[derive(Debug, PartialEq, Eq)]
struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
