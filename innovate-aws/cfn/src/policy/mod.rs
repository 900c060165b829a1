//! IAM policies as values: identity policies, trust policies, and the policies of keys, buckets,
//! queues and the like.
//!
//! A statement reads as a sentence: *allow* actions *to* principals *on* resources *when* conditions
//! hold.
//!
//! ```
//! use innovate_cfn::policy::{Condition, PolicyDocument, Principal, Statement};
//!
//! let trust = PolicyDocument::assumable_by(Principal::service("vpc-flow-logs.amazonaws.com"));
//! let tls_only = PolicyDocument::new([Statement::deny(["s3:*"])
//!     .to(Principal::any())
//!     .on(["arn:aws:s3:::innovate-logs", "arn:aws:s3:::innovate-logs/*"])
//!     .when(Condition::bool("aws:SecureTransport", false))]);
//! ```
//!
//! * [`PolicyDocument`]: statements; what the properties of that kind take,
//! * [`Statement`], [`Principal`], [`Condition`]: its parts,
//! * [`OneOrMore`]: a text or a list of them, literal or deferred.
//!
//! Such a property also takes free JSON ([`json!`](innovate_core::json)), and text for the policies
//! whose keys are known only at deployment, as in a trust in an OpenID Connect provider.
//!
//! Source: "IAM JSON policy elements reference", AWS Identity and Access Management User Guide.

mod condition;
mod one_or_more;
mod principal;
mod statement;

pub use condition::Condition;
pub use one_or_more::OneOrMore;
pub use principal::Principal;
pub use statement::{Effect, Statement};

use innovate_core::{
    Gives, Is, Json, Node, Str, Text, Value,
    value::{IntoJson, Kind},
};

/// An IAM policy, in the language's version `2012-10-17`.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct PolicyDocument(Vec<Statement>);

impl PolicyDocument {
    /// A policy of statements.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self(statements.into_iter().collect())
    }

    /// A role's trust policy: `principal` may assume it.
    pub fn assumable_by(principal: Principal) -> Self {
        Self::new([Statement::allow(["sts:AssumeRole"]).to(principal)])
    }

    /// The same policy with one more statement.
    pub fn with(mut self, statement: Statement) -> Self {
        self.0.push(statement);
        self
    }

    /// Its statements.
    pub fn statements(&self) -> &[Statement] {
        &self.0
    }

    /// Whether it has no statement; IAM refuses such a policy.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<Statement> for PolicyDocument {
    fn extend<I: IntoIterator<Item = Statement>>(&mut self, statements: I) {
        self.0.extend(statements);
    }
}

impl Kind for PolicyDocument {}
impl Is<PolicyDocument> for Json {}
impl Is<PolicyDocument> for Text {}

impl From<PolicyDocument> for Node {
    fn from(policy: PolicyDocument) -> Self {
        let statements = policy.0.into_iter().map(Self::from).collect();
        Self::Map(vec![
            (Str::Borrowed("Version"), Self::Text(Str::Borrowed("2012-10-17"))),
            (Str::Borrowed("Statement"), Self::List(statements)),
        ])
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Self> for PolicyDocument {
    fn give(self) -> Value<Self> {
        Value::from_node(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl Gives<PolicyDocument> for &PolicyDocument {
    fn give(self) -> Value<PolicyDocument> {
        self.clone().give()
    }
}

#[diagnostic::do_not_recommend]
impl Gives<Json> for PolicyDocument {
    fn give(self) -> Value<Json> {
        Value::from_node(self.into())
    }
}

/// A statement on its own, for the few resources that take one.
#[diagnostic::do_not_recommend]
impl Gives<Json> for Statement {
    fn give(self) -> Value<Json> {
        Value::from_node(self.into())
    }
}

impl IntoJson for PolicyDocument {
    fn into_json(self) -> Node {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use innovate_core::value::pseudo;

    use super::*;

    fn node(statement: Statement) -> Node {
        Node::from(statement)
    }

    #[test]
    fn a_statement_renders_its_parts_and_no_others() {
        let json = serde_json::json!({
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        });
        let statement = Statement::deny(["s3:*"])
            .sid("TlsOnly")
            .to(Principal::any())
            .on(["arn:aws:s3:::a", "arn:aws:s3:::a/*"])
            .when(Condition::bool("aws:SecureTransport", false));
        assert_eq!(sorted(node(statement)), sorted(Node::from(json)));
        let bare = node(Statement::allow(["kms:Decrypt", "kms:Encrypt"]));
        assert_eq!(bare.as_map().unwrap().len(), 2);
        assert_eq!(bare.at("Action/1").and_then(Node::as_text), Some("kms:Encrypt"));
    }

    #[test]
    fn principals_of_one_sort_become_a_list() {
        let statement = node(
            Statement::allow(["kms:*"])
                .to(Principal::service("logs.amazonaws.com"))
                .to(Principal::service("sns.amazonaws.com"))
                .to(Principal::aws("arn:aws:iam::111122223333:role/ops")),
        );
        assert_eq!(
            statement.at("Principal/Service/1").and_then(Node::as_text),
            Some("sns.amazonaws.com")
        );
        assert_eq!(
            statement.at("Principal/AWS").and_then(Node::as_text),
            Some("arn:aws:iam::111122223333:role/ops")
        );
    }

    #[test]
    fn two_conditions_on_one_key_must_both_hold() {
        let both = node(
            Statement::allow(["ec2:RunInstances"])
                .when(Condition::string_like("aws:PrincipalArn", "a*"))
                .when(Condition::string_like("aws:PrincipalArn", "*b")),
        );
        assert_eq!(
            both.at("Condition/StringLike/aws:PrincipalArn").and_then(Node::as_text),
            Some("a*")
        );
        assert_eq!(
            both.at("Condition/StringLikeIfExists/aws:PrincipalArn").and_then(Node::as_text),
            Some("*b")
        );
        let neither = node(
            Statement::deny(["*"])
                .when(Condition::string_not_equals("aws:RequestedRegion", "eu-west-1"))
                .when(Condition::string_not_equals("aws:RequestedRegion", "us-east-1")),
        );
        assert_eq!(
            neither.at("Condition/StringNotEquals/aws:RequestedRegion/1").and_then(Node::as_text),
            Some("us-east-1")
        );
    }

    #[test]
    fn a_condition_takes_deferred_values_and_qualifiers() {
        let statement = node(
            Statement::allow(["sns:Publish"])
                .when(Condition::string_equals("aws:SourceAccount", pseudo::account_id()))
                .when(Condition::string_equals("aws:TagKeys", ["a", "b"]).for_all_values())
                .when(Condition::null("aws:TagKeys", true).if_exists()),
        );
        assert!(statement.at("Condition/StringEquals/aws:SourceAccount").is_some());
        assert!(statement.at("Condition/ForAllValues:StringEquals/aws:TagKeys/1").is_some());
        assert!(statement.at("Condition/Null/aws:TagKeys").is_some(), "Null has no IfExists form");
    }

    /// Maps in the order of their keys, to compare without regard to it.
    fn sorted(node: Node) -> Node {
        match node {
            Node::Map(mut entries) => {
                entries.sort_by(|(left, _), (right, _)| left.cmp(right));
                Node::Map(entries.into_iter().map(|(key, node)| (key, sorted(node))).collect())
            }
            Node::List(items) => Node::List(items.into_iter().map(sorted).collect()),
            node => node,
        }
    }
}
