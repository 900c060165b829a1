//! The template of an import: what is deployed, and the resources that come.

use std::collections::{BTreeMap, BTreeSet};

use innovate_core::diff::{Snapshot, Source, StackId, StackSnapshot, sources};
use serde_json::{Map, Value, json};

use super::{
    super::{Failure, FailureCause},
    ImportedResource, Importing,
    identifier::identifier,
};

/// What is there before the import.
#[derive(Clone, Debug)]
pub(super) struct Before {
    /// The template that is deployed.
    pub(super) template: Value,
    /// The physical ids of its resources, by logical id.
    pub(super) physical: BTreeMap<String, String>,
}

/// What an import does, and its template.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) plan: Importing,
    pub(super) template: Value,
}

/// What is imported into a stack, and how.
///
/// # Errors
///
/// If some resource can't be imported: all of them, with the reasons.
pub(super) fn import(
    program: &Snapshot,
    id: &StackId,
    wanted: &BTreeMap<String, String>,
    before: Option<&Before>,
) -> Result<Import, Failure> {
    let Some(stack) = program.stack(id) else {
        return Err(Failure::new(format!("the program has no stack {id}")));
    };
    let mut work = Work { stack, wanted, before, causes: Vec::new() };
    let import = work.import();
    if work.causes.is_empty() {
        return Ok(import);
    }
    let count = if work.causes.len() == 1 { "a resource" } else { "some resources" };
    let message = format!("can't import {count} into the stack {id}: nothing was changed");
    Err(Failure::new(message).causes(work.causes))
}

struct Work<'a> {
    stack: &'a StackSnapshot,
    wanted: &'a BTreeMap<String, String>,
    before: Option<&'a Before>,
    causes: Vec<FailureCause>,
}

impl Work<'_> {
    fn refuse(&mut self, logical_id: &str, type_name: &str, reason: String) {
        self.causes.push(FailureCause {
            logical_id: logical_id.to_owned(),
            type_name: type_name.to_owned(),
            status: "not imported".to_owned(),
            reason,
            place: self.stack.places.get(logical_id).cloned(),
        });
    }

    fn import(&mut self) -> Import {
        let mut plan = Importing {
            stack: self.stack.id.clone(),
            new: self.before.is_none(),
            resources: Vec::new(),
            done: Vec::new(),
        };
        let mut template = self.base();
        for (logical_id, given) in self.wanted {
            let declared = self.stack.template.get("Resources").and_then(|all| all.get(logical_id));
            let Some(declared) = declared else {
                self.refuse(
                    logical_id,
                    "",
                    "the program has no such resource in the stack".to_owned(),
                );
                continue;
            };
            let type_name = declared.get("Type").and_then(Value::as_str).unwrap_or_default();
            let identifier = match identifier(type_name, declared, given) {
                Ok(identifier) => identifier,
                Err(reason) => {
                    self.refuse(logical_id, type_name, reason);
                    continue;
                }
            };
            let deployed =
                |before: &Before| before.template.pointer("/Resources")?.get(logical_id).cloned();
            if self.before.and_then(deployed).is_some() {
                let physical = self.before.and_then(|before| before.physical.get(logical_id));
                let values: Vec<&str> = identifier.values().map(String::as_str).collect();
                let same = |physical: &String| {
                    let parts: Vec<&str> = physical.split('|').collect();
                    // What `Ref` gives is the identifier, or for some types a part of it.
                    values.contains(&physical.as_str())
                        || values.iter().all(|value| parts.contains(value))
                };
                match physical {
                    Some(physical) if same(physical) => {
                        plan.done.push(logical_id.clone());
                    }
                    physical => {
                        let physical = physical.map_or("another resource", String::as_str);
                        self.refuse(
                            logical_id,
                            type_name,
                            format!("it is deployed already, as {physical}"),
                        );
                    }
                }
                continue;
            }
            let (resource, retained_until_deployed) = self.resource(declared);
            self.refers(logical_id, type_name, &resource);
            if let Some(Value::Object(resources)) = template.get_mut("Resources") {
                resources.insert(logical_id.clone(), resource);
            }
            plan.resources.push(ImportedResource {
                logical_id: logical_id.clone(),
                type_name: type_name.to_owned(),
                identifier,
                retained_until_deployed,
                place: self.stack.places.get(logical_id).cloned(),
            });
        }
        Import { plan, template: Value::Object(template) }
    }

    /// The template that the resources are added to: what is deployed. For a new stack it is what the program
    /// says but for resources, and for outputs, which an import may not add.
    fn base(&self) -> Map<String, Value> {
        let template = match self.before {
            Some(before) => before.template.as_object().cloned(),
            None => self.stack.template.as_object().cloned().map(|mut template| {
                template.remove("Outputs");
                template.insert("Resources".to_owned(), json!({}));
                template
            }),
        };
        template.unwrap_or_default()
    }

    /// A resource as it is imported, and whether it is given a deletion policy for that. The order in which
    /// resources are made doesn't matter to one that is there.
    fn resource(&self, declared: &Value) -> (Value, bool) {
        let mut resource = declared.clone();
        let Some(fields) = resource.as_object_mut() else { return (resource, false) };
        let stays = |id: &str| self.is_there(id);
        match fields.get_mut("DependsOn") {
            Some(Value::Array(ids)) => ids.retain(|id| id.as_str().is_some_and(stays)),
            Some(Value::String(id)) if !stays(id) => _ = fields.remove("DependsOn"),
            _ => {}
        }
        if fields.get("DependsOn").is_some_and(|ids| *ids == json!([])) {
            fields.remove("DependsOn");
        }
        let bare = !fields.contains_key("DeletionPolicy");
        if bare {
            fields.insert("DeletionPolicy".to_owned(), "Retain".into());
        }
        (resource, bare)
    }

    /// Whether a resource is in the template of the import.
    fn is_there(&self, logical_id: &str) -> bool {
        self.wanted.contains_key(logical_id) || self.is_in("Resources", logical_id)
    }

    /// Whether a section of the template that is deployed has an entry.
    fn is_in(&self, section: &str, name: &str) -> bool {
        let of =
            |template: &Value| template.get(section).is_some_and(|all| all.get(name).is_some());
        match (self.before, section) {
            (Some(before), _) => of(&before.template),
            (None, "Resources") => false,
            (None, _) => of(&self.stack.template),
        }
    }

    /// Refuses a resource that refers to what isn't deployed.
    fn refers(&mut self, logical_id: &str, type_name: &str, resource: &Value) {
        let mut missing = BTreeSet::new();
        let parts = ["Properties", "Metadata", "UpdatePolicy", "CreationPolicy"];
        for source in parts.iter().filter_map(|part| resource.get(part)).flat_map(sources) {
            match source {
                Source::Local { id, .. } => {
                    let known = id.starts_with("AWS::")
                        || self.is_there(id)
                        || self.is_in("Parameters", id);
                    if !known {
                        missing.insert(format!("`{id}`"));
                    }
                }
                Source::Condition(name) if !self.is_in("Conditions", name) => {
                    missing.insert(format!("the condition `{name}`"));
                }
                Source::Mapping(name) if !self.is_in("Mappings", name) => {
                    missing.insert(format!("the mapping `{name}`"));
                }
                _ => {}
            }
        }
        if let Some(name) = resource.get("Condition").and_then(Value::as_str)
            && !self.is_in("Conditions", name)
        {
            missing.insert(format!("the condition `{name}`"));
        }
        if !missing.is_empty() {
            let missing: Vec<String> = missing.into_iter().collect();
            let reason = format!(
                "it refers to what isn't deployed: {}; import that with it, or deploy it first",
                missing.join(", ")
            );
            self.refuse(logical_id, type_name, reason);
        }
    }
}
