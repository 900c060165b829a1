//! What changes although the program says the same of it: what refers to a resource that is replaced,
//! to an output that changes, to a parameter with another value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Action, Cause, Impact, PropertyChange, ResourceChange, Snapshot, StackAction, StackChange,
    StackSnapshot,
    meaning::World,
    property::{at, below},
    reference::{Source, each, is_function},
    resource::{same, type_of, worst},
};
use crate::check::{Registry, Replacement};

/// What something refers to, by the position of its stack among those of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    stack: usize,
    kind: Kind,
    id: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Resource,
    Parameter,
    Mapping,
    Condition,
    Output,
}

/// How much of a resource changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    /// It is the same one, in a new version.
    Version,
    /// It may be another one.
    Perhaps,
    /// It is another one.
    Certain,
}

/// A property that refers to something.
#[derive(Clone, Copy, Debug)]
struct Consumer<'a> {
    stack: usize,
    id: &'a str,
    /// The property with the function; none for the condition under which the resource is there.
    path: Option<usize>,
    attribute: Option<&'a str>,
}

/// Everything that refers to something.
#[derive(Debug, Default)]
struct Index<'a> {
    consumers: BTreeMap<Key<'a>, Vec<Consumer<'a>>>,
    /// The conditions that read something.
    conditions: BTreeMap<Key<'a>, Vec<Key<'a>>>,
    paths: Vec<String>,
}

/// Adds to the changes what follows from them.
pub(super) fn references(
    stacks: &mut [StackChange],
    before: &Snapshot,
    after: &Snapshot,
    worlds: (World<'_>, World<'_>),
    registry: &dyn Registry,
) {
    let snapshots: Vec<&StackSnapshot> = after.stacks().collect();
    let index = Index::of(after, &snapshots);
    let mut open = begin(stacks, before, &snapshots, worlds);
    let mut done: BTreeSet<(Key<'_>, Extent)> = BTreeSet::new();
    while let Some((key, extent)) = open.pop() {
        if !done.insert((key, extent)) {
            continue;
        }
        let conditions = index.conditions.get(&key).into_iter().flatten();
        open.extend(conditions.map(|condition| (*condition, Extent::Perhaps)));
        for consumer in index.consumers.get(&key).into_iter().flatten() {
            let Some(extent) = reaches(extent, key, consumer, &snapshots, before, registry) else {
                continue;
            };
            let path = consumer.path.and_then(|path| index.paths.get(path)).map(String::as_str);
            let (Some(stack), Some(snapshot)) =
                (stacks.get_mut(consumer.stack), snapshots.get(consumer.stack))
            else {
                continue;
            };
            let cause = Cause {
                stack: snapshots.get(key.stack).map_or("", |stack| &stack.id.name).to_owned(),
                id: key.id.to_owned(),
                certain: extent == Extent::Certain,
            };
            let place = Place { stack, snapshot, before, registry };
            if let Some(extent) = place.changes(consumer.id, path, cause) {
                open.push((
                    Key { stack: consumer.stack, kind: Kind::Resource, id: consumer.id },
                    extent,
                ));
            }
        }
    }
}

/// What changes by itself.
fn begin<'a>(
    stacks: &[StackChange],
    before: &'a Snapshot,
    after: &[&'a StackSnapshot],
    (was, is): (World<'_>, World<'_>),
) -> Vec<(Key<'a>, Extent)> {
    let mut open = Vec::new();
    for (position, (change, &new)) in stacks.iter().zip(after).enumerate() {
        let key = |kind, id| Key { stack: position, kind, id };
        for found in &change.resources {
            let Some(id) = new.known_id(&found.logical_id) else { continue };
            let worst = found.properties.iter().map(|property| property.impact).max();
            if let Some(extent) = extent(found.impact.max(worst.unwrap_or(Impact::Nothing))) {
                open.push((key(Kind::Resource, id), extent));
            }
        }
        let Some(old) = before.stack(&new.id) else { continue };
        for (id, _) in new.section("Parameters") {
            let known = old.section("Parameters").any(|(other, _)| other == id);
            // Without a value of its own a deployment keeps the one that is there, and secrets aren't shown.
            let keeps = new.parameter(id).is_none() || old.parameter(id) == Some("****");
            if known && !keeps && old.parameter(id) != new.parameter(id) {
                open.push((key(Kind::Parameter, id), Extent::Certain));
            }
        }
        for (section, kind) in [
            ("Mappings", Kind::Mapping),
            ("Conditions", Kind::Condition),
            ("Outputs", Kind::Output),
        ] {
            for (id, entry) in new.section(section) {
                let known = old.section(section).find(|(other, _)| *other == id);
                let value = |entry: &'a Value| match kind {
                    Kind::Output => entry.get("Value"),
                    _ => Some(entry),
                };
                let Some((_, known)) = known else { continue };
                let same = match (kind, value(known), value(entry)) {
                    (_, one, other) if one == other => true,
                    (Kind::Output, Some(one), Some(other)) => {
                        was.same((old, one), is, (new, other))
                    }
                    _ => false,
                };
                if !same {
                    open.push((key(kind, id), Extent::Perhaps));
                }
            }
        }
    }
    open
}

const fn extent(impact: Impact) -> Option<Extent> {
    match impact {
        Impact::Update => Some(Extent::Version),
        Impact::MayInterrupt | Impact::Destroy => Some(Extent::Perhaps),
        Impact::Replace => Some(Extent::Certain),
        Impact::Nothing | Impact::Create => None,
    }
}

/// How much of what changes reaches a consumer, if anything does.
fn reaches(
    extent: Extent,
    key: Key<'_>,
    consumer: &Consumer<'_>,
    snapshots: &[&StackSnapshot],
    before: &Snapshot,
    registry: &dyn Registry,
) -> Option<Extent> {
    if key.kind != Kind::Resource {
        return Some(extent);
    }
    match (extent, consumer.attribute) {
        // An update gives a launch template or a function a new version.
        (Extent::Version, Some(attribute)) if attribute.contains("Version") => {
            Some(Extent::Certain)
        }
        // What a parameter or a custom resource says is up to it.
        (Extent::Version, Some(attribute)) => {
            let resource = snapshots.get(key.stack).and_then(|stack| stack.resource(key.id));
            let type_name = resource.map_or("", type_of);
            let own = type_name.starts_with("Custom::")
                || type_name == "AWS::CloudFormation::CustomResource"
                || attribute == "Value";
            own.then_some(Extent::Perhaps)
        }
        (Extent::Version, None) => None,
        // What is named by the program has the same name again.
        (_, None) if keeps_its_name(key, snapshots, before, registry) => None,
        _ => Some(extent),
    }
}

/// Whether the program names it, and by the same name as before.
fn keeps_its_name(
    key: Key<'_>,
    snapshots: &[&StackSnapshot],
    before: &Snapshot,
    registry: &dyn Registry,
) -> bool {
    let Some(stack) = snapshots.get(key.stack) else { return false };
    let old = before.stack(&stack.id).and_then(|old| old.resource(key.id));
    let (Some(new), Some(old)) = (stack.resource(key.id), old) else { return false };
    let names = registry.own_name(type_of(new));
    let text = |resource: &Value, name: &str| -> Option<String> {
        Some(resource.get("Properties")?.get(name)?.as_str()?.to_owned())
    };
    let same = |name: &&str| text(new, name).is_some_and(|is| text(old, name) == Some(is));
    !names.is_empty() && names.iter().all(same)
}

/// A stack in which something follows.
struct Place<'a, 'b> {
    stack: &'b mut StackChange,
    snapshot: &'a StackSnapshot,
    before: &'a Snapshot,
    registry: &'a dyn Registry,
}

impl Place<'_, '_> {
    /// The property of a resource has another value, for a cause. Gives how much of the resource
    /// itself changes by that.
    fn changes(self, id: &str, path: Option<&str>, cause: Cause) -> Option<Extent> {
        let new = self.snapshot.resource(id)?;
        let position = match self.stack.resources.iter().position(|found| found.logical_id == id) {
            Some(position) => position,
            None if self.stack.action == StackAction::Create => return None,
            None => {
                let place = self.snapshot.places.get(id).cloned();
                self.stack.resources.push(ResourceChange { place, ..same(id, new, self.registry) });
                self.stack.resources.len() - 1
            }
        };
        let found = self.stack.resources.get_mut(position)?;
        if found.action != Action::Update {
            return None;
        }
        let Some(path) = path else {
            return Some(vanishes(found, new, cause));
        };
        let properties = new.get("Properties").and_then(Value::as_object)?;
        let value = at(properties, path)?;
        // `None` as the old value: the same text, with another meaning.
        let replacement = worst(&found.type_name, path, None, Some(value), self.registry);
        let replacement =
            if cause.certain { replacement } else { replacement.min(Replacement::Conditional) };
        let impact = Impact::of(replacement);
        let known = found.properties.iter_mut().find(|property| property.path == path);
        match known {
            Some(property) => {
                property.impact = property.impact.max(impact);
                property.causes.push(cause);
            }
            None => {
                let old = self.before.stack(&self.snapshot.id);
                let old = old.and_then(|old| old.resource(id));
                let old = old.and_then(|old| old.get("Properties")).and_then(Value::as_object);
                found.properties.push(PropertyChange {
                    path: path.to_owned(),
                    before: old.and_then(|old| at(old, path)).cloned(),
                    after: Some(value.clone()),
                    impact,
                    causes: vec![cause],
                });
            }
        }
        let before = found.impact;
        found.impact = before.max(impact);
        extent(found.impact)
    }
}

/// The condition under which it is there may hold no more.
fn vanishes(found: &mut ResourceChange, new: &Value, cause: Cause) -> Extent {
    found.impact = Impact::Destroy;
    match found.attributes.iter_mut().find(|change| change.path == "Condition") {
        Some(change) => change.causes.push(cause),
        None => {
            let condition = new.get("Condition").cloned();
            found.attributes.push(PropertyChange {
                path: "Condition".to_owned(),
                before: condition.clone(),
                after: condition,
                impact: Impact::Destroy,
                causes: vec![cause],
            });
        }
    }
    Extent::Perhaps
}

impl<'a> Index<'a> {
    fn of(after: &'a Snapshot, snapshots: &[&'a StackSnapshot]) -> Self {
        let mut index = Self::default();
        for (position, stack) in snapshots.iter().enumerate() {
            for (id, expression) in stack.section("Conditions") {
                let condition = Key { stack: position, kind: Kind::Condition, id };
                let mut keys = BTreeSet::new();
                sources(after, snapshots, position, expression, snapshots.len(), &mut keys);
                for (key, _) in keys {
                    index.conditions.entry(key).or_default().push(condition);
                }
            }
            for (id, resource) in stack.resources() {
                if let Some(Value::String(condition)) = resource.get("Condition") {
                    let key = Key { stack: position, kind: Kind::Condition, id: condition };
                    let consumer = Consumer { stack: position, id, path: None, attribute: None };
                    index.consumers.entry(key).or_default().push(consumer);
                }
                let properties = resource.get("Properties").and_then(Value::as_object);
                for (name, value) in properties.into_iter().flatten() {
                    index.walk(after, snapshots, (position, id), name, value);
                }
            }
        }
        index
    }

    fn walk(
        &mut self,
        after: &'a Snapshot,
        snapshots: &[&'a StackSnapshot],
        at: (usize, &'a str),
        path: &str,
        value: &'a Value,
    ) {
        match value {
            function if is_function(function) => {
                let mut keys = BTreeSet::new();
                sources(after, snapshots, at.0, function, snapshots.len(), &mut keys);
                if keys.is_empty() {
                    return;
                }
                let number = self.paths.len();
                self.paths.push(path.to_owned());
                for (key, attribute) in keys {
                    let consumer =
                        Consumer { stack: at.0, id: at.1, path: Some(number), attribute };
                    self.consumers.entry(key).or_default().push(consumer);
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    self.walk(after, snapshots, at, &below(path, key), item);
                }
            }
            Value::Array(items) => {
                for (position, item) in items.iter().enumerate() {
                    self.walk(after, snapshots, at, &below(path, &position.to_string()), item);
                }
            }
            _ => {}
        }
    }
}

/// What a function takes its value from: of an output, the output itself and what it puts out, through
/// at most `depth` stacks.
fn sources<'a>(
    after: &'a Snapshot,
    snapshots: &[&'a StackSnapshot],
    stack: usize,
    function: &'a Value,
    depth: usize,
    keys: &mut BTreeSet<(Key<'a>, Option<&'a str>)>,
) {
    let Some(&here) = snapshots.get(stack) else { return };
    let mut outputs: Vec<(usize, &'a str, &'a Value)> = Vec::new();
    each(function, &mut |source| match source {
        Source::Local { id, attribute } => {
            let kind = if here.resource(id).is_some() { Kind::Resource } else { Kind::Parameter };
            keys.insert((Key { stack, kind, id }, attribute));
        }
        Source::Mapping(id) => {
            keys.insert((Key { stack, kind: Kind::Mapping, id }, None));
        }
        Source::Condition(id) => {
            keys.insert((Key { stack, kind: Kind::Condition, id }, None));
        }
        Source::Output { stack, region, output } => {
            let there = after.seen_from(&here.id, stack, region);
            let entry = there.and_then(|there| {
                let position = snapshots.iter().position(|other| other.id == there.id)?;
                let (id, entry) = there.section("Outputs").find(|(id, _)| *id == output)?;
                Some((position, id, entry))
            });
            outputs.extend(entry);
        }
        Source::Export(name) => {
            outputs.extend(snapshots.iter().enumerate().find_map(|(position, there)| {
                let same_place =
                    there.id.account == here.id.account && there.id.region == here.id.region;
                let exported = |entry: &Value| {
                    entry.pointer("/Export/Name").and_then(Value::as_str) == Some(name)
                };
                let (id, entry) =
                    there.section("Outputs").find(|(_, entry)| same_place && exported(entry))?;
                Some((position, id, entry))
            }))
        }
    });
    for (position, id, entry) in outputs {
        // An output that was read before is read with all that it reads.
        if !keys.insert((Key { stack: position, kind: Kind::Output, id }, None)) {
            continue;
        }
        if let (Some(depth), Some(value)) = (depth.checked_sub(1), entry.get("Value")) {
            sources(after, snapshots, position, value, depth, keys);
        }
    }
}
