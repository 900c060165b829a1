//! `IAM-06`: a grant is where it can be made.

use innovate_core::{Rule, check::Check};

/// `IAM-06`.
pub static GRANT_REACHES_ITS_ACCOUNT: Rule = Rule {
    code: "IAM-06",
    title: "a grant is in its role's account, and so is what it grants",
    explanation: "\
A policy is made in the account of the role that it is for, so a grant is added to a stack of that \
account. Within one account the role's policy decides. Between two accounts both decide: the resource's \
own policy must let the role in, and the policy of the key that encrypts it, which for that must be a \
customer-managed one. A grant says with `.admitted()` that they do.

A grant's policy is named after its stack and id, in up to 128 characters, so that no two grants of a \
role replace each other.

Source: \"Cross-account policy evaluation logic\", AWS Identity and Access Management User Guide; \
\"PutRolePolicy\", IAM API Reference.",
    check: Check::Elsewhere,
};
