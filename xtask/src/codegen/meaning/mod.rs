//! What texts mean: ids, names and ARNs that must not stand for each other, and policies.
//!
//! The schema's `format` tells a part. The tables tell what it leaves out and what the documentation
//! of each service says beyond doubt. What no table knows is text, which takes any of them.
//!
//! * `identity`: which property of which type yields an id,
//! * `property`: which properties take one,
//! * this file: formats, unions, and the bookkeeping: a row that nothing needs fails the generator.

mod identity;
mod property;

use std::{cell::RefCell, collections::BTreeSet};

use serde_json::Value;

use super::{kind::Kind, model::Schema};
use crate::Result;

/// The tables, and which of their rows were of use.
#[derive(Default)]
pub(crate) struct Meanings {
    applied: RefCell<BTreeSet<(Table, usize)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Format,
    Union,
    Identity,
    Place,
    Name,
}

/// Kinds by cfn-lint's name for the format.
const FORMATS: &[(&str, &str)] = &[
    ("AWS::ACM::Certificate.Arn", "CertificateArn"),
    ("AWS::EC2::Image.Id", "ImageId"),
    ("AWS::EC2::SecurityGroup.Id", "SecurityGroupId"),
    ("AWS::EC2::SecurityGroup.Name", "SecurityGroupName"),
    ("AWS::EC2::Subnet.Id", "SubnetId"),
    ("AWS::EC2::VPC.Id", "VpcId"),
    ("AWS::IAM::Role.Arn", "RoleArn"),
    ("AWS::KMS::Alias.AliasName", "AliasName"),
    ("AWS::KMS::Key.Arn", "KeyArn"),
    ("AWS::KMS::Key.Id", "KeyId"),
    ("AWS::Lambda::Function.Arn", "FunctionArn"),
    ("AWS::Logs::LogGroup.Name", "LogGroupName"),
    ("AWS::Route53::AliasTarget.HostedZoneId", "HostedZoneId"),
    ("AWS::S3::Bucket.Name", "BucketName"),
    ("AWS::SNS::Topic.Arn", "TopicArn"),
    ("ipv4-network", "Cidr"),
];

/// Kinds that identify one thing in several ways, by the kinds that `anyOf` offers.
const UNIONS: &[(&[&str], &str)] = &[
    (&["AliasName", "KeyArn", "KeyId"], "KeyIdentifier"),
    (&["SecurityGroupId", "SecurityGroupName"], "SecurityGroupIdentifier"),
];

/// Properties whose free JSON is an IAM policy.
const POLICIES: &[&str] = &[
    "AccessPolicies",
    "AccessPolicy",
    "AssumeRolePolicyDocument",
    "FileSystemPolicy",
    "InlinePolicy",
    "KeyPolicy",
    "ModelPackageGroupPolicy",
    "NamespaceResourcePolicy",
    "Policy",
    "PolicyDocument",
    "PolicyText",
    "RepositoryPolicyText",
    "ResourcePolicy",
];

impl Meanings {
    /// The meaning of the text, or of the list of texts, if it is known. `places` are that of the
    /// property and that of the definition that it refers to.
    pub(crate) fn of(
        &self,
        schema: &Schema,
        places: [&str; 2],
        node: &Value,
        property: &str,
    ) -> Option<Kind> {
        let text = |node: &Value| {
            matches!(node.get("type"), Some(Value::String(name)) if name == "string")
                || (node.get("type").is_none() && node.get("format").is_some())
        };
        if node.get("enum").is_some() {
            return None;
        }
        if text(node) {
            return self.of_text(schema, places, node, property);
        }
        let items = node.get("items").filter(|items| text(items) && items.get("enum").is_none())?;
        let kind = self
            .of_text(schema, places, items, property)
            .or_else(|| self.of_text(schema, places, node, property))?;
        Some(kind.list())
    }

    fn of_text(
        &self,
        schema: &Schema,
        places: [&str; 2],
        node: &Value,
        property: &str,
    ) -> Option<Kind> {
        let by_place = || {
            let row = property::PLACES
                .iter()
                .position(|(name, place, _)| *name == schema.name && places.contains(place))?;
            let (_, _, kind) = property::PLACES.get(row)?;
            self.use_row(Table::Place, row, kind)
        };
        by_place()
            .or_else(|| self.format(node))
            .or_else(|| self.relationship(node))
            .or_else(|| self.union(node))
            .or_else(|| self.by_name(schema, node, property))
    }

    fn format(&self, node: &Value) -> Option<Kind> {
        let format = node.get("format")?.as_str()?.trim_end_matches('s');
        let row = FORMATS.iter().position(|(known, _)| *known == format)?;
        self.use_row(Table::Format, row, FORMATS.get(row)?.1)
    }

    /// The kind of the property that `relationshipRef` names.
    fn relationship(&self, node: &Value) -> Option<Kind> {
        let target = node.get("relationshipRef")?;
        let path = target.get("propertyPath")?.as_str()?.trim_start_matches("/properties/");
        self.identity(target.get("typeName")?.as_str()?, path)
    }

    /// The kind that stands for all formats of an `anyOf`. Where a pattern wants an ARN, the other
    /// ways to name it don't do.
    fn union(&self, node: &Value) -> Option<Kind> {
        let mut names = BTreeSet::new();
        for part in node.get("anyOf")?.as_array()? {
            let Kind::Common(name) = self.format(part).or_else(|| self.relationship(part))? else {
                return None;
            };
            names.insert(name);
        }
        if wants_arn(node) {
            let arn = names.iter().find(|name| name.ends_with("Arn"))?;
            return Some(Kind::Common(arn));
        }
        let names: Vec<&str> = names.into_iter().collect();
        if let [single] = names.as_slice() {
            return Some(Kind::Common(single));
        }
        let row = UNIONS.iter().position(|(parts, _)| *parts == names)?;
        self.use_row(Table::Union, row, UNIONS.get(row)?.1)
    }

    fn by_name(&self, schema: &Schema, node: &Value, property: &str) -> Option<Kind> {
        let row = property::NAMES.iter().position(|(scope, names, _)| {
            let applies = *scope == "*"
                || schema.name == *scope
                || schema.name.strip_prefix(scope).is_some_and(|rest| rest.starts_with("::"));
            let named = |name: &&str| match name.strip_prefix('*') {
                Some(suffix) => property.ends_with(suffix),
                None => property == *name,
            };
            applies && names.iter().any(named)
        })?;
        let kind = self.use_row(Table::Name, row, property::NAMES.get(row)?.2)?;
        let narrow = kind == Kind::Common("KeyIdentifier") && wants_arn(node);
        Some(if narrow { Kind::Common("KeyArn") } else { kind })
    }

    /// The kind that the property at `path` of a type yields, if it identifies the resource.
    pub(crate) fn identity(&self, type_name: &str, path: &str) -> Option<Kind> {
        let row = identity::IDENTITIES
            .iter()
            .position(|(_, name, known)| *name == type_name && *known == path)?;
        let (kind, _, _) = identity::IDENTITIES.get(row)?;
        self.use_row(Table::Identity, row, kind)
    }

    fn use_row(&self, table: Table, row: usize, kind: &'static str) -> Option<Kind> {
        self.applied.borrow_mut().insert((table, row));
        Some(Kind::Common(kind))
    }

    /// Fails if a row of a table was of no use.
    pub(crate) fn finish(&self) -> Result {
        let applied = self.applied.borrow();
        let mut idle = Vec::new();
        let mut note = |table, rows: Vec<String>| {
            for (row, name) in rows.into_iter().enumerate() {
                if !applied.contains(&(table, row)) {
                    idle.push(name);
                }
            }
        };
        note(Table::Format, FORMATS.iter().map(|row| format!("{row:?}")).collect());
        note(Table::Union, UNIONS.iter().map(|row| format!("{row:?}")).collect());
        let rows = identity::IDENTITIES.iter().map(|row| format!("{row:?}")).collect();
        note(Table::Identity, rows);
        note(Table::Place, property::PLACES.iter().map(|row| format!("{row:?}")).collect());
        note(Table::Name, property::NAMES.iter().map(|row| format!("{row:?}")).collect());
        if idle.is_empty() {
            return Ok(());
        }
        Err(format!(
            "rows of xtask/src/codegen/meaning that nothing needs any more:\n  {}",
            idle.join("\n  ")
        )
        .into())
    }
}

/// Whether the pattern of a text begins as an ARN does.
fn wants_arn(node: &Value) -> bool {
    let pattern = node.get("pattern").and_then(Value::as_str).unwrap_or_default();
    pattern.trim_start_matches(['^', '(']).starts_with("arn:")
}

/// The kind of free JSON under a property's name.
pub(crate) fn of_json(property: &str) -> Kind {
    if POLICIES.contains(&property) { Kind::POLICY } else { Kind::JSON }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_nothing_needs_fails() {
        let error = Meanings::default().finish().unwrap_err().to_string();
        assert!(error.contains("(\"AWS::IAM::Role.Arn\", \"RoleArn\")"), "{error}");
        let rows = FORMATS.len()
            + UNIONS.len()
            + identity::IDENTITIES.len()
            + property::PLACES.len()
            + property::NAMES.len();
        assert_eq!(error.lines().count(), rows + 1);
    }
}
