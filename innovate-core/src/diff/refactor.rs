//! What is to be moved before a deployment, by stack refactors.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{DueMove, Snapshot, StackId, moved::Due};
use crate::assembly::digest;

/// A stack refactor: resources get other logical ids, or another stack, and nothing else happens.
///
/// All stacks are of one account and region. No two refactors of a plan have a stack in common.
///
/// Source: "Stack refactoring", AWS CloudFormation User Guide.
#[derive(Clone, Debug, PartialEq)]
pub struct Refactor {
    /// What is moved: the resource mappings.
    pub moves: Vec<DueMove>,
    /// The stacks between which that happens, those that it makes among them.
    pub stacks: Vec<RefactoredStack>,
}

/// A stack as a refactor leaves it.
#[derive(Clone, Debug, PartialEq)]
pub struct RefactoredStack {
    /// Which one.
    pub id: StackId,
    /// Its template: the one that is deployed, after the moves alone.
    pub template: Value,
    /// Whether the refactor makes it.
    pub is_new: bool,
}

impl Refactor {
    /// What it does, as sixteen hexadecimal digits: the same for two refactors that do the same.
    pub fn digest(&self) -> String {
        let place = |stack: &RefactoredStack| {
            let StackId { name, account, region } = &stack.id;
            json!([name, account, region, stack.template])
        };
        let stacks: Vec<Value> = self.stacks.iter().map(place).collect();
        digest(&json!([self.moves, stacks]).to_string()).chars().take(16).collect()
    }
}

/// The refactors that do the moves, given the stacks as they are after all of them.
pub(super) fn all(before: &Snapshot, relocated: &Snapshot, due: &[Due<'_>]) -> Vec<Refactor> {
    let each = |ids: BTreeSet<&StackId>| Refactor {
        moves: due.iter().filter(|due| ids.contains(due.to)).map(DueMove::from).collect(),
        stacks: ids
            .into_iter()
            .filter_map(|id| {
                let template = relocated.stack(id)?.template.clone();
                Some(RefactoredStack {
                    id: id.clone(),
                    template,
                    is_new: before.stack(id).is_none(),
                })
            })
            .collect(),
    };
    groups(due).into_iter().map(each).collect()
}

/// The stacks that moves link, each group by itself.
pub(super) fn groups<'a>(due: &[Due<'a>]) -> Vec<BTreeSet<&'a StackId>> {
    let mut groups: Vec<BTreeSet<&StackId>> = Vec::new();
    for due in due {
        let mut group = BTreeSet::from([&due.from.id, due.to]);
        groups.retain_mut(|other| {
            let apart = other.is_disjoint(&group);
            if !apart {
                group.append(other);
            }
            apart
        });
        groups.push(group);
    }
    groups.sort();
    groups
}

impl From<&Due<'_>> for DueMove {
    fn from(due: &Due<'_>) -> Self {
        Self {
            account: due.to.account.clone(),
            region: due.to.region.clone(),
            from: due.moved.from.clone(),
            to: due.moved.to.clone(),
        }
    }
}
