//! The Python environment with the validators, in `target/python`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Result, root};

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// An environment that has what `requirements.txt` names.
pub(super) struct Python {
    folder: PathBuf,
}

impl Python {
    /// Makes the environment, unless it is there in these versions.
    pub(super) fn ready() -> Result<Self> {
        let python = Self { folder: root().join("target/python") };
        let stamp = python.folder.join("requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == REQUIREMENTS) {
            return Ok(python);
        }
        if python.folder.exists() {
            fs::remove_dir_all(&python.folder)?;
        }
        fs::create_dir_all(&python.folder)?;
        python.install()?;
        fs::write(stamp, REQUIREMENTS)?;
        Ok(python)
    }

    /// Into an environment of its own, or, where Python comes without `ensurepip`, into a folder
    /// beside the packages that it has.
    fn install(&self) -> Result {
        let requirements = root().join("xtask/src/test/requirements.txt");
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(self.environment())
            .output()
            .map_err(|error| format!("python3, which runs the validators: {error}"))?;
        let (mut pip, folder) = if made.status.success() {
            (Command::new(self.environment().join("bin/python")), None)
        } else {
            fs::remove_dir_all(self.environment())
                .or_else(|error| if self.environment().exists() { Err(error) } else { Ok(()) })?;
            (Command::new("python3"), Some(self.packages()))
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
            "the validators could not be installed; Python needs venv or pip (on Debian: \
             apt-get install python3-venv), and the package registry must be reachable\n{}{}",
            String::from_utf8_lossy(&made.stderr),
            String::from_utf8_lossy(&installed.stderr),
        )
        .into())
    }

    fn environment(&self) -> PathBuf {
        self.folder.join("environment")
    }

    fn packages(&self) -> PathBuf {
        self.folder.join("packages")
    }

    /// A call of its interpreter.
    fn command(&self) -> Command {
        let own = self.environment().join("bin/python");
        let mut command = Command::new(if own.exists() { &own } else { Path::new("python3") });
        if !own.exists() {
            command.env("PYTHONPATH", self.packages());
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
