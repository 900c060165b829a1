//! What a plan says beside what changes: what a deployment would open, and what a deletion runs into or
//! leaves behind.
//!
//! * [`broadenings`]: permissions and networks that become broader, over a difference,
//! * `policy`: IAM: what more is allowed, and what is denied no more,
//! * `network`: who else can connect, and what becomes public,
//! * [`remnants`]: what stands in the way of a deletion, or stays,
//! * [`SavedPlan`]: a plan that is kept, so that a deployment does just that or nothing.

mod network;
mod policy;
mod remnant;
mod saved;

pub use remnant::{PhysicalIds, Remnant, RemnantKind, protected, remnants};
pub use saved::{Allowed, SavedPlan, Stamp};

use innovate_core::{
    check::Place,
    diff::{Action, Diff, Snapshot, StackAction, StackId},
};
use serde_json::Value;

/// Something that a deployment opens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broadening {
    /// The stack.
    pub stack: StackId,
    /// The resource that opens it.
    pub logical_id: String,
    /// Its type.
    pub type_name: String,
    /// What is opened: "allows `s3:GetObject` on `arn:aws:s3:::data/*`".
    pub what: String,
    /// The line of the program that makes the resource, if it is known.
    pub place: Option<Place>,
}

/// Everything that a deployment would open, by stack and resource. What is new counts too: a role with
/// its permissions, a security group with its rules.
///
/// Compared is what each resource says before and after. A permission that moves from one resource to
/// another counts as opened by the second.
pub fn broadenings(before: &Snapshot, after: &Snapshot, diff: &Diff) -> Vec<Broadening> {
    let mut all = Vec::new();
    for stack in diff.stacks.iter().filter(|stack| stack.action != StackAction::Leave) {
        for found in &stack.resources {
            let logical_id = &found.logical_id;
            let resource = |snapshot: &Snapshot, address: Option<&str>| -> Option<Value> {
                let (name, id) = match address.and_then(|address| address.split_once('/')) {
                    Some((name, id)) => (name, id),
                    None => (&*stack.id.name, &**logical_id),
                };
                let id_of = StackId { name: name.to_owned(), ..stack.id.clone() };
                let stack = snapshot.stacks().find(|stack| stack.id == id_of)?;
                stack.template.get("Resources")?.get(id)?.get("Properties").cloned()
            };
            let old = match found.action {
                Action::Create => None,
                _ => resource(before, found.moved_from.as_deref()),
            };
            let new = match found.action {
                Action::Delete | Action::Retain => None,
                _ => resource(after, None),
            };
            let (old, new) = (old.unwrap_or(Value::Null), new.unwrap_or(Value::Null));
            let mut opened = policy::opened(&old, &new);
            opened.extend(network::opened(&found.type_name, &old, &new));
            opened.sort();
            opened.dedup();
            all.extend(opened.into_iter().map(|what| Broadening {
                stack: stack.id.clone(),
                logical_id: logical_id.clone(),
                type_name: found.type_name.clone(),
                what,
                place: found.place.clone(),
            }));
        }
    }
    all
}

/// A value as people write it: a text without quotes, anything else as JSON.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
