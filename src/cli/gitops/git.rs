//! git, as a process.

use std::{
    ffi::OsStr,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use super::super::{Failure, output::reason};

/// What would lead git to another repository or index than the one that is meant, or give paths another
/// meaning. Who is the author and what is configured by variables stays, as git itself has it where it
/// enters another repository.
///
/// Source: `git rev-parse --local-env-vars`, and "Environment Variables", git(1).
const CLEARED: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INDEX_VERSION",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Runs git in a folder.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
    index: Option<PathBuf>,
    options: Vec<String>,
}

/// Paths are what they say: no character in them stands for others.
const LITERAL: &str = "--literal-pathspecs";

/// How git ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) good: bool,
    pub(super) output: String,
    /// What it and its hooks said beside that.
    pub(super) said: String,
}

impl Git {
    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), index: None, options: vec![LITERAL.to_owned()] }
    }

    /// The same, with another index.
    pub(super) fn index(&self, index: &Path) -> Self {
        Self { index: Some(index.to_path_buf()), ..self.clone() }
    }

    /// The same, as somebody would run it who has hooks: what git is told about paths holds for what they
    /// run, too.
    pub(super) fn plain(&self) -> Self {
        Self { options: Vec::new(), ..self.clone() }
    }

    /// The same, with the files of another folder.
    pub(super) fn files_of(&self, git_dir: &Path, folder: &Path) -> Self {
        let options = vec![
            format!("--git-dir={}", git_dir.display()),
            format!("--work-tree={}", folder.display()),
        ];
        Self { folder: folder.to_path_buf(), options, ..self.clone() }
    }

    /// What git says to a question.
    ///
    /// # Errors
    ///
    /// If there is no git, or if it fails.
    pub(super) fn ask<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<String, Failure> {
        self.tell(arguments, "")
    }

    /// The same, with something to read.
    ///
    /// # Errors
    ///
    /// If there is no git, or if it fails.
    pub(super) fn tell<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        input: &str,
    ) -> Result<String, Failure> {
        let ended = self.run(arguments, input)?;
        if ended.good {
            return Ok(ended.output);
        }
        let command = arguments.first().map(|first| first.as_ref().to_string_lossy());
        Err(Failure::new(format!("`git {}` failed: {}", command.unwrap_or_default(), ended.said)))
    }

    /// Runs git to its end.
    ///
    /// # Errors
    ///
    /// If there is no git.
    pub(super) fn run<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        input: &str,
    ) -> Result<Ended, Failure> {
        let mut command = Command::new("git");
        for variable in CLEARED {
            command.env_remove(variable);
        }
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        let child = command
            .args(&self.options)
            .args(arguments)
            .current_dir(&self.folder)
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::new("there is no git on the PATH")
                .help("install git, or leave the option `--gitops` out"),
            _ => Failure::new(format!("git can't be run: {}", reason(&error))),
        })?;
        let stdin = child.stdin.take();
        let output = thread::scope(|scope| {
            // Git may answer before it has read all, so both are done at once. What it leaves unread
            // when it fails is no failure of its own.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
            child.wait_with_output()
        });
        let output = output.map_err(|error| {
            Failure::new(format!("git can't be waited for: {}", reason(&error)))
        })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = [text(&output.stderr), text(&output.stdout)].concat().trim().to_owned();
        let said = if said.is_empty() { output.status.to_string() } else { said };
        Ok(Ended { good: output.status.success(), output: text(&output.stdout), said })
    }
}
