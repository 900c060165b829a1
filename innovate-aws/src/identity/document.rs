//! Policies as a rule reads them: whichever way they were written, and wherever in a resource.

use std::borrow::Cow;

use innovate_core::{
    Node, Resource, Site, StackModel,
    check::Model,
    value::{Intrinsic, Pseudo},
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
    pub(crate) property: String,
    /// What it is for.
    pub(crate) purpose: Purpose,
    document: Cow<'a, Node>,
}

/// Where resources hold policies. A `*` stands for every item of a list.
const PLACES: &[(&str, &str, Purpose)] = &[
    ("AWS::EC2::VPCEndpoint", "PolicyDocument", Purpose::Resource),
    ("AWS::ECR::Repository", "RepositoryPolicyText", Purpose::Resource),
    ("AWS::EKS::PodIdentityAssociation", "Policy", Purpose::Inline),
    ("AWS::IAM::Group", "Policies/*/PolicyDocument", Purpose::Inline),
    ("AWS::IAM::GroupPolicy", "PolicyDocument", Purpose::Inline),
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", Purpose::Managed),
    ("AWS::IAM::Policy", "PolicyDocument", Purpose::Inline),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", Purpose::Trust),
    ("AWS::IAM::Role", "Policies/*/PolicyDocument", Purpose::Inline),
    ("AWS::IAM::RolePolicy", "PolicyDocument", Purpose::Inline),
    ("AWS::IAM::User", "Policies/*/PolicyDocument", Purpose::Inline),
    ("AWS::IAM::UserPolicy", "PolicyDocument", Purpose::Inline),
    ("AWS::KMS::Key", "KeyPolicy", Purpose::Resource),
    ("AWS::KMS::ReplicaKey", "KeyPolicy", Purpose::Resource),
    ("AWS::Logs::ResourcePolicy", "PolicyDocument", Purpose::Resource),
    ("AWS::S3::AccessPoint", "Policy", Purpose::Resource),
    ("AWS::S3::BucketPolicy", "PolicyDocument", Purpose::Resource),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", Purpose::Resource),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", Purpose::Resource),
    ("AWS::SSO::PermissionSet", "InlinePolicy", Purpose::Inline),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", Purpose::Resource),
];

/// Every policy of a program, with the resource that holds it.
pub(crate) fn policies<'app>(
    model: &Model<'app>,
) -> impl Iterator<Item = (&'app Resource, Policy<'app>)> {
    let mut types: Vec<&str> = PLACES.iter().map(|(type_name, ..)| *type_name).collect();
    types.dedup();
    let resources: Vec<&'app Resource> =
        types.into_iter().flat_map(|type_name| model.resources_of(type_name)).collect();
    resources.into_iter().flat_map(|resource| {
        policies_of(resource).into_iter().map(move |policy| (resource, policy))
    })
}

/// Where a resource is deployed.
pub(crate) fn site_of<'app>(model: &Model<'app>, resource: &Resource) -> Option<&'app Site> {
    let at = model.graph().position(resource.address().stack())?;
    model.stacks().get(at).map(StackModel::site)
}

/// The policies that a resource holds.
pub(crate) fn policies_of(resource: &Resource) -> Vec<Policy<'_>> {
    let mut policies = Vec::new();
    let places = PLACES.iter().filter(|(type_name, ..)| *type_name == resource.type_name());
    for (_, path, purpose) in places {
        let Some((list, inner)) = path.split_once("/*/") else {
            policies.extend(Policy::at(resource, (*path).to_owned(), *purpose));
            continue;
        };
        let count = resource.properties().get(list).and_then(Node::as_list).map_or(0, <[_]>::len);
        policies.extend(
            (0..count).filter_map(|item| {
                Policy::at(resource, format!("{list}/{item}/{inner}"), *purpose)
            }),
        );
    }
    policies
}

impl<'a> Policy<'a> {
    fn at(resource: &'a Resource, property: String, purpose: Purpose) -> Option<Self> {
        let document = read(resource.properties().at(&property)?)?;
        Some(Self { property, purpose, document })
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
pub(crate) fn flat(node: &Node, site: Option<&Site>) -> String {
    match node {
        Node::Text(text) => text.clone().into_owned(),
        Node::Bool(truth) => truth.to_string(),
        Node::Integer(number) => number.to_string(),
        Node::Intrinsic(intrinsic) => match (&**intrinsic, site) {
            (Intrinsic::Concat(parts), _) => parts.iter().map(|part| flat(part, site)).collect(),
            (Intrinsic::Sub { template, .. }, _) => template.clone().into_owned(),
            (Intrinsic::Pseudo(Pseudo::AccountId), Some(site)) => site.account().to_owned(),
            (Intrinsic::Pseudo(Pseudo::Region), Some(site)) => site.region().to_owned(),
            (Intrinsic::Pseudo(Pseudo::Partition), Some(_)) => "aws".to_owned(),
            (Intrinsic::Pseudo(Pseudo::UrlSuffix), Some(_)) => "amazonaws.com".to_owned(),
            (Intrinsic::Pseudo(pseudo), _) => format!("${{{}}}", pseudo.name()),
            (Intrinsic::Reference(reference), _) => match &reference.attribute {
                Some(attribute) => format!("${{{}.{attribute}}}", reference.target.logical_id()),
                None => format!("${{{}}}", reference.target.logical_id()),
            },
            _ => "${...}".to_owned(),
        },
        _ => String::new(),
    }
}

/// A text or a list of texts, each [`flat`].
pub(crate) fn texts(node: Option<&Node>) -> Vec<String> {
    match node {
        Some(Node::List(items)) => items.iter().map(|item| flat(item, None)).collect(),
        Some(node) => vec![flat(node, None)],
        None => Vec::new(),
    }
}

/// Whether a statement allows.
pub(crate) fn allows(statement: &Node) -> bool {
    statement.get("Effect").and_then(Node::as_text) == Some("Allow")
}

/// The values that a statement's conditions compare a key with, by operator.
pub(crate) fn conditions_on(statement: &Node, key: &str) -> Vec<(String, Vec<String>)> {
    let operators = statement.get("Condition").and_then(Node::as_map).unwrap_or_default();
    let keys = operators.iter().flat_map(|(operator, keys)| {
        keys.as_map().unwrap_or_default().iter().map(move |(key, values)| (operator, key, values))
    });
    keys.filter(|(_, found, _)| found.eq_ignore_ascii_case(key))
        .map(|(operator, _, values)| (operator.clone().into_owned(), texts(Some(values))))
        .collect()
}

/// The principals of one sort (`AWS`, `Service`, `Federated`) that a statement names.
pub(crate) fn principals(statement: &Node, sort: &str) -> Vec<String> {
    texts(statement.get("Principal").and_then(|principal| principal.get(sort)))
}
