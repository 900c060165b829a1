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
    /// made there either. `busy` is called if it has to wait.
    ///
    /// # Errors
    ///
    /// If it can't be opened or locked.
    pub(super) fn wait(path: &Path, busy: &dyn Fn()) -> io::Result<Option<Self>> {
        for _ in 0..ATTEMPTS {
            let file = match open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    match Self::place_of(path, busy)? {
                        // Whoever held the place before may have made it.
                        Some(_) if path.exists() => continue,
                        place => return Ok(place),
                    }
                }
                Err(error) => return Err(error),
            };
            lock(&file, busy)?;
            if is_at(&file, path) {
                return Ok(Some(Self { path: path.to_path_buf(), remove: false, file }));
            }
        }
        Err(never_the_same())
    }

    fn place_of(path: &Path, busy: &dyn Fn()) -> io::Result<Option<Self>> {
        let path = beside(path, "lock");
        for _ in 0..ATTEMPTS {
            let Ok(file) = make(&path) else { return Ok(None) };
            lock(&file, busy)?;
            if is_at(&file, &path) {
                return Ok(Some(Self { path, remove: true, file }));
            }
        }
        Err(never_the_same())
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

/// Opens a file to hold it. An exclusive lock asks some file systems, such as NFS, for the right to
/// write, which not everyone has who may read it.
fn open(path: &Path) -> io::Result<File> {
    let writable = OpenOptions::new().read(true).write(true).open(path);
    writable.or_else(|error| if is_read_only(&error) { File::open(path) } else { Err(error) })
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Waits for the lock, and says so if it isn't free.
fn lock(file: &File, busy: &dyn Fn()) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            busy();
            without_locks(file.lock())
        }
        Err(TryLockError::Error(error)) => without_locks(Err(error)),
    }
}

fn never_the_same() -> io::Error {
    io::Error::other("it is another file each time it is opened")
}

/// `.prod.innovate-new` beside `prod`: a name that only innovate gives.
pub(super) fn beside(path: &Path, role: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".innovate-");
    name.push(role);
    path.with_file_name(name)
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

    #[test]
    fn a_file_that_can_only_be_read_is_held_all_the_same() {
        assert!(is_read_only(&io::Error::from(io::ErrorKind::PermissionDenied)));
        assert!(is_read_only(&io::Error::from(io::ErrorKind::ReadOnlyFilesystem)));
        assert!(!is_read_only(&io::Error::from(io::ErrorKind::NotFound)));
        // Nobody may write to it, whoever this is.
        let held = open(Path::new("/proc/self/stat"));
        assert!(cfg!(not(target_os = "linux")) || held.is_ok(), "{held:?}");
    }
}
