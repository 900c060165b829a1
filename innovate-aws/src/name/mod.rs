//! Names that templates and manifests share.
//!
//! A manifest in Git can't hold what is known only at deployment, so whatever it refers to has a
//! name that the program gives: one value, used on both sides. [`name!`](crate::name!) makes one
//! that the compiler has checked.
//!
//! * [`NameError`]: why a text is no such name,
//! * [`arn`](self): ARNs of what the program doesn't make,
//! * [`database`](self): names of what is in a database,
//! * [`delegation_signer`](self): which key a parent zone trusts,
//! * [`email`](self): addresses of mail,
//! * [`host`](self): names in the DNS,
//! * [`key_alias`](self): what a KMS key is called,
//! * [`key_prefix`](self): what the keys of some objects of a bucket begin with,
//! * [`kubernetes`](self): what a manifest calls a service account,
//! * [`path_pattern`](self): which paths a route of a distribution is for.

#[macro_use]
mod define;
mod account;
#[doc(hidden)]
pub mod arn;
mod construct;
mod database;
mod delegation_signer;
mod email;
mod host;
mod key_alias;
mod key_prefix;
mod kubernetes;
mod organization;
mod path_pattern;
mod repository;

use innovate_core::Site;

pub use account::AccountId;
pub use arn::{ArnForm, ArnKind};
pub(crate) use construct::{environment_name, kebab, name_of, short_name_of, underscored};
pub use database::DatabaseUser;
pub use define::NameError;
pub(crate) use define::same;
pub use delegation_signer::DelegationSigner;
pub use email::EmailAddress;
pub use host::{DomainName, Hostname, RecordName};
pub use key_alias::KeyAlias;
pub use key_prefix::KeyPrefix;
pub use kubernetes::{NamespaceName, ServiceAccountName, ServiceAccountRef};
pub use organization::{OrganizationId, OrganizationPath, OrganizationalUnitId};
pub use path_pattern::PathPattern;
pub use repository::{RepositoryName, RepositoryPrefix, RepositoryUri};

names! {
    /// The name of an application: the first part of its environments' and stacks' names.
    ApplicationName "application name" 1..=24 "a-z" "a-z0-9-" "a-z0-9"
        "1 to 24 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen"

    /// The name of an EKS cluster. Source: "CreateCluster", Amazon EKS API Reference;
    /// CloudFormation allows no underscore.
    ClusterName "cluster name" 1..=100 "a-zA-Z0-9" "a-zA-Z0-9-" "a-zA-Z0-9-"
        "1 to 100 letters, digits and hyphens, beginning with a letter or digit" => innovate_cfn::kind::EksClusterName

    /// The name of an IAM role. Source: "CreateRole", IAM API Reference.
    RoleName "role name" 1..=64 "a-zA-Z0-9_+=,.@-" "a-zA-Z0-9_+=,.@-" "a-zA-Z0-9_+=,.@-"
        "1 to 64 letters, digits and any of _+=,.@-" => innovate_cfn::kind::RoleName

    /// The name of an instance profile. Source: "CreateInstanceProfile", IAM API Reference.
    InstanceProfileName "instance profile name" 1..=128 "a-zA-Z0-9_+=,.@-" "a-zA-Z0-9_+=,.@-" "a-zA-Z0-9_+=,.@-"
        "1 to 128 letters, digits and any of _+=,.@-" => innovate_cfn::kind::InstanceProfileName

    /// The name of a standard queue. Source: "CreateQueue", Amazon SQS API Reference.
    QueueName "queue name" 1..=80 "a-zA-Z0-9_-" "a-zA-Z0-9_-" "a-zA-Z0-9_-"
        "1 to 80 letters, digits, hyphens and underscores" => innovate_cfn::kind::QueueName

    /// The name of a regional web ACL, which a load balancer takes. Source: "CreateWebACL", AWS WAFV2
    /// API Reference.
    WebAclName "web ACL name" 1..=128 "a-zA-Z0-9_-" "a-zA-Z0-9_-" "a-zA-Z0-9_-"
        "1 to 128 letters, digits, hyphens and underscores"

    /// The name of a web ACL for CloudFront, which no load balancer takes.
    CloudFrontWebAclName "web ACL name" 1..=128 "a-zA-Z0-9_-" "a-zA-Z0-9_-" "a-zA-Z0-9_-"
        "1 to 128 letters, digits, hyphens and underscores"

    /// The name of a secret in Secrets Manager. Source: "CreateSecret", AWS Secrets Manager API
    /// Reference.
    SecretName "secret name" 1..=512 "a-zA-Z0-9/_+=.@-" "a-zA-Z0-9/_+=.@-" "a-zA-Z0-9/_+=.@-"
        "1 to 512 letters, digits and any of /_+=.@-"

    /// What the name of an environment's secret ends in, behind `<application>/<stage>/`.
    SecretPath "path of a secret" 1..=400 "a-z0-9" "a-z0-9/_-" "a-z0-9"
        "1 to 400 lower-case letters, digits, slashes, hyphens and underscores, beginning and ending with a letter or digit"

    /// A key of the JSON object that a secret holds.
    SecretField "key of a secret's value" 1..=128 "a-zA-Z0-9_" "a-zA-Z0-9_.-" "a-zA-Z0-9_"
        "1 to 128 letters, digits and any of _.-, beginning and ending with a letter, digit or underscore"
    /// The name of a target group of a load balancer. Source: "CreateTargetGroup", Elastic Load
    /// Balancing API Reference.
    TargetGroupName "target group name" 1..=32 "a-zA-Z0-9" "a-zA-Z0-9-" "a-zA-Z0-9"
        "1 to 32 letters, digits and hyphens, beginning and ending with a letter or digit"

    /// Tags of images, in which `*` stands for any text. Source: "ImageTagMutabilityExclusionFilter",
    /// Amazon ECR API Reference.
    TagPattern "pattern of tags" 1..=128 "a-zA-Z0-9._*-" "a-zA-Z0-9._*-" "a-zA-Z0-9._*-"
        "1 to 128 letters, digits and any of ._*-"

    /// The name of a registry of Azure Container Registry, the first part of its host. Source: "Naming rules
    /// and restrictions for Azure resources", Azure documentation.
    AzureRegistryName "name of a registry of Azure" 5..=50 "a-z0-9" "a-z0-9" "a-z0-9"
        "5 to 50 lower-case letters and digits"

    /// The name of a log group. Source: "CreateLogGroup", Amazon CloudWatch Logs API Reference.
    LogGroupName "log group name" 1..=512 "a-zA-Z0-9/_.#-" "a-zA-Z0-9/_.#-" "a-zA-Z0-9/_.#-"
        "1 to 512 letters, digits and any of /_.#-" => innovate_cfn::kind::LogGroupName

    /// The name of a backup vault. Source: "CreateBackupVault", AWS Backup API Reference.
    BackupVaultName "backup vault name" 2..=50 "a-zA-Z0-9_-" "a-zA-Z0-9_-" "a-zA-Z0-9_-"
        "2 to 50 letters, digits, hyphens and underscores" => innovate_cfn::kind::BackupVaultName

    /// The first part of a host's name: `database` of `database.innovate-prod.internal`. Source: RFC 1123.
    HostLabel "label of a host" 1..=63 "a-z0-9" "a-z0-9-" "a-z0-9"
        "1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end"

    /// Why a snapshot of a database was made: the end of its name. Source: "CreateDBClusterSnapshot",
    /// Amazon RDS API Reference.
    SnapshotName "name of a snapshot" 1..=128 "a-z0-9" "a-z0-9-" "a-z0-9"
        "1 to 128 lower-case letters, digits and hyphens, with no hyphen at either end"

    /// The name of a bucket. No dots, since a certificate for `*.s3.amazonaws.com` doesn't cover a
    /// name with them. Source: "General purpose bucket naming rules", Amazon S3 User Guide.
    BucketName "bucket name" 3..=63 "a-z0-9" "a-z0-9-" "a-z0-9"
        "3 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit" => innovate_cfn::kind::BucketName
}

impl ClusterName {
    /// The name that an environment's cluster has unless the program gives another: the
    /// environment's own, such as `innovate-prod`. The network tags its subnets with it.
    pub fn of(site: &Site) -> Self {
        Self::trusted(site.environment().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_to_the_rules_of_their_service() {
        assert!(ApplicationName::new("innovate").is_ok());
        assert!(ClusterName::new("innovate-prod").is_ok());
        assert!(RoleName::new("a+b=c,d.e@f-g_h").is_ok());
        assert!(SecretName::new("innovate/prod/db/app").is_ok());
        assert!(LogGroupName::new("/aws/eks/innovate-prod/cluster").is_ok());
        assert!(BucketName::new("innovate-prod-logs").is_ok());
        for wrong in
            ["", "Innovate", "1novate", "inno_vate", "innovate-", "a-name-that-is-far-too-long"]
        {
            assert!(ApplicationName::new(wrong).is_err(), "{wrong}");
        }
        assert!(ClusterName::new("under_score").is_err());
        assert!(RoleName::new("r".repeat(65)).is_err());
        assert!(BucketName::new("dotted.name").is_err());
    }

    #[test]
    fn an_error_names_the_value_and_the_rule() {
        let error = QueueName::new("orders.fifo").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a queue name: `orders.fifo`: 1 to 80 letters, digits, hyphens and underscores"
        );
    }

    #[test]
    fn a_literal_is_checked_by_the_compiler() {
        assert_eq!(name!(RoleName: "innovate-eks-admin").as_str(), "innovate-eks-admin");
        assert_eq!(name!("innovate").as_str(), "innovate");
    }
}
