//! Outputs that are exported, and the stacks that import them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::refusal::Refusal;
use crate::resolve::{Resolver, single};
use crate::script::Script;
use crate::stack::{Around, Output, Stack, Stacks};
use crate::template::{joined, plain};
use crate::world::{Answer, Call, World};
use crate::xml::{Fields, Xml};

/// Why the stack can't have those outputs: another exports the same, or one imports what would go
/// or change.
pub(crate) fn conflict(
    stack: &Stack,
    outputs: &BTreeMap<String, Output>,
    around: &Around<'_>,
) -> Option<String> {
    let exports = |outputs: &BTreeMap<String, Output>| -> BTreeMap<String, String> {
        let named = outputs.values().filter_map(|of| Some((of.export.clone()?, of.value.clone())));
        named.collect()
    };
    let (before, after) = (exports(&stack.outputs), exports(outputs));
    for other in around.others.values().filter(|other| are_neighbours(stack, other)) {
        let taken = exports(&other.outputs).into_keys().find(|name| after.contains_key(name));
        if let Some(name) = taken {
            return Some(format!(
                "Export with name {name} is already exported by stack {}. ",
                other.name()
            ));
        }
    }
    for (name, value) in &before {
        let what = match after.get(name) {
            Some(same) if same == value => continue,
            Some(_) => "updated",
            None => "deleted",
        };
        let users = users(stack, name, around.others, around.script);
        if !users.is_empty() {
            return Some(format!(
                "Export {name} cannot be {what} as it is in use by {}",
                joined(users)
            ));
        }
    }
    None
}

/// Why the stack can't be deleted, if another imports an output of it.
pub(crate) fn held(stack: &Stack, stacks: &Stacks, script: &Script) -> Option<String> {
    stack.outputs.values().filter_map(|output| output.export.as_ref()).find_map(|name| {
        let users = users(stack, name, stacks, script);
        (!users.is_empty()).then(|| {
            format!(
                "Delete canceled. Cannot delete export {name} as it is in use by {}.",
                users.join(" and ")
            )
        })
    })
}

fn users(stack: &Stack, export: &str, stacks: &Stacks, script: &Script) -> Vec<String> {
    stacks
        .values()
        .filter(|other| are_neighbours(stack, other))
        .filter(|other| imported(other, stacks, script).contains(export))
        .map(|other| other.name().to_owned())
        .collect()
}

fn are_neighbours(stack: &Stack, other: &Stack) -> bool {
    other.deleted.is_none()
        && other.identity.stack_id != stack.identity.stack_id
        && other.identity.account == stack.identity.account
        && other.identity.region == stack.identity.region
}

/// The names that the stack imports.
fn imported(stack: &Stack, stacks: &Stacks, script: &Script) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let Some(goal) = &stack.goal else { return names };
    let resolver = Resolver {
        template: &goal.template,
        parameters: &goal.parameters,
        resources: &stack.resources,
        identity: &stack.identity,
        others: stacks,
        script,
    };
    for section in ["Resources", "Outputs"] {
        let values = goal.template.section(section).values();
        values.for_each(|value| walk(value, &resolver, &mut names));
    }
    names
}

fn walk(value: &Value, resolver: &Resolver<'_>, names: &mut BTreeSet<String>) {
    if let Some(("Fn::ImportValue", name)) = single(value) {
        let name = resolver.value(name).ok().flatten();
        names.extend(name.as_ref().map(plain));
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, resolver, names)),
        Value::Object(fields) => fields.values().for_each(|value| walk(value, resolver, names)),
        _ => {}
    }
}

impl World {
    pub(crate) fn list_exports(&self, call: &Call<'_>) -> Answer {
        let mut exports = Vec::new();
        for stack in self.stacks.values().filter(|stack| {
            stack.deleted.is_none()
                && stack.identity.account == call.account
                && stack.identity.region == call.region
        }) {
            for output in stack.outputs.values() {
                let Some(name) = &output.export else { continue };
                let export = Fields::new()
                    .text("ExportingStackId", &stack.identity.stack_id)
                    .text("Name", name)
                    .text("Value", &output.value);
                exports.push((name.clone(), Xml::from(export)));
            }
        }
        exports.sort_by(|(a, _), (b, _)| a.cmp(b));
        let exports = exports.into_iter().map(|(_, export)| export).collect();
        let (exports, next) = self.page(call, exports)?;
        Ok(Some(Fields::new().list("Exports", exports).some("NextToken", next)))
    }

    pub(crate) fn list_imports(&self, call: &Call<'_>) -> Answer {
        let export = call.query.required("ExportName")?;
        let users: Vec<Xml> = self
            .stacks
            .values()
            .filter(|stack| stack.deleted.is_none())
            .filter(|stack| stack.identity.account == call.account)
            .filter(|stack| stack.identity.region == call.region)
            .filter(|stack| imported(stack, &self.stacks, &self.script).contains(export))
            .map(|stack| Xml::Text(stack.name().to_owned()))
            .collect();
        if users.is_empty() {
            return Err(Refusal::invalid(format!(
                "Export '{export}' is not imported by any stack."
            )));
        }
        let (users, next) = self.page(call, users)?;
        Ok(Some(Fields::new().list("Imports", users).some("NextToken", next)))
    }
}
