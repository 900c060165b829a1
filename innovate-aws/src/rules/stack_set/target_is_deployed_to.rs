//! `SET-01`: a StackSet has accounts and regions to deploy to, each once.

use innovate_core::{Rule, check::Check};

/// `SET-01`.
pub static TARGET_IS_DEPLOYED_TO: Rule = Rule {
    code: "SET-01",
    title: "a StackSet has accounts and regions to deploy to, each once",
    explanation: "A StackSet without a unit, account or region deploys nothing, and one that names any twice is \
refused. With permissions that AWS manages it never deploys to the management account of the \
organization, even if that is in a unit that is named: what is needed there too goes into a \
stack of its own.\n\nSource: \"AWS::CloudFormation::StackSet\", AWS CloudFormation Template \
Reference Guide; \"DeploymentTargets\", AWS CloudFormation API Reference.",
    check: Check::Elsewhere,
};
