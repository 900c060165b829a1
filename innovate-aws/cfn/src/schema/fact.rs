//! What is known of a type beside the constraints on its properties.

pub use innovate_core::check::{Replacement, ReplacementOrder};
use innovate_core::{
    DeletionPolicy,
    check::{Facts, TagFacts, TagShape},
};

use super::{
    constraint::Schema,
    immovable::IMMOVABLE,
    layout::{flag, record, tags},
    table::{self, List},
};

/// What the registry knows of a resource type.
///
/// Source: "Resource type definition schema", CloudFormation Command Line Interface User Guide.
#[derive(Clone, Copy, Debug)]
pub struct ResourceFacts {
    name: &'static str,
    at: usize,
}

/// How a type writes its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagForm {
    /// A list of `Key` and `Value`.
    List,
    /// A list of `Key`, `Value` and `PropagateAtLaunch`.
    PropagatingList,
    /// A map from key to value.
    Map,
    /// A list of `Key` and `Value`, below `Items` of the property.
    Items,
    /// Tag specifications: a list of `ResourceType` and `Tags`.
    Specifications,
}

/// How a type is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagging {
    /// The property that holds the tags.
    pub property: &'static str,
    /// What that property looks like.
    pub form: TagForm,
    /// Whether the resource has its tags from its creation on.
    pub on_create: bool,
    /// Whether they can change without replacing it.
    pub updatable: bool,
    /// Whether CloudFormation adds its own, which begin with `aws:cloudformation:`.
    pub system: bool,
}

/// What CloudFormation does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Makes it.
    Create,
    /// Reads it.
    Read,
    /// Changes it.
    Update,
    /// Deletes it.
    Delete,
    /// Lists all of its type.
    List,
}

/// The facts about a type, or `None` if the registry of us-east-1 has no such type.
pub fn resource_type(name: &str) -> Option<ResourceFacts> {
    table::type_named(name).map(|(name, at)| ResourceFacts { name, at })
}

/// All types, sorted by name.
pub fn resource_types() -> impl ExactSizeIterator<Item = ResourceFacts> {
    (0..table::type_count()).map(|index| {
        let (name, at) = table::type_at(index).unwrap_or_default();
        ResourceFacts { name, at }
    })
}

/// The regions of which it is known which types they have: all but those of the isolated partitions.
pub fn regions() -> impl ExactSizeIterator<Item = &'static str> {
    table::regions().texts()
}

impl ResourceFacts {
    /// The type's name, such as `AWS::EC2::Subnet`.
    pub const fn name(self) -> &'static str {
        self.name
    }

    fn has(self, flag: u8) -> bool {
        table::byte(self.at + record::FLAGS) & flag != 0
    }

    fn list(self, list: usize) -> List {
        List { at: table::id(self.at + record::LISTS + 3 * list) }
    }

    pub(super) fn schema(self) -> Schema {
        Schema { at: table::id(self.at + record::ROOT) }
    }

    pub(super) fn read_only(self) -> List {
        self.list(record::list::READ_ONLY)
    }

    pub(super) fn deprecated(self) -> List {
        self.list(record::list::DEPRECATED)
    }

    /// Whether it holds data that is lost with it.
    pub fn is_stateful(self) -> bool {
        self.has(flag::STATEFUL)
    }

    /// Whether the registry says how it is created, changed and deleted. About 110 older types are
    /// built into CloudFormation instead.
    pub fn has_handlers(self) -> bool {
        self.has(flag::HANDLERS)
    }

    /// Whether a region has it, or `None` for a region of which this isn't known.
    pub fn exists_in(self, region: &str) -> Option<bool> {
        let bit = table::regions().position(region)?;
        Some(table::bits(self.at + record::REGIONS) >> bit & 1 == 1)
    }

    /// The regions that have it.
    pub fn regions(self) -> impl Iterator<Item = &'static str> {
        let bits = table::bits(self.at + record::REGIONS);
        regions().enumerate().filter(move |(bit, _)| bits >> bit & 1 == 1).map(|(_, region)| region)
    }

    /// How it is tagged, or `None` if it can't be.
    pub fn tagging(self) -> Option<Tagging> {
        let form = match table::byte(self.at + record::TAG_SHAPE) {
            tags::LIST => TagForm::List,
            tags::PROPAGATED => TagForm::PropagatingList,
            tags::MAP => TagForm::Map,
            tags::ITEMS => TagForm::Items,
            tags::SPECIFICATIONS => TagForm::Specifications,
            _ => return None,
        };
        Some(Tagging {
            property: table::text(table::id(self.at + record::TAG_PROPERTY)),
            form,
            on_create: self.has(flag::TAG_ON_CREATE),
            updatable: self.has(flag::TAG_UPDATABLE),
            system: self.has(flag::SYSTEM_TAGS),
        })
    }

    /// The paths of the properties and attributes that together name one resource of the type; `Ref`
    /// gives them joined by `|`, unless the type is an exception.
    pub fn primary_identifier(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.list(record::list::PRIMARY_IDENTIFIER).texts()
    }

    /// The paths of the properties that can't be changed without replacing the resource: slashes
    /// between names, `*` for any item of a list or map.
    pub fn create_only(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.list(record::list::CREATE_ONLY).texts()
    }

    /// The paths of the properties for which that depends on the value.
    pub fn conditional_create_only(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.list(record::list::CONDITIONAL_CREATE_ONLY).texts()
    }

    /// The paths of the attributes that can be read but not set.
    pub fn attributes(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.read_only().texts()
    }

    /// The paths of the properties that can be set but not read, such as passwords: what is deployed
    /// can't be compared with the program.
    pub fn write_only(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.list(record::list::WRITE_ONLY).texts()
    }

    /// The paths of the properties that AWS advises against.
    pub fn deprecated_properties(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.deprecated().texts()
    }

    /// What a change to the property at `path` (`"VolumeSpecification/0/Size"`), or to anything below
    /// it, does to the resource.
    pub fn replacement(self, path: &str) -> Replacement {
        if self.create_only().any(|pattern| covers(pattern, path)) {
            Replacement::Always
        } else if self.conditional_create_only().any(|pattern| covers(pattern, path)) {
            Replacement::Conditional
        } else {
            Replacement::Never
        }
    }

    /// In which order it is replaced.
    pub fn replacement_order(self) -> ReplacementOrder {
        if self.has(flag::DELETE_THEN_CREATE) {
            ReplacementOrder::DeleteFirst
        } else {
            ReplacementOrder::CreateFirst
        }
    }

    /// Whether the property at `path` can't be read back.
    pub fn is_write_only(self, path: &str) -> bool {
        self.write_only().any(|pattern| covers(pattern, path))
    }

    /// Whether a stack refactor takes a resource of the type: if the registry says how it is made, read,
    /// changed and deleted, and it is none of the exceptions.
    ///
    /// Source: "Stack refactoring", AWS CloudFormation User Guide: resource limitations.
    pub fn is_movable(self) -> bool {
        let needed = [Handler::Create, Handler::Read, Handler::Update, Handler::Delete];
        let handled = |handler: &Handler| self.permissions(*handler).len() > 0;
        needed.iter().all(handled) && IMMOVABLE.binary_search(&self.name).is_err()
    }

    /// The IAM actions that CloudFormation needs for `handler`, sorted. Empty for types without
    /// handlers.
    pub fn permissions(self, handler: Handler) -> impl ExactSizeIterator<Item = &'static str> {
        let list = match handler {
            Handler::Create => record::list::CREATE,
            Handler::Read => record::list::READ,
            Handler::Update => record::list::UPDATE,
            Handler::Delete => record::list::DELETE,
            Handler::List => record::list::LIST,
        };
        self.list(list).texts()
    }
}

/// Whether what a property of this name holds may be a secret, by the name alone: the registry marks no
/// secrets, and what can't be read back isn't all of them.
pub fn may_be_secret(name: &str) -> bool {
    const SECRETS: [&str; 6] =
        ["password", "secret", "token", "credential", "privatekey", "authkey"];
    let plain: String =
        name.chars().filter(|character| !matches!(character, '_' | '-' | '.')).collect();
    let plain = plain.to_ascii_lowercase();
    SECRETS.iter().any(|secret| plain.contains(secret))
}

/// Whether `path` is at `pattern` or below it.
pub(super) fn covers(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern
        .split('/')
        .all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
}

/// The facts that the core's model needs, from CloudFormation's registry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Registry;

impl innovate_core::check::Registry for Registry {
    fn version(&self) -> &str {
        table::version()
    }

    fn facts(&self, type_name: &str) -> Option<Facts> {
        let facts = resource_type(type_name)?;
        let tags = facts.tagging().and_then(|tagging| {
            let (property, shape) = match tagging.form {
                TagForm::List => (tagging.property, TagShape::List),
                TagForm::PropagatingList => (tagging.property, TagShape::PropagatingList),
                TagForm::Map => (tagging.property, TagShape::Map),
                TagForm::Items => ("Tags/Items", TagShape::List),
                // Each specification names a type of its own: the program writes them.
                TagForm::Specifications => return None,
            };
            Some(TagFacts { property, shape })
        });
        Some(Facts { tags, stateful: facts.is_stateful() })
    }

    fn replacement(&self, type_name: &str, path: &str) -> Replacement {
        // Whoever makes a resource of another kind decides whether it is a new one.
        resource_type(type_name).map_or(Replacement::Conditional, |facts| facts.replacement(path))
    }

    fn replacement_below(&self, type_name: &str, path: &str) -> Replacement {
        let Some(facts) = resource_type(type_name) else { return Replacement::Conditional };
        let below = |pattern: &str| {
            let mut wanted = pattern.split('/');
            let along = path
                .split('/')
                .all(|part| wanted.next().is_some_and(|wanted| wanted == "*" || wanted == part));
            along && wanted.next().is_some()
        };
        if facts.create_only().any(below) {
            Replacement::Always
        } else if facts.conditional_create_only().any(below) {
            Replacement::Conditional
        } else {
            Replacement::Never
        }
    }

    fn replacement_order(&self, type_name: &str) -> ReplacementOrder {
        let facts = resource_type(type_name);
        facts.map_or(ReplacementOrder::CreateFirst, ResourceFacts::replacement_order)
    }

    fn own_name(&self, type_name: &str) -> Vec<&'static str> {
        let Some(facts) = resource_type(type_name) else { return Vec::new() };
        let names: Vec<&str> = facts.primary_identifier().collect();
        let read_only = |name: &&str| facts.attributes().any(|attribute| attribute == *name);
        if names.iter().any(read_only) { Vec::new() } else { names }
    }

    fn is_movable(&self, type_name: &str) -> bool {
        // Whether a type of another kind is taken, CloudFormation says when the refactor is made.
        !type_name.starts_with("Custom::")
            && resource_type(type_name).is_none_or(ResourceFacts::is_movable)
    }

    /// Source: "DeletionPolicy attribute", AWS CloudFormation User Guide.
    fn default_deletion_policy(
        &self,
        type_name: &str,
        properties: Option<&serde_json::Value>,
    ) -> DeletionPolicy {
        let alone = || properties.and_then(|all| all.get("DBClusterIdentifier")).is_none();
        match type_name {
            "AWS::RDS::DBCluster" => DeletionPolicy::Snapshot,
            "AWS::RDS::DBInstance" if alone() => DeletionPolicy::Snapshot,
            _ => DeletionPolicy::Delete,
        }
    }

    fn block_property(&self, type_name: &str) -> Option<&'static str> {
        matches!(type_name, "AWS::EC2::VPC" | "AWS::EC2::VPCCidrBlock").then_some("CidrBlock")
    }
}
