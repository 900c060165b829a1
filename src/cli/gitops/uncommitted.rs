//! What somebody changed and did not commit, which is never overwritten.

use std::fs;

use super::{
    super::{Failure, place::shown},
    Prepared,
    checkout::Checkout,
    folder::some_of,
    git::Git,
};

impl Prepared<'_> {
    /// What somebody changed and did not commit would be lost.
    pub(super) fn refuse_uncommitted(&self) -> Result<(), Failure> {
        let Checkout { git, prefix, named, .. } = &self.checkout;
        let changes = self.changes();
        let mut asked = vec![
            "--no-optional-locks",
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=no",
            "--ignore-submodules=all",
        ];
        if !prefix.is_empty() {
            asked.extend(["--", prefix.trim_end_matches('/')]);
        }
        let answer = git.ask(&asked)?;
        let known: Vec<&str> =
            answer.split_terminator('\0').filter_map(|line| line.get(3..)).collect();
        let hidden = self.hidden(&changes)?;
        let mut uncommitted = Vec::new();
        for path in changes {
            let file = self.checkout.file(path);
            let untracked = !self.head.contains_key(path) && fs::symlink_metadata(&file).is_ok();
            if untracked || known.contains(&path.as_str()) || hidden.contains(&path) {
                uncommitted.push(path.clone());
            }
            self.refuse_link(path)?;
        }
        if uncommitted.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "the checkout of `{}` has changes that aren't committed where the program's files shall be: {}",
            shown(named),
            some_of(uncommitted.iter())
        ))
        .help("commit, stash or remove them, then run this again"))
    }

    /// The files that aren't as the branch has them. `git status` says nothing of those that somebody told it
    /// to take for unchanged (`--assume-unchanged`, `--skip-worktree`).
    fn hidden<'a>(&self, changes: &[&'a String]) -> Result<Vec<&'a String>, Failure> {
        let is_file = |path: &&&String| {
            self.head.contains_key(**path)
                && fs::symlink_metadata(self.checkout.file(path)).is_ok_and(|it| it.is_file())
        };
        let present: Vec<&String> = changes.iter().filter(is_file).copied().collect();
        let asked: String = present.iter().map(|path| format!("{path}\n")).collect();
        let git = &self.checkout.git;
        let filtered = git.tell(&["hash-object", "--stdin-paths"], &asked)?;
        // What is there byte by byte is no change, though filters would write it otherwise.
        let bare = git.tell(&["hash-object", "--no-filters", "--stdin-paths"], &asked)?;
        let ids = filtered.lines().zip(bare.lines());
        let differs = |(path, (filtered, bare)): (&'a String, (&str, &str))| {
            let id = self.head.get(path).map(|blob| blob.id.as_str());
            (id != Some(filtered) && id != Some(bare)).then_some(path)
        };
        Ok(present.into_iter().zip(ids).filter_map(differs).collect())
    }

    /// A link or another repository on the way would lead out of the checkout.
    fn refuse_link(&self, path: &str) -> Result<(), Failure> {
        let below = path.strip_prefix(self.checkout.prefix.as_str()).unwrap_or(path);
        let mut folder = self.checkout.file(self.checkout.prefix.trim_end_matches('/'));
        let parts: Vec<&str> = below.split('/').collect();
        for part in parts.iter().take(parts.len().saturating_sub(1)) {
            folder.push(part);
            let Ok(found) = fs::symlink_metadata(&folder) else { break };
            let what = if found.is_symlink() {
                "is a link"
            } else if !found.is_dir() {
                "is no folder"
            } else if fs::symlink_metadata(folder.join(".git")).is_ok() {
                "is another repository"
            } else {
                continue;
            };
            return Err(Failure::new(format!(
                "`{}` {what}: what is written below it would not be in the checkout",
                shown(&folder)
            ))
            .help("remove it, or name another folder"));
        }
        Ok(())
    }
}

/// Has git look at these files even where somebody told it to take them for unchanged.
///
/// # Errors
///
/// If git fails.
pub(super) fn look_at_all(git: &Git, paths: &str) -> Result<(), Failure> {
    let flagged = |line: &str| {
        // `S` is for skip-worktree, a small letter for assume-unchanged.
        let (flag, path) = line.split_once(' ')?;
        (flag != "H").then(|| format!("{path}\0"))
    };
    let mut asked = vec!["ls-files", "-v", "-z", "--full-name", "--"];
    asked.extend(paths.split_terminator('\0'));
    let flagged: String = git.ask(&asked)?.split_terminator('\0').filter_map(flagged).collect();
    if !flagged.is_empty() {
        for unflag in ["--no-assume-unchanged", "--no-skip-worktree"] {
            git.tell(&["update-index", unflag, "-z", "--stdin"], &flagged)?;
        }
    }
    Ok(())
}
