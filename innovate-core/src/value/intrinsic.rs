//! CloudFormation's functions over values.
//!
//! Each takes and yields typed values, so that what they are made of keeps its meaning. Source:
//! "Intrinsic function reference", AWS CloudFormation Template Reference Guide.

use super::{
    Boolean, Cidr, Gives, Integer, IntoJson, Intrinsic, Json, List, Node, Str, Text, Value,
};

fn call<T: ?Sized>(intrinsic: Intrinsic) -> Value<T> {
    Value::from_node(Node::intrinsic(intrinsic))
}

/// The parts as one text; [`text!`](crate::text) writes it shorter. A literal if all parts are.
pub fn concat(parts: impl IntoIterator<Item = Value<Text>>) -> Value<Text> {
    let parts = parts.into_iter();
    let mut merged: Vec<Node> = Vec::with_capacity(parts.size_hint().0);
    let mut push = |node: Node| match (merged.last_mut(), node) {
        (Some(Node::Text(before)), Node::Text(text)) => before.to_mut().push_str(&text),
        (_, Node::Text(text)) if text.is_empty() => {}
        (_, node) => merged.push(node),
    };
    for part in parts {
        match part.into_node() {
            Node::Intrinsic(mut inner) => match &mut *inner {
                Intrinsic::Concat(parts) => std::mem::take(parts).into_iter().for_each(&mut push),
                _ => push(Node::Intrinsic(inner)),
            },
            node => push(node),
        }
    }
    match merged.len() {
        0 => Value::from_node(Node::Text(Str::Borrowed(""))),
        1 => Value::from_node(merged.remove(0)),
        _ => call(Intrinsic::Concat(merged)),
    }
}

/// `Fn::Sub`: `template` with each `${Name}` replaced by the variable of that name, or by a pseudo
/// parameter (`${AWS::Region}`). Write `${!Literal}` for a literal `${Literal}`.
pub fn sub(
    template: impl Into<Str>,
    variables: impl IntoIterator<Item = (&'static str, Value<Text>)>,
) -> Value<Text> {
    call(Intrinsic::Sub {
        template: template.into(),
        variables: variables
            .into_iter()
            .map(|(name, value)| (Str::Borrowed(name), value.into_node()))
            .collect(),
    })
}

/// `Fn::Join`: the items with `delimiter` between them.
pub fn join(delimiter: impl Into<Str>, items: impl Gives<List<Text>>) -> Value<Text> {
    call(Intrinsic::Join { delimiter: delimiter.into(), items: items.give().into_node() })
}

/// `Fn::Select`: the item at `index`, counted from 0.
pub fn select<T>(index: u16, items: impl Gives<List<T>>) -> Value<T> {
    call(Intrinsic::Select { index: Node::Integer(index.into()), items: items.give().into_node() })
}

/// `Fn::Split`: `source` cut at each `delimiter`.
pub fn split(delimiter: impl Into<Str>, source: impl Gives<Text>) -> Value<List<Text>> {
    call(Intrinsic::Split { delimiter: delimiter.into(), source: source.give().into_node() })
}

/// `Fn::If`: one value or the other.
pub fn if_<T: ?Sized>(
    condition: &Condition,
    then: impl Gives<T>,
    otherwise: impl Gives<T>,
) -> Value<T> {
    call(Intrinsic::If {
        condition: condition.0.clone(),
        then: then.give().into_node(),
        otherwise: otherwise.give().into_node(),
    })
}

/// `Fn::GetAZs`: the names of the zones of the stack's region in which the account has a default
/// subnet, or of all its zones.
pub fn get_azs() -> Value<List<Text>> {
    call(Intrinsic::GetAzs(Node::Text(Str::Borrowed(""))))
}

/// `Fn::Base64`.
pub fn base64(text: impl Gives<Text>) -> Value<Text> {
    call(Intrinsic::Base64(text.give().into_node()))
}

/// `Fn::Cidr`: `count` blocks (1 to 256) cut from `block`, each leaving `host_bits` bits to hosts.
pub fn cidr(
    block: impl Gives<Cidr>,
    count: impl Gives<Integer>,
    host_bits: impl Gives<Integer>,
) -> Value<List<Cidr>> {
    call(Intrinsic::Cidr {
        block: block.give().into_node(),
        count: count.give().into_node(),
        host_bits: host_bits.give().into_node(),
    })
}

/// `Fn::ImportValue`: what a stack outside this program exports under `name`.
pub fn import_value(name: impl Gives<Text>) -> Value<Text> {
    call(Intrinsic::ImportValue(name.give().into_node()))
}

/// `Fn::GetStackOutput`: an output of a stack outside this program, in the same account and region
/// unless it says another: `get_stack_output("acme-network", "VpcId").region("us-east-1")`.
pub fn get_stack_output(stack: impl Into<Str>, output: impl Into<Str>) -> StackOutput {
    StackOutput { stack: stack.into(), output: output.into(), region: None, role: None }
}

/// An output of a stack outside this program; made by [`get_stack_output`].
#[derive(Clone, Debug)]
#[must_use = "it is a value, to be used as one"]
pub struct StackOutput {
    stack: Str,
    output: Str,
    region: Option<Str>,
    role: Option<Node>,
}

impl StackOutput {
    /// Of a stack in another region, such as `us-east-1`.
    pub fn region(mut self, region: impl Into<Str>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Of a stack in another account: the ARN of a role there that the deployment may assume, and that
    /// may call `cloudformation:DescribeStacks`.
    pub fn role(mut self, role: impl Gives<Text>) -> Self {
        self.role = Some(role.give().into_node());
        self
    }
}

impl Gives<Text> for StackOutput {
    fn give(self) -> Value<Text> {
        let Self { stack, output, region, role } = self;
        call(Intrinsic::GetStackOutput { stack, output, region, role })
    }
}

impl IntoJson for StackOutput {
    fn into_json(self) -> Node {
        self.give().into_node()
    }
}

/// `Fn::ToJsonString`: JSON as text. The template gets the transform that it needs,
/// `AWS::LanguageExtensions`.
pub fn to_json_string(json: impl Gives<Json>) -> Value<Text> {
    call(Intrinsic::ToJsonString(json.give().into_node()))
}

/// `Fn::FindInMap`: the entry of a mapping of this stack.
pub fn find_in_map(
    mapping: &Mapping,
    top: impl Gives<Text>,
    second: impl Gives<Text>,
) -> Value<Text> {
    call(Intrinsic::FindInMap {
        mapping: Node::Text(mapping.0.clone()),
        top: top.give().into_node(),
        second: second.give().into_node(),
    })
}

/// A mapping of a stack, by name; made by [`Scope::mapping`](crate::Scope::mapping).
#[derive(Clone, Debug)]
pub struct Mapping(pub(crate) Str);

/// A condition of a stack, by name; made by [`Scope::condition`](crate::Scope::condition).
#[derive(Clone, Debug)]
pub struct Condition(pub(crate) Str);

impl Condition {
    /// The condition, to combine it with others.
    pub fn value(&self) -> Value<Boolean> {
        call(Intrinsic::Condition(self.0.clone()))
    }

    /// Its name in the template.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// `Fn::Equals`, for a condition.
pub fn equals<T: ?Sized>(left: impl Gives<T>, right: impl Gives<T>) -> Value<Boolean> {
    call(Intrinsic::Equals(left.give().into_node(), right.give().into_node()))
}

/// `Fn::And`, for a condition: whether all hold. None of them is a condition that always holds.
/// CloudFormation takes 2 to 10; more are nested.
pub fn and(conditions: impl IntoIterator<Item = Value<Boolean>>) -> Value<Boolean> {
    combine(conditions, Intrinsic::And, "true")
}

/// `Fn::Or`, for a condition: whether one holds. None of them is a condition that never holds.
/// CloudFormation takes 2 to 10; more are nested.
pub fn or(conditions: impl IntoIterator<Item = Value<Boolean>>) -> Value<Boolean> {
    combine(conditions, Intrinsic::Or, "false")
}

/// How many conditions `Fn::And` and `Fn::Or` take.
const CONDITIONS: usize = 10;

fn combine(
    conditions: impl IntoIterator<Item = Value<Boolean>>,
    function: fn(Vec<Node>) -> Intrinsic,
    of_none: &'static str,
) -> Value<Boolean> {
    let mut nodes: Vec<Node> = conditions.into_iter().map(Value::into_node).collect();
    while nodes.len() > CONDITIONS {
        let rest = nodes.split_off(CONDITIONS);
        nodes = vec![Node::intrinsic(function(nodes))];
        nodes.extend(rest);
    }
    match nodes.len() {
        0 => equals::<Text>(of_none, "true"),
        1 => Value::from_node(nodes.remove(0)),
        _ => call(function(nodes)),
    }
}

/// `Fn::Not`, for a condition.
pub fn not(condition: Value<Boolean>) -> Value<Boolean> {
    call(Intrinsic::Not(condition.into_node()))
}

/// A JSON object from its entries, of which a later one replaces an earlier one of the same key;
/// [`json!`](crate::json) writes it shorter.
pub fn object(entries: impl IntoIterator<Item = (Str, Node)>) -> Value<Json> {
    Value::from_node(Node::map(entries))
}

/// A JSON list from its items.
pub fn array<J: IntoJson>(items: impl IntoIterator<Item = J>) -> Value<Json> {
    Value::from_node(Node::List(items.into_iter().map(IntoJson::into_json).collect()))
}

/// Text made of parts: `text!["arn:", pseudo::partition(), ":s3:::", &bucket_name]`.
///
/// Rendered as `Fn::Sub`; a plain string if every part is known now.
#[macro_export]
macro_rules! text {
    ($($part:expr),+ $(,)?) => {
        $crate::value::intrinsic::concat([
            $($crate::value::Gives::<$crate::value::Text>::give($part)),+
        ])
    };
}

/// Free JSON with values in it: `json! { "Version" => "2012-10-17", "Resource" => &bucket_arn }`.
#[macro_export]
macro_rules! json {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::value::intrinsic::object([
            $((
                ::std::convert::Into::<$crate::value::Str>::into($key),
                $crate::value::IntoJson::into_json($value),
            )),*
        ])
    };
}
