//! Nodes as CloudFormation reads them.

use serde::{
    Serialize, Serializer,
    ser::{Error, SerializeMap},
};

use crate::{
    graph::{Graph, SharedOutput, export_name, output_id},
    stack::StackModel,
    value::{Intrinsic, Node, Reference, Str, Strength},
};

/// Where a node stands: references to other stacks are written differently.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) stack: &'a StackModel,
    pub(super) stacks: &'a [StackModel],
    pub(super) graph: &'a Graph,
}

impl<'a> Context<'a> {
    pub(super) const fn node(self, node: &'a Node) -> Rendered<'a> {
        Rendered { context: self, node }
    }

    pub(super) const fn entries(self, entries: &'a [(Str, Node)]) -> Entries<'a> {
        Entries { context: self, entries }
    }

    fn is_local(self, reference: &Reference) -> bool {
        reference.target.stack() == self.stack.name()
    }
}

pub(super) struct Rendered<'a> {
    context: Context<'a>,
    node: &'a Node,
}

pub(super) struct Entries<'a> {
    context: Context<'a>,
    entries: &'a [(Str, Node)],
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_map(self.entries.iter().map(|(key, node)| (key, self.context.node(node))))
    }
}

impl Serialize for Rendered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let context = self.context;
        match self.node {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(truth) => serializer.serialize_bool(*truth),
            Node::Integer(number) => serializer.serialize_i64(*number),
            Node::Number(number) if !number.is_finite() => {
                Err(Error::custom(format!("there is no way to write the number {number}")))
            }
            Node::Number(number) => serializer.serialize_f64(*number),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(items) => {
                serializer.collect_seq(items.iter().map(|item| context.node(item)))
            }
            Node::Map(entries) => context.entries(entries).serialize(serializer),
            Node::Intrinsic(intrinsic) => function(intrinsic, context, serializer),
        }
    }
}

/// A map of one entry: how every function is written.
fn call<S: Serializer>(
    serializer: S,
    name: &'static str,
    argument: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, argument)?;
    map.end()
}

fn function<S: Serializer>(
    intrinsic: &Intrinsic,
    context: Context<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let node = |node| context.node(node);
    match intrinsic {
        Intrinsic::Reference(reference) if context.is_local(reference) => {
            local(reference.target.logical_id(), reference.attribute.as_deref(), serializer)
        }
        Intrinsic::Reference(reference) => remote(reference, context, serializer),
        Intrinsic::Parameter(name) => call(serializer, "Ref", name),
        Intrinsic::Pseudo(pseudo) => call(serializer, "Ref", pseudo.name()),
        Intrinsic::Concat(parts) => concat(parts, context, serializer),
        Intrinsic::Sub { template, variables } if variables.is_empty() => {
            call(serializer, "Fn::Sub", template)
        }
        Intrinsic::Sub { template, variables } => {
            call(serializer, "Fn::Sub", &(template, context.entries(variables)))
        }
        Intrinsic::Join { delimiter, items } => {
            call(serializer, "Fn::Join", &(delimiter, node(items)))
        }
        Intrinsic::Select { index, items } => {
            call(serializer, "Fn::Select", &(node(index), node(items)))
        }
        Intrinsic::Split { delimiter, source } => match source.as_reference() {
            Some(reference) if !context.is_local(reference) => {
                split(delimiter, Remote(reference, context), serializer)
            }
            _ => call(serializer, "Fn::Split", &(delimiter, node(source))),
        },
        Intrinsic::If { condition, then, otherwise } => {
            call(serializer, "Fn::If", &(condition, node(then), node(otherwise)))
        }
        Intrinsic::FindInMap { mapping, top, second } => {
            call(serializer, "Fn::FindInMap", &(node(mapping), node(top), node(second)))
        }
        Intrinsic::GetAzs(region) => call(serializer, "Fn::GetAZs", &node(region)),
        Intrinsic::Base64(text) => call(serializer, "Fn::Base64", &node(text)),
        Intrinsic::Cidr { block, count, host_bits } => {
            call(serializer, "Fn::Cidr", &(node(block), node(count), node(host_bits)))
        }
        Intrinsic::ImportValue(name) => call(serializer, "Fn::ImportValue", &node(name)),
        Intrinsic::GetStackOutput { stack, output, region, role } => {
            let role = role.as_ref().map(node);
            call(
                serializer,
                "Fn::GetStackOutput",
                &StackOutput { stack, output, region: region.as_deref(), role },
            )
        }
        Intrinsic::ToJsonString(json) => call(serializer, "Fn::ToJsonString", &node(json)),
        Intrinsic::Equals(left, right) => {
            call(serializer, "Fn::Equals", &(node(left), node(right)))
        }
        Intrinsic::And(all) => call(serializer, "Fn::And", &Nodes(context, all)),
        Intrinsic::Or(any) => call(serializer, "Fn::Or", &Nodes(context, any)),
        Intrinsic::Not(condition) => call(serializer, "Fn::Not", &[node(condition)]),
        Intrinsic::Condition(name) => call(serializer, "Condition", name),
    }
}

struct Nodes<'a>(Context<'a>, &'a [Node]);

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|node| self.0.node(node)))
    }
}

fn local<S: Serializer>(
    id: &str,
    attribute: Option<&str>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match attribute {
        None => call(serializer, "Ref", id),
        Some(attribute) => call(serializer, "Fn::GetAtt", &(id, attribute)),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StackOutput<'a, R> {
    #[serde(rename = "StackName")]
    stack: &'a str,
    #[serde(rename = "OutputName")]
    output: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(rename = "RoleArn", skip_serializing_if = "Option::is_none")]
    role: Option<R>,
}

/// A value of another stack, as its consumer reads it.
struct Remote<'a>(&'a Reference, Context<'a>);

impl Serialize for Remote<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(reference, context) = self;
        let (stack, output) = (reference.target.stack(), output_id(reference));
        if reference.strength == Strength::Strong {
            return call(serializer, "Fn::ImportValue", &export_name(stack, &output));
        }
        let here = context.stack.site();
        let there = context
            .graph
            .position(stack)
            .and_then(|at| context.stacks.get(at))
            .map(StackModel::site);
        let region = there.map(|site| site.region()).filter(|region| *region != here.region());
        let role = there
            .filter(|site| site.account() != here.account())
            .and_then(|site| site.reader_role());
        call(
            serializer,
            "Fn::GetStackOutput",
            &StackOutput { stack, output: &output, region, role },
        )
    }
}

fn remote<S: Serializer>(
    reference: &Reference,
    context: Context<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let remote = Remote(reference, context);
    if reference.list { split(",", remote, serializer) } else { remote.serialize(serializer) }
}

/// `Fn::Split` of a value of another stack. The function takes no `Fn::GetStackOutput` as its
/// source, but an `Fn::Join` around one.
fn split<S: Serializer>(
    delimiter: &str,
    source: Remote<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    call(serializer, "Fn::Split", &(delimiter, Join(source)))
}

struct Join<'a>(Remote<'a>);

impl Serialize for Join<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        call(serializer, "Fn::Join", &("", [&self.0]))
    }
}

/// A value that other stacks read, as its producer puts it out: a list is joined, since an output
/// is text.
pub(super) struct SharedReference<'a>(pub(super) &'a SharedOutput);

impl Serialize for SharedReference<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let output = self.0;
        let value = Local(output.target.logical_id(), output.attribute.as_deref());
        if output.list {
            call(serializer, "Fn::Join", &(",", value))
        } else {
            value.serialize(serializer)
        }
    }
}

struct Local<'a>(&'a str, Option<&'a str>);

impl Serialize for Local<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        local(self.0, self.1, serializer)
    }
}

/// Text made of parts as one readable `Fn::Sub`; a part that is itself a function, or a value of
/// another stack, becomes a variable of it.
fn concat<S: Serializer>(
    parts: &[Node],
    context: Context<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut template = String::new();
    let mut variables: Vec<(String, &Node)> = Vec::new();
    for part in parts {
        match part {
            Node::Text(text) => template.push_str(&text.replace("${", "${!")),
            Node::Bool(truth) => template.push_str(if *truth { "true" } else { "false" }),
            Node::Integer(number) => template.push_str(&number.to_string()),
            Node::Number(number) if number.is_finite() => template.push_str(&number.to_string()),
            other => {
                let name = match other.as_intrinsic() {
                    Some(Intrinsic::Pseudo(pseudo)) => pseudo.name().to_owned(),
                    Some(Intrinsic::Parameter(name)) => name.clone().into_owned(),
                    Some(Intrinsic::Reference(reference))
                        if context.is_local(reference) && !reference.list =>
                    {
                        let id = reference.target.logical_id();
                        match &reference.attribute {
                            Some(attribute) => format!("{id}.{attribute}"),
                            None => id.to_owned(),
                        }
                    }
                    Some(Intrinsic::Reference(reference)) => {
                        variable(&mut variables, parts, &output_id(reference), other)
                    }
                    _ => variable(&mut variables, parts, "Part", other),
                };
                template.push_str("${");
                template.push_str(&name);
                template.push('}');
            }
        }
    }
    if variables.is_empty() {
        return call(serializer, "Fn::Sub", &template);
    }
    call(serializer, "Fn::Sub", &(template, Variables(context, &variables)))
}

/// The name of the variable that stands for `node`: no other variable's, and nothing that the text
/// refers to by name, since a variable would hide it.
fn variable<'a>(
    variables: &mut Vec<(String, &'a Node)>,
    parts: &[Node],
    wish: &str,
    node: &'a Node,
) -> String {
    if let Some((known, _)) = variables.iter().find(|(_, known)| *known == node) {
        return known.clone();
    }
    let mut name = wish.to_owned();
    let mut count = 1;
    while variables.iter().any(|(known, _)| *known == name)
        || parts.iter().any(|part| refers_by_name(part, &name))
    {
        count += 1;
        name = format!("{wish}{count}");
    }
    variables.push((name.clone(), node));
    name
}

fn refers_by_name(part: &Node, name: &str) -> bool {
    match part.as_intrinsic() {
        Some(Intrinsic::Parameter(parameter)) => parameter == name,
        Some(Intrinsic::Reference(reference)) => reference.target.logical_id() == name,
        _ => false,
    }
}

struct Variables<'a>(Context<'a>, &'a [(String, &'a Node)]);

impl Serialize for Variables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.1.iter().map(|(name, node)| (name, self.0.node(node))))
    }
}
