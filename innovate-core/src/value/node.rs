//! The untyped tree that every value is made of.

use std::borrow::Cow;

use super::Items;
use crate::stack::Address;

/// Text that costs no allocation when the program has it as a literal.
pub type Str = Cow<'static, str>;

/// A literal, or an expression that CloudFormation evaluates.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// JSON's `null`; CloudFormation knows it in free JSON only.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// Text.
    Text(Str),
    /// A list.
    List(Items),
    /// A map, in the order in which it was written.
    Map(Vec<(Str, Node)>),
    /// One of CloudFormation's functions.
    Intrinsic(Box<Intrinsic>),
}

/// CloudFormation's functions over nodes.
///
/// Source: "Intrinsic function reference", AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug, PartialEq)]
pub enum Intrinsic {
    /// `Ref` or `Fn::GetAtt` of a resource of this program, in whichever stack.
    Reference(Reference),
    /// `Ref` of a parameter of the stack.
    Parameter(Str),
    /// `Ref` of a pseudo parameter.
    Pseudo(Pseudo),
    /// Text made of parts; rendered as `Fn::Sub`, in which a part that is itself a function is a
    /// variable.
    Concat(Vec<Node>),
    /// `Fn::Sub` over a template and its variables.
    Sub {
        /// The template, with `${Name}` for a variable and `${!` for a literal `${`.
        template: Str,
        /// The variables.
        variables: Vec<(Str, Node)>,
    },
    /// `Fn::Join`.
    Join {
        /// Stands between the items.
        delimiter: Str,
        /// A list, literal or deferred.
        items: Node,
    },
    /// `Fn::Select`.
    Select {
        /// Counted from 0.
        index: Node,
        /// A list, literal or deferred.
        items: Node,
    },
    /// `Fn::Split`.
    Split {
        /// Where to cut.
        delimiter: Str,
        /// The text to cut.
        source: Node,
    },
    /// `Fn::If`.
    If {
        /// The condition's name.
        condition: Str,
        /// Used if the condition holds.
        then: Node,
        /// Used otherwise.
        otherwise: Node,
    },
    /// `Fn::FindInMap`.
    FindInMap {
        /// The mapping's name.
        mapping: Node,
        /// The first key.
        top: Node,
        /// The second key.
        second: Node,
    },
    /// `Fn::GetAZs`.
    GetAzs(Node),
    /// `Fn::Base64`.
    Base64(Node),
    /// `Fn::Cidr`.
    Cidr {
        /// The block to cut.
        block: Node,
        /// How many to make.
        count: Node,
        /// The bits that each leaves to hosts.
        host_bits: Node,
    },
    /// `Fn::ImportValue`.
    ImportValue(Node),
    /// `Fn::GetStackOutput` of a stack outside this program.
    GetStackOutput {
        /// The stack's name or ARN.
        stack: Str,
        /// The output's logical id.
        output: Str,
        /// Its region, if another than the stack's own.
        region: Option<Str>,
        /// The role to assume, if it is in another account.
        role: Option<Node>,
    },
    /// `Fn::ToJsonString`, of the `AWS::LanguageExtensions` transform.
    ToJsonString(Node),
    /// `Fn::Equals`, in a condition.
    Equals(Node, Node),
    /// `Fn::And`, in a condition.
    And(Vec<Node>),
    /// `Fn::Or`, in a condition.
    Or(Vec<Node>),
    /// `Fn::Not`, in a condition.
    Not(Node),
    /// `Condition`: another condition by name, in a condition.
    Condition(Str),
}

/// `Ref` or `Fn::GetAtt` of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The resource.
    pub target: Address,
    /// The attribute, or `None` for what `Ref` returns.
    pub attribute: Option<Str>,
    /// Whether CloudFormation yields a list.
    pub list: bool,
    /// What holds the two stacks together when the reference crosses from one to another.
    pub strength: Strength,
}

/// What holds two stacks together when a value crosses from one to the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// `Fn::GetStackOutput`: across regions and accounts, and nothing that can't be deleted while
    /// in use. CloudFormation doesn't protect the output; the check does.
    #[default]
    Weak,
    /// `Export` and `Fn::GetStackOutput`: on the way from one to the other.
    Both,
    /// `Export` and `Fn::ImportValue`.
    Strong,
}

/// What every stack knows about itself.
///
/// Source: "Pseudo parameters reference", AWS CloudFormation Template Reference Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pseudo {
    /// `AWS::AccountId`.
    AccountId,
    /// `AWS::NoValue`: as if the property had not been set.
    NoValue,
    /// `AWS::NotificationARNs`.
    NotificationArns,
    /// `AWS::Partition`.
    Partition,
    /// `AWS::Region`.
    Region,
    /// `AWS::StackId`.
    StackId,
    /// `AWS::StackName`.
    StackName,
    /// `AWS::URLSuffix`.
    UrlSuffix,
}

impl Pseudo {
    /// CloudFormation's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountId => "AWS::AccountId",
            Self::NoValue => "AWS::NoValue",
            Self::NotificationArns => "AWS::NotificationARNs",
            Self::Partition => "AWS::Partition",
            Self::Region => "AWS::Region",
            Self::StackId => "AWS::StackId",
            Self::StackName => "AWS::StackName",
            Self::UrlSuffix => "AWS::URLSuffix",
        }
    }
}

/// The first part of a path, and what is behind its slash.
pub(crate) fn first_part(path: &str) -> (&str, &str) {
    // Names are short: to search for a character as `str` does takes longer to begin than to do.
    let slash = path.bytes().position(|byte| byte == b'/');
    match slash.and_then(|at| path.split_at_checked(at)) {
        Some((first, rest)) => (first, rest.get(1..).unwrap_or_default()),
        None => (path, ""),
    }
}

impl Node {
    /// Wraps a function.
    pub fn intrinsic(intrinsic: Intrinsic) -> Self {
        Self::Intrinsic(Box::new(intrinsic))
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// A map, of whose entries a later one replaces an earlier one of the same key.
    pub fn map(entries: impl IntoIterator<Item = (Str, Self)>) -> Self {
        let mut map: Vec<(Str, Self)> = Vec::new();
        for (key, item) in entries {
            match map.iter_mut().find(|(known, _)| *known == key) {
                Some((_, before)) => *before = item,
                None => map.push((key, item)),
            }
        }
        Self::Map(map)
    }

    /// The text, if it is known now.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is known now.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The whole number, if it is known now.
    pub const fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, whole or not, if it is known now.
    pub const fn as_number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss, reason = "quantities in templates are small")]
            Self::Integer(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The items, if this is a literal list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if this is a literal map.
    pub fn as_map(&self) -> Option<&[(Str, Node)]> {
        match self {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The function, if this is one.
    pub fn as_intrinsic(&self) -> Option<&Intrinsic> {
        match self {
            Self::Intrinsic(intrinsic) => Some(intrinsic),
            _ => None,
        }
    }

    /// The reference, if this is a bare `Ref` or `Fn::GetAtt` of a resource.
    pub fn as_reference(&self) -> Option<&Reference> {
        match self.as_intrinsic() {
            Some(Intrinsic::Reference(reference)) => Some(reference),
            _ => None,
        }
    }

    /// The entry of a literal map under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The node at a path of keys; list items are reached by their number (`"Rules/0/Name"`).
    pub fn at(&self, path: &str) -> Option<&Node> {
        let (mut node, mut rest) = (self, path);
        while !rest.is_empty() {
            let (part, behind) = first_part(rest);
            rest = behind;
            node = match node {
                _ if part.is_empty() => node,
                Self::List(items) => items.get(part.parse::<usize>().ok()?)?,
                _ => node.get(part)?,
            };
        }
        Some(node)
    }

    /// Calls `visit` for every reference to a resource, in the order of the template.
    pub fn visit_references<'a>(&'a self, visit: &mut impl FnMut(&'a Reference)) {
        match self {
            Self::Intrinsic(intrinsic) => match &**intrinsic {
                Intrinsic::Reference(reference) => visit(reference),
                other => other.each_child(&mut |child| child.visit_references(visit)),
            },
            Self::List(items) => items.iter().for_each(|item| item.visit_references(visit)),
            Self::Map(entries) => entries.iter().for_each(|(_, item)| item.visit_references(visit)),
            _ => {}
        }
    }

    /// Calls `visit` for every function, each before those within it.
    pub(crate) fn visit_intrinsics<'a>(&'a self, visit: &mut impl FnMut(&'a Intrinsic)) {
        match self {
            Self::Intrinsic(intrinsic) => {
                visit(intrinsic);
                intrinsic.each_child(&mut |child| child.visit_intrinsics(visit));
            }
            Self::List(items) => items.iter().for_each(|item| item.visit_intrinsics(visit)),
            Self::Map(entries) => {
                entries.iter().for_each(|(_, item)| item.visit_intrinsics(visit));
            }
            _ => {}
        }
    }

    pub(crate) fn visit_references_mut(&mut self, visit: &mut impl FnMut(&mut Reference)) {
        match self {
            Self::Intrinsic(intrinsic) => match &mut **intrinsic {
                Intrinsic::Reference(reference) => visit(reference),
                other => other.each_child_mut(&mut |child| child.visit_references_mut(visit)),
            },
            Self::List(items) => {
                items.to_mut().iter_mut().for_each(|item| item.visit_references_mut(visit))
            }
            Self::Map(entries) => {
                entries.iter_mut().for_each(|(_, item)| item.visit_references_mut(visit));
            }
            _ => {}
        }
    }
}

macro_rules! each_child {
    ($(#[$doc:meta])* $visible:vis $name:ident, $iterate:ident, $($mutability:tt)?) => {
        $(#[$doc])*
        $visible fn $name<'a>(
            &'a $($mutability)? self,
            visit: &mut dyn FnMut(&'a $($mutability)? Node),
        ) {
            match self {
                Self::Reference(_) | Self::Parameter(_) | Self::Pseudo(_) | Self::Condition(_) => {}
                Self::Concat(parts) | Self::And(parts) | Self::Or(parts) => {
                    parts.$iterate().for_each(visit);
                }
                Self::Sub { variables, .. } => {
                    variables.$iterate().for_each(|(_, node)| visit(node));
                }
                Self::Join { items: node, .. }
                | Self::Split { source: node, .. }
                | Self::GetAzs(node)
                | Self::Base64(node)
                | Self::ImportValue(node)
                | Self::ToJsonString(node)
                | Self::Not(node) => visit(node),
                Self::Select { index: left, items: right }
                | Self::If { then: left, otherwise: right, .. }
                | Self::Equals(left, right) => {
                    visit(left);
                    visit(right);
                }
                Self::FindInMap { mapping: first, top: second, second: third }
                | Self::Cidr { block: first, count: second, host_bits: third } => {
                    visit(first);
                    visit(second);
                    visit(third);
                }
                Self::GetStackOutput { role, .. } => role.$iterate().for_each(visit),
            }
        }
    };
}

impl Intrinsic {
    /// What it says beside the nodes below it, and beside what it refers to.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Parameter(text)
            | Self::Condition(text)
            | Self::Join { delimiter: text, .. }
            | Self::Split { delimiter: text, .. }
            | Self::If { condition: text, .. } => vec![text],
            Self::Pseudo(pseudo) => vec![pseudo.name()],
            Self::Sub { template, variables } => {
                let names = variables.iter().map(|(name, _)| &**name);
                std::iter::once(&**template).chain(names).collect()
            }
            Self::GetStackOutput { stack, output, region, .. } => {
                [Some(stack), Some(output), region.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(|text| &**text)
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    each_child! {
        /// Calls `visit` for every node directly below.
        pub each_child, iter,
    }
    each_child! { pub(crate) each_child_mut, iter_mut, mut }
}

/// Fields are sorted by name, whatever order they were written in.
impl From<serde_json::Value> for Node {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(truth) => Self::Bool(truth),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(integer) => Self::Integer(integer),
                None => Self::Number(number.as_f64().unwrap_or(f64::MAX)),
            },
            serde_json::Value::String(text) => Self::Text(Str::Owned(text)),
            serde_json::Value::Array(items) => {
                Self::List(items.into_iter().map(Self::from).collect())
            }
            serde_json::Value::Object(entries) => {
                let entry =
                    |(key, item): (String, serde_json::Value)| (Str::Owned(key), item.into());
                let mut entries: Vec<(Str, Self)> = entries.into_iter().map(entry).collect();
                // serde_json sorts them itself, unless some crate of the program wants their order kept.
                entries.sort_by(|(one, _), (other, _)| one.cmp(other));
                Self::Map(entries)
            }
        }
    }
}

/// A document as text in one line, its fields sorted by name, whatever features serde_json has in the
/// program: for properties that hold JSON as text.
pub fn json_text(mut json: serde_json::Value) -> String {
    json.sort_all_objects();
    json.to_string()
}
