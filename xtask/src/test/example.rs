//! Runs the example programs, and the one that is there for the validators.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
};

use super::cargo::cargo;
use crate::{Result, root};

/// How templates are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Yaml,
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }
}

/// What an example wrote.
pub(super) struct Written {
    /// The example.
    pub(super) name: String,
    /// Where to.
    pub(super) folder: PathBuf,
}

impl Written {
    /// The templates, in the order of their names.
    pub(super) fn templates(&self) -> Result<Vec<PathBuf>> {
        files_below(&self.folder.join("templates"))
    }

    /// The templates with the regions of their stacks, as `manifest.json` has them.
    pub(super) fn stacks(&self) -> Result<Vec<(PathBuf, String)>> {
        let manifest = self.folder.join("manifest.json");
        let manifest: serde_json::Value = serde_json::from_slice(&fs::read(manifest)?)?;
        let stacks = manifest.get("stacks").and_then(serde_json::Value::as_array);
        let stacks = stacks.ok_or("manifest.json lists no stacks")?.iter().map(|stack| {
            let text = |key: &str| stack.get(key).and_then(serde_json::Value::as_str);
            let (template, region) = text("template").zip(text("region"))?;
            Some((self.folder.join(template), region.to_owned()))
        });
        let stacks: Option<Vec<_>> = stacks.collect();
        Ok(stacks.ok_or("manifest.json has a stack without template or region")?)
    }

    /// The manifests, in the order of their names.
    pub(super) fn manifests(&self) -> Result<Vec<PathBuf>> {
        files_below(&self.folder.join("manifests"))
    }

    /// A file of it, as a reader of the tests knows it.
    pub(super) fn name_of(&self, file: &Path) -> String {
        let file = file.strip_prefix(&self.folder).unwrap_or(file);
        format!("{}: {}", self.name, file.display())
    }
}

/// The names of all examples.
pub(super) fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    let folder = root().join("examples");
    if !folder.exists() {
        return Ok(names);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// The program of the choices that no example makes: `tests/conformance`.
pub(super) const OTHER_CHOICES: &str = "conformance";

/// Which lock file a run has, and whether it may change it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// `innovate.lock`, which must be as the program needs it.
    Kept,
    /// `innovate.lock`, brought up to date, also where a stateful resource goes.
    Updated,
    /// A new one, for a program that is never deployed.
    New,
}

/// Runs an example in a folder of its own below `target`.
pub(super) fn write(name: &str, format: Format, lock: Lock) -> Result<Written> {
    let program = program(name)?;
    let (lock, file) = match lock {
        Lock::Kept => ("--locked", root().join("innovate.lock")),
        Lock::Updated => ("--update-lock", root().join("innovate.lock")),
        Lock::New => ("--update-lock", root().join("target/examples-written/new.lock")),
    };
    let folder = root().join(format!("target/examples-written/{name}-{}", format.name()));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let output = std::process::Command::new(program)
        .current_dir(root())
        .args(["synth", lock, "--format", format.name(), "--out"])
        .arg(&folder)
        .arg("--lock")
        .arg(file)
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "example {name}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        )
        .into());
    }
    Ok(Written { name: name.to_owned(), folder })
}

/// The program of an example. All are built once; the whole workspace is chosen, as in the other steps, so
/// that cargo has built them already.
fn program(name: &str) -> Result<&'static Path> {
    static BUILT: OnceLock<Option<BTreeMap<String, PathBuf>>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let format = "--message-format=json-render-diagnostics";
        let mut command = cargo(&["build", "--quiet", "--workspace", "--examples", format]);
        let output = command.stderr(Stdio::inherit()).output().ok()?;
        output.status.success().then(|| programs(&String::from_utf8_lossy(&output.stdout)))
    });
    let built = built.as_ref().ok_or("the examples do not build")?;
    let program = built.get(name).ok_or_else(|| format!("cargo built no example {name}"))?;
    Ok(program)
}

/// The programs of the examples, wherever cargo put them, from its messages.
///
/// Source: "External Tools", The Cargo Book: artifact messages.
fn programs(messages: &str) -> BTreeMap<String, PathBuf> {
    let program = |line: &str| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let target = message.get("target")?;
        let is_example = target.get("kind")?.as_array()?.iter().any(|kind| kind == "example");
        let (name, path) = (target.get("name")?.as_str()?, message.get("executable")?.as_str()?);
        is_example.then(|| (name.to_owned(), PathBuf::from(path)))
    };
    messages.lines().filter_map(program).collect()
}

/// The files below a folder, in the order of their paths; none if there is no such folder.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                files.extend(files_below(&path)?);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_where_cargo_says_that_it_put_it() {
        let line = |kind: &str, name: &str, program: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"name":"{name}"}},"executable":{program}}}"#
            )
        };
        let messages = [
            line("lib", "innovate", "null"),
            line("bin", "dev", r#""/elsewhere/debug/dev""#),
            line("example", "prod", r#""/elsewhere/debug/examples/prod""#),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        let found = programs(&messages.join("\n"));
        let prod = ("prod".to_owned(), PathBuf::from("/elsewhere/debug/examples/prod"));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [prod]);
    }
}
