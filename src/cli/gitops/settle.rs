//! How the checkout's files and index come to be what the branch says, whatever happened in between.
//!
//! Before the first file changes, a journal in git's folder says which trees the commit leads from and
//! to. A file or an entry of the index that is as one of the two is innovate's own doing, or that of
//! nobody; so it becomes what the branch has, be that the old commit or the new one. Anything else was
//! made by somebody meanwhile, and is left alone.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    super::{Failure, guard::beside, output::reason, place::shown},
    checkout::{Blob, Checkout, Listing},
};

/// What a commit leads from and to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The commit before, unless the branch had none.
    pub(super) head: Option<String>,
    /// Its tree.
    pub(super) old: String,
    /// The tree that is committed.
    pub(super) new: String,
    /// The folder, as [`Checkout::prefix`].
    pub(super) prefix: String,
}

/// The folder in git's for what is only needed meanwhile.
pub(super) fn bench(checkout: &Checkout) -> PathBuf {
    checkout.git_dir.join("innovate-gitops")
}

fn journal(checkout: &Checkout) -> PathBuf {
    bench(checkout).join("journal")
}

impl Step {
    /// Notes what is about to be done.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub(super) fn note(&self, checkout: &Checkout) -> Result<(), Failure> {
        let head = self.head.as_deref().unwrap_or("-");
        let text = format!("{head}\n{}\n{}\n{}\n", self.old, self.new, self.prefix);
        let (path, new) = (journal(checkout), beside(&journal(checkout), "new"));
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|error| failed("write", &path, &error))
    }

    /// What an interrupted run noted.
    fn noted(checkout: &Checkout) -> Option<Self> {
        let text = fs::read_to_string(journal(checkout)).ok()?;
        let mut lines = text.lines().map(str::to_owned);
        let head = lines.next().filter(|head| head != "-");
        Some(Self { head, old: lines.next()?, new: lines.next()?, prefix: lines.next()? })
    }

    /// Brings the files and the index to what the branch has. Gives the files that somebody changed
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// If git or the disk refuses.
    pub(super) fn settle(&self, checkout: &Checkout) -> Result<Vec<String>, Failure> {
        let head = checkout.head()?;
        let (old, new) = (checkout.list(&self.old)?, checkout.list(&self.new)?);
        let wanted = checkout.list(&checkout.tree(head.as_deref())?)?;
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).chain(wanted.keys()).collect();
        let paths: Vec<&String> = paths
            .into_iter()
            .filter(|path| old.get(*path) != new.get(*path) || old.get(*path) != wanted.get(*path))
            .collect();
        let own = |path: &String, is: Option<&str>| {
            [&old, &new].iter().any(|tree| tree.get(path).map(|blob| blob.id.as_str()) == is)
        };
        restore_index(checkout, &paths, &wanted, own)?;
        restore_files(checkout, &paths, &wanted, own)
    }
}

/// Ends what an interrupted run began, in the way in which the branch went.
///
/// # Errors
///
/// If git or the disk refuses.
pub(super) fn recover(checkout: &Checkout) -> Result<(), Failure> {
    if let Some(step) = Step::noted(checkout) {
        let head = checkout.head()?;
        let parent = match &head {
            Some(head) => {
                checkout.git.run(&["rev-parse", "--quiet", "--verify", &format!("{head}^")], "")?
            }
            None => checkout.git.run(&["rev-parse", "--quiet", "--verify", "HEAD"], "")?,
        };
        let parent = parent.good.then(|| parent.output.trim().to_owned());
        // If the branch went elsewhere, somebody has looked after it meanwhile.
        if head == step.head || parent == step.head {
            let prefix = step.prefix.clone();
            let there = Checkout {
                git: checkout.git.clone(),
                root: checkout.root.clone(),
                git_dir: checkout.git_dir.clone(),
                named: checkout.named.clone(),
                prefix,
            };
            step.settle(&there)?;
        }
    }
    clear(checkout)
}

/// Removes what is only needed meanwhile.
///
/// # Errors
///
/// If the disk refuses.
pub(super) fn clear(checkout: &Checkout) -> Result<(), Failure> {
    let bench = bench(checkout);
    // The journal first: without it the rest means nothing.
    for gone in [fs::remove_file(journal(checkout)), fs::remove_dir_all(&bench)] {
        match gone {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed("remove", &bench, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn restore_index(
    checkout: &Checkout,
    paths: &[&String],
    wanted: &Listing,
    own: impl Fn(&String, Option<&str>) -> bool,
) -> Result<(), Failure> {
    let folder = checkout.prefix.trim_end_matches('/');
    let mut asked = vec!["ls-files", "--stage", "-z", "--full-name"];
    if !folder.is_empty() {
        asked.extend(["--", folder]);
    }
    let answer = checkout.git.ask(&asked)?;
    let entry = |line: &str| {
        let (about, path) = line.split_once('\t')?;
        let mut about = about.split(' ');
        let (mode, id) = (about.next()?.to_owned(), about.next()?.to_owned());
        Some((path.to_owned(), Blob { mode, id }))
    };
    let index: Listing = answer.split_terminator('\0').filter_map(entry).collect();
    let mut lines = String::new();
    for path in paths {
        let (is, want) = (index.get(*path), wanted.get(*path));
        if is == want || !own(path, is.map(|blob| blob.id.as_str())) {
            continue;
        }
        match want {
            Some(Blob { mode, id }) => lines.push_str(&format!("{mode} {id}\t{path}\0")),
            None => {
                let none = "0".repeat(is.map_or(40, |blob| blob.id.len()));
                lines.push_str(&format!("0 {none}\t{path}\0"));
            }
        }
    }
    if !lines.is_empty() {
        checkout.git.tell(&["update-index", "-z", "--index-info"], &lines)?;
    }
    Ok(())
}

fn restore_files(
    checkout: &Checkout,
    paths: &[&String],
    wanted: &Listing,
    own: impl Fn(&String, Option<&str>) -> bool,
) -> Result<Vec<String>, Failure> {
    let (mut present, mut absent, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        let file = checkout.file(path);
        let _ = fs::remove_file(beside(&file, "new"));
        match fs::symlink_metadata(&file) {
            Ok(found) if found.is_file() => present.push(*path),
            Ok(_) => others.push((*path).clone()),
            Err(_) => absent.push(*path),
        }
    }
    let asked: String = present.iter().map(|path| format!("{path}\n")).collect();
    let ids = checkout.git.tell(&["hash-object", "--stdin-paths"], &asked)?;
    let found = present.into_iter().zip(ids.lines().map(Some));
    let mut restored = String::new();
    for (path, is) in found.chain(absent.into_iter().map(|path| (path, None))) {
        let want = wanted.get(path).map(|blob| blob.id.as_str());
        if is == want {
            continue;
        }
        if !own(path, is) {
            others.push(path.clone());
        } else if want.is_some() {
            restored.push_str(path);
            restored.push('\0');
        } else {
            remove(checkout, path)?;
        }
    }
    if !restored.is_empty() {
        let index = bench(checkout).join("head-index");
        let git = checkout.git.index(&index);
        git.ask(&["read-tree", "HEAD"])?;
        git.tell(&["checkout-index", "--force", "-z", "--stdin"], &restored)?;
    }
    // The index learns that the files are as it says. It says otherwise of others, which is no failure.
    let _ = checkout.git.run(&["update-index", "-q", "--refresh"], "")?;
    Ok(others)
}

/// Removes a file of the checkout, and the folders that are empty then, as git does.
///
/// # Errors
///
/// If the disk refuses.
pub(super) fn remove(checkout: &Checkout, path: &str) -> Result<(), Failure> {
    let file = checkout.file(path);
    match fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed("remove", &file, &error));
        }
        _ => {}
    }
    let root = checkout.file(checkout.prefix.trim_end_matches('/'));
    for folder in file.ancestors().skip(1) {
        if folder == checkout.root || folder == root || fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

pub(super) fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("can't {what} `{}`: {}", shown(path), reason(error)))
}
