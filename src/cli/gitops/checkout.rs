//! The checkout: which one, and whether a commit can be made in it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

use super::{
    super::{Failure, output::reason, place::shown},
    git::Git,
};

/// What is in the way of a commit, by the file in git's folder that tells.
const UNDER_WAY: &[(&str, &str)] = &[
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase or `git am`"),
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("sequencer", "a cherry-pick or revert"),
    ("BISECT_LOG", "a bisection"),
];

/// The files below a folder, by their paths in the checkout: mode and id, as git has them.
pub(super) type Listing = BTreeMap<String, Blob>;

/// A file, as git has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) mode: String,
    pub(super) id: String,
}

/// A folder in a git checkout.
#[derive(Debug)]
pub(super) struct Checkout {
    pub(super) git: Git,
    /// The folder of the whole checkout.
    pub(super) root: PathBuf,
    /// Git's own folder for it.
    pub(super) git_dir: PathBuf,
    /// The path of the folder in it, with a slash behind it; empty for the checkout as a whole.
    pub(super) prefix: String,
    /// As the user named the folder.
    pub(super) named: PathBuf,
}

impl Checkout {
    /// Finds the checkout of a folder, which need not be there yet.
    ///
    /// # Errors
    ///
    /// If it is in none, or if there is no git.
    pub(super) fn find(folder: &Path) -> Result<Self, Failure> {
        let (above, rest) = existing(folder)?;
        let git = Git::at(&above);
        let asked = ["rev-parse", "--is-inside-work-tree"];
        let ended = git.run(&asked, "")?;
        if !ended.good || ended.output.trim() != "true" {
            let why = if ended.good { String::new() } else { format!(": {}", ended.said) };
            return Err(Failure::new(format!("`{}` is in no git checkout{why}", shown(folder)))
                .help("clone the repository, and name a folder of its checkout: `--gitops DIR`"));
        }
        let line = |what: &str| {
            let answer = git.ask(&["rev-parse", what])?;
            Ok::<_, Failure>(answer.strip_suffix('\n').unwrap_or(&answer).to_owned())
        };
        let root = PathBuf::from(line("--show-toplevel")?);
        let git_dir = PathBuf::from(line("--absolute-git-dir")?);
        let prefix = format!("{}{rest}", line("--show-prefix")?);
        let git = Git::at(&root);
        Ok(Self { git, root, git_dir, prefix, named: folder.to_path_buf() })
    }

    /// The branch on which a commit can be made now.
    ///
    /// # Errors
    ///
    /// If something is under way, if there is no branch, or if git knows no author.
    pub(super) fn branch(&self) -> Result<String, Failure> {
        let name = shown(&self.named);
        let is_there = |(file, _): &&(&str, &str)| self.git_dir.join(file).exists();
        if let Some((_, what)) = UNDER_WAY.iter().find(is_there) {
            return Err(Failure::new(format!("{what} is under way in the checkout of `{name}`"))
                .help("finish or abort it (`git status` says how), then run this again"));
        }
        let head = self.git.run(&["symbolic-ref", "--quiet", "HEAD"], "")?;
        let branch = head.output.trim().strip_prefix("refs/heads/");
        let Some(branch) = branch.filter(|_| head.good) else {
            let failure = "is on no branch: a commit there would be lost";
            return Err(Failure::new(format!("the checkout of `{name}` {failure}"))
                .help("switch to the branch that the cluster follows: `git switch BRANCH`"));
        };
        for who in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            let ident = self.git.run(&["var", who], "")?;
            if !ident.good {
                let why = ident.said.lines().last().unwrap_or_default().to_owned();
                return Err(Failure::new(format!("git doesn't know who commits: {why}")).help(
                    "say who you are: `git config --global user.name NAME` and `git config --global user.email ADDRESS`",
                ));
            }
        }
        Ok(branch.to_owned())
    }

    /// The commit that is checked out, unless the branch has none yet.
    pub(super) fn head(&self) -> Result<Option<String>, Failure> {
        let head = self.git.run(&["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], "")?;
        Ok(head.good.then(|| head.output.trim().to_owned()))
    }

    /// The commit that a commit was made on.
    pub(super) fn parent(&self, commit: &str) -> Result<Option<String>, Failure> {
        let asked = ["rev-parse", "--quiet", "--verify", &format!("{commit}^")];
        let parent = self.git.run(&asked, "")?;
        Ok(parent.good.then(|| parent.output.trim().to_owned()))
    }

    /// Whether the first commit that the branch has after one has a tree.
    pub(super) fn follows(&self, commit: Option<&str>, tree: &str) -> Result<bool, Failure> {
        let mut asked = vec!["rev-list", "--first-parent", "--reverse", "HEAD"];
        let before = commit.map(|commit| format!("^{commit}"));
        asked.extend(before.as_deref());
        let answer = self.git.ask(&asked)?;
        let Some(next) = answer.lines().next() else { return Ok(false) };
        Ok(self.parent(next)?.as_deref() == commit && self.tree(Some(next))? == tree)
    }

    /// The tree of a commit, or the empty one.
    pub(super) fn tree(&self, commit: Option<&str>) -> Result<String, Failure> {
        let tree = match commit {
            Some(commit) => self.git.ask(&["rev-parse", &format!("{commit}^{{tree}}")])?,
            None => self.git.ask(&["mktree"])?,
        };
        Ok(tree.trim().to_owned())
    }

    /// The files of a tree below the folder.
    pub(super) fn list(&self, tree: &str) -> Result<Listing, Failure> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", tree];
        let folder = self.prefix.trim_end_matches('/');
        if !folder.is_empty() {
            arguments.extend(["--", folder]);
        }
        let answer = self.git.ask(&arguments)?;
        let entry = |line: &str| {
            let (about, path) = line.split_once('\t')?;
            let mut about = about.split(' ');
            let (mode, id) = (about.next()?.to_owned(), about.nth(1)?.to_owned());
            Some((path.to_owned(), Blob { mode, id }))
        };
        Ok(answer.split_terminator('\0').filter_map(entry).collect())
    }

    /// The text of a file in git.
    pub(super) fn text(&self, blob: &Blob) -> Result<String, Failure> {
        self.git.ask(&["cat-file", "blob", &blob.id])
    }

    /// A file of the checkout.
    pub(super) fn file(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

/// The nearest folder that is there, whatever links lead to it, and the rest of the path with a slash
/// behind it.
fn existing(folder: &Path) -> Result<(PathBuf, String), Failure> {
    let unusable = |why: &str| Failure::new(format!("`{}` {why}", shown(folder)));
    let absolute = std::path::absolute(folder).map_err(|error| {
        Failure::new(format!("can't find `{}`: {}", folder.display(), reason(&error)))
    })?;
    let mut rest: Vec<&str> = Vec::new();
    let mut above = absolute.as_path();
    while fs::symlink_metadata(above).is_err() {
        match above.components().next_back() {
            Some(Component::Normal(name)) => {
                rest.push(name.to_str().ok_or_else(|| unusable("isn't named in UTF-8"))?);
            }
            _ => return Err(unusable("isn't there")),
        }
        let Some(parent) = above.parent() else { return Err(unusable("isn't there")) };
        above = parent;
    }
    let above = fs::canonicalize(above)
        .map_err(|error| unusable(&format!("can't be read: {}", reason(&error))))?;
    if !above.is_dir() {
        return Err(unusable("is no folder"));
    }
    let rest = rest.iter().rev().map(|name| format!("{name}/")).collect();
    Ok((above, rest))
}
