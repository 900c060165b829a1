//! The tag that most types have.

use innovate_core::{Gives, Node, Str, Text, Value};

/// A tag: a key of up to 128 characters and a value of up to 256. Source: "Resource tag", AWS
/// CloudFormation Template Reference Guide.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    key: Value<Text>,
    value: Value<Text>,
}

impl Tag {
    /// The tag `key` with `value`.
    pub fn new(key: impl Gives<Text>, value: impl Gives<Text>) -> Self {
        Self { key: key.give(), value: value.give() }
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Self> for Tag {
    fn give(self) -> Value<Self> {
        Value::from_node(Node::Map(vec![
            (Str::Borrowed("Key"), self.key.into_node()),
            (Str::Borrowed("Value"), self.value.into_node()),
        ]))
    }
}
