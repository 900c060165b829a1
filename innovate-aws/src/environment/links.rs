//! A stack of what links others.

use innovate_core::{
    Construct, HomeRegion, InOneRegion, Place, Stack, StackModel, Stage,
    stack::{MetBy, Suppressed},
    value::Str,
};

use crate::{
    identity::Grant,
    network::{Connect, Connection, HasSecurityGroup, Port},
};

/// What links resources of any stacks, and is itself referred to by nothing: a [`Grant`], a
/// [`Connection`], or a construct of a program's own that makes only such things.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no link",
    label = "a stack of links takes grants and connections",
    note = "what other stacks may refer to would let the stack of links close a cycle: add it to another stack"
)]
pub trait Link: Construct<Handle = ()> {}

impl Link for Grant {}
impl Link for Connection {}
impl<L: Link> Link for Suppressed<L> {}

/// A stack that holds nothing but links: grants, and connections between security groups.
///
/// A link refers to what it links, and nothing refers to it. So this stack is deployed after all that
/// it refers to and before nothing: whatever links whatever, in both directions too, there is no cycle.
/// That is what a stack is for in which a link has no other good place; where its ends don't need each
/// other, the stack of one of them will do as well.
///
/// What is linked is there before the links are. A pod that starts with the first deployment is refused
/// until this stack is deployed, too, and tries again.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, identity::{Grant, RoleHandle}, name};
/// # use innovate_aws::network::{Connect, HasSecurityGroup, Port};
/// # use innovate_core::Prod;
/// # fn program(prod: &Environment<Prod>, orders: &impl HasSecurityGroup, stock: &impl HasSecurityGroup, grant: Grant) {
/// let mut links = prod.links("links");
/// links.allow(orders, Port::HTTPS, stock);
/// links.allow(stock, Port::HTTPS, orders);
/// links.add("ReadUploads", grant);
/// # }
/// ```
#[derive(Debug)]
#[must_use = "what is in a stack is made only if the stack is added to the app"]
pub struct Links<S, P = HomeRegion>(Stack<S, P>);

impl<S: Stage, P: Place> Links<S, P> {
    /// Links in an empty stack. What a stack holds already stays in it; others may refer to that, so that links may
    /// close a cycle again, which `REF-06` then finds. Rules of security groups are of their groups' region, so connections in
    /// another region than the environment's need a stack there; grants may be in any.
    pub fn new(stack: Stack<S, P>) -> Self {
        Self(stack)
    }

    /// Adds a link under an id.
    #[track_caller]
    pub fn add<L: Link>(&mut self, id: impl Into<Str>, link: L)
    where
        L::Needs: MetBy<Stack<S, P>>,
    {
        self.0.add(id, link);
    }

    /// What is in the stack.
    pub const fn model(&self) -> &StackModel {
        self.0.model()
    }

    /// The stack's name in AWS.
    pub fn name(&self) -> &str {
        self.0.name()
    }
}

impl<S: Stage, P: Place> Connect for Links<S, P> {
    #[track_caller]
    fn allow(&mut self, from: &impl HasSecurityGroup, port: Port, to: &impl HasSecurityGroup) {
        self.0.allow(from, port, to);
    }
}

impl<S: Stage, P: InOneRegion> From<Links<S, P>> for StackModel {
    fn from(links: Links<S, P>) -> Self {
        links.0.into()
    }
}
