//! A file that only one process holds at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Holds a file until it is dropped. The operating system lets go of it if the process dies.
#[derive(Debug)]
pub(super) struct Guard {
    path: PathBuf,
    /// Whether the file goes when the guard does.
    remove: bool,
    _file: File,
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
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(GuardError::Io)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(GuardError::Busy),
                Err(TryLockError::Error(error)) => return Err(GuardError::Io(error)),
            }
            if is_at(&file, &path) {
                return Ok(Self { path, remove: true, _file: file });
            }
        }
        Err(GuardError::Busy)
    }

    /// Waits for a file that is there for other reasons, and holds it. `None` if it isn't there.
    ///
    /// # Errors
    ///
    /// If it can't be opened or locked.
    pub(super) fn wait(path: &Path) -> io::Result<Option<Self>> {
        loop {
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            file.lock()?;
            if is_at(&file, path) {
                return Ok(Some(Self { path: path.to_path_buf(), remove: false, _file: file }));
            }
        }
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
