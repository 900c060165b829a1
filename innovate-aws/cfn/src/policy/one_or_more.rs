//! A text or several.

use innovate_core::{Gives, Is, Literal, Node, Str, Text, Value};

use crate::{Handle, Identified};

/// One text or several: a literal, a deferred value, a handle whose `Ref` is text, or an array or
/// `Vec` of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a text nor a list of texts",
    label = "a text, or a list of texts, is expected here"
)]
pub trait OneOrMore {
    /// One node, or a list of nodes.
    fn into_nodes(self) -> Vec<Node>;
}

/// What a policy shows of the nodes: one as it is, several as a list.
pub(super) fn one_or_list(mut nodes: Vec<Node>) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { Node::list(nodes) }
}

fn one(text: impl Gives<Text>) -> Vec<Node> {
    vec![text.give().into_node()]
}

macro_rules! texts {
    ($($text:ty)*) => {$(
        impl OneOrMore for $text {
            fn into_nodes(self) -> Vec<Node> {
                one(self)
            }
        }
    )*};
}
texts!(&'static str String &String Str);

impl<A: Is<Text>> OneOrMore for Value<A> {
    fn into_nodes(self) -> Vec<Node> {
        one(self)
    }
}

impl<A: Is<Text>> OneOrMore for &Value<A> {
    fn into_nodes(self) -> Vec<Node> {
        one(self)
    }
}

impl<A: Is<Text>> OneOrMore for Literal<A> {
    fn into_nodes(self) -> Vec<Node> {
        one(self)
    }
}

impl<R: Identified> OneOrMore for &Handle<R>
where
    R::Id: Is<Text>,
{
    fn into_nodes(self) -> Vec<Node> {
        one(self)
    }
}

impl<G: Gives<Text>> OneOrMore for Vec<G> {
    fn into_nodes(self) -> Vec<Node> {
        self.into_iter().map(|text| text.give().into_node()).collect()
    }
}

impl<G: Gives<Text>, const N: usize> OneOrMore for [G; N] {
    fn into_nodes(self) -> Vec<Node> {
        Vec::from(self).into_nodes()
    }
}
