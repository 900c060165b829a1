//! What the folder shall hold: the program's manifests, and a list of what innovate wrote.
//!
//! The list is `.innovate/PROGRAM.sha256`, in the form of `sha256sum`, whose ending makes no tool that
//! reads manifests take it for one. By it the next run knows which files are its own to remove, and
//! another program that those are not its own to write.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path},
};

use innovate_core::Assembly;

use super::{
    super::{Failure, place::shown},
    checkout::{Blob, Checkout, Listing},
};

/// How many files a message names.
const NAMED: usize = 3;

/// What the folder shall hold of a program, by path in the checkout.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The manifests.
    pub(super) files: BTreeMap<String, &'a str>,
    /// The list of what was written: its path and text.
    pub(super) list: (String, String),
    /// The files of an earlier run that are no more.
    pub(super) gone: BTreeSet<String>,
    /// What the list said before, by path: the digests.
    before: BTreeMap<String, String>,
    digests: BTreeMap<String, String>,
}

impl<'a> Wanted<'a> {
    /// What the folder shall hold, given what the last commit has in it.
    ///
    /// # Errors
    ///
    /// If the list of an earlier run can't be read or is another program's, or if files of the program
    /// are another's.
    pub(super) fn of(
        assembly: &'a Assembly,
        program: &str,
        checkout: &Checkout,
        head: &Listing,
    ) -> Result<Self, Failure> {
        let prefix = &checkout.prefix;
        let lists = format!("{prefix}.innovate/");
        let list = format!("{lists}{program}.sha256");
        let (mut files, mut digests) = (BTreeMap::new(), BTreeMap::new());
        let (mut text, mut clusters) = (String::new(), BTreeSet::new());
        let mut lines = BTreeMap::new();
        for set in &assembly.index().manifests {
            for (path, digest) in &set.files {
                let below = path.strip_prefix("manifests/").unwrap_or(path);
                let Some(body) = assembly.files().get(path) else { continue };
                if !is_inside(below) {
                    return Err(Failure::new(format!("`{below}` isn't a path in a folder")));
                }
                lines.insert(below, digest);
                clusters.insert(cluster(below));
                digests.insert(format!("{prefix}{below}"), digest.clone());
                files.insert(format!("{prefix}{below}"), body.as_str());
            }
        }
        for (path, digest) in lines {
            text.push_str(&format!("{digest}  {path}\n"));
        }
        let (mut before, mut others) = (BTreeMap::new(), BTreeMap::new());
        for (path, blob) in
            head.range(lists.clone()..).take_while(|(path, _)| path.starts_with(&lists))
        {
            let Some(owner) = path.strip_prefix(&lists).and_then(|it| it.strip_suffix(".sha256"))
            else {
                continue;
            };
            for (below, digest) in read(checkout, path, blob)? {
                let file = format!("{prefix}{below}");
                if owner == program {
                    before.insert(file, digest);
                } else {
                    others.insert(file, owner.to_owned());
                }
            }
        }
        let below = |path: &str| path.strip_prefix(prefix.as_str()).map(cluster).map(str::to_owned);
        let former: BTreeSet<String> = before.keys().filter_map(|path| below(path)).collect();
        if !former.is_empty() && !former.iter().any(|name| clusters.contains(name.as_str())) {
            let former: Vec<&str> = former.iter().map(String::as_str).collect();
            return Err(Failure::new(format!(
                "`{list}` lists manifests of {}, and the program has none for it any more: all of them would be removed",
                former.join(", ")
            ))
            .help(format!(
                "if another program is called `{program}`, too, name another folder; if they shall go, remove them and the list with `git rm`, and commit that"
            )));
        }
        if let Some((path, owner)) = files.keys().find_map(|path| others.get_key_value(path)) {
            return Err(Failure::new(format!("`{path}` is written by the program `{owner}`"))
                .help("leave it to one of the two, or name another folder"));
        }
        let gone = before
            .keys()
            .filter(|path| !files.contains_key(*path) && !others.contains_key(*path))
            .filter(|path| head.contains_key(*path))
            .cloned()
            .collect();
        Ok(Self { files, list: (list, text), gone, before, digests })
    }

    /// Refuses what innovate did not write where a file of the program shall be.
    ///
    /// # Errors
    ///
    /// If there is such a file.
    pub(super) fn refuse_foreign(
        &self,
        checkout: &Checkout,
        head: &Listing,
        new: &Listing,
    ) -> Result<(), Failure> {
        let mut foreign = BTreeSet::new();
        for path in self.files.keys() {
            let own = self.before.contains_key(path);
            if !own && head.get(path).is_some_and(|before| new.get(path) != Some(before)) {
                foreign.insert(path.clone());
            }
        }
        if foreign.is_empty() {
            return Ok(());
        }
        let (named, named_all) = (shown(&checkout.named), some_of(foreign.iter()));
        Err(Failure::new(format!(
            "`{named}` has files that innovate did not write where the program's shall be: {named_all}"
        ))
        .help("remove or move them and commit that, or name another folder"))
    }

    /// The files that the program yields as before, and that somebody else changed since.
    pub(super) fn changed_by_others(&self, head: &Listing, new: &Listing) -> Vec<String> {
        let same = |path: &&String| {
            self.before.get(*path).is_some_and(|before| self.digests.get(*path) == Some(before))
        };
        let differ = |path: &&String| head.get(*path) != new.get(*path);
        self.files.keys().filter(same).filter(differ).cloned().collect()
    }
}

/// What is where a file or a folder of the program shall be, and is no such thing.
pub(super) fn obstacle(path: &str, head: &Listing) -> Option<String> {
    let mut above = path;
    while let Some((folder, _)) = above.rsplit_once('/') {
        if head.contains_key(folder) {
            return Some(folder.to_owned());
        }
        above = folder;
    }
    let below = format!("{path}/");
    let (first, _) = head.range(below.clone()..).next()?;
    first.starts_with(&below).then(|| path.to_owned())
}

/// `a, b, c and 4 more`.
pub(super) fn some_of<'a>(paths: impl ExactSizeIterator<Item = &'a String>) -> String {
    let more = paths.len().saturating_sub(NAMED);
    let named: Vec<String> = paths.take(NAMED).map(|path| format!("`{path}`")).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

fn cluster(path: &str) -> &str {
    path.split_once('/').map_or(path, |(cluster, _)| cluster)
}

/// The lines of a list.
fn read(checkout: &Checkout, path: &str, blob: &Blob) -> Result<Vec<(String, String)>, Failure> {
    let text = checkout.text(blob)?;
    let line = |line: &str| {
        let (digest, path) = line.split_once("  ")?;
        is_inside(path).then(|| (path.to_owned(), digest.to_owned()))
    };
    text.lines().map(line).collect::<Option<_>>().ok_or_else(|| {
        Failure::new(format!("`{path}` isn't a list of files as innovate writes it"))
            .help("restore it from an earlier commit, and commit that")
    })
}

/// Whether a path stays in the folder, and out of what git keeps for itself.
fn is_inside(path: &str) -> bool {
    let normal = |part: Component<'_>| matches!(part, Component::Normal(name) if !name.eq_ignore_ascii_case(".git"));
    !path.is_empty() && Path::new(path).components().all(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_folder_is_none_of_a_list() {
        for path in ["../a", "/a", "a/../../b", ".git/config", "a/.GIT/hooks/b", ""] {
            assert!(!is_inside(path), "{path}");
        }
        assert!(is_inside("acme/default/service-web.yaml"));
    }

    #[test]
    fn a_file_in_the_way_of_a_folder_is_found_and_a_folder_in_the_way_of_a_file() {
        let blob = Blob { mode: "100644".to_owned(), id: "1".to_owned() };
        let head: Listing = [("a/b".to_owned(), blob.clone()), ("a/c/d".to_owned(), blob)].into();
        assert_eq!(obstacle("a/b/c", &head).as_deref(), Some("a/b"));
        assert_eq!(obstacle("a/c", &head).as_deref(), Some("a/c"));
        assert_eq!(obstacle("a/bc", &head), None);
        assert_eq!(obstacle("a/b", &head), None);
    }
}
