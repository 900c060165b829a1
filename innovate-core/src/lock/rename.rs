//! What the resources that a program has no more may have become.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{LockedStack, SHOWN, beyond, can_move};
use crate::stack::{Resource, StackModel};

/// What a stack of the lock has lost.
pub(super) struct Lost<'a> {
    pub(super) locked: &'a LockedStack,
    /// The stack, unless it is gone as a whole.
    pub(super) stack: Option<&'a StackModel>,
    /// Ids and types.
    pub(super) resources: Vec<(&'a str, &'a str)>,
}

/// What each of a stack's lost resources may be now, by the stack that this is in.
pub(super) type ByStack<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a Resource)>>;

/// For what is lost, the new resource of the same type, in the same account and region, that it may
/// have become; each new one for one lost.
pub(super) struct Renames<'a>(Vec<ByStack<'a>>);

/// What isn't matched yet of the stacks, by type and id.
type Open<'a, T> = BTreeMap<&'a str, BTreeMap<&'a str, T>>;

impl<'a> Renames<'a> {
    /// What has kept its id first, then what is most alike; both in the order of how much the names
    /// of the two stacks are alike, so that a renamed application's stacks find each other.
    ///
    /// A pair of stacks leaves nothing of a type on one of the sides, so that few of the pairs of a
    /// large program have to compare ids.
    pub(super) fn of(losses: &[Lost<'a>], new: &[(&'a StackModel, Vec<&'a Resource>)]) -> Self {
        let mut pairs = Vec::new();
        for (from, lost) in losses.iter().enumerate() {
            for (to, (stack, resources)) in new.iter().enumerate() {
                if !resources.is_empty() && can_move(lost.locked, stack) {
                    let (name, other) = (&*lost.locked.name, stack.name());
                    pairs.push((Reverse((name == other, alike(name, other))), from, to));
                }
            }
        }
        pairs.sort_unstable();
        let mut lost: Vec<Open<'_, ()>> = losses
            .iter()
            .map(|lost| open(lost.resources.iter().map(|(id, kind)| (*kind, *id, ()))))
            .collect();
        let mut new: Vec<Open<'_, &Resource>> = new
            .iter()
            .map(|(_, resources)| {
                open(resources.iter().map(|found| (found.type_name(), found.logical_id(), *found)))
            })
            .collect();
        let mut found: Vec<BTreeMap<&str, &Resource>> = vec![BTreeMap::new(); losses.len()];
        for matches in [same_ids, alike_ids] {
            for (_, from, to) in &pairs {
                let (Some(lost), Some(new), Some(found)) =
                    (lost.get_mut(*from), new.get_mut(*to), found.get_mut(*from))
                else {
                    continue;
                };
                for (kind, lost) in lost.iter_mut().filter(|(_, lost)| !lost.is_empty()) {
                    let Some(new) = new.get_mut(kind).filter(|new| !new.is_empty()) else {
                        continue;
                    };
                    for (was, is) in matches(lost, new) {
                        lost.remove(was);
                        found.extend(new.remove(is).map(|resource| (was, resource)));
                    }
                }
            }
        }
        Self(
            found
                .into_iter()
                .map(|found| {
                    let mut by_stack = ByStack::new();
                    for (id, resource) in found {
                        by_stack
                            .entry(resource.address().stack())
                            .or_default()
                            .push((id, resource));
                    }
                    by_stack
                })
                .collect(),
        )
    }

    /// What the lost resources of one of the stacks may be now.
    pub(super) fn of_stack(&self, at: usize) -> &ByStack<'a> {
        const NONE: &ByStack<'static> = &BTreeMap::new();
        self.0.get(at).unwrap_or(NONE)
    }
}

fn open<'a, T>(resources: impl Iterator<Item = (&'a str, &'a str, T)>) -> Open<'a, T> {
    let mut open: Open<'_, T> = BTreeMap::new();
    for (kind, id, resource) in resources {
        open.entry(kind).or_default().insert(id, resource);
    }
    open
}

/// What has the same id on both sides.
fn same_ids<'a>(
    lost: &BTreeMap<&'a str, ()>,
    new: &BTreeMap<&'a str, &'a Resource>,
) -> Vec<(&'a str, &'a str)> {
    lost.keys().filter(|id| new.contains_key(*id)).map(|id| (*id, *id)).collect()
}

/// The ids that are most alike, until one side has no more.
fn alike_ids<'a>(
    lost: &BTreeMap<&'a str, ()>,
    new: &BTreeMap<&'a str, &'a Resource>,
) -> Vec<(&'a str, &'a str)> {
    let pairs = lost.keys().flat_map(|was| new.keys().map(move |is| (*was, *is)));
    let mut pairs: Vec<_> = pairs.map(|(was, is)| (Reverse(alike(was, is)), was, is)).collect();
    pairs.sort_unstable();
    let (mut was_taken, mut is_taken) = (BTreeSet::new(), BTreeSet::new());
    let free = |(_, was, is): &(Reverse<usize>, &'a str, &'a str)| {
        !was_taken.contains(was)
            && !is_taken.contains(is)
            && was_taken.insert(*was)
            && is_taken.insert(*is)
    };
    pairs.into_iter().filter(free).map(|(_, was, is)| (was, is)).collect()
}

/// How many characters two names share at their beginnings and at their ends.
fn alike(one: &str, other: &str) -> usize {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let begin = one.chars().zip(other.chars()).take_while(same).count();
    let end = one.chars().rev().zip(other.chars().rev()).take_while(same).count();
    begin + end
}

/// What to write so that the lock file accepts it: `renamed` has what each resource was called in
/// the stack `from`, and what it is now in the stack `to`.
pub(super) fn how_to_say(from: &str, to: &str, renamed: &[(&str, &Resource)]) -> String {
    let old = |id: &str| if from == to { id.to_owned() } else { format!("{from}/{id}") };
    let calls: String = renamed
        .iter()
        .take(SHOWN)
        .map(|(id, new)| format!(".moved(\"{}\", \"{}\")", old(id), new.logical_id()))
        .collect();
    match renamed {
        [(id, new)] => format!(
            "if it is `{}` now, write `.moved_from(\"{}\")` on that resource, or `stack{calls}` if a construct makes it",
            new.logical_id(),
            old(id),
        ),
        _ => {
            let stack = if from == to { String::new() } else { format!(" in the stack `{to}`") };
            let more = beyond(renamed.len())
                .map_or_else(String::new, |more| format!(", and so on for {more} more"));
            format!(
                "if they are new ones{stack} now, say so where that stack is complete: `stack{calls}`{more}"
            )
        }
    }
}
