//! What a role may do, in policies that fit IAM's quota.

use innovate_cfn::{
    iam,
    kind::{ManagedPolicyArn, RoleName},
    policy::{PolicyDocument, Statement},
};
use innovate_core::{Node, Scope, Site, Value};

use super::size::{INLINE_POLICIES, MANAGED_POLICY, Size};

/// What a role may do: statements of an identity policy.
///
/// They become managed policies, since inline ones can't be reviewed by themselves, and as many as it
/// takes: IAM allows a managed policy 6,144 characters.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Permissions(Vec<Statement>);

impl Permissions {
    /// The permission to do nothing.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// What the statements allow.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self(statements.into_iter().collect())
    }

    /// The same with one more statement.
    pub fn with(mut self, statement: Statement) -> Self {
        self.0.push(statement);
        self
    }

    /// Whether they are more than half of what all inline policies of a role may be together, and each
    /// of them fits into a managed policy.
    pub(super) fn ask_for_managed_policies(&self, site: &Site) -> bool {
        let frame = Size::of(&Node::from(PolicyDocument::new([])), site).expected();
        let lengths = self.0.iter().map(|statement| {
            // One more for the comma.
            Size::of(&Node::from(statement.clone()), site).expected() + 1
        });
        let (mut sum, mut longest) = (frame, 0);
        for length in lengths {
            sum += length;
            longest = longest.max(length);
        }
        sum > INLINE_POLICIES / 2 && frame + longest <= MANAGED_POLICY
    }

    /// Its statements, over as few policies as they fit into, in their order.
    fn split(self, site: &Site) -> Vec<PolicyDocument> {
        let frame = Size::of(&Node::from(PolicyDocument::new([])), site).expected();
        let mut policies = Vec::new();
        let (mut policy, mut length) = (PolicyDocument::new([]), frame);
        for statement in self.0 {
            // One more for the comma.
            let added = Size::of(&Node::from(statement.clone()), site).expected() + 1;
            if length + added > MANAGED_POLICY && !policy.is_empty() {
                policies.push(std::mem::take(&mut policy));
                length = frame;
            }
            policy = policy.with(statement);
            length += added;
        }
        if !policy.is_empty() {
            policies.push(policy);
        }
        policies
    }

    /// Adds the policies, named `Policy`, `Policy2` and so on, and gives their ARNs.
    pub(crate) fn add_to(
        self,
        scope: &mut Scope<'_>,
        description: &'static str,
    ) -> Vec<Value<ManagedPolicyArn>> {
        let policies = self.split(&scope.site().clone());
        let add = |(at, policy): (usize, PolicyDocument)| {
            let policy = iam::ManagedPolicy::new(policy).description(description);
            scope.add(id(at), policy).reference()
        };
        policies.into_iter().enumerate().map(add).collect()
    }

    /// Adds the policies, named likewise, and attaches them to a role.
    pub(crate) fn attach_to(
        self,
        scope: &mut Scope<'_>,
        role: &Value<RoleName>,
        description: String,
    ) {
        for (at, policy) in self.split(&scope.site().clone()).into_iter().enumerate() {
            let policy =
                iam::ManagedPolicy::new(policy).description(description.clone()).roles([role]);
            scope.add(id(at), policy);
        }
    }
}

fn id(at: usize) -> String {
    if at == 0 { "Policy".to_owned() } else { format!("Policy{}", at + 1) }
}

impl From<Statement> for Permissions {
    fn from(statement: Statement) -> Self {
        Self::new([statement])
    }
}

impl<const N: usize> From<[Statement; N]> for Permissions {
    fn from(statements: [Statement; N]) -> Self {
        Self::new(statements)
    }
}

impl From<Vec<Statement>> for Permissions {
    fn from(statements: Vec<Statement>) -> Self {
        Self::new(statements)
    }
}

impl Extend<Statement> for Permissions {
    fn extend<I: IntoIterator<Item = Statement>>(&mut self, statements: I) {
        self.0.extend(statements);
    }
}

#[cfg(test)]
mod tests {
    use innovate_core::StageKind;

    use super::*;

    fn site() -> Site {
        Site::new("innovate-prod", StageKind::Prod, "444455556666", "eu-west-1")
    }

    fn long(count: usize) -> Permissions {
        Permissions::new((0..count).map(|at| {
            let bucket = format!("arn:aws:s3:::{}-{at}", "b".repeat(1_000));
            Statement::allow(["s3:GetObject"]).on(bucket)
        }))
    }

    #[test]
    fn what_fits_into_one_policy_stays_in_one() {
        assert_eq!(long(5).split(&site()).len(), 1);
        assert!(Permissions::none().split(&site()).is_empty());
    }

    #[test]
    fn what_does_not_fit_is_split_without_a_statement_lost() {
        let policies = long(13).split(&site());
        assert_eq!(policies.len(), 3);
        assert_eq!(policies.iter().map(|policy| policy.statements().len()).sum::<usize>(), 13);
        for policy in policies {
            assert!(Size::of(&Node::from(policy), &site()).known <= MANAGED_POLICY);
        }
    }
}
