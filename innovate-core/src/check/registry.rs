//! What the model needs to know about resource types.

/// The facts about every resource type. `innovate-cfn` has those of CloudFormation's registry.
pub trait Registry: Sync {
    /// The version of the facts, for the assembly's manifest.
    fn version(&self) -> &str;

    /// The facts about a type, or `None` if it isn't in the registry.
    fn facts(&self, type_name: &str) -> Option<Facts>;
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
