//! Stacks and what is put into them.
//!
//! * [`Stack`]: typed by its stage and place; [`StackModel`] is what is in it,
//! * [`Construct`]: plain data that becomes resources when it is added; [`Scope`] is where it adds them,
//! * [`Resource`], [`ResourceType`], [`ResourceRef`]: one resource: in the stack, as written, as held by the program,
//! * [`Address`]: stack and path, from which the logical id is made,
//! * [`Site`]: account, region, stage and tags,
//! * [`Move`]: a resource that had another id before,
//! * [`ANY_ACCOUNT`], [`ANY_REGION`]: where a template is that is deployed to several places, see [`Scope::embed`],
//! * [`Leftovers`]: what a program makes and forgets to add to its app.

mod address;
mod construct;
mod embedded;
mod leftover;
mod moved;
mod properties;
mod resource;
mod site;
mod stage;
mod tag;

use std::{marker::PhantomData, panic::Location, sync::Arc};

pub(crate) use address::logical_id;
pub use address::{Address, MAIN};
pub use construct::{Construct, Scope, Suppressed};
pub(crate) use embedded::Embedded;
pub use embedded::{ANY_ACCOUNT, ANY_REGION};
pub(crate) use leftover::Leftover;
pub use leftover::{Claim, Leftovers};
pub use moved::Move;
pub use properties::Properties;
pub use resource::{
    Attributes, DeletionPolicy, Draft, RawResource, Resource, ResourceRef, ResourceType,
};
pub use site::{Site, Tags};
pub use stage::{
    AnyStack, Anywhere, Dev, HomeRegion, InHomeRegion, InOneRegion, InRecoveryRegion, InUsEast1,
    MetBy, NonProduction, Place, Prod, RecoveryRegion, StackInHomeRegion, StackInRecoveryRegion,
    StackInUsEast1, StackOutsideProduction, Stage, StageKind, Staging, UsEast1,
};

use crate::{
    check::{Diagnostic, Suppression, suggest},
    value::{IntoJson, Node, Str},
};

/// One CloudFormation stack, for the stage `S` at the place `P`.
#[derive(Debug)]
#[must_use = "what is in a stack is made only if the stack is added to the app"]
pub struct Stack<S, P = HomeRegion> {
    model: StackModel,
    claim: Claim,
    kind: PhantomData<fn() -> (S, P)>,
}

impl<S: Stage, P: Place> Stack<S, P> {
    /// An empty stack. Programs make theirs with `environment.stack(..)`, which knows the site.
    #[track_caller]
    pub fn new(name: impl Into<String>, site: Site) -> Self {
        let name: Arc<str> = name.into().into();
        let claim = site.leftovers().of_stack(name.clone(), Location::caller());
        let model = StackModel {
            name,
            site,
            description: None,
            termination_protection: S::KIND == StageKind::Prod,
            location: Location::caller(),
            resources: Vec::new(),
            parameters: Vec::new(),
            conditions: Vec::new(),
            mappings: Vec::new(),
            outputs: Vec::new(),
            findings: Vec::new(),
            suppressions: Vec::new(),
            declared: Vec::new(),
            embedded: Vec::new(),
        };
        Self { model, claim, kind: PhantomData }
    }

    /// Adds a construct, or a resource of a generated type, and gives what the rest of the program
    /// needs of it. `id` is its name in this stack; with it begin the logical ids of what it makes.
    #[track_caller]
    pub fn add<C: Construct>(&mut self, id: impl Into<Str>, construct: C) -> C::Handle
    where
        C::Needs: MetBy<Self>,
    {
        self.scope().add(id, construct)
    }

    /// The stack's own scope, for parameters, conditions, mappings and outputs.
    #[track_caller]
    pub fn scope(&mut self) -> Scope<'_> {
        Scope::root(&mut self.model, Location::caller())
    }

    /// Sets a property of a resource that a construct made, by the resource's logical id and the
    /// property's path in the template (`"Rules/0/Action"`), whatever the construct set. The number
    /// behind a list's last appends. The report lists it. A logical id that the stack doesn't have
    /// is a finding, and so is a path that leads through what is no map and no list.
    #[track_caller]
    pub fn override_property(
        &mut self,
        logical_id: &str,
        path: impl Into<Str>,
        value: impl IntoJson,
    ) -> &mut Self {
        let (path, location) = (path.into(), Location::caller());
        let Some(resource) = self.model.resource_mut(logical_id, location) else { return self };
        match resource.properties.set_at(&path, value.into_json()) {
            Ok(()) => resource.attributes.rare().overridden.push((path, location)),
            Err(part) => {
                let message = format!("the path `{path}` doesn't lead to a property");
                let finding = Diagnostic::error("STK-04", message)
                    .on(resource)
                    .at(location)
                    .given(format!("`{part}` is where it ends"))
                    .help("a path goes through maps by name and through lists by number; what is a function can only be replaced as a whole");
                self.model.findings.push((finding.firm(), Vec::new()));
            }
        }
        self
    }

    /// Declares that the resource with the logical id `new` had the logical id `old` before, or
    /// `Stack/OldId` if it was in another stack of this account and region: the lock file accepts the
    /// rename. It doesn't reach AWS by itself; what has to be done before the deployment says
    /// [`moved_from`](ResourceType::moved_from), which a resource of a generated type has itself.
    /// This is for resources that constructs make.
    #[track_caller]
    pub fn moved(&mut self, old: impl Into<Str>, new: &str) -> &mut Self {
        if let Some(resource) = self.model.resource_mut(new, Location::caller()) {
            resource.attributes.was(old.into());
        }
        self
    }

    /// Accepts the findings with `code` about the stack itself, such as a limit that is near, for
    /// a reason that the report shows.
    #[track_caller]
    pub fn suppress(&mut self, code: &'static str, reason: impl Into<Str>) -> &mut Self {
        self.model.suppressions.push(Suppression::new(code, reason));
        self
    }

    /// What is in the stack.
    pub const fn model(&self) -> &StackModel {
        &self.model
    }

    /// The stack's name in AWS.
    pub fn name(&self) -> &str {
        self.model.name()
    }

    /// Describes the stack, in up to 1,024 bytes.
    pub fn describe(&mut self, description: impl Into<Str>) -> &mut Self {
        self.model.description = Some(description.into());
        self
    }
}

impl<S: Stage, P: InOneRegion> From<Stack<S, P>> for StackModel {
    fn from(stack: Stack<S, P>) -> Self {
        stack.claim.meet();
        stack.model
    }
}

impl<S: Stage> Stack<S, Anywhere> {
    /// What is in it, for [`Scope::embed`].
    pub fn into_template(self) -> StackModel {
        self.claim.meet();
        self.model
    }
}

/// What is in a stack.
#[derive(Clone, Debug)]
pub struct StackModel {
    pub(crate) name: Arc<str>,
    pub(crate) site: Site,
    pub(crate) description: Option<Str>,
    pub(crate) termination_protection: bool,
    pub(crate) location: &'static Location<'static>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) parameters: Vec<(Str, Parameter)>,
    pub(crate) conditions: Vec<(Str, Node)>,
    pub(crate) mappings: Vec<(Str, Node)>,
    pub(crate) outputs: Vec<(Str, Output)>,
    /// What constructs reported, each with what accepts it.
    pub(crate) findings: Vec<(Diagnostic, Vec<Suppression>)>,
    /// What is accepted on the stack itself.
    pub(crate) suppressions: Vec<Suppression>,
    /// What the program accepts on its constructs.
    pub(crate) declared: Vec<Suppression>,
    /// The stacks whose templates are texts in its resources.
    pub(crate) embedded: Vec<Embedded>,
}

impl StackModel {
    /// A resource to change; none with that id is a finding.
    fn resource_mut(
        &mut self,
        logical_id: &str,
        location: &'static Location<'static>,
    ) -> Option<&mut Resource> {
        let at = self.resources.iter().position(|found| found.logical_id() == logical_id);
        if at.is_none() {
            let ids = self.resources.iter().map(Resource::logical_id);
            let help = match suggest::nearest(logical_id, ids) {
                Some(nearest) => format!("there is `{nearest}`"),
                None => "the command `list` shows the logical ids of each stack".to_owned(),
            };
            let message = format!("no resource `{logical_id}` in stack `{}`", self.name);
            let finding =
                Diagnostic::error("STK-02", message).on_stack(self).at(location).help(help);
            self.findings.push((finding.firm(), Vec::new()));
        }
        self.resources.get_mut(at?)
    }

    /// The stack's name in AWS.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Account, region, stage and tags.
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Its resources, in the order in which they were added.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resources of one type.
    pub fn resources_of<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |resource| resource.type_name == type_name)
    }

    /// The resource with a logical id.
    pub fn resource(&self, logical_id: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.logical_id() == logical_id)
    }

    /// The line of the program that made the stack.
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// What the program itself puts out, beside what other stacks read.
    pub fn outputs(&self) -> &[(Str, Output)] {
        &self.outputs
    }

    /// What it is asked for at deployment.
    pub fn parameters(&self) -> &[(Str, Parameter)] {
        &self.parameters
    }
}

/// What a stack is asked for at deployment.
///
/// Source: "CloudFormation template Parameters syntax", AWS CloudFormation User Guide.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// CloudFormation's type, such as `String` or `AWS::EC2::VPC::Id`; `String` if absent.
    pub type_name: Option<Str>,
    /// Used when no value is given.
    pub default: Option<Str>,
    /// Says what to give.
    pub description: Option<Str>,
    /// The only values allowed; empty for any.
    pub allowed_values: Vec<Str>,
    /// A regular expression that the whole value must match.
    pub allowed_pattern: Option<Str>,
    /// Masks the value wherever CloudFormation shows it. It does not protect a secret.
    pub no_echo: bool,
}

/// What a stack tells others.
#[derive(Clone, Debug)]
pub struct Output {
    /// The value.
    pub value: Node,
    /// What it is, in up to 1,024 bytes.
    pub description: Option<Str>,
    /// The name for `Fn::ImportValue`, unique in account and region.
    pub export: Option<Str>,
}

impl Output {
    /// Says what it is, in up to 1,024 bytes. Nothing by default.
    pub fn describe(&mut self, description: impl Into<Str>) -> &mut Self {
        self.description = Some(description.into());
        self
    }

    /// Exports it, so that stacks outside of this program read it with `Fn::ImportValue`. No other
    /// export of the account and region may have the name. By default it isn't exported;
    /// `Fn::GetStackOutput` reads it all the same.
    pub fn export(&mut self, name: impl Into<Str>) -> &mut Self {
        self.export = Some(name.into());
        self
    }
}
