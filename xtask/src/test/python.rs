//! Python environments, each with the packages of one list: the validators in `target/python`, and
//! ministack apart from them, so that what one needs never decides about the other.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Result, root};

/// A list of packages, and where they are installed.
struct Packages {
    what: &'static str,
    folder: &'static str,
    /// The list, below this folder.
    file: &'static str,
    list: &'static str,
}

const VALIDATORS: Packages = Packages {
    what: "the validators",
    folder: "target/python",
    file: "requirements.txt",
    list: include_str!("requirements.txt"),
};

const MINISTACK: Packages = Packages {
    what: "ministack",
    folder: "target/ministack/python",
    file: "ministack.txt",
    list: include_str!("ministack.txt"),
};

/// An environment that has what a list names.
pub(super) struct Python {
    packages: Packages,
    folder: PathBuf,
}

impl Python {
    /// The environment of the validators; it is made, unless it is there in these versions.
    pub(super) fn with_validators() -> Result<Self> {
        Self::with(VALIDATORS)
    }

    /// The environment of ministack, made in the same way.
    pub(super) fn with_ministack() -> Result<Self> {
        Self::with(MINISTACK)
    }

    fn with(packages: Packages) -> Result<Self> {
        let python = Self { folder: root().join(packages.folder), packages };
        let list = python.packages.list;
        let stamp = python.folder.join("requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == list) {
            return Ok(python);
        }
        if python.folder.exists() {
            fs::remove_dir_all(&python.folder)?;
        }
        fs::create_dir_all(&python.folder)?;
        python.install()?;
        fs::write(stamp, list)?;
        Ok(python)
    }

    /// Into an environment of its own, or, where Python comes without `ensurepip`, into a folder
    /// beside the packages that it has.
    fn install(&self) -> Result {
        let requirements = root().join("xtask/src/test").join(self.packages.file);
        let what = self.packages.what;
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(self.environment())
            .output()
            .map_err(|error| format!("python3, which runs {what}: {error}"))?;
        let (mut pip, folder) = if made.status.success() {
            (Command::new(self.environment().join("bin/python")), None)
        } else {
            fs::remove_dir_all(self.environment())
                .or_else(|error| if self.environment().exists() { Err(error) } else { Ok(()) })?;
            (Command::new("python3"), Some(self.beside()))
        };
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        if let Some(folder) = folder {
            pip.arg("--target").arg(folder);
        }
        let installed = pip.arg("--requirement").arg(&requirements).output()?;
        if installed.status.success() {
            return Ok(());
        }
        Err(format!(
            "{what} could not be installed; Python needs venv or pip (on Debian: \
             apt-get install python3-venv), and the package registry must be reachable\n{}{}",
            String::from_utf8_lossy(&made.stderr),
            String::from_utf8_lossy(&installed.stderr),
        )
        .into())
    }

    fn environment(&self) -> PathBuf {
        self.folder.join("environment")
    }

    /// Where packages are if there is no environment of its own.
    fn beside(&self) -> PathBuf {
        self.folder.join("packages")
    }

    /// A call of its interpreter.
    pub(super) fn command(&self) -> Command {
        let own = self.environment().join("bin/python");
        let mut command = Command::new(if own.exists() { &own } else { Path::new("python3") });
        if !own.exists() {
            command.env("PYTHONPATH", self.beside());
        }
        command.stdin(Stdio::null()).current_dir(root());
        command
    }

    /// Runs a program that answers in JSON. An exit code other than 0 is an answer too, as long as
    /// there is JSON.
    pub(super) fn json(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>,
    ) -> Result<serde_json::Value> {
        let output = self.command().args(["-c", program]).args(arguments).output()?;
        serde_json::from_slice(&output.stdout).map_err(|error| {
            format!("{error}: {}", String::from_utf8_lossy(&output.stderr).trim()).into()
        })
    }
}
