//! `SET-03`: the template of a StackSet of an organization has no macros and no nested stacks.

use innovate_core::{Rule, check::Check};

/// `SET-03`.
pub static TEMPLATE_IS_TAKEN: Rule = Rule {
    code: "SET-03",
    title: "the template of a StackSet of an organization has no macros and no nested stacks",
    explanation: "With permissions that AWS manages StackSets fails where a template has a macro, those that \
CloudFormation hosts among them (`Fn::ToJsonString` brings one), or a nested stack. Deploy to \
accounts by their numbers, or do without.\n\nSources: \"CreateStackSet\", AWS CloudFormation \
API Reference; \"Create CloudFormation StackSets with service-managed permissions\", AWS \
CloudFormation User Guide.",
    check: Check::Elsewhere,
};
