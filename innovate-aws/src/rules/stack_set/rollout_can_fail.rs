//! `SET-02`: a StackSet deploys to as many accounts at a time as it says, and can fail.

use innovate_core::{Rule, check::Check};

/// `SET-02`.
pub static ROLLOUT_CAN_FAIL: Rule = Rule {
    code: "SET-02",
    title: "a StackSet deploys to as many accounts at a time as it says, and can fail",
    explanation: "An operation of a StackSet fails in a region when more accounts failed than it tolerates. One \
that tolerates all of them is called a success whatever happens. Unless it goes on despite \
failures, it never deploys to more accounts at a time than may still fail, and one: more at a \
time have no effect.\n\nSource: \"StackSetOperationPreferences\", AWS CloudFormation API \
Reference.",
    check: Check::Elsewhere,
};
