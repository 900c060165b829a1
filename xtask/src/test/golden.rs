//! What the examples write, compared with `tests/golden`, so that a reviewer sees what a change does
//! to real infrastructure.

use std::{collections::BTreeSet, fs, path::PathBuf};

use super::{
    example::{self, Format, Lock, Written, files_below},
    step::Outcome,
};
use crate::{Result, root};

/// Compares every file, and that a second run writes the same bytes.
pub(super) fn check() -> Result<Outcome> {
    let mut outcome = Outcome::new();
    for name in example::names()? {
        let first = contents(&example::write(&name, Format::Json, Lock::Kept)?)?;
        let second = contents(&example::write(&name, Format::Json, Lock::Kept)?)?;
        let same = if first == second { vec![] } else { vec!["the bytes differ".to_owned()] };
        outcome.test(&format!("{name} run twice"), &same);
        let golden = contents(&Written { folder: folder(&name), name: name.clone() })?;
        let files: BTreeSet<&String> = first.iter().chain(&golden).map(|(path, _)| path).collect();
        for path in files {
            let find = |files: &[(String, Vec<u8>)]| {
                files.iter().find(|(known, _)| known == path).map(|(_, bytes)| bytes.clone())
            };
            let finding = match (find(&first), find(&golden)) {
                (Some(written), Some(golden)) => difference(&written, &golden),
                (Some(_), None) => Some("is new".to_owned()),
                (None, _) => Some("is no longer written".to_owned()),
            };
            let finding =
                finding.map(|what| format!("{what}; if that is meant: cargo xtask bless"));
            outcome.test(&format!("tests/golden/{name}/{path}"), finding.as_slice());
        }
    }
    Ok(outcome)
}

/// Takes what the examples write for right, and the lock file with it.
pub(super) fn bless() -> Result {
    for name in example::names()? {
        let folder = folder(&name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let files = contents(&example::write(&name, Format::Json, Lock::Updated)?)?;
        for (path, bytes) in &files {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap_or(&folder))?;
            fs::write(file, bytes)?;
        }
        println!("tests/golden/{name}: {} files", files.len());
    }
    Ok(())
}

fn folder(name: &str) -> PathBuf {
    root().join("tests/golden").join(name)
}

/// Paths from the output folder, and bytes.
fn contents(written: &Written) -> Result<Vec<(String, Vec<u8>)>> {
    let mut contents = Vec::new();
    for file in files_below(&written.folder)? {
        let path = file.strip_prefix(&written.folder)?.display().to_string();
        contents.push((path, fs::read(file)?));
    }
    Ok(contents)
}

/// The first line that differs.
fn difference(written: &[u8], golden: &[u8]) -> Option<String> {
    if written == golden {
        return None;
    }
    let (written, golden) = (String::from_utf8_lossy(written), String::from_utf8_lossy(golden));
    let (mut new, mut old) = (written.lines(), golden.lines());
    for number in 1.. {
        match (new.next(), old.next()) {
            (None, None) => break,
            (new, old) if new == old => {}
            (new, old) => {
                let show = |line: Option<&str>| line.unwrap_or("(no more lines)").to_owned();
                return Some(format!(
                    "line {number}\n    golden:  {}\n    written: {}\n  ",
                    show(old),
                    show(new)
                ));
            }
        }
    }
    Some("the line ends differ".to_owned())
}
