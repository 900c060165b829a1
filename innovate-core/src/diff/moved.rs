//! Resources that have another logical id, or another stack, than before.

use super::{Snapshot, StackId, StackSnapshot};
use crate::stack::Move;

/// A move that is to be done, and where.
#[derive(Clone, Debug)]
pub(super) struct Due<'a> {
    pub(super) moved: &'a Move,
    /// The stack that has it now.
    pub(super) from: &'a StackSnapshot,
    /// Its logical id there.
    pub(super) old_id: &'a str,
    /// The stack that will have it.
    pub(super) to: &'a StackId,
    pub(super) new_id: &'a str,
}

/// The moves that the program declares and that are not done: the resource is there under its old id,
/// and there is none under the new one.
pub(super) fn due<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<Due<'a>> {
    let mut due: Vec<Due<'a>> = Vec::new();
    for stack in after.stacks() {
        let deployed = before.stack(&stack.id);
        for moved in &stack.moved {
            let (Some((from, old_id)), Some((_, new_id))) =
                (moved.from.split_once('/'), moved.to.split_once('/'))
            else {
                continue;
            };
            let from = StackId { name: from.to_owned(), ..stack.id.clone() };
            let Some(from) = before.stack(&from).filter(|from| from.resource(old_id).is_some())
            else {
                continue;
            };
            let done = deployed.is_some_and(|stack| stack.resource(new_id).is_some());
            let taken = due.iter().any(|other| {
                (other.from.id == from.id && other.old_id == old_id)
                    || (*other.to == stack.id && other.new_id == new_id)
            });
            if !done && !taken {
                due.push(Due { moved, from, old_id, to: &stack.id, new_id });
            }
        }
    }
    due
}
