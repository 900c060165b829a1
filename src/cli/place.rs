//! Where the program is: its name, its package, and the default paths that follow from them.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// Where an infra program is at home.
#[derive(Debug)]
pub(super) struct Home {
    /// The name of the program's executable.
    pub(super) program: String,
    /// The folder of its package if Cargo runs it, else the current folder.
    root: PathBuf,
}

impl Home {
    /// The name is that of the executable, and the package what Cargo says.
    #[allow(clippy::disallowed_methods, reason = "the command line reads the environment")]
    pub(super) fn find() -> Self {
        let executable = env::args_os().next().map(PathBuf::from).unwrap_or_default();
        let program = executable.file_stem().map(OsStr::to_string_lossy);
        let program = program.filter(|name| !name.is_empty());
        Self {
            program: program.map_or_else(|| "program".to_owned(), |name| name.into_owned()),
            root: env::var("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default(),
        }
    }

    /// The output folder, unless another is named.
    pub(super) fn out(&self) -> PathBuf {
        self.root.join("innovate.out").join(&self.program)
    }

    /// The lock file, unless another is named.
    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("innovate.lock")
    }

    /// Where the program's source files may be, given that the compiler names them by their paths
    /// in the workspace: the current folder, the package and the executable with all that is above
    /// them.
    pub(super) fn source_roots(&self) -> Vec<PathBuf> {
        let executable = env::current_exe().unwrap_or_default();
        let above = self.root.ancestors().chain(executable.ancestors().skip(1));
        let mut roots = vec![PathBuf::new()];
        for root in above.map(Path::to_path_buf) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        roots
    }
}

/// The path as a person would write it here: relative to the current folder if it is below it.
pub(super) fn shown(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    let relative = path.strip_prefix(&here).ok().filter(|rest| !rest.as_os_str().is_empty());
    relative.unwrap_or(path).display().to_string()
}
