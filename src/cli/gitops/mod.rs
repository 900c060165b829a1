//! The manifests in a GitOps checkout, as one commit that nobody has pushed yet.
//!
//! * [`git`]: git, as a process,
//! * [`checkout`]: which checkout, and whether a commit can be made in it,
//! * [`folder`]: what its folder shall hold, and whose the files in it are,
//! * [`uncommitted`]: what somebody changed and did not commit, which is never overwritten,
//! * [`settle`]: how files and index come to be what the branch says.
//!
//! The new tree is made in an index and a folder of its own, so that what somebody has staged stays
//! staged. Then the files change, then `git commit` makes the commit from that index: hooks find the files
//! in place, and they, signing and the configuration hold as for any commit. If it is refused, the files
//! become what they were; if the run dies, the next one ends in the same way what it began.

mod checkout;
mod folder;
mod git;
mod settle;
mod uncommitted;

use std::{borrow::Cow, fs, io, path::Path};

use innovate_core::Assembly;
use serde_json::{Value, json};

use super::{
    Failure,
    guard::{Guard, GuardError, beside},
    place::shown,
    terminal::counted,
};
use checkout::{Checkout, Listing};
use folder::{Wanted, obstacle, some_of};
use settle::{Step, bench, clear, failed, recover, remove};

/// A commit of a program's manifests that can be made.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    checkout: Checkout,
    branch: String,
    step: Step,
    wanted: Wanted<'a>,
    /// The files below the folder before and after.
    head: Listing,
    new: Listing,
    message: String,
    _guard: Guard,
}

/// What was committed.
#[derive(Debug)]
pub(super) struct Published {
    /// The commit; none if the branch had these manifests already.
    commit: Option<String>,
    branch: String,
    folder: String,
    manifests: usize,
    written: usize,
    removed: usize,
    /// The files that somebody else changed, and that are again as the program yields them.
    overwritten: Vec<String>,
    /// The files that somebody changed while the commit was made.
    left: Vec<String>,
}

impl<'a> Prepared<'a> {
    /// Finds out what to commit to the folder of a checkout, and whether that can be done now. No file
    /// and no branch of the checkout changes yet, but for what an interrupted run left undone.
    ///
    /// # Errors
    ///
    /// If there is no git, no checkout, no branch or no author; if something is under way in it; if what
    /// would be written isn't innovate's own, or was changed and not committed.
    pub(super) fn new(
        assembly: &'a Assembly,
        program: &str,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let checkout = Checkout::find(folder)?;
        let lock = checkout.git_dir.join("innovate-gitops.lock");
        let guard = Guard::new(lock.clone()).map_err(|error| match error {
            GuardError::Busy => Failure::new(format!(
                "another program commits to the checkout of `{}` just now",
                shown(folder)
            ))
            .help("run it again when that is done"),
            GuardError::Io(error) => failed("write", &lock, &error),
        })?;
        recover(&checkout)?;
        let branch = checkout.branch()?;
        let commit = checkout.head()?;
        let old = checkout.tree(commit.as_deref())?;
        let head = checkout.list(&old)?;
        let wanted = Wanted::of(assembly, program, &checkout, &head)?;
        if let Some(path) = wanted.files.keys().find_map(|path| obstacle(path, &head)) {
            return Err(Failure::new(format!(
                "`{path}` is in the way of the program's files in the checkout of `{}`",
                shown(folder)
            ))
            .help("remove or move it and commit that, or name another folder"));
        }
        let new = stage(&checkout, commit.as_deref(), &wanted)?;
        let step = Step { head: commit, old, new, prefix: checkout.prefix.clone() };
        let new = checkout.list(&step.new)?;
        wanted.refuse_foreign(&checkout, &head, &new)?;
        let message = message(assembly, program, &wanted, &new);
        let prepared = Self { checkout, branch, step, wanted, head, new, message, _guard: guard };
        prepared.refuse_uncommitted()?;
        Ok(prepared)
    }

    /// The files that change.
    fn changes(&self) -> Vec<&String> {
        let paths = self.wanted.files.keys().chain(&self.wanted.gone);
        let paths = paths.chain(std::iter::once(&self.wanted.list.0));
        paths.filter(|path| self.head.get(*path) != self.new.get(*path)).collect()
    }

    /// Makes the commit; none if the branch has these manifests already.
    ///
    /// # Errors
    ///
    /// If git, a hook or the disk refuses; the checkout is as it was then.
    pub(super) fn commit(self) -> Result<Published, Failure> {
        let Self { checkout, step, .. } = &self;
        let mut published = Published {
            commit: None,
            branch: self.branch.clone(),
            folder: shown(&checkout.named),
            manifests: self.wanted.files.len(),
            written: 0,
            removed: 0,
            overwritten: Vec::new(),
            left: Vec::new(),
        };
        if step.old == step.new {
            clear(checkout)?;
            return Ok(published);
        }
        if checkout.head()? != step.head {
            return Err(Failure::new(format!(
                "somebody committed to the checkout of `{}` meanwhile",
                published.folder
            ))
            .help("run it again"));
        }
        step.note(checkout)?;
        let made = || self.place().and_then(|()| self.make()).and_then(|()| self.refuse_reverted());
        if let Err(failure) = made() {
            // What can't be brought back now is brought back by the next run.
            if step.settle(checkout).is_ok() {
                let _ = clear(checkout);
            }
            return Err(failure);
        }
        published.left = step.settle(checkout)?;
        clear(checkout)?;
        published.commit = checkout.head()?;
        let is_written = |path: &&String| self.head.get(*path) != self.new.get(*path);
        published.written = self.wanted.files.keys().filter(is_written).count();
        published.removed = self.wanted.gone.len();
        published.overwritten = self.wanted.changed_by_others(&self.head, &self.new);
        Ok(published)
    }

    /// Puts the files where they belong.
    fn place(&self) -> Result<(), Failure> {
        let stage = bench(&self.checkout).join("files");
        for path in self.changes() {
            if !self.new.contains_key(path) {
                remove(&self.checkout, path)?;
                continue;
            }
            let (from, to) = (stage.join(path), self.checkout.file(path));
            let put = || {
                to.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::rename(&from, &to).or_else(|_| {
                    // Git's folder may be on another disk.
                    let near = beside(&to, "new");
                    fs::copy(&from, &near)?;
                    fs::rename(&near, &to)
                })
            };
            put().map_err(|error: io::Error| failed("write", &to, &error))?;
        }
        Ok(())
    }

    fn make(&self) -> Result<(), Failure> {
        let git = self.checkout.git.index(&bench(&self.checkout).join("index")).plain();
        let asked = ["commit", "--quiet", "--cleanup=verbatim", "--file=-"];
        let ended = git.run(&asked, &self.message)?;
        if ended.good {
            return Ok(());
        }
        Err(Failure::new(format!("git did not commit: {}", ended.said))
            .help("the checkout is as it was; mend what git or its hook says, then run this again"))
    }

    /// The tree that was committed knows nothing of what somebody committed just before: such a commit
    /// would take theirs back, so the branch goes back to theirs.
    fn refuse_reverted(&self) -> Result<(), Failure> {
        let Self { checkout, step, .. } = self;
        let Some(ours) = checkout.head()? else { return Ok(()) };
        let theirs = checkout.parent(&ours)?;
        if theirs == step.head {
            return Ok(());
        }
        let named = shown(&checkout.named);
        let failure =
            || Failure::new(format!("somebody committed to the checkout of `{named}` meanwhile"));
        if checkout.tree(Some(&ours))? == step.new
            && let Some(theirs) = theirs
        {
            // Only if nobody went on from it: what others commit is never taken away.
            let back = ["update-ref", "-m", "innovate: make way", "HEAD", &theirs, &ours];
            if checkout.git.run(&back, "")?.good {
                return Err(failure().help("theirs stays, and nothing of this run; run it again"));
            }
        } else if checkout.follows(step.head.as_deref(), &step.new)? {
            // A hook, or somebody, committed something else on top.
            return Ok(());
        }
        Err(failure().help(
            "this run's commit may take theirs back: compare the last commits (`git log -p`) before anybody pushes",
        ))
    }
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        // A journal is there only if a commit is not brought to its end: that is for the next run.
        let bench = bench(&self.checkout);
        if !bench.join("journal").exists() {
            let _ = fs::remove_dir_all(bench);
        }
    }
}

/// The tree that the folder's branch shall have, made in an index and a folder of its own.
fn stage(checkout: &Checkout, head: Option<&str>, wanted: &Wanted<'_>) -> Result<String, Failure> {
    let bench = bench(checkout);
    let (index, files) = (bench.join("index"), bench.join("files"));
    let mut paths = String::new();
    // A program that never had manifests begins no list.
    let list = Some((&wanted.list.0, wanted.list.1.as_str())).filter(|(_, text)| !text.is_empty());
    let all = wanted.files.iter().map(|(path, body)| (path, *body)).chain(list);
    let put = || {
        fs::create_dir_all(&files)?;
        // So git knows which files of the checkout it has seen before, and need not read them all.
        match fs::copy(checkout.git_dir.join("index"), &index) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for (path, body) in all {
            let file = files.join(path);
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(file, body)?;
            paths.push_str(path);
            paths.push('\0');
        }
        Ok(())
    };
    put().map_err(|error| failed("write", &bench, &error))?;
    for path in &wanted.gone {
        paths.push_str(path);
        paths.push('\0');
    }
    let git = checkout.git.index(&index);
    match head {
        Some(head) => git.ask(&["read-tree", "--reset", head])?,
        None => git.ask(&["read-tree", "--empty"])?,
    };
    uncommitted::look_at_all(&git, &paths)?;
    let git_there = git.files_of(&checkout.git_dir, &files);
    let add = ["update-index", "--add", "--remove", "-z", "--stdin"];
    git_there.tell(&add, &paths)?;
    Ok(git.ask(&["write-tree"])?.trim().to_owned())
}

/// What the commit says: program, clusters, and a short digest of all manifests, which is the git id of
/// the list of them.
fn message(assembly: &Assembly, program: &str, wanted: &Wanted<'_>, new: &Listing) -> String {
    let sets = &assembly.index().manifests;
    let clusters: Vec<&str> = sets.iter().map(|set| set.cluster.as_str()).collect();
    let clusters = match clusters.as_slice() {
        [] => "no cluster".to_owned(),
        [one] => (*one).to_owned(),
        many => counted(many.len(), "cluster"),
    };
    let digest = new.get(&wanted.list.0).map(|blob| blob.id.get(..12).unwrap_or(&blob.id));
    let digest = digest.unwrap_or_default();
    let mut text = format!("{program}: manifests of {clusters} ({digest})\n\n");
    let mut environments: Vec<&str> =
        assembly.index().stacks.iter().map(|stack| stack.environment.as_str()).collect();
    environments.sort_unstable();
    environments.dedup();
    if !environments.is_empty() {
        text.push_str(&format!("environment {}\n", environments.join(", ")));
    }
    for set in sets {
        let (count, place) = (counted(set.files.len(), "manifest"), (&set.account, &set.region));
        text.push_str(&format!("cluster {} ({}, {}): {count}\n", set.cluster, place.0, place.1));
    }
    text.push_str(
        "\nWritten by innovate; changes by hand are lost with the next commit of this kind.\n",
    );
    text
}

impl Published {
    /// In words, with what to do next.
    pub(super) fn to_text(&self) -> String {
        let Self { folder, branch, manifests, written, removed, .. } = self;
        let manifests = counted(*manifests, "manifest");
        let Some(commit) = &self.commit else {
            if self.manifests == 0 {
                return format!("the program has no manifests: nothing to commit to {folder}\n");
            }
            return format!("{folder} has these {manifests} already: nothing to commit\n");
        };
        let commit = commit.get(..12).unwrap_or(commit);
        let mut text = format!(
            "committed {manifests} to {folder} ({branch} {commit}): {written} written, {removed} removed\n"
        );
        if !self.overwritten.is_empty() {
            text.push_str(&format!(
                "changed by somebody else before, and now as the program says again: {}\n",
                some_of(self.overwritten.iter())
            ));
        }
        if !self.left.is_empty() {
            text.push_str(&format!(
                "changed by somebody or a hook meanwhile, and left so: {}\n",
                some_of(self.left.iter())
            ));
        }
        text.push_str(&format!("next: git -C {} push\n", for_a_shell(folder)));
        text
    }

    /// For other tools.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "folder": self.folder,
            "branch": self.branch,
            "commit": self.commit,
            "manifests": self.manifests,
            "written": self.written,
            "removed": self.removed,
            "overwritten": self.overwritten,
            "left": self.left,
        })
    }
}

/// A word as a shell takes it.
fn for_a_shell(word: &str) -> Cow<'_, str> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/._-+:@%,=\\".contains(it);
    let needs_none = !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain);
    if needs_none && (cfg!(windows) || !word.contains('\\')) {
        return Cow::Borrowed(word);
    }
    if cfg!(windows) {
        return Cow::Owned(format!("\"{word}\""));
    }
    Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
}
