//! Who a statement is about.

use innovate_core::{Gives, Node, Str, Text, text, value::pseudo};

/// Who may, or may not.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// `None` for everyone.
    sort: Option<(&'static str, Node)>,
}

impl Principal {
    fn of(sort: &'static str, node: Node) -> Self {
        Self { sort: Some((sort, node)) }
    }

    /// A service of AWS: `ec2.amazonaws.com`.
    pub fn service(service: impl Into<Str>) -> Self {
        Self::of("Service", Node::Text(service.into()))
    }

    /// A role, user or session by its ARN.
    pub fn aws(arn: impl Gives<Text>) -> Self {
        Self::of("AWS", arn.give().into_node())
    }

    /// All of an account, as far as its own policies let them.
    pub fn account(id: impl Gives<Text>) -> Self {
        Self::aws(text!["arn:", pseudo::partition(), ":iam::", id.give(), ":root"])
    }

    /// All of the stack's own account, as far as its own policies let them.
    pub fn own_account() -> Self {
        Self::account(pseudo::account_id())
    }

    /// An identity provider, by the ARN of its resource in IAM or by name.
    pub fn federated(provider: impl Gives<Text>) -> Self {
        Self::of("Federated", provider.give().into_node())
    }

    /// A canonical user id of S3.
    pub fn canonical_user(id: impl Gives<Text>) -> Self {
        Self::of("CanonicalUser", id.give().into_node())
    }

    /// Everyone, also without credentials: for a denial, or with a condition that names who.
    pub const fn any() -> Self {
        Self { sort: None }
    }

    /// What a statement shows of its principals: by sort, in the order in which they were named.
    pub(super) fn node(principals: &[Self]) -> Node {
        let mut sorts: Vec<(&'static str, Vec<Node>)> = Vec::new();
        for principal in principals {
            let Some((sort, node)) = &principal.sort else {
                return Node::Text(Str::Borrowed("*"));
            };
            match sorts.iter_mut().find(|(known, _)| known == sort) {
                Some((_, nodes)) => nodes.push(node.clone()),
                None => sorts.push((sort, vec![node.clone()])),
            }
        }
        let entry = |(sort, nodes)| (Str::Borrowed(sort), super::one_or_more::one_or_list(nodes));
        Node::Map(sorts.into_iter().map(entry).collect())
    }
}
