//! A file that only one process holds at a time.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Holds a file until it is dropped. The operating system lets go of it if the process dies.
#[derive(Debug)]
pub(super) struct Guard {
    path: PathBuf,
    /// Whether the file goes when the guard does.
    remove: bool,
    file: File,
}

/// Why a file isn't held.
#[derive(Debug)]
pub(super) enum GuardError {
    /// Another process holds it.
    Busy,
    /// It can't be made or opened.
    Io(io::Error),
}

/// How often a file that vanishes while it is being locked is tried again.
const ATTEMPTS: u32 = 100;

impl Guard {
    /// Holds a file that exists for this alone, and is removed in the end.
    ///
    /// # Errors
    ///
    /// If another process holds it, or if it can't be made.
    pub(super) fn new(path: PathBuf) -> Result<Self, GuardError> {
        for _ in 0..ATTEMPTS {
            let file = make(&path).map_err(GuardError::Io)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(GuardError::Busy),
                Err(TryLockError::Error(error)) => {
                    without_locks(Err(error)).map_err(GuardError::Io)?;
                }
            }
            if is_at(&file, &path) {
                return Ok(Self { path, remove: true, file });
            }
        }
        Err(GuardError::Busy)
    }

    /// Waits for a file that is there for other reasons, and holds it. If it isn't there yet, holds
    /// its place, so that of several programs that would make it one does. `None` if it can't be
    /// made there either.
    ///
    /// # Errors
    ///
    /// If it can't be opened or locked.
    pub(super) fn wait(path: &Path) -> io::Result<Option<Self>> {
        loop {
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    match Self::place_of(path)? {
                        // Whoever held the place before may have made it.
                        Some(_) if path.exists() => continue,
                        place => return Ok(place),
                    }
                }
                Err(error) => return Err(error),
            };
            without_locks(file.lock())?;
            if is_at(&file, path) {
                return Ok(Some(Self { path: path.to_path_buf(), remove: false, file }));
            }
        }
    }

    fn place_of(path: &Path) -> io::Result<Option<Self>> {
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".innovate-lock");
        let path = path.with_file_name(name);
        loop {
            let Ok(file) = make(&path) else { return Ok(None) };
            without_locks(file.lock())?;
            if is_at(&file, &path) {
                return Ok(Some(Self { path, remove: true, file }));
            }
        }
    }

    /// What the file says; `None` if it stands for one that isn't there.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub(super) fn read(&self) -> io::Result<Option<String>> {
        if self.remove {
            return Ok(None);
        }
        let mut text = String::new();
        (&self.file).read_to_string(&mut text)?;
        Ok(Some(text))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.remove {
            // While it is still held: who opened it before finds that it is gone, and tries again.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn make(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

/// A file system that has no locks is used without them, as Cargo does.
fn without_locks(locked: io::Result<()>) -> io::Result<()> {
    locked.or_else(|error| match error.kind() {
        io::ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    })
}

/// Whether the file at the path is still the one that was opened, since another process may have
/// removed or replaced it in between.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(held), Ok(found)) = (file.metadata(), std::fs::metadata(path)) else { return false };
    (held.dev(), held.ino()) == (found.dev(), found.ino())
}

/// Elsewhere a file that is open can't be removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_system_that_has_no_locks_is_used_without() {
        assert!(without_locks(Err(io::ErrorKind::Unsupported.into())).is_ok());
        assert!(without_locks(Err(io::ErrorKind::PermissionDenied.into())).is_err());
        assert!(without_locks(Ok(())).is_ok());
    }
}
