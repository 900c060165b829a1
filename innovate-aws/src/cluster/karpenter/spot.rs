//! The role that Spot Instances need in an account.

use innovate_cfn::iam;
use innovate_core::{DeletionPolicy, ResourceType as _, Scope};

/// Who makes `AWSServiceRoleForEC2Spot`, without which an account can't start Spot Instances.
///
/// An account has one at most, whatever the number of its clusters and regions, and making a second
/// fails the deployment. EC2 makes it when someone first asks for a Spot Instance in the console;
/// Karpenter doesn't, so in an account that never had one its nodes fail to start.
///
/// Source: "Service-linked role for Spot Instance requests", Amazon EC2 User Guide; "Getting Started
/// with Karpenter", Karpenter documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpotServiceRole {
    /// The account has it, or uses no Spot Instances.
    #[default]
    Existing,
    /// This program, for an account that has none: in one stack of all that the account has. It
    /// stays when it leaves its stack, since others may use it; a stack that is made anew then has
    /// to leave it out.
    Created,
}

impl SpotServiceRole {
    pub(super) fn add_to(self, scope: &mut Scope<'_>) {
        if self == Self::Created {
            let role = iam::ServiceLinkedRole::new()
                .aws_service_name("spot.amazonaws.com")
                .description("Lets EC2 start Spot Instances")
                .removal_policy(DeletionPolicy::RetainExceptOnCreate);
            scope.add("SpotServiceRole", role);
        }
    }
}
