//! What a plan backs up.

use innovate_cfn::{
    backup::backup_selection::{
        BackupSelectionResourceType, BackupSelectionResourceTypeConditions, ConditionParameter,
    },
    kind::RoleArn,
    rds,
};
use innovate_core::{Gives, ResourceRef, Str, Text, Value, text, value::pseudo};

use super::AuditedKind;
use crate::{
    cluster::Cluster,
    database::{AuroraCluster, RdsInstance, Sizing},
    storage::BucketHandle,
};

/// What AWS Backup backs up, by its handle.
#[diagnostic::on_unimplemented(
    message = "AWS Backup doesn't back up `{Self}`",
    label = "not a database, a cluster or a bucket of the program",
    note = "`Selection::all(ResourceKind::..)` and `Selection::with_tag(..)` select what the program doesn't make"
)]
pub trait Protectable {
    /// Its ARN.
    fn protected_arn(&self) -> Value<Text>;
    /// What it is.
    fn kind(&self) -> ResourceKind;
}

impl<K: Sizing> Protectable for AuroraCluster<K> {
    fn protected_arn(&self) -> Value<Text> {
        AsRef::<ResourceRef>::as_ref(self).attribute("DBClusterArn")
    }

    fn kind(&self) -> ResourceKind {
        ResourceKind::AuroraCluster
    }
}

impl Protectable for Cluster {
    fn protected_arn(&self) -> Value<Text> {
        self.arn()
    }

    fn kind(&self) -> ResourceKind {
        ResourceKind::EksCluster
    }
}

impl Protectable for RdsInstance {
    fn protected_arn(&self) -> Value<Text> {
        AsRef::<ResourceRef>::as_ref(self).attribute("DBInstanceArn")
    }

    fn kind(&self) -> ResourceKind {
        ResourceKind::RdsInstance
    }
}

impl Protectable for BucketHandle {
    fn protected_arn(&self) -> Value<Text> {
        self.arn().assume()
    }

    fn kind(&self) -> ResourceKind {
        ResourceKind::S3Bucket
    }
}

impl Protectable for rds::DBClusterRef {
    fn protected_arn(&self) -> Value<Text> {
        self.db_cluster_arn()
    }

    fn kind(&self) -> ResourceKind {
        ResourceKind::AuroraCluster
    }
}

impl Protectable for rds::DBInstanceRef {
    fn protected_arn(&self) -> Value<Text> {
        self.db_instance_arn()
    }

    fn kind(&self) -> ResourceKind {
        ResourceKind::RdsInstance
    }
}

/// A kind of resource that AWS Backup backs up, once the account has opted in to it in the region:
/// `aws backup update-region-settings`, which CloudFormation can't do.
///
/// Source: "Getting started 1: Service opt-in", AWS Backup Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceKind {
    /// Clusters of Aurora, and Multi-AZ clusters of RDS.
    AuroraCluster,
    /// Tables of DynamoDB.
    DynamoDbTable,
    /// Volumes of EBS.
    EbsVolume,
    /// File systems of EFS.
    EfsFileSystem,
    /// Clusters of EKS: the state of Kubernetes and its persistent volumes, as one recovery point.
    EksCluster,
    /// Instances of RDS that are in no cluster.
    RdsInstance,
    /// Buckets of S3, which must have versioning.
    S3Bucket,
}

impl ResourceKind {
    /// As controls of Audit Manager know it, if they do.
    const fn audited(self) -> Option<AuditedKind> {
        match self {
            Self::AuroraCluster => Some(AuditedKind::AuroraCluster),
            Self::DynamoDbTable => Some(AuditedKind::DynamoDbTable),
            Self::EbsVolume => Some(AuditedKind::EbsVolume),
            Self::EfsFileSystem => Some(AuditedKind::EfsFileSystem),
            Self::EksCluster => None,
            Self::RdsInstance => Some(AuditedKind::RdsInstance),
            Self::S3Bucket => Some(AuditedKind::S3Bucket),
        }
    }

    /// Its resources in words.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AuroraCluster => "Aurora clusters",
            Self::DynamoDbTable => "DynamoDB tables",
            Self::EbsVolume => "EBS volumes",
            Self::EfsFileSystem => "EFS file systems",
            Self::EksCluster => "EKS clusters",
            Self::RdsInstance => "RDS instances",
            Self::S3Bucket => "buckets",
        }
    }

    /// The ARNs of its resources, whatever their region and account.
    fn pattern(self) -> &'static str {
        match self {
            Self::AuroraCluster => ":rds:*:*:cluster:*",
            Self::DynamoDbTable => ":dynamodb:*:*:table/*",
            Self::EbsVolume => ":ec2:*:*:volume/*",
            Self::EfsFileSystem => ":elasticfilesystem:*:*:file-system/*",
            Self::EksCluster => ":eks:*:*:cluster/*",
            Self::RdsInstance => ":rds:*:*:db:*",
            Self::S3Bucket => ":s3:::*",
        }
    }
}

/// Which resources a plan backs up.
///
/// ```
/// use innovate_aws::{backup::{ResourceKind, Selection}, database::AuroraCluster};
///
/// fn what(database: &AuroraCluster) -> [Selection; 2] {
///     [
///         Selection::of(database),
///         Selection::all(ResourceKind::EbsVolume).tagged("backup", "daily"),
///     ]
/// }
/// ```
///
/// Source: "Select AWS services to backup", AWS Backup Developer Guide.
#[derive(Clone, Debug)]
pub struct Selection {
    resources: Vec<Value<Text>>,
    tags: Vec<(Str, Str)>,
    pub(super) may_be_bucket: bool,
    kind: Option<ResourceKind>,
}

impl Selection {
    /// One resource of the program.
    pub fn of(resource: &impl Protectable) -> Self {
        Self {
            resources: vec![resource.protected_arn()],
            tags: Vec::new(),
            may_be_bucket: resource.kind() == ResourceKind::S3Bucket,
            kind: Some(resource.kind()),
        }
    }

    /// Every resource of a kind in the account and region, or as many as have the tags that are added.
    pub fn all(kind: ResourceKind) -> Self {
        Self {
            resources: vec![text!["arn:", pseudo::partition(), kind.pattern()]],
            tags: Vec::new(),
            may_be_bucket: kind == ResourceKind::S3Bucket,
            kind: Some(kind),
        }
    }

    /// Every resource with a tag, of whichever kind.
    pub fn with_tag(key: impl Into<Str>, value: impl Into<Str>) -> Self {
        let every =
            Self { resources: vec!["*".give()], tags: Vec::new(), may_be_bucket: true, kind: None };
        every.tagged(key, value)
    }

    /// Only those that have this tag, too.
    #[must_use]
    pub fn tagged(mut self, key: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }

    /// The kind of which it selects resources whatever their tags, if controls know it.
    pub(super) fn audited(&self) -> Option<AuditedKind> {
        self.kind.filter(|_| self.tags.is_empty())?.audited()
    }

    /// Adds the resources of another selection with the same tags.
    pub(super) fn merge(selections: Vec<Self>) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        for mut selection in selections {
            selection.tags.sort();
            match merged.iter_mut().find(|known| known.tags == selection.tags) {
                Some(known) => {
                    known.may_be_bucket |= selection.may_be_bucket;
                    known.resources.append(&mut selection.resources);
                }
                None => merged.push(selection),
            }
        }
        merged
    }

    /// Its id below the plan, of the tags.
    pub(super) fn id(&self) -> String {
        let words = self.tags.iter().flat_map(|(key, value)| [key, value]);
        let word = |word: &Str| {
            let mut letters = word.chars().filter(char::is_ascii_alphanumeric);
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        };
        format!("Selection{}", words.map(word).collect::<String>())
    }

    pub(super) fn resource(self, role: Value<RoleArn>) -> BackupSelectionResourceType {
        let name: String = self.id().chars().take(50).collect();
        let selection = BackupSelectionResourceType::new(role, name).resources(self.resources);
        if self.tags.is_empty() {
            return selection;
        }
        let equals = self.tags.into_iter().map(|(key, value)| {
            ConditionParameter::new()
                .condition_key(format!("aws:ResourceTag/{key}"))
                .condition_value(value)
        });
        let equals: Vec<_> = equals.collect();
        selection.conditions(BackupSelectionResourceTypeConditions::new().string_equals(equals))
    }
}
