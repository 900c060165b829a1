//! Policies as a rule reads them: whichever way they were written, and wherever in a resource.

use std::borrow::Cow;

use Place::{In, InEach};
use innovate_core::{
    Node, Resource, Site,
    value::{Intrinsic, Pseudo, Str},
};

/// What a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Who may assume a role.
    Trust,
    /// What a role, user or group may do, in a policy of its own.
    Managed,
    /// What a role, user or group may do, written into it.
    Inline,
    /// Who may do what with one resource.
    Resource,
}

/// A policy of a resource.
#[derive(Debug)]
pub(crate) struct Policy<'a> {
    /// The property that holds it.
    pub(crate) property: Str,
    /// What it is for.
    pub(crate) purpose: Purpose,
    document: Cow<'a, Node>,
}

/// Where in a resource policies are.
#[derive(Clone, Copy)]
enum Place {
    /// One, in a property.
    In(&'static str),
    /// One in each item of a list.
    InEach(&'static str, &'static str),
}

/// Where resources hold policies, sorted by type.
const PLACES: &[(&str, Place, Purpose)] = &[
    ("AWS::Backup::BackupVault", In("AccessPolicy"), Purpose::Resource),
    ("AWS::Backup::LogicallyAirGappedBackupVault", In("AccessPolicy"), Purpose::Resource),
    ("AWS::EC2::VPCEndpoint", In("PolicyDocument"), Purpose::Resource),
    ("AWS::ECR::RegistryPolicy", In("PolicyText"), Purpose::Resource),
    ("AWS::ECR::Repository", In("RepositoryPolicyText"), Purpose::Resource),
    ("AWS::ECR::RepositoryCreationTemplate", In("RepositoryPolicy"), Purpose::Resource),
    ("AWS::EKS::PodIdentityAssociation", In("Policy"), Purpose::Inline),
    ("AWS::IAM::Group", InEach("Policies", "PolicyDocument"), Purpose::Inline),
    ("AWS::IAM::GroupPolicy", In("PolicyDocument"), Purpose::Inline),
    ("AWS::IAM::ManagedPolicy", In("PolicyDocument"), Purpose::Managed),
    ("AWS::IAM::Policy", In("PolicyDocument"), Purpose::Inline),
    ("AWS::IAM::Role", In("AssumeRolePolicyDocument"), Purpose::Trust),
    ("AWS::IAM::Role", InEach("Policies", "PolicyDocument"), Purpose::Inline),
    ("AWS::IAM::RolePolicy", In("PolicyDocument"), Purpose::Inline),
    ("AWS::IAM::User", InEach("Policies", "PolicyDocument"), Purpose::Inline),
    ("AWS::IAM::UserPolicy", In("PolicyDocument"), Purpose::Inline),
    ("AWS::KMS::Key", In("KeyPolicy"), Purpose::Resource),
    ("AWS::KMS::ReplicaKey", In("KeyPolicy"), Purpose::Resource),
    ("AWS::Logs::ResourcePolicy", In("PolicyDocument"), Purpose::Resource),
    ("AWS::S3::AccessPoint", In("Policy"), Purpose::Resource),
    ("AWS::S3::BucketPolicy", In("PolicyDocument"), Purpose::Resource),
    ("AWS::SNS::TopicPolicy", In("PolicyDocument"), Purpose::Resource),
    ("AWS::SQS::QueueInlinePolicy", In("PolicyDocument"), Purpose::Resource),
    ("AWS::SQS::QueuePolicy", In("PolicyDocument"), Purpose::Resource),
    ("AWS::SSO::PermissionSet", In("InlinePolicy"), Purpose::Inline),
    ("AWS::SecretsManager::ResourcePolicy", In("ResourcePolicy"), Purpose::Resource),
];

/// The policies that a resource holds.
pub(crate) fn policies_of(resource: &Resource) -> Vec<Policy<'_>> {
    let type_name = resource.type_name();
    let first = PLACES.partition_point(|(before, ..)| *before < type_name);
    let places = PLACES.iter().skip(first).take_while(|(found, ..)| *found == type_name);
    let mut policies = Vec::new();
    for &(_, place, purpose) in places {
        match place {
            In(property) => {
                let node = resource.properties().get(property);
                policies.extend(Policy::of(Str::Borrowed(property), node, purpose));
            }
            InEach(list, inner) => {
                let items = resource.properties().get(list).and_then(Node::as_list);
                for (index, item) in items.into_iter().flatten().enumerate() {
                    let property = Str::Owned(format!("{list}/{index}/{inner}"));
                    policies.extend(Policy::of(property, item.get(inner), purpose));
                }
            }
        }
    }
    policies
}

impl<'a> Policy<'a> {
    fn of(property: Str, node: Option<&'a Node>, purpose: Purpose) -> Option<Self> {
        Some(Self { property, purpose, document: read(node?)? })
    }

    /// Its statements.
    pub(crate) fn statements(&self) -> &[Node] {
        match self.document.get("Statement") {
            Some(Node::List(statements)) => statements,
            Some(statement) => std::slice::from_ref(statement),
            None => &[],
        }
    }

    /// The whole document.
    pub(crate) fn document(&self) -> &Node {
        &self.document
    }
}

/// The document that a property holds: a map as it is, text as the JSON that it holds.
fn read(node: &Node) -> Option<Cow<'_, Node>> {
    match node {
        Node::Map(_) => Some(Cow::Borrowed(node)),
        Node::Text(text) => parse(text),
        Node::Intrinsic(intrinsic) => match &**intrinsic {
            Intrinsic::Sub { template, .. } => parse(template),
            Intrinsic::ToJsonString(json) => read(json),
            _ => parse(&flat(node, None)),
        },
        _ => None,
    }
}

fn parse(text: &str) -> Option<Cow<'static, Node>> {
    serde_json::from_str::<serde_json::Value>(text).ok().map(|json| Cow::Owned(Node::from(json)))
}

/// Text with `${..}` where it is known only at deployment. What the site decides is filled in, if
/// the site is given.
pub(crate) fn flat<'a>(node: &'a Node, site: Option<&'a Site>) -> Cow<'a, str> {
    match node {
        Node::Text(text) => Cow::Borrowed(text),
        Node::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
        Node::Integer(number) => Cow::Owned(number.to_string()),
        Node::Intrinsic(intrinsic) => match (&**intrinsic, site) {
            (Intrinsic::Concat(parts), _) => {
                Cow::Owned(parts.iter().map(|part| flat(part, site)).collect())
            }
            (Intrinsic::Sub { template, .. }, _) => Cow::Borrowed(template),
            (Intrinsic::Pseudo(Pseudo::AccountId), Some(site)) => Cow::Borrowed(site.account()),
            (Intrinsic::Pseudo(Pseudo::Region), Some(site)) => Cow::Borrowed(site.region()),
            (Intrinsic::Pseudo(Pseudo::Partition), Some(_)) => Cow::Borrowed("aws"),
            (Intrinsic::Pseudo(Pseudo::UrlSuffix), Some(_)) => Cow::Borrowed("amazonaws.com"),
            (Intrinsic::Pseudo(pseudo), _) => Cow::Owned(format!("${{{}}}", pseudo.name())),
            (Intrinsic::Reference(reference), _) => {
                let id = reference.target.logical_id();
                Cow::Owned(match &reference.attribute {
                    Some(attribute) => format!("${{{id}.{attribute}}}"),
                    None => format!("${{{id}}}"),
                })
            }
            _ => Cow::Borrowed("${...}"),
        },
        _ => Cow::Borrowed(""),
    }
}

/// A text or a list of texts, each [`flat`].
pub(crate) fn texts(node: Option<&Node>) -> Vec<Cow<'_, str>> {
    match node {
        Some(Node::List(items)) => items.iter().map(|item| flat(item, None)).collect(),
        Some(node) => vec![flat(node, None)],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_sorted_for_the_binary_search() {
        assert!(PLACES.is_sorted_by_key(|(type_name, ..)| *type_name));
    }
}
