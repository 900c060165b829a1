//! What the model needs to know about resource types.

use std::collections::BTreeMap;

use crate::stack::{DeletionPolicy, Resource};

/// The facts about every resource type. `innovate-cfn` has those of CloudFormation's registry.
pub trait Registry: Sync {
    /// The version of the facts, for the assembly's manifest.
    fn version(&self) -> &str;

    /// The facts about a type, or `None` if it isn't in the registry.
    fn facts(&self, type_name: &str) -> Option<Facts>;

    /// The property that holds the block of addresses of a network, if the type is one: it is each
    /// environment's own. None by default.
    fn block_property(&self, type_name: &str) -> Option<&'static str> {
        let _ = type_name;
        None
    }

    /// What a change to the property at `path` (`VolumeSpecification/0/Size`), or to anything below
    /// it, does to a resource of the type. It is changed in place by default.
    fn replacement(&self, type_name: &str, path: &str) -> Replacement {
        let _ = (type_name, path);
        Replacement::Never
    }

    /// The worst that a change to some property below the one at `path` does: for a value of which only
    /// the outside is known, such as a function. It is changed in place by default.
    fn replacement_below(&self, type_name: &str, path: &str) -> Replacement {
        let _ = (type_name, path);
        Replacement::Never
    }

    /// In which order a resource of the type is replaced. The new one is made first by default.
    fn replacement_order(&self, type_name: &str) -> ReplacementOrder {
        let _ = type_name;
        ReplacementOrder::CreateFirst
    }

    /// The properties that a program may set and that name a resource of the type: two that are
    /// there at once can't have the same. Nothing by default: AWS names it.
    fn own_name(&self, type_name: &str) -> Vec<&'static str> {
        let _ = type_name;
        Vec::new()
    }

    /// Whether a stack refactor takes a resource of the type. It does by default.
    fn is_movable(&self, type_name: &str) -> bool {
        let _ = type_name;
        true
    }

    /// What becomes of a resource with these properties when it leaves its stack, if the template
    /// doesn't say. It is deleted by default.
    fn default_deletion_policy(
        &self,
        type_name: &str,
        properties: Option<&serde_json::Value>,
    ) -> DeletionPolicy {
        let _ = (type_name, properties);
        DeletionPolicy::Delete
    }
}

/// What a change to a property does to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replacement {
    /// It is changed in place.
    Never,
    /// It depends on the old and the new value.
    Conditional,
    /// It is replaced by a new one.
    Always,
}

/// In which order a resource is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacementOrder {
    /// The new one is made before the old one is deleted: they need different names.
    CreateFirst,
    /// The old one is deleted before the new one is made.
    DeleteFirst,
}

/// The facts about one resource type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How it is tagged, if it can be.
    pub tags: Option<TagFacts>,
    /// Whether it holds data that is lost with it.
    pub stateful: bool,
}

/// How a type is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagFacts {
    /// The property that holds the tags, as a path (`Tags`, `FileSystemTags`).
    pub property: &'static str,
    /// What that property looks like.
    pub shape: TagShape,
}

/// What a tag property looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagShape {
    /// A list of `{"Key": .., "Value": ..}`.
    List,
    /// The same with `"PropagateAtLaunch": true` in each.
    PropagatingList,
    /// A map from key to value.
    Map,
}

/// A registry that is asked once about each type: a program has many resources of few types.
pub(crate) struct Known<'a> {
    registry: &'a dyn Registry,
    facts: BTreeMap<String, Option<Facts>>,
}

impl<'a> Known<'a> {
    pub(crate) const fn new(registry: &'a dyn Registry) -> Self {
        Self { registry, facts: BTreeMap::new() }
    }

    pub(crate) fn facts(&mut self, resource: &Resource) -> Option<Facts> {
        let type_name = resource.type_name();
        if let Some(known) = self.facts.get(type_name) {
            return *known;
        }
        let facts = self.registry.facts(type_name);
        self.facts.insert(type_name.to_owned(), facts);
        facts
    }

    pub(crate) fn is_stateful(&mut self, resource: &Resource) -> bool {
        self.facts(resource).is_some_and(|facts| facts.stateful)
    }
}
