//! The generated files, in memory until all of them are made.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::Mode;
use crate::Result;

/// Files by their path from the repository's root.
#[derive(Default)]
pub(crate) struct Output {
    files: BTreeMap<String, Vec<u8>>,
    folders: Vec<Folder>,
}

/// A folder in which files that are no longer generated are known by their first line.
struct Folder {
    path: &'static str,
    header: &'static str,
}

impl Output {
    /// No files.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), content.into());
    }

    /// Says that every file of the folder that begins with `header` is generated, so that one which
    /// no longer comes is deleted.
    pub(crate) fn owns(&mut self, path: &'static str, header: &'static str) {
        self.folders.push(Folder { path, header });
    }

    /// Replaces what is between the lines `begin` and `end` of a file that is otherwise handwritten.
    pub(crate) fn splice(
        &mut self,
        root: &Path,
        path: &str,
        (begin, end): (&str, &str),
        content: &str,
    ) -> Result {
        let text = match self.files.get(path) {
            Some(bytes) => String::from_utf8(bytes.clone())?,
            None => fs::read_to_string(root.join(path))?,
        };
        let marked = || -> Option<(&str, &str)> {
            let (before, rest) = text.split_once(begin)?;
            let (_, after) = rest.split_once(end)?;
            Some((before, after))
        };
        let (before, after) =
            marked().ok_or_else(|| format!("{path} has no lines `{begin}` and `{end}`"))?;
        self.add(path, format!("{before}{begin}\n{content}{end}{after}"));
        Ok(())
    }

    /// Writes the files that differ from those under `root`, or fails naming them.
    pub(crate) fn finish(self, root: &Path, mode: Mode) -> Result {
        let mut stale = Vec::new();
        for (path, content) in &self.files {
            let file = root.join(path);
            if read(&file)?.as_ref() != Some(content) {
                stale.push(path.clone());
                if mode == Mode::Write {
                    if let Some(folder) = file.parent() {
                        fs::create_dir_all(folder)?;
                    }
                    fs::write(&file, content)?;
                }
            }
        }
        for folder in &self.folders {
            for path in self.orphans(root, folder)? {
                if mode == Mode::Write {
                    fs::remove_file(root.join(&path))?;
                }
                stale.push(path);
            }
        }
        match mode {
            Mode::Check if !stale.is_empty() => Err(format!(
                "generated files differ from what `cargo xtask codegen` writes; run it and commit:\n  {}",
                stale.join("\n  ")
            )
            .into()),
            Mode::Check => {
                println!("{} generated files are fresh", self.files.len());
                Ok(())
            }
            Mode::Write => {
                println!("{} of {} generated files written", stale.len(), self.files.len());
                Ok(())
            }
        }
    }

    /// The generated files of a folder that no longer come.
    fn orphans(&self, root: &Path, folder: &Folder) -> Result<Vec<String>> {
        let mut orphans = Vec::new();
        for entry in fs::read_dir(root.join(folder.path))? {
            let entry = entry?;
            let path = format!("{}/{}", folder.path, entry.file_name().to_string_lossy());
            if entry.file_type()?.is_file()
                && !self.files.contains_key(&path)
                && fs::read(entry.path())?.starts_with(folder.header.as_bytes())
            {
                orphans.push(path);
            }
        }
        orphans.sort();
        Ok(orphans)
    }
}

fn read(file: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::{env, path::PathBuf, process};

    use super::*;

    /// An empty folder of this test's own.
    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("xtask-output-{}-{name}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("src")).unwrap();
        folder
    }

    fn output() -> Output {
        let mut output = Output::new();
        output.owns("src", "// generated");
        output.add("src/a.rs", "// generated\na");
        output
    }

    #[test]
    fn a_check_names_what_differs_and_writes_nothing() {
        let root = folder("check");
        fs::write(root.join("src/gone.rs"), "// generated\nold").unwrap();
        fs::write(root.join("src/own.rs"), "// by hand").unwrap();
        let error = output().finish(&root, Mode::Check).unwrap_err().to_string();
        assert!(error.contains("`cargo xtask codegen`"), "{error}");
        assert!(error.contains("src/a.rs") && error.contains("src/gone.rs"), "{error}");
        assert!(!error.contains("own.rs"), "{error}");
        assert!(!root.join("src/a.rs").exists());
        output().finish(&root, Mode::Write).unwrap();
        assert!(!root.join("src/gone.rs").exists());
        assert!(root.join("src/own.rs").exists());
        output().finish(&root, Mode::Check).unwrap();
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn what_stands_between_marks_is_replaced_and_no_more() {
        let root = folder("splice");
        fs::write(root.join("list.toml"), "a = 1\n# begin\nold\n# end\nb = 2\n").unwrap();
        let mut output = Output::new();
        output.splice(&root, "list.toml", ("# begin", "# end"), "new\n").unwrap();
        output.finish(&root, Mode::Write).unwrap();
        let text = fs::read_to_string(root.join("list.toml")).unwrap();
        assert_eq!(text, "a = 1\n# begin\nnew\n# end\nb = 2\n");
        let error = Output::new().splice(&root, "list.toml", ("# start", "# end"), "").unwrap_err();
        assert_eq!(error.to_string(), "list.toml has no lines `# start` and `# end`");
        fs::remove_dir_all(root).unwrap();
    }
}
