//! Constructs, and the scope that they add their resources to.

use std::panic::Location;

use super::{
    Address, Draft, Output, Parameter, Resource, ResourceRef, Site, StackModel, StageKind, address,
};
use crate::{
    check::{Diagnostic, Suppression},
    value::{
        Boolean, Gives, Intrinsic, Kind, Node, Str, Text, Value,
        intrinsic::{Condition, Mapping},
    },
};

/// Plain data that becomes resources when it is added to a stack.
pub trait Construct: Sized {
    /// What the rest of the program needs of it: cheap data that can be cloned and kept.
    type Handle;
    /// Which stacks it may be added to: [`AnyStack`](super::AnyStack) for most.
    type Needs;

    /// Adds its resources.
    fn build(self, scope: &mut Scope<'_>) -> Self::Handle;

    /// Accepts the findings with `code` on all that it makes, for a reason that the report shows.
    #[track_caller]
    fn suppress(self, code: &'static str, reason: impl Into<Str>) -> Suppressed<Self> {
        Suppressed { construct: self, suppression: Suppression::new(code, reason) }
    }
}

/// A construct on whose resources findings with one code are accepted.
#[derive(Clone, Debug)]
pub struct Suppressed<C> {
    construct: C,
    suppression: Suppression,
}

impl<C: Construct> Construct for Suppressed<C> {
    type Handle = C::Handle;
    type Needs = C::Needs;

    fn build(self, scope: &mut Scope<'_>) -> C::Handle {
        scope.accept(self.suppression);
        self.construct.build(scope)
    }
}

/// Where a construct adds its resources: a stack, a path in it, and the line of the program that
/// all of them come from.
#[derive(Debug)]
pub struct Scope<'stack> {
    stack: &'stack mut StackModel,
    path: String,
    location: &'static Location<'static>,
    suppressions: Vec<Suppression>,
}

impl<'stack> Scope<'stack> {
    pub(super) fn root(
        stack: &'stack mut StackModel,
        location: &'static Location<'static>,
    ) -> Self {
        Self { stack, path: String::new(), location, suppressions: Vec::new() }
    }

    /// Adds a construct, or a resource of a generated type, below this one. The id
    /// [`MAIN`](super::MAIN) gives a construct's main resource the construct's own logical id.
    pub fn add<C: Construct>(&mut self, id: impl Into<Str>, construct: C) -> C::Handle {
        self.within(id, |scope| construct.build(scope))
    }

    /// Adds resources one level down, where a group of them has no construct of its own.
    pub fn within<T>(&mut self, id: impl Into<Str>, build: impl FnOnce(&mut Scope<'_>) -> T) -> T {
        let mut scope = Scope {
            path: address::join(&self.path, id.into()),
            stack: self.stack,
            location: self.location,
            suppressions: self.suppressions.clone(),
        };
        build(&mut scope)
    }

    /// Reports a finding at the program's line.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        let diagnostic = diagnostic.or_at(self.location).or_on(&self.stack.name, &self.path);
        let mut accepted = self.suppressions.clone();
        accepted.retain(|known| known.code == diagnostic.code());
        self.stack.findings.push((diagnostic, accepted));
    }

    /// Accepts findings on what is added from here on: what [`Construct::suppress`] does, for a
    /// construct whose builder lets the program do without something for a reason. What the program
    /// accepts itself must be found, or it is told so; what constructs accept on their parts need not.
    pub fn accept(&mut self, suppression: Suppression) {
        if suppression.location.file() == self.location.file() {
            self.stack.declared.push(suppression.clone());
        }
        self.suppressions.push(suppression);
    }

    pub(super) fn stack_mut(&mut self) -> &mut StackModel {
        self.stack
    }

    /// Account, region, stage and tags.
    pub const fn site(&self) -> &Site {
        &self.stack.site
    }

    /// What the environment is for.
    pub fn stage(&self) -> StageKind {
        self.stack.site.stage()
    }

    /// The stack's name.
    pub fn stack_name(&self) -> &str {
        &self.stack.name
    }

    /// The ids from the stack down to here, with slashes between.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The program's line.
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// Adds a parameter, and gives what `Ref` returns for it.
    pub fn parameter<T: Kind>(&mut self, id: impl Into<Str>, parameter: Parameter) -> Value<T> {
        let id = self.global_id(id.into());
        self.stack.parameters.push((id.clone(), parameter));
        Value::from_node(Node::intrinsic(Intrinsic::Parameter(id)))
    }

    /// Adds a condition.
    pub fn condition(&mut self, id: impl Into<Str>, holds: impl Gives<Boolean>) -> Condition {
        let id = self.global_id(id.into());
        self.stack.conditions.push((id.clone(), holds.give().into_node()));
        Condition(id)
    }

    /// Adds a mapping: a table of texts with two keys.
    pub fn mapping<const N: usize, const M: usize>(
        &mut self,
        id: impl Into<Str>,
        rows: [(&'static str, [(&'static str, &'static str); M]); N],
    ) -> Mapping {
        let id = self.global_id(id.into());
        let row = |cells: [(&'static str, &'static str); M]| {
            Node::Map(cells.map(|(key, text)| (key.into(), Node::Text(text.into()))).into())
        };
        let rows = Node::Map(rows.map(|(key, cells)| (key.into(), row(cells))).into());
        self.stack.mappings.push((id.clone(), rows));
        Mapping(id)
    }

    /// Adds an output for people and other tools, to be described or exported:
    /// `scope.output("Url", url).describe("where it answers").export("acme-url")`. What other stacks of
    /// the program read needs none.
    pub fn output(&mut self, id: impl Into<Str>, value: impl Gives<Text>) -> &mut Output {
        let output = Output { value: value.give().into_node(), description: None, export: None };
        let id = self.global_id(id.into());
        &mut self.stack.outputs.push_mut((id, output)).1
    }

    fn global_id(&self, id: Str) -> Str {
        Str::Owned(address::logical_id(&address::join(&self.path, id)))
    }

    pub(super) fn push_resource(&mut self, type_name: Str, draft: Draft) -> ResourceRef {
        let address = Address::new(self.stack.name.clone(), &self.path, self.stack.resources.len());
        let Draft { properties, mut attributes } = draft;
        attributes.suppressions.extend(self.suppressions.iter().cloned());
        self.stack.resources.push(Resource {
            address: address.clone(),
            type_name,
            properties,
            attributes,
            location: self.location,
        });
        ResourceRef { address }
    }
}
