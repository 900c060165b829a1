//! Values that are known now or only at deployment.
//!
//! A property of a resource is a [`Value<T>`]: a literal, or an expression over resources that
//! CloudFormation evaluates (`Ref`, `Fn::GetAtt`, `Fn::Join` and the others). `T` is what the value
//! means, not how it is stored: a `Value<VpcId>` and a `Value<SubnetId>` are both text in a template,
//! and neither can stand for the other.
//!
//! * [`node`](self): the untyped tree that all of them are made of; [`Items`] are those of its lists,
//! * [`kind`](self): the meanings that the model itself knows ([`Text`], [`Integer`], [`List`], ...),
//! * [`gives`](self): what may be written where a `Value<T>` is expected ([`Gives`], [`Is`]),
//! * [`intrinsic`]: CloudFormation's functions,
//! * [`pseudo`]: what every stack knows about itself,
//! * [`Cidr`]: IPv4 blocks, checked by the compiler.

mod cidr;
mod gives;
pub mod intrinsic;
mod items;
mod kind;
mod node;
pub mod pseudo;

use std::{fmt, marker::PhantomData};

pub use cidr::{Cidr, CidrError};
pub use gives::{Gives, IntoJson, Is};
pub use items::Items;
pub use kind::{
    Boolean, Integer, IntegerLiteral, Json, Kind, List, Literal, Map, Number, Scalar, Text,
    TextLike,
};
pub(crate) use node::first_part;
pub use node::{Intrinsic, Node, Pseudo, Reference, Str, Strength, json_text};

/// A value whose meaning is `T`, known now or at deployment.
///
/// It can be handed on and put into expressions ([`intrinsic`]). It can't be read, measured or cut:
/// what is known only at deployment has no text yet.
pub struct Value<T: ?Sized> {
    node: Node,
    meaning: PhantomData<fn() -> T>,
}

impl<T: ?Sized> Value<T> {
    /// Wraps a node whose meaning the caller vouches for.
    pub const fn from_node(node: Node) -> Self {
        Self { node, meaning: PhantomData }
    }

    /// The untyped tree.
    pub const fn node(&self) -> &Node {
        &self.node
    }

    /// Gives the untyped tree away.
    pub fn into_node(self) -> Node {
        self.node
    }

    /// The same value under another meaning, for facts that the types don't know, such as a
    /// resource that takes a key's id where the schema says only "string".
    pub fn assume<U: ?Sized>(self) -> Value<U> {
        Value::from_node(self.node)
    }

    /// Asks for `Export` and `Fn::ImportValue` where this value crosses from one stack to another:
    /// CloudFormation then refuses to change or delete the producer while it is in use. Both stacks
    /// must share account and region.
    ///
    /// The default is `Fn::GetStackOutput`, a weak reference.
    #[must_use]
    pub fn strong(self) -> Self {
        self.with_strength(Strength::Strong)
    }

    /// Like [`strong`](Self::strong) on the producer's side, weak on the consumer's: the export
    /// stays while consumers are moved from a strong to a weak reference, or back.
    #[must_use]
    pub fn both(self) -> Self {
        self.with_strength(Strength::Both)
    }

    fn with_strength(mut self, strength: Strength) -> Self {
        self.node.visit_references_mut(&mut |reference| reference.strength = strength);
        self
    }
}

impl<T: TextLike> Value<T> {
    /// A literal, for names and ids that exist outside the program (`vpc-0123456789abcdef0`).
    /// The check compares it with the pattern that the registry's schema gives.
    pub fn literal(text: impl Into<Str>) -> Self {
        Self::from_node(Node::Text(text.into()))
    }
}

impl<T: ?Sized> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self::from_node(self.node.clone())
    }
}

impl<T: ?Sized> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl<T: ?Sized> PartialEq for Value<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}
