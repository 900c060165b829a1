//! `innovate.lock`, read and written.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use innovate_core::lock::Lock;

use super::{
    Failure,
    guard::{Guard, beside},
    output::reason,
    place::shown,
    terminal::Terminal,
};

const HEADER: &str = "\
# The logical ids of the resources that hold data. Written by innovate: commit it, don't edit it.
# A program that loses one of them is refused; `explain LOCK-01` says what to do then.
";

/// The lock file as it was found.
#[derive(Debug)]
pub(super) struct LockFile {
    path: PathBuf,
    lock: Lock,
    found: bool,
    /// Held while it may be replaced, so that two programs don't lose each other's part.
    _guard: Option<Guard>,
}

impl LockFile {
    /// Reads it, to compare with.
    ///
    /// # Errors
    ///
    /// If it can't be read, or isn't a lock file.
    pub(super) fn read(path: PathBuf) -> Result<Self, Failure> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed("read", &path, &error)),
        };
        let lock = parse(&path, text.as_deref())?;
        Ok(Self { path, lock, found: text.is_some(), _guard: None })
    }

    /// Waits for it, which is said, holds it and reads it, to replace it.
    ///
    /// # Errors
    ///
    /// If it can't be read, or isn't a lock file.
    pub(super) fn hold(path: PathBuf, terminal: &Terminal) -> Result<Self, Failure> {
        let unreadable = |error: io::Error| failed("read", &path, &error);
        let busy = || {
            let path = shown(&path);
            terminal.findings(&format!("waiting for another program that holds `{path}`\n"));
        };
        let guard = Guard::wait(&path, &busy).map_err(unreadable)?;
        // From the file that is held: some systems let nobody else read it.
        let text = guard.as_ref().map_or(Ok(None), Guard::read).map_err(unreadable)?;
        let lock = parse(&path, text.as_deref())?;
        Ok(Self { path, lock, found: text.is_some(), _guard: guard })
    }

    /// What it says; nothing if there is no such file.
    pub(super) const fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Writes what it will say beside it, if that is anything new.
    ///
    /// # Errors
    ///
    /// If it can't be written. The file is as it was.
    pub(super) fn stage(self, lock: &Lock) -> Result<StagedLock, Failure> {
        if *lock == self.lock && (self.found || lock.resources() == 0) {
            return Ok(StagedLock { replace: None, file: self });
        }
        let body = toml::to_string(lock)
            .map_err(|error| Failure::new(format!("can't write the lock file: {error}")))?;
        let text = format!("{HEADER}{body}");
        // What a run that was killed left of it is overwritten: only one program is here at a time.
        let new = beside(&self.path, "new");
        let written = File::create(&new).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            // Unlike the output, nothing could make this again.
            file.sync_all()
        });
        if let Err(error) = written {
            let _ = fs::remove_file(&new);
            return Err(failed("write", &self.path, &error));
        }
        Ok(StagedLock { replace: Some(new), file: self })
    }
}

/// What the lock file will say.
#[derive(Debug)]
pub(super) struct StagedLock {
    /// The new file, if it differs.
    replace: Option<PathBuf>,
    file: LockFile,
}

impl StagedLock {
    /// Takes the place of the lock file; whether it said something else before.
    ///
    /// # Errors
    ///
    /// If it can't be replaced. The file is as it was.
    pub(super) fn commit(mut self) -> Result<bool, Failure> {
        let Some(new) = self.replace.take() else { return Ok(false) };
        let path = &self.file.path;
        fs::rename(&new, path).map_err(|error| {
            let _ = fs::remove_file(&new);
            failed("replace", path, &error)
        })?;
        keep_name(path);
        Ok(true)
    }

    /// The lock file's path.
    pub(super) fn path(&self) -> &Path {
        &self.file.path
    }
}

impl Drop for StagedLock {
    fn drop(&mut self) {
        if let Some(new) = &self.replace {
            let _ = fs::remove_file(new);
        }
    }
}

/// Forces the file's new name to the disk, where a system can do so, lest a power failure bring the
/// former file back.
fn keep_name(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

/// What a lock file says; nothing if there is none.
fn parse(path: &Path, text: Option<&str>) -> Result<Lock, Failure> {
    let Some(text) = text else { return Ok(Lock::default()) };
    let lock = toml::from_str::<Lock>(text);
    let version = match &lock {
        Ok(lock) => Some(lock.version().into()),
        // Another version may have what this one doesn't know.
        Err(_) => toml::from_str(text)
            .ok()
            .and_then(|table: toml::Table| table.get("version").and_then(toml::Value::as_integer)),
    };
    if let Some(version) = version.filter(|version| *version != i64::from(Lock::VERSION)) {
        let message = format!("`{}` is of version {version}, which is not known here", shown(path));
        return Err(Failure::new(message).help("a newer innovate wrote it: use that version"));
    }
    lock.map_err(|error| {
        let message = format!("`{}` is no lock file: {}", shown(path), error.to_string().trim_end());
        Failure::new(message).help(
            "bring it back from version control; where a merge left conflict markers, keep the lines of both sides",
        )
    })
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("can't {what} the lock file `{}`: {}", shown(path), reason(error)))
}
