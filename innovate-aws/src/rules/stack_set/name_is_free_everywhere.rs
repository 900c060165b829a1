//! `SET-05`: what a StackSet names is named once in each account, or in all the world.

use innovate_core::{Rule, check::Check};

/// `SET-05`.
pub static NAME_IS_FREE_EVERYWHERE: Rule = Rule {
    code: "SET-05",
    title: "what a StackSet names is named once in each account, or in all the world",
    explanation: "A StackSet makes the same stack in each account and region. Names of IAM are one for all \
regions of an account, and names of buckets one for all accounts: the second stack with such \
a name fails. Leave the name out, or put `AWS::Region` or `AWS::AccountId` into it. What an \
account needs once, such as a role, goes into a StackSet of its own with one \
region.\n\nSources: \"Best practices for using AWS CloudFormation StackSets\", AWS \
CloudFormation User Guide; \"IAM identifiers\", IAM User Guide; \"General purpose bucket \
naming rules\", Amazon S3 User Guide.",
    check: Check::Elsewhere,
};
