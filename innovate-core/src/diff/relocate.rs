//! Templates after moves alone: each resource under its new id and in its new stack, and every
//! reference with it.
//!
//! A reference that crosses stacks by a move is written as the program writes it: to the output that
//! the program has for that value, by `Fn::ImportValue` if the program reads it so, else by
//! `Fn::GetStackOutput`. What the program has no output for gets one of its own, which the deployment
//! takes away again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    Snapshot, StackId, StackSnapshot,
    moved::Due,
    reference::{Source, each, is_function, parts_of},
};

/// Where a resource is.
type Place<'a> = (&'a StackId, &'a str);

/// The stacks as they are after the moves. Those that moves make come last.
pub(super) fn relocated(before: &Snapshot, after: &Snapshot, due: &[Due<'_>]) -> Snapshot {
    let places = due.iter().map(|due| ((&due.from.id, due.old_id), (due.to, due.new_id)));
    let mut relocation = Relocation { before, after, places: places.collect(), added: Vec::new() };
    let mut stacks: Vec<StackSnapshot> = before.stacks().cloned().collect();
    let linked: BTreeSet<&StackId> = due.iter().flat_map(|due| [&due.from.id, due.to]).collect();
    for id in linked.iter().filter(|id| before.stack(id).is_none()) {
        stacks.push(StackSnapshot::new((*id).clone(), json!({})));
    }
    let mut resources: BTreeMap<StackId, Map<String, Value>> = BTreeMap::new();
    for old in before.stacks().filter(|old| linked.contains(&old.id)) {
        for (id, resource) in old.resources() {
            let (to, new_id) = relocation.place(&old.id, id);
            let mut resource = resource.clone();
            let way = Way { from: old, to };
            relocation.order(&way, &mut resource);
            relocation.rewrite(&way, &mut resource);
            resources.entry(to.clone()).or_default().insert(new_id.to_owned(), resource);
        }
    }
    for stack in stacks.iter_mut().filter(|stack| linked.contains(&stack.id)) {
        let all = resources.remove(&stack.id).unwrap_or_default();
        if let Value::Object(template) = &mut stack.template {
            template.insert("Resources".to_owned(), all.into());
        }
        relocation.outputs(stack);
    }
    for (id, name, output) in relocation.added {
        let stack = stacks.iter_mut().find(|stack| stack.id == id);
        if let Some(Value::Object(template)) = stack.map(|stack| &mut stack.template)
            && let Value::Object(outputs) =
                template.entry("Outputs").or_insert_with(|| Map::new().into())
        {
            outputs.entry(name).or_insert(output);
        }
    }
    for stack in stacks.iter_mut().filter(|stack| linked.contains(&stack.id)) {
        stack.template.sort_all_objects();
    }
    Snapshot::new(stacks)
}

struct Relocation<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
    places: BTreeMap<Place<'a>, Place<'a>>,
    /// The outputs that references across stacks need.
    added: Vec<(StackId, String, Value)>,
}

/// From which stack to which a part of a template goes.
struct Way<'a> {
    from: &'a StackSnapshot,
    to: &'a StackId,
}

/// What a reference becomes.
enum Target<'a> {
    /// It refers to no resource.
    Other,
    /// It stays in its stack, and names this id.
    Local(&'a str),
    /// It crosses stacks.
    Across(Value),
}

impl<'a> Relocation<'a> {
    fn place(&self, stack: &'a StackId, id: &'a str) -> Place<'a> {
        self.places.get(&(stack, id)).copied().unwrap_or((stack, id))
    }

    fn target(&mut self, way: &Way<'_>, id: &str, attribute: Option<&Value>) -> Target<'a> {
        let Some(old) = self.before.stack(&way.from.id) else { return Target::Other };
        let Some(id) = old.known_id(id) else { return Target::Other };
        let (home, new_id) = self.place(&old.id, id);
        if home == way.to {
            return Target::Local(new_id);
        }
        let value = match attribute {
            None => json!({ "Ref": new_id }),
            Some(attribute) => json!({ "Fn::GetAtt": [new_id, attribute] }),
        };
        let list = json!({ "Fn::Join": [",", value] });
        let (name, output, is_list) = match self.output_of(home, &value, &list) {
            Some((name, output)) => {
                (name.to_owned(), output.clone(), output.get("Value") == Some(&list))
            }
            None => {
                let letters = |text: &str| -> String {
                    text.chars().filter(char::is_ascii_alphanumeric).collect()
                };
                let attribute = attribute.map(Value::to_string).unwrap_or_default();
                let name = format!("Moved{new_id}{}", letters(&attribute));
                (name, json!({ "Value": value }), false)
            }
        };
        let exported = output.pointer("/Export/Name").filter(|name| self.imports(way.to, name));
        let read = match exported {
            Some(name) => json!({ "Fn::ImportValue": name }),
            None => {
                json!({ "Fn::GetStackOutput": { "StackName": home.name, "OutputName": name } })
            }
        };
        self.added.push((home.clone(), name, output));
        Target::Across(match is_list {
            true => json!({ "Fn::Split": [",", { "Fn::Join": ["", [read]] }] }),
            false => read,
        })
    }

    /// The program's output of a value, unless what is deployed says something else by that name.
    fn output_of(
        &self,
        home: &StackId,
        value: &Value,
        list: &Value,
    ) -> Option<(&'a str, &'a Value)> {
        let deployed = self.before.stack(home);
        self.after.stack(home)?.section("Outputs").find(|(name, output)| {
            let there = output.get("Value").is_some_and(|found| found == value || found == list);
            let was = deployed
                .and_then(|stack| stack.section("Outputs").find(|(other, _)| other == name))
                .map(|(_, was)| self.renamed(home, was));
            there && was.is_none_or(|was| was.get("Value") == output.get("Value"))
        })
    }

    /// A part of a stack with the new ids of what stays in it.
    fn renamed(&self, stack: &StackId, part: &Value) -> Value {
        let mut part = part.clone();
        if let Some(from) = self.before.stack(stack) {
            let mut local = Relocation {
                before: self.before,
                after: self.after,
                places: self.places.clone(),
                added: Vec::new(),
            };
            local.places.retain(|_, (to, _)| *to == stack);
            local.rewrite(&Way { from, to: stack }, &mut part);
        }
        part
    }

    /// Whether the program's stack imports an export.
    fn imports(&self, reader: &StackId, name: &Value) -> bool {
        let mut imports = false;
        if let Some(stack) = self.after.stack(reader) {
            each(&stack.template, &mut |source| {
                imports |= matches!(source, Source::Export(other) if *name == other);
            });
        }
        imports
    }

    /// `DependsOn` names what is in the same stack.
    fn order(&mut self, way: &Way<'_>, resource: &mut Value) {
        let Some(resource) = resource.as_object_mut() else { return };
        let ids: Vec<Value> = match resource.get("DependsOn") {
            Some(Value::String(id)) => vec![id.clone().into()],
            Some(Value::Array(ids)) => ids.clone(),
            _ => return,
        };
        let here = ids.iter().filter_map(|id| {
            let (home, new_id) = match self.before.stack(&way.from.id)?.known_id(id.as_str()?) {
                Some(id) => {
                    self.places.get(&(&way.from.id, id)).copied().unwrap_or((&way.from.id, id))
                }
                None => return None,
            };
            (home == way.to).then(|| Value::from(new_id))
        });
        let here: Vec<Value> = here.collect();
        match (resource.get("DependsOn"), here.as_slice()) {
            (_, []) => {
                resource.remove("DependsOn");
            }
            (Some(Value::String(_)), [only]) => {
                let only = only.clone();
                resource.insert("DependsOn".to_owned(), only);
            }
            _ => {
                resource.insert("DependsOn".to_owned(), here.into());
            }
        }
    }

    /// The outputs stay, but for those of a resource that leaves, unless the program still has them.
    fn outputs(&mut self, stack: &mut StackSnapshot) {
        let Some(old) = self.before.stack(&stack.id) else { return };
        let Some(Value::Object(outputs)) = stack.template.get_mut("Outputs") else { return };
        let program = self.after.stack(&old.id);
        outputs.retain(|name, output| {
            let kept = program
                .is_some_and(|program| program.section("Outputs").any(|(other, _)| other == name));
            let way = Way { from: old, to: &old.id };
            if !kept && self.leaves(&way, output) {
                return false;
            }
            self.rewrite(&way, output);
            true
        });
        if outputs.is_empty()
            && let Value::Object(template) = &mut stack.template
        {
            template.remove("Outputs");
        }
    }

    /// Whether a part of a stack refers to what leaves it.
    fn leaves(&self, way: &Way<'_>, part: &Value) -> bool {
        let mut leaves = false;
        each(part, &mut |source| {
            if let Source::Local { id, .. } = source {
                let place = self.places.get(&(&way.from.id, id));
                leaves |= place.is_some_and(|(to, _)| *to != way.to);
            }
        });
        leaves
    }

    fn rewrite(&mut self, way: &Way<'_>, value: &mut Value) {
        let function = is_function(value);
        match value {
            Value::Object(map) => {
                let call = map.iter().next().filter(|_| function);
                let new = call.and_then(|(name, argument)| self.function(way, name, argument));
                match new {
                    Some(new) => *value = new,
                    None => map.values_mut().for_each(|item| self.rewrite(way, item)),
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.rewrite(way, item)),
            _ => {}
        }
    }

    /// The function with another reference, if it refers to a resource by itself.
    fn function(&mut self, way: &Way<'_>, name: &str, argument: &Value) -> Option<Value> {
        match (name, argument) {
            ("Ref", Value::String(id)) => match self.target(way, id, None) {
                Target::Other => None,
                Target::Local(id) => Some(json!({ name: id })),
                Target::Across(value) => Some(value),
            },
            ("Fn::GetAtt", Value::String(path)) => {
                let (id, attribute) = path.split_once('.')?;
                match self.target(way, id, Some(&attribute.into())) {
                    Target::Other => None,
                    Target::Local(id) => Some(json!({ name: format!("{id}.{attribute}") })),
                    Target::Across(value) => Some(value),
                }
            }
            ("Fn::GetAtt", Value::Array(parts)) => {
                let [Value::String(id), attribute] = parts.as_slice() else { return None };
                match self.target(way, id, Some(attribute)) {
                    Target::Other => None,
                    Target::Local(id) => Some(json!({ name: [id, attribute] })),
                    Target::Across(value) => Some(value),
                }
            }
            ("Fn::Sub", Value::String(text)) => Some(self.substitution(way, text, Map::new())),
            ("Fn::Sub", Value::Array(parts)) => {
                let [Value::String(text), Value::Object(variables)] = parts.as_slice() else {
                    return None;
                };
                let mut variables = variables.clone();
                variables.values_mut().for_each(|value| self.rewrite(way, value));
                Some(self.substitution(way, text, variables))
            }
            _ => None,
        }
    }

    /// What crosses stacks becomes a variable of its own.
    fn substitution(
        &mut self,
        way: &Way<'_>,
        text: &str,
        mut variables: Map<String, Value>,
    ) -> Value {
        let own: BTreeSet<String> = variables.keys().cloned().collect();
        let mut new = String::new();
        for part in parts_of(text) {
            let name = match part {
                Ok(literal) => {
                    new.push_str(literal);
                    continue;
                }
                Err(name) => name,
            };
            let (id, attribute) = match name.split_once('.') {
                Some((id, attribute)) => (id, Some(Value::from(attribute))),
                None => (name, None),
            };
            let target = match own.contains(name) {
                true => Target::Other,
                false => self.target(way, id, attribute.as_ref()),
            };
            match target {
                Target::Other => new.push_str(&format!("${{{name}}}")),
                Target::Local(id) => match attribute.as_ref().and_then(Value::as_str) {
                    Some(attribute) => new.push_str(&format!("${{{id}.{attribute}}}")),
                    None => new.push_str(&format!("${{{id}}}")),
                },
                Target::Across(value) => {
                    let mut variable: String =
                        name.chars().filter(char::is_ascii_alphanumeric).collect();
                    while variables.get(&variable).is_some_and(|other| *other != value)
                        || text.contains(&format!("${{{variable}"))
                    {
                        variable.push('X');
                    }
                    new.push_str(&format!("${{{variable}}}"));
                    variables.insert(variable, value);
                }
            }
        }
        match variables.is_empty() {
            true => json!({ "Fn::Sub": new }),
            false => json!({ "Fn::Sub": [new, variables] }),
        }
    }
}
