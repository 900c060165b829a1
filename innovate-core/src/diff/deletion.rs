//! What becomes of stacks that are deleted, and in which order they go.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::{
    Action, Diff, Refusal, Snapshot, StackAction, StackChange, StackId, StackSnapshot,
    reference::{Source, each},
    resource,
};
use crate::check::{Diagnostic, Registry};

/// When a stack is deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletionTurn {
    /// The stack.
    pub stack: StackId,
    /// The stacks that must be gone before: those that read from it.
    pub after: Vec<StackId>,
}

/// How much it matters that the reader goes first, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// It imports an export: CloudFormation refuses any other order.
    Import,
    /// It reads an output, as it is deployed.
    Output,
    /// The program deploys it later.
    Program,
}

impl Snapshot {
    /// The order in which stacks are deleted: what reads from another goes before it. `stacks` are those of
    /// the program in the order of their deployment, `links` what the program itself knows, each as
    /// a stack and one that it waits for. `wanted` are the stacks to delete, to which those are added that
    /// read from them; all stacks, if it is empty.
    ///
    /// Stacks that read from each other, as they may after several deployments, have an order all the
    /// same: an import decides before an output, and that before what the program says.
    pub fn deletion_order(
        &self,
        stacks: &[StackId],
        links: &[(StackId, StackId)],
        wanted: &[StackId],
    ) -> Vec<DeletionTurn> {
        let position = |id: &StackId| stacks.iter().position(|stack| stack == id);
        let mut ties: BTreeSet<(Tie, usize, usize)> = BTreeSet::new();
        for (reader, id) in stacks.iter().enumerate() {
            let Some(stack) = self.stack(id) else { continue };
            for (_, part) in stack.resources().chain(stack.section("Outputs")) {
                each(part, &mut |source| {
                    let (tie, read) = match source {
                        Source::Output { stack, region, .. } => {
                            (Tie::Output, self.seen_from(id, stack, region))
                        }
                        Source::Export(name) => (Tie::Import, self.exporter(id, name)),
                        _ => return,
                    };
                    let read = read.and_then(|read| position(&read.id));
                    ties.extend(read.map(|read| (tie, reader, read)));
                });
            }
        }
        for (reader, read) in links {
            if let (Some(reader), Some(read)) = (position(reader), position(read)) {
                ties.insert((Tie::Program, reader, read));
            }
        }
        let mut doomed: BTreeSet<usize> = match wanted {
            [] => (0..stacks.len()).collect(),
            _ => wanted.iter().filter_map(position).collect(),
        };
        while let Some(more) = (ties.iter())
            .find(|(_, reader, read)| doomed.contains(read) && !doomed.contains(reader))
        {
            doomed.insert(more.1);
        }
        let mut before: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); stacks.len()];
        for (_, reader, read) in ties {
            // What would have to wait for itself doesn't.
            if !waits(&before, reader, read)
                && let Some(before) = before.get_mut(read)
            {
                before.insert(reader);
            }
        }
        let mut turns = Vec::new();
        let mut gone = BTreeSet::new();
        let waiting = |at: &usize| before.get(*at).into_iter().flatten();
        while let Some(next) = (doomed.iter().rev())
            .find(|at| !gone.contains(*at) && waiting(at).all(|reader| gone.contains(reader)))
            .copied()
        {
            gone.insert(next);
            let id = |at: &usize| stacks.get(*at).cloned();
            let after = waiting(&next).filter_map(id).collect();
            turns.extend(id(&next).map(|stack| DeletionTurn { stack, after }));
        }
        turns
    }

    /// The stack whose export of this name a stack imports: exports are known in their account and
    /// region.
    fn exporter(&self, reader: &StackId, name: &str) -> Option<&StackSnapshot> {
        self.stacks().find(|stack| {
            let place = |id: &StackId| (id.account.clone(), id.region.clone());
            place(&stack.id) == place(reader)
                && stack.section("Outputs").any(|(_, output)| {
                    output.pointer("/Export/Name").and_then(Value::as_str) == Some(name)
                })
        })
    }
}

/// Whether one waits for the other, or is it.
fn waits(before: &[BTreeSet<usize>], one: usize, other: usize) -> bool {
    let mut open = vec![one];
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        if at == other {
            return true;
        }
        if seen.insert(at) {
            open.extend(before.get(at).into_iter().flatten());
        }
    }
    false
}

impl Diff {
    /// What becomes of the resources of stacks that are deleted, the stacks in the order given: what
    /// is deleted, of what a snapshot is kept, and what stays in the account. One of which nothing is
    /// known has no resources.
    ///
    /// Refused are, unless they are named, what holds data and isn't retained, and stacks that are
    /// protected against deletion.
    pub fn destroying(
        before: &Snapshot,
        stacks: impl IntoIterator<Item = StackId>,
        registry: &dyn Registry,
    ) -> Self {
        let mut refusals = Vec::new();
        let stacks = stacks.into_iter().map(|id| {
            let change = match before.stack(&id) {
                Some(stack) => {
                    refusals.extend(protected(stack));
                    resource::destroyed(stack, registry)
                }
                None => StackChange {
                    id,
                    action: StackAction::Delete,
                    resources: Vec::new(),
                    outputs: Vec::new(),
                    settings: Vec::new(),
                },
            };
            refusals.extend(lost(&change));
            change
        });
        let stacks = stacks.collect();
        Self { stacks, refusals, ..Self::default() }
    }
}

fn protected(stack: &StackSnapshot) -> Option<Refusal> {
    stack.termination_protection.then(|| Refusal {
        stack: stack.id.clone(),
        logical_id: String::new(),
        finding: Diagnostic::error(
            "PLAN-07",
            format!("the stack `{}` is protected against deletion", stack.id.name),
        )
        .in_stack(&stack.id.name),
        by_name: true,
    })
}

/// What holds data and goes with the stack.
fn lost(stack: &StackChange) -> Vec<Refusal> {
    let goes = |found: &&super::ResourceChange| found.stateful && found.action == Action::Delete;
    let refusal = |found: &super::ResourceChange| {
        let id = &found.logical_id;
        let how = match found.old_resource {
            Some("Snapshot") => "it is deleted with its stack, and a last snapshot is kept",
            _ => "it is deleted with its stack",
        };
        let finding = Diagnostic::error("PLAN-03", format!("`{id}` holds data: {how}"))
            .or_on(&stack.id.name, id)
            .in_stack(&stack.id.name);
        Refusal {
            stack: stack.id.clone(),
            logical_id: id.clone(),
            finding: match &found.place {
                Some(place) => finding.at(place.clone()),
                None => finding,
            },
            by_name: true,
        }
    };
    stack.resources.iter().filter(goes).map(refusal).collect()
}
