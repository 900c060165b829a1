//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, error::ErrorKind};
use innovate_core::TemplateFormat;

use super::place::Home;

/// What was said, with `synth` filled in if no command was.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) command: Command,
    pub(super) color: Color,
    pub(super) json: bool,
}

/// Checks this infrastructure program, and writes its CloudFormation templates and Kubernetes
/// manifests.
#[derive(Debug, Parser)]
#[command(
    about = "Checks this infrastructure program, and writes its CloudFormation templates and Kubernetes manifests",
    after_help = EXAMPLES,
    disable_help_subcommand = true,
    subcommand_value_name = "COMMAND"
)]
struct Raw {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    synth: Synth,
    /// When to color what is printed
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// Print JSON for other tools to read
    #[arg(long, global = true)]
    json: bool,
}

const EXAMPLES: &str = "\
Without a command, it does what `synth` does. Behind `cargo run`, arguments follow two hyphens:

  cargo run --example prod                       check, and write innovate.out/prod
  cargo run --example prod -- check              findings only
  cargo run --example prod -- --stack network    only this stack, and those that it reads from
  cargo run --example prod -- --gitops ../gitops also commit the manifests there
  cargo run --example prod -- explain LOCK-01    what a code means, and what to do
  cargo run --example prod -- plan --against DIR what changes from the assembly in DIR
  cargo run --example prod --features deploy -- plan    what changes from what is deployed
  cargo run --example prod --features deploy -- deploy  deploy it
  cargo run --example prod --features deploy -- drift   what was changed in AWS since
  cargo run --example prod --features deploy -- import data/Uploads=my-bucket    a bucket that is there
  cargo run --example prod --features deploy -- destroy delete its stacks

Exit code: 0 all is well; 1 findings stop the program; 2 wrong use, or something can't be read or written";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check, then write templates and manifests (the default)
    ///
    /// Nothing is written if a finding is an error. The output folder is replaced as a whole: it
    /// holds this run's files or those of the run before, whatever happens in between.
    Synth(Synth),
    /// Check only; also shows what the program accepts and overrides
    Check(Check),
    /// Show stacks, their resources with logical ids and types, and manifests
    List(List),
    /// Show what changes from what is deployed to what the program yields, and what that does
    ///
    /// Each resource and property that changes, whether that updates, interrupts, replaces or deletes
    /// it, also by what it refers to, with the line of the program; and what it opens. Nothing is
    /// written or deployed.
    Plan(Plan),
    /// The same between two assemblies; the program isn't run
    Diff(Compare),
    /// Deploy what the program yields
    ///
    /// The plan is shown and confirmed. Each stack is deployed after those that it reads from, the others
    /// at once, by change sets that are looked at before they are executed. After a crash or a lost
    /// connection the same command goes on where it was.
    Deploy(Deploy),
    /// Show what was changed in AWS since it was deployed, past the program
    ///
    /// CloudFormation compares each resource with the template of its last deployment, which takes
    /// minutes. What differs is shown by property, with the line of the program, and what could not be
    /// looked at is named. Nothing is changed. Exit code: 0 no drift; 1 some, or a whole stack isn't
    /// there; 2 none was found, but not everything could be looked at.
    Drift(Drift),
    /// Show where the stacks stand in AWS
    ///
    /// Each stack's status and why, what is under way in it or what failed, with the line of the program,
    /// whether its template is that of the program, and what to do next. Exit code: 0 if every stack is
    /// there, nothing is under way, and the last operation on each has ended, well or rolled back; else 1.
    /// A template that differs, and drift, are no reason for 1: `plan --fail-on` is for that.
    Status(Status),
    /// Show the outputs of the deployed stacks; of one output, the bare value
    ///
    /// Exit code: 1 if one of the stacks isn't deployed, 2 if it has no output of that name.
    Outputs(Outputs),
    /// Make existing resources a stack's own, as the program declares them
    ///
    /// Nothing else changes in that step, and the resources stay as they are; whether they are as the
    /// program says is looked at afterwards. A stack that isn't there yet is made by it. Exit code: 0 all is
    /// imported; 1 something isn't, or isn't as the program says.
    Import(Import),
    /// Delete the program's stacks
    ///
    /// First it is shown what is deleted, retained and kept as a snapshot, what stands in the way, and what
    /// Kubernetes and AWS services made beside the stacks. What holds data has to be named, and so
    /// do protected stacks. Each stack is deleted after those that read from it, the others at once. After
    /// a crash or a failure the same command goes on where it was.
    Destroy(Destroy),
    /// Explain the code of a finding; without one, list all codes
    Explain(Explain),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Synth {
    /// The folder to write to [default: innovate.out/<program> beside Cargo.toml]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write only this stack and those that it reads from, without manifests; can be repeated
    ///
    /// The name in AWS, or what follows the environment's name in it. The whole program is checked
    /// all the same, and the output folder holds nothing else afterwards.
    #[arg(long = "stack", value_name = "NAME")]
    pub(super) stacks: Vec<String>,
    /// How templates are written [default: json]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<Format>,
    #[command(flatten)]
    pub(super) lock: Lock,
    /// Accept that stateful resources leave the lock file, or change their type
    #[arg(long, conflicts_with = "locked")]
    pub(super) update_lock: bool,
    /// Refuse any change of the lock file, as CI should
    #[arg(long)]
    pub(super) locked: bool,
    /// Also commit the manifests to this folder of a git checkout; nothing is pushed
    ///
    /// They replace those of an earlier run, in one commit on the branch that is checked out. Files of
    /// others, and what is staged or changed elsewhere in the checkout, stay as they are.
    #[arg(long, value_name = "DIR", conflicts_with = "stacks")]
    pub(super) gitops: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Lock {
    /// The lock file [default: innovate.lock beside Cargo.toml]
    #[arg(long = "lock", value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

impl Lock {
    /// The lock file's path, which holds even if the program goes to another folder.
    pub(super) fn path(&self, home: &Home) -> PathBuf {
        let path = self.file.clone().unwrap_or_else(|| home.lock());
        std::path::absolute(&path).unwrap_or(path)
    }
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) lock: Lock,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Show only this stack; can be repeated
    ///
    /// The name in AWS, or what follows the environment's name in it.
    #[arg(long = "stack", value_name = "NAME")]
    pub(super) stacks: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The code, such as LOCK-01
    pub(super) code: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// Compare with the assembly in this folder, such as one that `synth` wrote for the main branch,
    /// and ask AWS nothing
    #[arg(long, value_name = "DIR", conflicts_with_all = ["profile", "role"])]
    pub(super) against: Option<PathBuf>,
    /// Write the plan to this file, for `deploy --plan`
    #[arg(long, value_name = "FILE", conflicts_with = "against")]
    pub(super) save: Option<PathBuf>,
    #[command(flatten)]
    pub(super) access: Access,
    #[command(flatten)]
    pub(super) comparison: Comparison,
}

#[derive(Debug, Args)]
pub(super) struct Deploy {
    /// Deploy only this stack and those that it reads from; can be repeated
    ///
    /// The name in AWS, or what follows the environment's name in it.
    #[arg(long = "stack", value_name = "NAME")]
    pub(super) stacks: Vec<String>,
    /// Do what this file of `plan --save` says and nothing else; refuse if the program, or what is
    /// deployed, isn't as the plan saw it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stacks", "parameters", "revert_drift", "replace", "delete", "fail_on"])]
    pub(super) plan: Option<PathBuf>,
    /// Deploy without a confirmation, as CI does
    #[arg(long)]
    pub(super) yes: bool,
    /// Give a parameter of a stack a value; can be repeated
    #[arg(long = "parameter", value_name = "STACK/NAME=VALUE")]
    pub(super) parameters: Vec<String>,
    /// Also change back what was changed outside of CloudFormation
    #[arg(long)]
    pub(super) revert_drift: bool,
    /// Give stacks that hold data a stack policy, against updates by whoever; it can't be taken away again,
    /// and no resource of such a stack can be moved (`moved_from`)
    #[arg(long)]
    pub(super) stack_policy: bool,
    /// Continue rollbacks that failed on the way before anything else
    #[arg(long)]
    pub(super) continue_rollback: bool,
    /// Leave this resource as it is when a rollback continues; can be repeated
    #[arg(long, value_name = "STACK/ID", requires = "continue_rollback")]
    pub(super) skip: Vec<String>,
    /// Once all stacks are good, commit the manifests to this folder of a git checkout; nothing is pushed
    ///
    /// Whether that can be done is found out before anything is deployed. As for `synth`, files of others
    /// stay as they are.
    #[arg(long, value_name = "DIR", conflicts_with = "stacks")]
    pub(super) gitops: Option<PathBuf>,
    /// How many stacks to work on at once
    #[arg(long, value_name = "STACKS", default_value_t = 20)]
    pub(super) at_once: usize,
    /// Show every event of every resource
    #[arg(long, short)]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) access: Access,
    #[command(flatten)]
    pub(super) comparison: Comparison,
    #[command(flatten)]
    pub(super) pace: Pace,
}

#[derive(Debug, Args)]
pub(super) struct Destroy {
    /// Delete only this stack and those that read from it; can be repeated
    ///
    /// The name in AWS, or what follows the environment's name in it.
    #[arg(long = "stack", value_name = "NAME")]
    pub(super) stacks: Vec<String>,
    /// Delete without a confirmation, as CI does; what has to be named still has to
    #[arg(long)]
    pub(super) yes: bool,
    /// Accept that this resource, which holds data, is deleted; can be repeated
    #[arg(long, value_name = "STACK/ID")]
    pub(super) delete: Vec<String>,
    /// Lift the protection of this stack against deletion; can be repeated
    #[arg(long, value_name = "STACK")]
    pub(super) unprotect: Vec<String>,
    /// Take the protection of this resource for lifted, though its template says otherwise; can be repeated
    #[arg(long, value_name = "STACK/ID")]
    pub(super) lifted: Vec<String>,
    /// Leave this resource in the account, whose deletion has failed; can be repeated
    #[arg(long, value_name = "STACK/ID")]
    pub(super) retain: Vec<String>,
    /// How many stacks to work on at once
    #[arg(long, value_name = "STACKS", default_value_t = 20)]
    pub(super) at_once: usize,
    /// Show every event of every resource
    #[arg(long, short)]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) access: Access,
    #[command(flatten)]
    pub(super) pace: Pace,
}

/// How fast AWS is asked: for what only stands for AWS, such as an emulator.
#[derive(Debug, Args)]
pub(super) struct Pace {
    /// The pause between two questions about a stack
    #[arg(long, value_name = "MILLISECONDS", hide = true)]
    pub(super) poll_every: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Show only this stack; can be repeated
    ///
    /// The name in AWS, or what follows the environment's name in it.
    #[arg(long = "stack", value_name = "NAME")]
    pub(super) stacks: Vec<String>,
    #[command(flatten)]
    pub(super) access: Access,
}

#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// Only those of this stack: the name in AWS, or what follows the environment's name in it
    pub(super) stack: Option<String>,
    /// Only the value of this output
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) access: Access,
}

#[derive(Debug, Args)]
#[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "it is said, and not done"))]
pub(super) struct Import {
    /// What becomes which resource: the value of the property that identifies it, such as a bucket's name;
    /// if there are several, Name=Value for each with commas between
    #[arg(value_name = "STACK/LOGICAL_ID=IDENTIFIER", required = true)]
    pub(super) resources: Vec<String>,
    /// Import without a confirmation, as CI does
    #[arg(long)]
    pub(super) yes: bool,
    /// Show every event of every resource
    #[arg(long, short)]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) access: Access,
    #[command(flatten)]
    pub(super) pace: Pace,
}

/// Which credentials to use.
#[derive(Debug, Args)]
pub(super) struct Access {
    /// The profile of the AWS configuration [default: as the AWS CLI]
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// The name of the role to assume in accounts that aren't the caller's own
    #[arg(long, value_name = "NAME")]
    pub(super) role: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Drift {
    /// Look only at this stack; can be repeated
    ///
    /// The name in AWS, or what follows the environment's name in it.
    #[arg(long = "stack", value_name = "NAME")]
    pub(super) stacks: Vec<String>,
    #[command(flatten)]
    pub(super) access: Access,
    #[command(flatten)]
    pub(super) pace: Pace,
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The folder of the assembly as it was
    #[arg(value_name = "BEFORE")]
    pub(super) before: PathBuf,
    /// The folder of the assembly as it will be
    #[arg(value_name = "AFTER")]
    pub(super) after: PathBuf,
    #[command(flatten)]
    pub(super) comparison: Comparison,
}

#[derive(Debug, Args)]
pub(super) struct Comparison {
    /// Exit with 1 if a resource is replaced or deleted, or if permissions or networks open; can be
    /// repeated
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) fail_on: Vec<FailOn>,
    /// Print Markdown, for a pull request
    #[arg(long, conflicts_with = "json")]
    pub(super) markdown: bool,
    /// Accept that this resource, which holds data, is replaced; can be repeated
    #[arg(long, value_name = "STACK/ID")]
    pub(super) replace: Vec<String>,
    /// Accept that this resource, which holds data, leaves its stack; can be repeated
    #[arg(long, value_name = "STACK/ID")]
    pub(super) delete: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// A resource is replaced
    Replace,
    /// A resource is deleted
    Destroy,
    /// A policy allows more, or a network lets more in
    Broadening,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// If the output is a terminal and the variable NO_COLOR isn't set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Json,
    Yaml,
}

impl Synth {
    pub(super) fn template_format(&self) -> TemplateFormat {
        match self.format {
            Some(Format::Yaml) => TemplateFormat::Yaml,
            Some(Format::Json) | None => TemplateFormat::Json,
        }
    }
}

impl Command {
    fn comparison(&self) -> Option<&Comparison> {
        match self {
            Self::Plan(Plan { comparison, .. })
            | Self::Deploy(Deploy { comparison, .. })
            | Self::Diff(Compare { comparison, .. }) => Some(comparison),
            Self::Synth(_)
            | Self::Check(_)
            | Self::List(_)
            | Self::Drift(_)
            | Self::Status(_)
            | Self::Outputs(_)
            | Self::Import(_)
            | Self::Destroy(_)
            | Self::Explain(_) => None,
        }
    }
}

impl Arguments {
    /// Reads what the program was called with.
    ///
    /// # Errors
    ///
    /// Wrong use, and the wish for help, both with the text to print.
    pub(super) fn read() -> Result<Self, clap::Error> {
        Self::of(Raw::try_parse()?)
    }

    fn of(raw: Raw) -> Result<Self, clap::Error> {
        let Raw { command, synth, color, json } = raw;
        let conflict = |message| {
            let program = std::env::args_os().next().unwrap_or_default();
            let name = std::path::Path::new(&program).file_name().unwrap_or_default();
            let mut usage = Raw::command().bin_name(name.to_string_lossy());
            Err(usage.error(ErrorKind::ArgumentConflict, message))
        };
        let command = match command {
            None => Command::Synth(synth),
            Some(command) if synth == Synth::default() => command,
            Some(_) => {
                return conflict(
                    "options of `synth` stand behind the command, and no other command takes them: `synth --out DIR`",
                );
            }
        };
        // Before the command, `--json` isn't among what clap compares.
        if json && command.comparison().is_some_and(|it| it.markdown) {
            return conflict("the argument '--markdown' cannot be used with '--json'");
        }
        Ok(Self { command, color, json })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        let all = ["prod"].iter().chain(arguments);
        Raw::try_parse_from(all).and_then(Arguments::of)
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Raw::command().debug_assert();
    }

    #[test]
    fn synth_is_what_is_done_without_a_command() {
        for arguments in [&["--out", "x", "--json"][..], &["--json", "synth", "--out", "x"]] {
            let read = read(arguments).unwrap();
            assert!(read.json);
            assert!(matches!(read.command, Command::Synth(synth) if synth.out == Some("x".into())));
        }
    }

    #[test]
    fn what_can_not_be_meant_is_refused() {
        for arguments in [
            &["--out", "x", "check"][..],
            &["check", "--out", "x"],
            &["deploy", "--skip", "a/b"],
            &["plan", "--against", "x", "--role", "y"],
            &["plan", "--markdown", "--json"],
            &["--json", "plan", "--markdown"],
            &["--json", "deploy", "--markdown"],
            &["--json", "diff", "a", "b", "--markdown"],
            &["--format", "xml"],
            &["--locked", "--update-lock"],
            &["explain", "A", "B"],
        ] {
            assert_eq!(read(arguments).unwrap_err().exit_code(), 2, "{arguments:?}");
        }
    }
}
