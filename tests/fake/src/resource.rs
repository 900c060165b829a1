//! Resources: what a template wants, what a stack has, and what became of what was made.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::moment::Moment;
use crate::resolve::Identity;
use crate::script::Script;
use crate::status::ResourceStatus;

/// What AWS writes for a value that is known once the change set is executed.
pub(crate) const LATER: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// What happens to a resource that its stack no longer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Delete,
    Retain,
    RetainExceptOnCreate,
    Snapshot,
}

impl Policy {
    pub(crate) fn read(value: Option<&Value>) -> Result<Self, String> {
        match value.and_then(Value::as_str) {
            None | Some("Delete") => Ok(Self::Delete),
            Some("Retain") => Ok(Self::Retain),
            Some("RetainExceptOnCreate") => Ok(Self::RetainExceptOnCreate),
            Some("Snapshot") => Ok(Self::Snapshot),
            Some(other) => Err(format!("Unrecognized DeletionPolicy {other}")),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }

    pub(crate) fn keeps(self) -> bool {
        matches!(self, Self::Retain | Self::RetainExceptOnCreate)
    }
}

/// A resource as a template wants it, with its values resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) kind: String,
    pub(crate) properties: Value,
    pub(crate) metadata: Value,
    pub(crate) deletion: Policy,
    pub(crate) replacing: Policy,
    pub(crate) depends: BTreeSet<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) logical_id: String,
    /// Empty until it is known.
    pub(crate) physical_id: String,
    pub(crate) wanted: Wanted,
    /// The tags of the stack that it has.
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<String>,
    pub(crate) updated: Moment,
    /// What it is in truth, if somebody changed it; `Null` if somebody deleted it.
    pub(crate) actual: Option<Value>,
}

impl Resource {
    /// What `Ref` gives.
    pub(crate) fn reference(&self) -> Value {
        Value::String(self.physical_id.clone())
    }

    /// What `Fn::GetAtt` gives.
    pub(crate) fn attribute(&self, name: &str, identity: &Identity, script: &Script) -> Value {
        if self.physical_id == LATER {
            return Value::String(LATER.to_owned());
        }
        if let Some(given) = script.given_attribute(&self.wanted.kind, name) {
            return given.clone();
        }
        let path = format!("/{}", name.replace('.', "/"));
        if let Some(property) = self.wanted.properties.pointer(&path) {
            return property.clone();
        }
        let id = &self.physical_id;
        if let Some(of) = name.strip_suffix("Arn") {
            let service = self.wanted.kind.split("::").nth(1).unwrap_or("aws").to_lowercase();
            let Identity { partition, account, region, .. } = identity;
            let of = if of.is_empty() { String::new() } else { format!("{}:", of.to_lowercase()) };
            return Value::String(format!("arn:{partition}:{service}:{region}:{account}:{of}{id}"));
        }
        if name.ends_with("Url") {
            return Value::String(format!("https://{id}.{name}"));
        }
        Value::String(format!("{id}.{name}"))
    }
}

/// What became of a physical resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is there, and its stack knows it.
    Live,
    /// It was deleted.
    Deleted,
    /// It was deleted after a snapshot of it was made.
    Snapshotted,
    /// It is there, and its stack let it go: by a policy or by a request to retain it.
    Retained,
    /// It is there since it could not be deleted, and no stack knows it.
    Lost,
}

/// A physical resource that was made, or taken into a stack, at any time.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) stack: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: String,
    pub(crate) fate: Fate,
}
