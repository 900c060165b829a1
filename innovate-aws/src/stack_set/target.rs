//! Where a StackSet deploys to, and with whose permissions.

use innovate_cfn::{
    cloudformation::{self, stack_set},
    kind::RoleArn,
};
use innovate_core::{Gives, Literal, Text, Value};

use crate::name::{AccountId, RoleName};

/// Where a StackSet deploys to, which decides about the permissions that it takes.
#[derive(Clone, Debug)]
pub enum Targets {
    /// Accounts of an organization, with permissions that AWS manages.
    Organization(OrganizationTargets),
    /// Accounts by their numbers, with roles that somebody makes.
    Accounts(AccountTargets),
}

impl Targets {
    /// All accounts in units of the organization and in the units below them: `SERVICE_MANAGED`. A unit is an
    /// `OrganizationalUnitId` (or the root's), or the reference of one that the program makes. The
    /// organization must trust StackSets (`aws cloudformation activate-organizations-access`), and its
    /// management account is never deployed to.
    ///
    /// Sources: "Activate trusted access for StackSets with AWS Organizations", AWS CloudFormation User Guide;
    /// "DeploymentTargets", AWS CloudFormation API Reference.
    pub fn units<U: Gives<Text>>(units: impl IntoIterator<Item = U>) -> OrganizationTargets {
        OrganizationTargets {
            units: units.into_iter().map(Gives::give).collect(),
            filter: Filter::None,
            auto_deployment: None,
            delegated: false,
        }
    }

    /// These accounts: `SELF_MANAGED`. By default this account has the role
    /// `AWSCloudFormationStackSetAdministrationRole`, which may assume
    /// `AWSCloudFormationStackSetExecutionRole` in each of them.
    ///
    /// Source: "Grant self-managed permissions", AWS CloudFormation User Guide.
    pub fn accounts(accounts: impl IntoIterator<Item = AccountId>) -> AccountTargets {
        AccountTargets {
            accounts: accounts.into_iter().collect(),
            administration_role: None,
            execution_role: None,
        }
    }

    /// The accounts, if the program names each.
    pub(super) fn named(&self) -> Option<&[AccountId]> {
        match self {
            Self::Organization(OrganizationTargets { filter: Filter::Only(accounts), .. })
            | Self::Accounts(AccountTargets { accounts, .. }) => Some(accounts),
            Self::Organization(_) => None,
        }
    }

    pub(super) fn model(&self) -> Literal<stack_set::PermissionModel> {
        match self {
            Self::Organization(_) => stack_set::PermissionModel::SERVICE_MANAGED,
            Self::Accounts(_) => stack_set::PermissionModel::SELF_MANAGED,
        }
    }

    pub(super) fn deployment(&self) -> stack_set::DeploymentTargets {
        let targets = stack_set::DeploymentTargets::new();
        match self {
            Self::Accounts(to) => targets.accounts(numbers(&to.accounts)),
            Self::Organization(to) => {
                let targets = targets.organizational_unit_ids(to.units.clone());
                match &to.filter {
                    Filter::None => targets,
                    Filter::Only(accounts) => {
                        targets.accounts(numbers(accounts)).account_filter_type(
                            stack_set::DeploymentTargetsAccountFilterType::INTERSECTION,
                        )
                    }
                    Filter::Except(accounts) => {
                        targets.accounts(numbers(accounts)).account_filter_type(
                            stack_set::DeploymentTargetsAccountFilterType::DIFFERENCE,
                        )
                    }
                }
            }
        }
    }

    /// With what the permissions need beside the targets.
    pub(super) fn permit(&self, resource: cloudformation::StackSet) -> cloudformation::StackSet {
        match self {
            Self::Accounts(to) => {
                let resource = match &to.administration_role {
                    Some(role) => resource.administration_role_arn(role.clone()),
                    None => resource,
                };
                match &to.execution_role {
                    Some(role) => resource.execution_role_name(role.as_str().to_owned()),
                    None => resource,
                }
            }
            Self::Organization(to) => {
                let auto = match to.auto() {
                    AutoDeployment::Off => stack_set::AutoDeployment::new().enabled(false),
                    on => stack_set::AutoDeployment::new()
                        .enabled(true)
                        .retain_stacks_on_account_removal(on == AutoDeployment::RetainOnRemoval),
                };
                let call_as = match to.delegated {
                    true => stack_set::CallAs::DELEGATED_ADMIN,
                    false => stack_set::CallAs::SELF,
                };
                resource.auto_deployment(auto).call_as(call_as)
            }
        }
    }
}

fn numbers(accounts: &[AccountId]) -> Vec<String> {
    accounts.iter().map(AccountId::to_string).collect()
}

/// Accounts of an organization; made by [`Targets::units`].
#[derive(Clone, Debug)]
#[must_use = "it says where to deploy to"]
pub struct OrganizationTargets {
    pub(super) units: Vec<Value<Text>>,
    pub(super) filter: Filter,
    auto_deployment: Option<AutoDeployment>,
    pub(super) delegated: bool,
}

/// Which accounts of the units. CloudFormation has a third kind, `UNION`, which it refuses for a StackSet that
/// is made.
///
/// Source: "AWS::CloudFormation::StackSet DeploymentTargets", AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    None,
    Only(Vec<AccountId>),
    Except(Vec<AccountId>),
}

impl OrganizationTargets {
    /// Only these accounts of the units.
    pub fn only(mut self, accounts: impl IntoIterator<Item = AccountId>) -> Self {
        self.filter = Filter::Only(accounts.into_iter().collect());
        self
    }

    /// All accounts of the units but these, such as suspended ones.
    pub fn except(mut self, accounts: impl IntoIterator<Item = AccountId>) -> Self {
        self.filter = Filter::Except(accounts.into_iter().collect());
        self
    }

    /// What happens when an account comes into one of the units or leaves it. By default a new one is deployed to,
    /// and what an account has that leaves is deleted; with [`only`](Self::only) and [`except`](Self::except)
    /// nothing happens.
    pub fn auto_deployment(mut self, auto_deployment: AutoDeployment) -> Self {
        self.auto_deployment = Some(auto_deployment);
        self
    }

    /// The stack is in an account that the management account has registered as a delegated administrator of
    /// StackSets. By default it is in the management account itself.
    pub fn as_delegated_administrator(mut self) -> Self {
        self.delegated = true;
        self
    }

    fn auto(&self) -> AutoDeployment {
        self.auto_deployment.unwrap_or(match self.filter {
            Filter::None => AutoDeployment::DeleteOnRemoval,
            Filter::Only(_) | Filter::Except(_) => AutoDeployment::Off,
        })
    }
}

impl From<OrganizationTargets> for Targets {
    fn from(targets: OrganizationTargets) -> Self {
        Self::Organization(targets)
    }
}

/// What happens when an account comes into a unit of the organization that is deployed to, or leaves it.
///
/// Source: "Enable or disable automatic deployments for StackSets in AWS Organizations", AWS CloudFormation
/// User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoDeployment {
    /// An account that comes is deployed to; what one has that leaves is deleted.
    DeleteOnRemoval,
    /// An account that comes is deployed to; what one has that leaves stays, and is no longer the StackSet's.
    RetainOnRemoval,
    /// Nothing, until the next deployment.
    Off,
}

/// Accounts by their numbers; made by [`Targets::accounts`].
#[derive(Clone, Debug)]
#[must_use = "it says where to deploy to"]
pub struct AccountTargets {
    accounts: Vec<AccountId>,
    administration_role: Option<Value<RoleArn>>,
    execution_role: Option<RoleName>,
}

impl AccountTargets {
    /// The role of this account with which StackSets assumes the role in each target. By default
    /// `AWSCloudFormationStackSetAdministrationRole`.
    pub fn administration_role(mut self, role: impl Gives<RoleArn>) -> Self {
        self.administration_role = Some(role.give());
        self
    }

    /// The name of the role in each target with which the stacks are made. By default
    /// `AWSCloudFormationStackSetExecutionRole`.
    pub fn execution_role(mut self, role: RoleName) -> Self {
        self.execution_role = Some(role);
        self
    }
}

impl From<AccountTargets> for Targets {
    fn from(targets: AccountTargets) -> Self {
        Self::Accounts(targets)
    }
}
