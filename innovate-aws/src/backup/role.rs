//! The roles that AWS Backup acts with.

use innovate_cfn::{
    iam,
    kind::{ManagedPolicyArn, RoleArn},
    policy::{PolicyDocument, Principal},
};
use innovate_core::{AnyStack, Construct, MAIN, Scope, Site, Text, Value, text, value::pseudo};

use crate::identity::{Grantee, RoleHandle};

/// The role with which AWS Backup backs up. What it may do is AWS's to say, since each kind of resource that
/// AWS Backup learns to back up needs more.
///
/// The trust doesn't ask for aws:SourceAccount. AWS Backup documents that it sends this key when it uses
/// a vault's key and publishes to a topic, not when it assumes a role, and a trust that asks for a key
/// which isn't sent lets no backup be made. Nobody of another account gets at the role by this: it is
/// handed over with `iam:PassRole`, which doesn't reach across accounts.
///
/// Sources: "Managed policies for AWS Backup", "IAM service roles" and "Cross-service confused deputy
/// prevention", AWS Backup Developer Guide; "Grant a user permissions to pass a role to an AWS service",
/// IAM User Guide.
pub(super) fn for_backup(scope: &mut Scope<'_>, buckets: bool) -> iam::RoleRef {
    let mut policies = vec![managed("service-role/AWSBackupServiceRolePolicyForBackup")];
    if buckets {
        policies.push(managed("AWSBackupServiceRolePolicyForS3Backup"));
    }
    scope.add("Role", role("AWS Backup, to back up", policies))
}

/// The role with which AWS Backup restores. It is another than a plan's: what makes backups needs no
/// right to make databases and volumes.
///
/// Its ARN is an output of its stack: whoever restores needs it, and `iam:PassRole` on it.
///
/// Source: "Managed policies for AWS Backup", AWS Backup Developer Guide.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct RestoreRole {
    buckets: bool,
}

impl RestoreRole {
    /// A role that restores whatever AWS Backup backs up, except buckets of S3.
    pub const fn new() -> Self {
        Self { buckets: false }
    }

    /// Restores buckets of S3 as well, for which it may write to every bucket of the account.
    ///
    /// Source: AWSBackupServiceRolePolicyForS3Restore, AWS Managed Policy Reference Guide.
    pub const fn s3_buckets(mut self) -> Self {
        self.buckets = true;
        self
    }
}

impl Construct for RestoreRole {
    type Handle = RestoreRoleHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> RestoreRoleHandle {
        let mut policies = vec![managed("service-role/AWSBackupServiceRolePolicyForRestores")];
        if self.buckets {
            policies.push(managed("AWSBackupServiceRolePolicyForS3Restore"));
        }
        let role = scope.add(MAIN, role("AWS Backup, to restore", policies));
        scope.output("RoleArn", role.arn().assume::<Text>()).describe("The role to restore with");
        RestoreRoleHandle { role, buckets: self.buckets, site: scope.site().clone() }
    }
}

/// A role to restore with that is in a stack.
#[derive(Clone, Debug)]
pub struct RestoreRoleHandle {
    role: iam::RoleRef,
    buckets: bool,
    site: Site,
}

impl Grantee for RestoreRoleHandle {
    fn grantee(&self) -> RoleHandle {
        RoleHandle::new("AWS Backup, to restore", &self.role, &self.site)
    }
}

impl RestoreRoleHandle {
    /// Its ARN.
    pub fn arn(&self) -> Value<RoleArn> {
        self.role.arn()
    }

    /// Whether it restores buckets of S3.
    pub(super) const fn restores_buckets(&self) -> bool {
        self.buckets
    }
}

fn role(description: &'static str, policies: Vec<Value<ManagedPolicyArn>>) -> iam::Role {
    iam::Role::new(PolicyDocument::assumable_by(Principal::service("backup.amazonaws.com")))
        .description(description)
        .managed_policy_arns(policies)
}

fn managed(name: &'static str) -> Value<ManagedPolicyArn> {
    let arn: Value<Text> = text!["arn:", pseudo::partition(), ":iam::aws:policy/", name];
    arn.assume()
}
