//! What a part of a template stands for, whichever way it is written: two parts that stand for the
//! same have the same value.

use serde_json::{Map, Value, json};

use super::{
    Snapshot, StackId, StackSnapshot,
    moved::Due,
    reference::{is_function, parts_of},
};

/// Stacks in which references are looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct World<'a> {
    snapshot: &'a Snapshot,
    /// Where resources of it are by now.
    due: &'a [Due<'a>],
    /// Where an output is looked up that isn't there any more.
    former: Option<(&'a Snapshot, &'a [Due<'a>])>,
}

impl<'a> World<'a> {
    /// Stacks in which all is where it is.
    pub(super) const fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, due: &[], former: None }
    }

    /// Stacks after moves. An output that went with them still says what it did.
    pub(super) const fn after(
        snapshot: &'a Snapshot,
        before: &'a Snapshot,
        due: &'a [Due<'a>],
    ) -> Self {
        Self { snapshot, due: &[], former: Some((before, due)) }
    }

    /// Whether both parts are functions, or hold some, and stand for the same: the one in a stack of
    /// this world, the other in one of that.
    pub(super) fn same(
        self,
        (here, one): (&StackSnapshot, &Value),
        that: World<'_>,
        (there, other): (&StackSnapshot, &Value),
    ) -> bool {
        let depth = self.depth().max(that.depth());
        (is_function(one) || is_function(other))
            && self.of(one, here, depth) == that.of(other, there, depth)
    }

    /// How many stacks a value may pass through.
    fn depth(self) -> usize {
        self.snapshot.stacks().len() + 1
    }

    fn of(self, value: &Value, here: &StackSnapshot, depth: usize) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.of(item, here, depth)).collect(),
            Value::Object(map) => {
                let function = map.iter().next().filter(|_| is_function(value));
                match function {
                    Some((name, argument)) => self.function(name, argument, here, depth),
                    None => map
                        .iter()
                        .map(|(key, item)| (key.clone(), self.of(item, here, depth)))
                        .collect::<Map<_, _>>()
                        .into(),
                }
            }
            _ => value.clone(),
        }
    }

    fn function(self, name: &str, argument: &Value, here: &StackSnapshot, depth: usize) -> Value {
        match (name, argument) {
            ("Ref", Value::String(id)) => self.reference(id, None, here),
            ("Fn::GetAtt", Value::String(path)) => match path.split_once('.') {
                Some((id, attribute)) => self.reference(id, Some(&attribute.into()), here),
                None => json!({ name: argument }),
            },
            ("Fn::GetAtt", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(id), attribute] => {
                    self.reference(id, Some(&self.of(attribute, here, depth)), here)
                }
                _ => json!({ name: argument }),
            },
            ("Fn::GetStackOutput" | "Fn::ImportValue", _) => {
                let argument = self.of(argument, here, depth);
                let found = depth.checked_sub(1).and_then(|depth| {
                    self.output(name, &argument, here, depth).or_else(|| {
                        let (snapshot, due) = self.former?;
                        Self { snapshot, due, former: None }.output(name, &argument, here, depth)
                    })
                });
                // What isn't known is what its reader's place makes of it.
                let there = json!([here.id.account, here.id.region]);
                found.unwrap_or_else(|| json!({ name: [there, argument] }))
            }
            ("Fn::Sub", _) => self.substitution(argument, here, depth),
            ("Fn::Join", Value::Array(parts)) => {
                let parts: Vec<Value> =
                    parts.iter().map(|part| self.of(part, here, depth)).collect();
                match parts.as_slice() {
                    [Value::String(delimiter), Value::Array(items)] => joined(delimiter, items),
                    _ => json!({ name: parts }),
                }
            }
            ("Fn::Split", Value::Array(parts)) => {
                let parts: Vec<Value> =
                    parts.iter().map(|part| self.of(part, here, depth)).collect();
                if let [delimiter, text] = parts.as_slice()
                    && let Some(Value::Array(join)) = text.get("Fn::Join")
                    && let [other, list] = join.as_slice()
                    && other == delimiter
                    && is_function(list)
                {
                    return list.clone();
                }
                json!({ name: parts })
            }
            ("Fn::FindInMap", Value::Array(_)) | ("Condition", _) => {
                let stack = label(&here.id);
                json!({ name: [stack, self.of(argument, here, depth)] })
            }
            ("Fn::If", Value::Array(parts)) => {
                let stack = label(&here.id);
                let parts: Vec<Value> =
                    parts.iter().map(|part| self.of(part, here, depth)).collect();
                json!({ name: [stack, parts] })
            }
            _ => json!({ name: self.of(argument, here, depth) }),
        }
    }

    /// A resource or a parameter, by the place where it is now.
    fn reference(self, id: &str, attribute: Option<&Value>, here: &StackSnapshot) -> Value {
        match id {
            "AWS::Region" => return here.id.region.clone().into(),
            "AWS::AccountId" => return here.id.account.clone().into(),
            "AWS::Partition" | "AWS::URLSuffix" | "AWS::NoValue" => return json!({ "Ref": id }),
            _ => {}
        }
        let is_it = |due: &&Due<'_>| due.from.id == here.id && due.old_id == id;
        let (stack, id) = match self.due.iter().find(is_it) {
            Some(due) => (due.to, due.new_id),
            None => (&here.id, id),
        };
        json!({ "Ref": [label(stack), id, attribute] })
    }

    /// What an output of another stack says.
    fn output(
        self,
        name: &str,
        argument: &Value,
        here: &StackSnapshot,
        depth: usize,
    ) -> Option<Value> {
        let (there, entry) = if name == "Fn::ImportValue" {
            let exported = |entry: &Value| entry.pointer("/Export/Name") == Some(argument);
            self.snapshot
                .stacks()
                .filter(|there| {
                    there.id.account == here.id.account && there.id.region == here.id.region
                })
                .find_map(|there| {
                    let (_, entry) = there.section("Outputs").find(|(_, entry)| exported(entry))?;
                    Some((there, entry))
                })?
        } else {
            let text = |key: &str| argument.get(key).and_then(Value::as_str);
            let (stack, output) = (text("StackName")?, text("OutputName")?);
            let there = self.snapshot.seen_from(&here.id, stack, text("Region"))?;
            let (_, entry) = there.section("Outputs").find(|(id, _)| *id == output)?;
            (there, entry)
        };
        Some(self.of(entry.get("Value")?, there, depth))
    }

    fn substitution(self, argument: &Value, here: &StackSnapshot, depth: usize) -> Value {
        let (text, variables) = match argument {
            Value::String(text) => (text, None),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(text), Value::Object(variables)] => (text, Some(variables)),
                _ => return json!({ "Fn::Sub": argument }),
            },
            _ => return json!({ "Fn::Sub": argument }),
        };
        let items: Vec<Value> = parts_of(text)
            .into_iter()
            .map(|part| match part {
                Ok(literal) => Value::from(literal),
                Err(name) => match variables.and_then(|all| all.get(name)) {
                    Some(value) => self.of(value, here, depth),
                    None => match name.split_once('.') {
                        Some((id, attribute)) => self.reference(id, Some(&attribute.into()), here),
                        None => self.reference(name, None, here),
                    },
                },
            })
            .collect();
        joined("", &items)
    }
}

fn label(stack: &StackId) -> String {
    stack.to_string()
}

/// The items as one text, with what is known of it in one piece.
fn joined(delimiter: &str, items: &[Value]) -> Value {
    let mut parts: Vec<Value> = Vec::new();
    for item in items {
        let inner = item.get("Fn::Join").and_then(Value::as_array).map(Vec::as_slice);
        let flat: &[Value] = match inner {
            Some([Value::String(other), Value::Array(inner)])
                if other == delimiter && delimiter.is_empty() =>
            {
                inner
            }
            _ => std::slice::from_ref(item),
        };
        for part in flat {
            match (parts.last_mut(), part) {
                (Some(Value::String(text)), Value::String(more)) => {
                    text.push_str(delimiter);
                    text.push_str(more);
                }
                _ => parts.push(part.clone()),
            }
        }
    }
    if delimiter.is_empty() {
        parts.retain(|part| part.as_str() != Some(""));
    }
    match parts.as_slice() {
        [only] => only.clone(),
        _ => json!({ "Fn::Join": [delimiter, parts] }),
    }
}
