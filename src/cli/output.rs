//! The output folder, which is replaced as a whole.
//!
//! The files are written to a new folder beside the old one. When all of them are there, the two
//! change places in one step (Linux and macOS; elsewhere, and on file systems that can't, the old
//! one is set aside first and brought back by the next run if this one dies between the two steps).
//! So a run that is killed, or finds the disk full, leaves the files of the run before. Files that
//! stay the same are not written again: the new folder has them by a second name.
//!
//! Power failure is not covered: to force the files to the disk takes several times as long as to
//! make them, and the next run makes them again. It finds its folder even if the files lost what was
//! in them. What no run could make again, `innovate.lock`, is forced to the disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    thread,
};

use innovate_core::assembly::INDEX;
use serde_json::Value;

use super::{
    Failure,
    guard::{Guard, GuardError, beside},
    place::shown,
};

/// How many foreign files an error names.
const NAMED: usize = 3;

/// How much of a file is compared at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// A complete new folder, ready to take the place of the old one.
#[derive(Debug)]
pub(super) struct Staged {
    out: PathBuf,
    new: PathBuf,
    old: PathBuf,
    _guard: Guard,
}

impl Staged {
    /// Writes the files beside the output folder.
    ///
    /// # Errors
    ///
    /// If another program writes to the folder now, if the folder holds what innovate did not
    /// write, or if something can't be written. The output folder is as it was.
    pub(super) fn write(out: &Path, files: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let out = resolve(out)?;
        let (Some(parent), Some(_)) = (out.parent(), out.file_name()) else {
            return Err(Failure::new(format!("`{}` can't be an output folder", shown(&out))));
        };
        fs::create_dir_all(parent).map_err(|error| failed("make", parent, &error))?;
        let beside = |role: &str| beside(&out, role);
        let guard = Guard::new(beside("lock")).map_err(|error| match error {
            GuardError::Busy => {
                Failure::new(format!("another program writes to `{}` just now", shown(&out)))
                    .help("run it again when that is done, or write elsewhere with `--out DIR`")
            }
            GuardError::Io(error) => failed("write to", parent, &error),
        })?;
        let (new, old) = (beside("new"), beside("old"));
        let staged = Self { out, new, old, _guard: guard };
        staged.recover()?;
        refuse_foreign(&staged.out)?;
        if let Err(failure) = staged.fill(files) {
            // What is left of it would only take room; the next run removes what this can't.
            let _ = fs::remove_dir_all(&staged.new);
            return Err(failure);
        }
        Ok(staged)
    }

    /// Takes the place of the output folder.
    ///
    /// # Errors
    ///
    /// If the folder can't be moved; it is as it was then.
    pub(super) fn commit(self) -> Result<(), Failure> {
        self.swap().map_err(|error| {
            let _ = fs::remove_dir_all(&self.new);
            failed("replace", &self.out, &error)
        })?;
        // The new files are in place; the next run removes what this can't.
        for rest in [&self.new, &self.old] {
            let _ = fs::remove_dir_all(rest);
        }
        Ok(())
    }

    /// Mends what a run that was interrupted left behind.
    fn recover(&self) -> Result<(), Failure> {
        if self.old.exists() && !self.out.exists() {
            fs::rename(&self.old, &self.out)
                .map_err(|error| failed("bring back", &self.out, &error))?;
        }
        for rest in [&self.new, &self.old] {
            if rest.exists() {
                fs::remove_dir_all(rest).map_err(|error| failed("remove", rest, &error))?;
            }
        }
        Ok(())
    }

    fn fill(&self, files: &BTreeMap<String, String>) -> Result<(), Failure> {
        let cannot = |error: &io::Error| {
            let failure = failed("write", &self.out, error);
            if error.kind() == io::ErrorKind::StorageFull {
                failure
                    .help("make room and run it again; the files of the run before are untouched")
            } else {
                failure
            }
        };
        fs::create_dir(&self.new).map_err(|error| cannot(&error))?;
        let mut made: BTreeSet<&Path> = BTreeSet::new();
        for path in files.keys() {
            let path = Path::new(path);
            if let Some(folder) = path.parent().filter(|folder| made.insert(folder)) {
                fs::create_dir_all(self.new.join(folder)).map_err(|error| cannot(&error))?;
            }
        }
        self.fill_folders(files).map_err(|error| cannot(&error))
    }

    /// Every other file by another thread, where there may be one: copying a large program's files
    /// takes as long as making them.
    fn fill_folders(&self, files: &BTreeMap<String, String>) -> io::Result<()> {
        let each = |first: usize| {
            let mut files = files.iter().skip(first).step_by(2);
            files.try_for_each(|(path, body)| self.fill_file(path, body.as_bytes()))
        };
        thread::scope(|scope| {
            let odd = thread::Builder::new().spawn_scoped(scope, || each(1));
            let even = each(0);
            even.and(match odd {
                Ok(odd) => odd.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                Err(_) => each(1),
            })
        })
    }

    /// A file that is already as it should be gets a second name, which is sooner done than to write
    /// it again; its former name goes with the old folder.
    fn fill_file(&self, path: &str, body: &[u8]) -> io::Result<()> {
        let (before, new) = (self.out.join(path), self.new.join(path));
        if holds(&before, body).unwrap_or(false) && fs::hard_link(before, &new).is_ok() {
            return Ok(());
        }
        fs::write(new, body)
    }

    fn swap(&self) -> io::Result<()> {
        if !self.out.exists() {
            return fs::rename(&self.new, &self.out);
        }
        match exchange(&self.new, &self.out) {
            Err(error) if cannot_exchange(&error) => self.swap_in_two_steps(),
            done => done,
        }
    }

    /// What is done where two folders can't change places. A run that dies between the two steps
    /// leaves what the next one mends.
    fn swap_in_two_steps(&self) -> io::Result<()> {
        fs::rename(&self.out, &self.old)?;
        fs::rename(&self.new, &self.out).inspect_err(|_| {
            let _ = fs::rename(&self.old, &self.out);
        })
    }
}

/// Whether a file is there, and holds just this.
fn holds(path: &Path, body: &[u8]) -> io::Result<bool> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_file() || u64::try_from(body.len()) != Ok(found.len()) {
        return Ok(false);
    }
    let mut file = fs::File::open(path)?;
    let mut read = vec![0; body.len().min(CHUNK)];
    for chunk in body.chunks(CHUNK) {
        let Some(read) = read.get_mut(..chunk.len()) else { return Ok(false) };
        file.read_exact(read)?;
        if read != chunk {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets two folders change places in one step.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether it is the system or the file system that can't, rather than these folders.
fn cannot_exchange(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// The folder itself, whichever way its path is written and whatever links lead to it.
fn resolve(out: &Path) -> Result<PathBuf, Failure> {
    if let Ok(path) = fs::canonicalize(out) {
        return Ok(path);
    }
    std::path::absolute(out).map_err(|error| failed("find", out, &error))
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("can't {what} `{}`: {}", shown(path), reason(error)))
}

/// The reason without the number that only a programmer knows.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_lowercase(),
        None => text,
    }
}

/// Replacing a folder removes what is in it, so all of that must be innovate's own.
fn refuse_foreign(out: &Path) -> Result<(), Failure> {
    let unreadable = |error: io::Error| failed("read", out, &error);
    match fs::symlink_metadata(out) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            return Err(Failure::new(format!("`{}` is no folder", shown(out)))
                .help("name a folder that doesn't exist yet with `--out DIR`"));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(error)),
    }
    let own = OwnFiles::of(out);
    let mut foreign = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(out.join(&folder)).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = folder.join(entry.file_name());
            if entry.file_type().map_err(unreadable)?.is_dir() {
                open.push(path);
            } else if !own.has(&path) {
                foreign.push(path);
            }
        }
    }
    if foreign.is_empty() {
        return Ok(());
    }
    foreign.sort();
    let named: Vec<String> =
        foreign.iter().take(NAMED).map(|path| format!("`{}`", path.display())).collect();
    let more = foreign.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message =
        format!("`{}` holds what innovate did not write: {}{more}", shown(out), named.join(", "));
    Err(Failure::new(message).help(
        "the output folder is replaced as a whole: move those files, or write elsewhere with `--out DIR`",
    ))
}

/// What an earlier run wrote to the folder.
enum OwnFiles {
    /// What its index names.
    Named(BTreeSet<PathBuf>),
    /// The index has lost what was in it, as after a power failure: what a run would call so.
    Likely,
}

impl OwnFiles {
    fn of(out: &Path) -> Self {
        let Ok(index) = fs::read(out.join(INDEX)) else { return Self::Named(BTreeSet::new()) };
        if index.iter().all(|byte| *byte == 0) {
            return Self::Likely;
        }
        let index: Value = serde_json::from_slice(&index).unwrap_or_default();
        let each = |key: &str| index.get(key).and_then(Value::as_array).into_iter().flatten();
        let templates = each("stacks").filter_map(|stack| stack.get("template")?.as_str());
        let manifests = each("manifests")
            .filter_map(|cluster| cluster.get("files")?.as_object())
            .flat_map(serde_json::Map::keys)
            .map(String::as_str);
        let known = index.is_object().then_some(INDEX);
        Self::Named(templates.chain(manifests).chain(known).map(PathBuf::from).collect())
    }

    fn has(&self, path: &Path) -> bool {
        match self {
            Self::Named(paths) => paths.contains(path),
            Self::Likely => {
                let name = path.to_string_lossy();
                let template = name.ends_with(".template.json") || name.ends_with(".template.yaml");
                path == Path::new(INDEX)
                    || path.starts_with("templates") && template
                    || path.starts_with("manifests") && name.ends_with(".yaml")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_what_a_person_understands() {
        let error = io::Error::from_raw_os_error(28);
        assert_eq!(reason(&error), "no space left on device");
    }

    /// What is staged in a folder of its own, with one file in each of the folders `filled`.
    fn staged(name: &str, filled: &[&str]) -> (PathBuf, Staged) {
        let root = std::env::temp_dir().join(format!("innovate-{name}-{}", std::process::id()));
        for role in filled {
            fs::create_dir_all(root.join(role)).unwrap();
            fs::write(root.join(role).join("a"), role).unwrap();
        }
        let guard = Guard::new(root.join("lock")).unwrap();
        let [out, new, old] = ["out", "new", "old"].map(|role| root.join(role));
        (root, Staged { out, new, old, _guard: guard })
    }

    /// What is in the file of a folder, if there is one.
    fn file(folder: &Path) -> Option<String> {
        fs::read_to_string(folder.join("a")).ok()
    }

    #[test]
    fn a_file_system_that_can_not_exchange_gets_two_steps() {
        let (root, staged) = staged("swap", &["out", "new"]);
        staged.swap_in_two_steps().unwrap();
        assert_eq!(file(&staged.out).as_deref(), Some("new"));
        assert_eq!(file(&staged.old).as_deref(), Some("out"));
        assert!(!staged.new.exists());
        // The first step is undone if the second can't be done.
        staged.swap_in_two_steps().unwrap_err();
        assert_eq!(file(&staged.out).as_deref(), Some("new"));
        drop(staged);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn what_a_run_that_died_between_the_two_steps_set_aside_is_brought_back() {
        let (root, staged) = staged("recover", &["old", "new"]);
        staged.recover().unwrap();
        assert_eq!(file(&staged.out).as_deref(), Some("old"));
        assert!(!staged.old.exists() && !staged.new.exists());
        drop(staged);
        fs::remove_dir_all(root).unwrap();
    }
}
