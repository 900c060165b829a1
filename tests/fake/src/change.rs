//! What differs between what a stack has and what a template wants.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::resolve::Resolver;
use crate::resource::{LATER, Policy, Resource, Wanted};
use crate::script::Script;
use crate::stack::{Around, Goal, Stack};
use crate::status::{Course, ResourceStatus, Verb};
use crate::xml::{Fields, Xml};

/// One thing about a resource that differs.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    attribute: &'static str,
    name: Option<String>,
    before: Option<Value>,
    after: Option<Value>,
    pub(crate) replaces: bool,
}

impl Difference {
    /// Whether the value is known only once the change set is executed.
    fn is_dynamic(&self) -> bool {
        self.after.as_ref().is_some_and(|after| after.to_string().contains(LATER))
    }

    /// Policies alone are no reason for an update.
    pub(crate) fn matters(&self) -> bool {
        matches!(self.attribute, "Properties" | "Tags" | "Metadata")
    }
}

/// What differs between the resource and what is wanted.
pub(crate) fn differences(
    old: &Resource,
    wanted: &Wanted,
    tags: &[(String, String)],
    script: &Script,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let empty = serde_json::Map::new();
    let before = old.wanted.properties.as_object().unwrap_or(&empty);
    let after = wanted.properties.as_object().unwrap_or(&empty);
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (before, after) = (before.get(name), after.get(name));
        if before == after {
            continue;
        }
        let replaces = script.create_only(&wanted.kind).any(|path| {
            let (first, rest) = path.split_once('/').unwrap_or((path, ""));
            let at = |value: Option<&Value>| {
                let pointer = if rest.is_empty() { String::new() } else { format!("/{rest}") };
                value.and_then(|value| value.pointer(&pointer)).cloned()
            };
            first == name && at(before) != at(after)
        });
        found.push(Difference {
            attribute: "Properties",
            name: Some(name.clone()),
            before: before.cloned(),
            after: after.cloned(),
            replaces,
        });
    }
    let mut of = |attribute, before: Value, after: Value| {
        if before != after {
            let (before, after) = (Some(before), Some(after));
            found.push(Difference { attribute, name: None, before, after, replaces: false });
        }
    };
    of("Metadata", old.wanted.metadata.clone(), wanted.metadata.clone());
    if old.tags != tags {
        let written = |tags: &[(String, String)]| {
            tags.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect()
        };
        of("Tags", Value::Object(written(&old.tags)), Value::Object(written(tags)));
    }
    let policy = |policy: Policy| Value::from(policy.as_str());
    of("DeletionPolicy", policy(old.wanted.deletion), policy(wanted.deletion));
    of("UpdateReplacePolicy", policy(old.wanted.replacing), policy(wanted.replacing));
    found
}

/// What was changed behind CloudFormation's back, as changes that take it back.
pub(crate) fn drifted(old: &Resource, wanted: &Wanted) -> Vec<Difference> {
    let Some(actual) = &old.actual else { return Vec::new() };
    let fields = wanted.properties.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| actual.get(*name) != Some(*value))
        .map(|(name, value)| Difference {
            attribute: "Properties",
            name: Some(name.clone()),
            before: actual.get(name).cloned(),
            after: Some(value.clone()),
            replaces: false,
        })
        .collect()
}

/// Whether the stack has the resource, in that it can be updated.
pub(crate) fn has(resource: &Resource) -> bool {
    !matches!(
        resource.status,
        ResourceStatus(Verb::Create, Course::Failed)
            | ResourceStatus(Verb::Delete, Course::Complete | Course::Skipped)
    )
}

/// One change of a change set.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) action: &'static str,
    pub(crate) logical_id: String,
    pub(crate) kind: String,
    physical_id: Option<String>,
    details: Vec<Difference>,
    policy: Option<&'static str>,
    before: Option<Value>,
    after: Option<Value>,
}

/// What executing a change set would do.
///
/// # Errors
/// If a value can't be resolved: the reason.
pub(crate) fn plan(
    stack: &Stack,
    goal: &Goal,
    imports: &BTreeMap<String, String>,
    revert: bool,
    around: &Around<'_>,
) -> Result<Vec<Change>, String> {
    let mut resources: BTreeMap<String, Resource> = stack.resources.clone();
    resources.retain(|_, resource| has(resource));
    let known = resources.clone();
    let mut waiting = stack.resolver(goal, around).present()?;
    let present = waiting.clone();
    let mut changes = Vec::new();
    while !waiting.is_empty() {
        let next = waiting
            .iter()
            .position(|id| goal.template.depends(id).iter().all(|need| !waiting.contains(need)));
        let id = waiting.remove(next.unwrap_or(0));
        let resolver = Resolver { resources: &resources, ..stack.resolver(goal, around) };
        let wanted = resolver.wanted(&id)?;
        let contents = |wanted: &Wanted| serde_json::json!({ "Properties": wanted.properties });
        let mut change = Change {
            action: "Add",
            logical_id: id.clone(),
            kind: wanted.kind.clone(),
            physical_id: None,
            details: Vec::new(),
            policy: None,
            before: None,
            after: Some(contents(&wanted)),
        };
        let mut physical_id = LATER.to_owned();
        if let Some(old) = known.get(&id) {
            let mut details = differences(old, &wanted, &goal.tags, around.script);
            if revert {
                details.extend(drifted(old, &wanted));
            }
            let replaces = details.iter().any(|detail| detail.replaces);
            if !replaces {
                physical_id.clone_from(&old.physical_id);
            }
            if !details.iter().any(Difference::matters) {
                continue;
            }
            change.action = "Modify";
            change.physical_id = Some(old.physical_id.clone());
            change.before = Some(contents(&old.wanted));
            change.details = details;
            change.policy = replaces.then_some(match wanted.replacing {
                Policy::Delete => "ReplaceAndDelete",
                Policy::Snapshot => "ReplaceAndSnapshot",
                Policy::Retain | Policy::RetainExceptOnCreate => "ReplaceAndRetain",
            });
        } else if let Some(imported) = imports.get(&id) {
            change.action = "Import";
            physical_id.clone_from(imported);
            change.physical_id = Some(imported.clone());
        }
        changes.push(change);
        resources.insert(
            id.clone(),
            Resource {
                logical_id: id,
                physical_id,
                wanted,
                tags: goal.tags.clone(),
                status: ResourceStatus(Verb::Create, Course::InProgress),
                reason: None,
                updated: 0,
                actual: None,
            },
        );
    }
    for (id, old) in known.iter().filter(|(id, _)| !present.contains(id)) {
        changes.push(Change {
            action: "Remove",
            logical_id: id.clone(),
            kind: old.wanted.kind.clone(),
            physical_id: Some(old.physical_id.clone()),
            details: Vec::new(),
            policy: Some(match old.wanted.deletion {
                Policy::Delete => "Delete",
                Policy::Snapshot => "Snapshot",
                Policy::Retain | Policy::RetainExceptOnCreate => "Retain",
            }),
            before: Some(serde_json::json!({ "Properties": old.wanted.properties })),
            after: None,
        });
    }
    changes.sort_by(|a, b| a.logical_id.cmp(&b.logical_id));
    Ok(changes)
}

impl Change {
    /// As `DescribeChangeSet` has it; with values, if asked for.
    pub(crate) fn xml(&self, values: bool) -> Xml {
        let replacement = (self.action == "Modify").then(|| {
            let mut replacing = self.details.iter().filter(|detail| detail.replaces);
            if !self.details.iter().any(|detail| detail.replaces) {
                "False"
            } else if replacing.all(Difference::is_dynamic) {
                "Conditional"
            } else {
                "True"
            }
        });
        let mut scope: Vec<String> =
            self.details.iter().map(|detail| detail.attribute.to_owned()).collect();
        scope.dedup();
        let context =
            |value: &Option<Value>| value.as_ref().filter(|_| values).map(ToString::to_string);
        let change = Fields::new()
            .some("PolicyAction", self.policy)
            .text("Action", self.action)
            .text("LogicalResourceId", &self.logical_id)
            .some("PhysicalResourceId", self.physical_id.as_ref())
            .text("ResourceType", &self.kind)
            .some("Replacement", replacement)
            .strings("Scope", &scope)
            .list("Details", self.details.iter().map(|detail| detail.xml(values)).collect())
            .some("BeforeContext", context(&self.before))
            .some("AfterContext", context(&self.after));
        Fields::new().text("Type", "Resource").nested("ResourceChange", change).into()
    }
}

impl Difference {
    fn xml(&self, values: bool) -> Xml {
        let recreation = match (self.attribute, self.replaces, self.is_dynamic()) {
            ("Properties", true, true) => Some("Conditionally"),
            ("Properties", true, false) => Some("Always"),
            ("Properties", false, _) => Some("Never"),
            _ => None,
        };
        let path = match &self.name {
            Some(name) => format!("/{}/{name}", self.attribute),
            None => format!("/{}", self.attribute),
        };
        let kind = match (&self.before, &self.after) {
            (None, _) => "Add",
            (_, None) => "Remove",
            _ => "Modify",
        };
        let written =
            |value: &Option<Value>| value.as_ref().filter(|_| values).map(crate::template::plain);
        let target = Fields::new()
            .text("Attribute", self.attribute)
            .some("Name", self.name.as_ref())
            .some("RequiresRecreation", recreation)
            .text("Path", path)
            .some("BeforeValue", written(&self.before))
            .some("AfterValue", written(&self.after))
            .text("AttributeChangeType", kind);
        let (evaluation, source) = if self.is_dynamic() {
            ("Dynamic", "ResourceReference")
        } else {
            ("Static", "DirectModification")
        };
        Fields::new()
            .nested("Target", target)
            .text("Evaluation", evaluation)
            .text("ChangeSource", source)
            .into()
    }
}
