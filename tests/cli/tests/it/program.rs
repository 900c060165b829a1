//! Runs the program of these tests in a folder of its own.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// A folder of its own for one test, with the program to run in it.
pub(crate) struct Bench {
    pub(crate) folder: PathBuf,
    program: PathBuf,
}

/// What a run ended with.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("innovate-cli-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self { folder, program: env!("CARGO_BIN_EXE_innovate-cli-tests").into() }
    }

    /// The same program under another name.
    pub(crate) fn called(&self, name: &str) -> Self {
        let program = self.folder.join(name);
        if fs::hard_link(&self.program, &program).is_err() {
            fs::copy(&self.program, &program).unwrap();
        }
        Self { folder: self.folder.clone(), program }
    }

    /// The program with a variation and arguments that are separated by spaces.
    pub(crate) fn command(&self, variation: &str, arguments: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments.split_whitespace())
            .current_dir(&self.folder)
            .env("VARIATION", variation)
            // What the source is found by, and the only thing of Cargo's that a program sees.
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env_remove("NO_COLOR")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, variation: &str, arguments: &str) -> Ended {
        self.command(variation, arguments).output().unwrap().into()
    }

    /// A run that must be good.
    pub(crate) fn good(&self, variation: &str, arguments: &str) -> Ended {
        let ended = self.run(variation, arguments);
        assert_eq!(ended.code, 0, "{ended:?}");
        ended
    }

    /// A run that must end with `code`, say `text`, and leave all files as they are.
    pub(crate) fn refused(&self, variation: &str, arguments: &str, code: i32, text: &str) -> Ended {
        let before = files(&self.folder);
        let ended = self.run(variation, arguments);
        assert_eq!(ended.code, code, "{ended:?}");
        assert!(ended.err.contains(text), "{ended:?}");
        assert_eq!(files(&self.folder), before);
        ended
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.join("innovate.out/innovate-cli-tests")
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// All files below a folder with their contents.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else {
                let path = entry.path();
                found.insert(
                    path.strip_prefix(folder).unwrap().to_path_buf(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    found
}
