//! What may be written where a [`Value<T>`] is expected.

use super::{
    Boolean, Cidr, Integer, IntegerLiteral, Json, List, Literal, Map, Node, Number, Scalar, Str,
    Text, TextLike, Value,
};

/// "A value that means `Self` may stand where a `T` is expected": a role's ARN is text, a key's ARN
/// identifies a key.
pub trait Is<T: ?Sized> {}

impl<T> Is<T> for T {}
impl<I: TextLike> Is<Text> for I {}
impl<I: TextLike> Is<List<Text>> for List<I> {}
impl Is<Number> for Integer {}
impl Is<Json> for Text {}
impl<I: TextLike> Is<Scalar> for I {}
impl Is<Scalar> for Text {}
impl Is<Scalar> for Integer {}
impl Is<Scalar> for Number {}
impl Is<Scalar> for Boolean {}

/// What gives a [`Value<T>`]: a literal, a value, or a handle of a resource.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give a `{T}`",
    label = "a `{T}` is expected here",
    note = "a handle gives the id of its own resource only; other ids are attributes of it",
    note = "for what exists outside the program there is `Value::literal(\"..\")`"
)]
pub trait Gives<T: ?Sized> {
    /// The value.
    fn give(self) -> Value<T>;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, A: Is<T>> Gives<T> for Value<A> {
    fn give(self) -> Value<T> {
        self.assume()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, A: Is<T>> Gives<T> for &Value<A> {
    fn give(self) -> Value<T> {
        self.clone().assume()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, A: Is<T>> Gives<T> for Literal<A> {
    fn give(self) -> Value<T> {
        Value::from_node(Node::Text(Str::Borrowed(self.as_str())))
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, A: Is<T>> Gives<T> for IntegerLiteral<A> {
    fn give(self) -> Value<T> {
        Value::from_node(Node::Integer(self.get()))
    }
}

macro_rules! scalars {
    ($($literal:ty => $kind:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Gives<Scalar> for $literal {
            fn give(self) -> Value<Scalar> {
                Gives::<$kind>::give(self).assume()
            }
        }
    )*};
}
scalars! {
    &'static str => Text, String => Text, &String => Text, Str => Text,
    i32 => Integer, i64 => Integer, u8 => Integer, u16 => Integer, u32 => Integer,
    f64 => Number, bool => Boolean,
}

#[diagnostic::do_not_recommend]
impl Gives<Text> for &'static str {
    fn give(self) -> Value<Text> {
        Value::from_node(Node::Text(Str::Borrowed(self)))
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Text> for String {
    fn give(self) -> Value<Text> {
        Value::from_node(Node::Text(Str::Owned(self)))
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Text> for &String {
    fn give(self) -> Value<Text> {
        self.clone().give()
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Text> for Str {
    fn give(self) -> Value<Text> {
        Value::from_node(Node::Text(self))
    }
}

macro_rules! integers_give {
    ($($integer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Gives<Integer> for $integer {
            fn give(self) -> Value<Integer> {
                Value::from_node(Node::Integer(self.into()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl Gives<Number> for $integer {
            fn give(self) -> Value<Number> {
                Value::from_node(Node::Integer(self.into()))
            }
        }
    )*};
}
integers_give!(i32 i64 u8 u16 u32);

#[diagnostic::do_not_recommend]
impl Gives<Number> for f64 {
    fn give(self) -> Value<Number> {
        Value::from_node(Node::Number(self))
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Boolean> for bool {
    fn give(self) -> Value<Boolean> {
        Value::from_node(Node::Bool(self))
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Cidr> for Cidr {
    fn give(self) -> Value<Cidr> {
        Value::from_node(Node::Text(Str::Owned(self.to_string())))
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Text> for Cidr {
    fn give(self) -> Value<Text> {
        Gives::<Cidr>::give(self).assume()
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Json> for serde_json::Value {
    fn give(self) -> Value<Json> {
        Value::from_node(Node::from(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T, G: Gives<T>> Gives<List<T>> for Vec<G> {
    fn give(self) -> Value<List<T>> {
        list(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, G: Gives<T>, const N: usize> Gives<List<T>> for [G; N] {
    fn give(self) -> Value<List<T>> {
        list(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, K: Into<Str>, G: Gives<T>, const N: usize> Gives<Map<T>> for [(K, G); N] {
    fn give(self) -> Value<Map<T>> {
        map(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, K: Into<Str>, G: Gives<T>> Gives<Map<T>> for Vec<(K, G)> {
    fn give(self) -> Value<Map<T>> {
        map(self)
    }
}

fn list<T, G: Gives<T>>(items: impl IntoIterator<Item = G>) -> Value<List<T>> {
    Value::from_node(Node::List(items.into_iter().map(|item| item.give().into_node()).collect()))
}

fn map<T, K: Into<Str>, G: Gives<T>>(entries: impl IntoIterator<Item = (K, G)>) -> Value<Map<T>> {
    let entries = entries.into_iter();
    Value::from_node(Node::map(entries.map(|(key, item)| (key.into(), item.give().into_node()))))
}

/// What may stand inside free JSON; see [`json!`](crate::json).
#[diagnostic::on_unimplemented(message = "`{Self}` can't stand inside JSON")]
pub trait IntoJson {
    /// The node.
    fn into_json(self) -> Node;
}

impl<T: ?Sized> IntoJson for Value<T> {
    fn into_json(self) -> Node {
        self.into_node()
    }
}

impl<T: ?Sized> IntoJson for &Value<T> {
    fn into_json(self) -> Node {
        self.node().clone()
    }
}

impl<T: ?Sized> IntoJson for Literal<T> {
    fn into_json(self) -> Node {
        Node::Text(Str::Borrowed(self.as_str()))
    }
}

impl IntoJson for serde_json::Value {
    fn into_json(self) -> Node {
        self.into()
    }
}

impl IntoJson for Node {
    fn into_json(self) -> Node {
        self
    }
}

macro_rules! into_json_as {
    ($($literal:ty => $kind:ty,)*) => {$(
        impl IntoJson for $literal {
            fn into_json(self) -> Node {
                Gives::<$kind>::give(self).into_node()
            }
        }
    )*};
}
into_json_as! {
    &'static str => Text, String => Text, &String => Text, Str => Text, Cidr => Text,
    i32 => Integer, i64 => Integer, u8 => Integer, u16 => Integer, u32 => Integer,
    f64 => Number, bool => Boolean,
}

impl<J: IntoJson> IntoJson for Vec<J> {
    fn into_json(self) -> Node {
        Node::List(self.into_iter().map(IntoJson::into_json).collect())
    }
}

impl<J: IntoJson, const N: usize> IntoJson for [J; N] {
    fn into_json(self) -> Node {
        Node::List(self.into_iter().map(IntoJson::into_json).collect())
    }
}
