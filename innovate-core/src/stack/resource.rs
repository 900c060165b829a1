//! Resources: the untyped one that a stack holds, and what every generated type can do.

use std::panic::Location;

use super::{Address, AnyStack, Construct, Properties, Scope};
use crate::{
    check::Suppression,
    value::{Gives, Intrinsic, Kind, Node, Reference, Str, Strength, Value, intrinsic},
};

/// What happens to a resource that leaves its stack, or that is replaced.
///
/// Source: "DeletionPolicy attribute", AWS CloudFormation Template Reference Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It stays, and the stack forgets it.
    Retain,
    /// Deleted if the deployment that creates it fails, retained later: nothing is left behind that
    /// would make the next attempt fail because its name exists already. As an update-replace policy
    /// the template says `Retain`.
    RetainExceptOnCreate,
    /// A last snapshot is taken, then it is deleted. Only a few types can.
    Snapshot,
}

impl DeletionPolicy {
    /// CloudFormation's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }
}

/// What a resource says beside its properties.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    depends_on: Vec<Address>,
    deletion_policy: Option<DeletionPolicy>,
    update_replace_policy: Option<DeletionPolicy>,
    pub(super) suppressions: Vec<Suppression>,
    pub(super) no_tags: bool,
    rare: Option<Box<Rare>>,
}

/// What few resources say: kept apart, since a program has many resources and moves each often.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
    condition: Option<Str>,
    creation_policy: Option<Node>,
    update_policy: Option<Node>,
    metadata: Properties,
    moved_from: Vec<Str>,
    pub(super) overridden: Vec<(Str, &'static Location<'static>)>,
}

impl Rare {
    const NONE: &Self = &Self {
        condition: None,
        creation_policy: None,
        update_policy: None,
        metadata: Properties::new(),
        moved_from: Vec::new(),
        overridden: Vec::new(),
    };
}

impl Attributes {
    pub(super) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    pub(super) fn each_node_mut(&mut self, visit: &mut dyn FnMut(&mut Node)) {
        let Some(rare) = self.rare.as_deref_mut() else { return };
        let policies = rare.creation_policy.iter_mut().chain(&mut rare.update_policy);
        let metadata = rare.metadata.entries_mut().iter_mut().map(|(_, node)| node);
        policies.chain(metadata).for_each(visit);
    }

    pub(super) fn was(&mut self, logical_id: Str) {
        let before = &mut self.rare().moved_from;
        if !before.contains(&logical_id) {
            before.push(logical_id);
        }
    }
}

/// A resource before it is added to a stack: its properties, and what it says beside them.
/// Every generated type wraps one.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The properties.
    pub properties: Properties,
    /// What it says beside them.
    pub attributes: Attributes,
}

impl Draft {
    /// The same draft with one more property.
    #[must_use]
    pub fn with<T: ?Sized>(mut self, name: &'static str, value: impl Gives<T>) -> Self {
        self.properties.reserve();
        self.properties.set::<T>(name, value);
        self
    }
}

/// A resource of a stack.
#[derive(Clone, Debug)]
pub struct Resource {
    pub(crate) address: Address,
    pub(crate) type_name: Str,
    pub(crate) properties: Properties,
    pub(crate) attributes: Attributes,
    pub(crate) location: &'static Location<'static>,
}

impl Resource {
    fn rare(&self) -> &Rare {
        self.attributes.rare.as_deref().unwrap_or(Rare::NONE)
    }

    /// Where it is.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Its id in the template.
    pub fn logical_id(&self) -> &str {
        self.address.logical_id()
    }

    /// Its type, such as `AWS::EC2::Subnet`.
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// The value of one of its tags, if it has the tag and the value is known now.
    pub fn tag(&self, key: &str) -> Option<&str> {
        let is_it = |tag: &&Node| tag.get("Key").and_then(Node::as_text) == Some(key);
        let tags = self.properties.at("Tags")?.as_list()?;
        tags.iter().find(is_it)?.get("Value")?.as_text()
    }

    /// Its properties.
    pub const fn properties(&self) -> &Properties {
        &self.properties
    }

    /// The line of the program that made it, through however many constructs.
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// What must exist before it, apart from what its properties refer to.
    pub fn depends_on(&self) -> &[Address] {
        &self.attributes.depends_on
    }

    /// The condition under which it exists.
    pub fn condition(&self) -> Option<&str> {
        self.rare().condition.as_deref()
    }

    /// What happens when it leaves the stack, if the program says.
    pub const fn deletion_policy(&self) -> Option<DeletionPolicy> {
        self.attributes.deletion_policy
    }

    /// What happens when it is replaced, if the program says.
    pub const fn update_replace_policy(&self) -> Option<DeletionPolicy> {
        self.attributes.update_replace_policy
    }

    /// Its `CreationPolicy`.
    pub fn creation_policy(&self) -> Option<&Node> {
        self.rare().creation_policy.as_ref()
    }

    /// Its `UpdatePolicy`.
    pub fn update_policy(&self) -> Option<&Node> {
        self.rare().update_policy.as_ref()
    }

    /// Its metadata.
    pub fn metadata(&self) -> &Properties {
        &self.rare().metadata
    }

    /// The logical ids that it had before.
    pub fn moved_from(&self) -> &[Str] {
        &self.rare().moved_from
    }

    /// The paths of the properties that the program overrode, each with the line that did it.
    pub fn overridden(&self) -> &[(Str, &'static Location<'static>)] {
        &self.rare().overridden
    }

    /// The findings that the program accepts on it.
    pub fn suppressions(&self) -> &[Suppression] {
        &self.attributes.suppressions
    }
}

/// A type of the registry. Implemented by the generated types; `innovate-cfn` has them all.
pub trait ResourceType: Sized {
    /// The type's name, such as `AWS::EC2::Subnet`.
    const TYPE: &'static str;
    /// What the program holds once it is in a stack: its attributes, typed.
    type Ref: From<ResourceRef>;

    /// The resource as written so far.
    fn draft(&mut self) -> &mut Draft;
    /// The resource as written.
    fn into_draft(self) -> Draft;

    /// Waits for another resource that no property refers to.
    #[must_use]
    fn depends_on(mut self, other: &impl AsRef<ResourceRef>) -> Self {
        let address = other.as_ref().address.clone();
        if !self.draft().attributes.depends_on.contains(&address) {
            self.draft().attributes.depends_on.push(address);
        }
        self
    }

    /// Waits for each of the resources.
    #[must_use]
    fn depends_on_all<'a, R: AsRef<ResourceRef> + 'a>(
        self,
        others: impl IntoIterator<Item = &'a R>,
    ) -> Self {
        others.into_iter().fold(self, |resource, other| resource.depends_on(other))
    }

    /// Exists only if `condition` holds. What uses it must know so: within `intrinsic::if_` on the
    /// condition, or under the same one.
    #[must_use]
    fn condition(mut self, condition: &intrinsic::Condition) -> Self {
        self.draft().attributes.rare().condition = Some(condition.0.clone());
        self
    }

    /// What happens when it leaves the stack. By default CloudFormation deletes it.
    #[must_use]
    fn deletion_policy(mut self, policy: DeletionPolicy) -> Self {
        self.draft().attributes.deletion_policy = Some(policy);
        self
    }

    /// What happens to the old one when it is replaced. By default CloudFormation deletes it.
    #[must_use]
    fn update_replace_policy(mut self, policy: DeletionPolicy) -> Self {
        self.draft().attributes.update_replace_policy = Some(policy);
        self
    }

    /// One policy for both: when it leaves the stack and when it is replaced.
    #[must_use]
    fn removal_policy(self, policy: DeletionPolicy) -> Self {
        self.deletion_policy(policy).update_replace_policy(policy)
    }

    /// Sets its `CreationPolicy`.
    #[must_use]
    fn creation_policy(mut self, policy: Node) -> Self {
        self.draft().attributes.rare().creation_policy = Some(policy);
        self
    }

    /// Sets its `UpdatePolicy`.
    #[must_use]
    fn update_policy(mut self, policy: Node) -> Self {
        self.draft().attributes.rare().update_policy = Some(policy);
        self
    }

    /// Adds an entry to its metadata.
    #[must_use]
    fn metadata(mut self, key: impl Into<Str>, node: Node) -> Self {
        self.draft().attributes.rare().metadata.set_node(key.into(), node);
        self
    }

    /// The logical id that it had before, or `Stack/OldId` if it was in another stack of this account
    /// and region: the lock file accepts the rename, and `manifest.json` lists it.
    ///
    /// CloudFormation must be told before the deployment, by a stack refactor
    /// (`aws cloudformation create-stack-refactor`): a deployment without it makes the resource anew,
    /// and deletes the old one or, with a retain policy, forgets it.
    ///
    /// Source: "Stack refactoring", AWS CloudFormation User Guide.
    #[must_use]
    fn moved_from(mut self, logical_id: impl Into<Str>) -> Self {
        self.draft().attributes.was(logical_id.into());
        self
    }

    /// Leaves out the tags that the stack and the environment would add, for a resource whose
    /// service refuses them.
    #[must_use]
    fn without_inherited_tags(mut self) -> Self {
        self.draft().attributes.no_tags = true;
        self
    }
}

/// A resource that is in a stack. What a generated handle wraps.
#[derive(Clone, Debug)]
pub struct ResourceRef {
    pub(crate) address: Address,
}

impl ResourceRef {
    /// Where it is.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// What `Ref` returns.
    pub fn reference<T: ?Sized>(&self) -> Value<T> {
        self.value(None, false)
    }

    /// What `Fn::GetAtt` returns for `attribute`.
    pub fn attribute<T: Kind>(&self, attribute: impl Into<Str>) -> Value<T> {
        self.value(Some(attribute.into()), T::LIST)
    }

    fn value<T: ?Sized>(&self, attribute: Option<Str>, list: bool) -> Value<T> {
        Value::from_node(Node::intrinsic(Intrinsic::Reference(Reference {
            target: self.address.clone(),
            attribute,
            list,
            strength: Strength::Weak,
        })))
    }
}

impl AsRef<Self> for ResourceRef {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Every generated type is a construct that makes one resource.
impl<R: ResourceType> Construct for R {
    type Handle = R::Ref;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> R::Ref {
        scope.push_resource(R::TYPE.into(), self.into_draft()).into()
    }
}

/// A resource of a type that this version doesn't know, or one whose name the program computes.
#[derive(Clone, Debug)]
pub struct RawResource {
    type_name: Str,
    draft: Draft,
}

impl RawResource {
    /// A resource of the type `type_name`, with untyped properties.
    pub fn new(type_name: impl Into<Str>, properties: Properties) -> Self {
        Self { type_name: type_name.into(), draft: Draft { properties, ..Draft::default() } }
    }
}

impl Construct for RawResource {
    type Handle = ResourceRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ResourceRef {
        scope.push_resource(self.type_name, self.draft)
    }
}
