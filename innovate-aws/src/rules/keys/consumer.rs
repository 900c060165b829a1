//! What names keys: the properties of resources, and the services that use the keys for them.

use innovate_core::{Node, Resource, check::Model};

/// A property that names a key, and the service that uses it.
pub(super) struct Consumer {
    pub(super) type_name: &'static str,
    /// Its path, with `*` for each item of a list.
    pub(super) property: &'static str,
    pub(super) service: &'static str,
    pub(super) key_use: &'static str,
    /// Whether the key is that of copies, in the region that they go to.
    pub(super) of_copies: bool,
}

/// The key of a bucket's objects.
pub(super) const BUCKET_KEY: &str = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID";

const CONSUMERS: [Consumer; 22] = [
    consumer("AWS::APS::Workspace", "KmsKeyArn", "aps", "Prometheus"),
    consumer("AWS::Logs::LogGroup", "KmsKeyId", "logs", "Logs"),
    consumer("AWS::RDS::DBCluster", "KmsKeyId", "rds", "Rds"),
    consumer("AWS::RDS::DBCluster", "PerformanceInsightsKmsKeyId", "rds", "Rds"),
    consumer("AWS::RDS::DBCluster", "MasterUserSecret/KmsKeyId", "secretsmanager", "Rds"),
    consumer("AWS::RDS::DBInstance", "KmsKeyId", "rds", "Rds"),
    consumer("AWS::RDS::DBInstance", "PerformanceInsightsKMSKeyId", "rds", "Rds"),
    consumer("AWS::RDS::DBInstance", "MasterUserSecret/KmsKeyId", "secretsmanager", "Rds"),
    of_copies("AWS::RDS::DBInstance", "AutomaticBackupReplicationKmsKeyId", "rds", "Rds"),
    consumer("AWS::SecretsManager::Secret", "KmsKeyId", "secretsmanager", "Secrets"),
    of_copies(
        "AWS::SecretsManager::Secret",
        "ReplicaRegions/*/KmsKeyId",
        "secretsmanager",
        "Secrets",
    ),
    consumer("AWS::SNS::Topic", "KmsMasterKeyId", "sns", "Sns"),
    consumer("AWS::SQS::Queue", "KmsMasterKeyId", "sqs", "Sqs"),
    consumer("AWS::EC2::Volume", "KmsKeyId", "ec2", "Ebs"),
    consumer("AWS::Backup::BackupVault", "EncryptionKeyArn", "backup", "Backup"),
    consumer("AWS::Backup::LogicallyAirGappedBackupVault", "EncryptionKeyArn", "backup", "Backup"),
    consumer("AWS::CloudTrail::Trail", "KMSKeyId", "cloudtrail", "LogDelivery"),
    consumer("AWS::ECR::Repository", "EncryptionConfiguration/KmsKey", "ecr", "Ecr"),
    consumer(
        "AWS::ECR::RepositoryCreationTemplate",
        "EncryptionConfiguration/KmsKey",
        "ecr",
        "Ecr",
    ),
    consumer("AWS::S3::Bucket", BUCKET_KEY, "s3", "S3"),
    of_copies(
        "AWS::S3::Bucket",
        "ReplicationConfiguration/Rules/*/Destination/EncryptionConfiguration/ReplicaKmsKeyID",
        "s3",
        "S3",
    ),
    consumer(
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData/BlockDeviceMappings/*/Ebs/KmsKeyId",
        "ec2",
        "Ebs",
    ),
];

pub(super) const fn consumer(
    type_name: &'static str,
    property: &'static str,
    service: &'static str,
    key_use: &'static str,
) -> Consumer {
    Consumer { type_name, property, service, key_use, of_copies: false }
}

const fn of_copies(
    type_name: &'static str,
    property: &'static str,
    service: &'static str,
    key_use: &'static str,
) -> Consumer {
    Consumer { type_name, property, service, key_use, of_copies: true }
}

/// A resource that names a key of the program.
pub(super) struct Found<'m> {
    pub(super) consumer: &'static Consumer,
    pub(super) resource: &'m Resource,
    /// The path of the property.
    pub(super) property: String,
    pub(super) key: &'m Resource,
}

/// Every resource that names a key of the program, once a key.
pub(super) fn consumers<'m>(model: &Model<'m>) -> Vec<Found<'m>> {
    let mut found: Vec<Found<'m>> = Vec::new();
    for consumer in &CONSUMERS {
        for resource in model.resources_of(consumer.type_name) {
            let first = found.len();
            for property in paths(resource, consumer.property) {
                let Some(key) = key_of(model, resource, &property) else { continue };
                let known = found.iter().skip(first);
                if !known.map(|found| found.key).any(|known| known.address() == key.address()) {
                    found.push(Found { consumer, resource, property, key });
                }
            }
        }
    }
    found
}

/// The paths that a path with `*` stands for.
fn paths(resource: &Resource, path: &str) -> Vec<String> {
    let Some((list, rest)) = path.split_once("/*/") else { return vec![path.to_owned()] };
    let items = resource.properties().at(list).and_then(Node::as_list).unwrap_or_default();
    (0..items.len()).map(|index| format!("{list}/{index}/{rest}")).collect()
}

/// The key that a property names, if it is one of the program.
pub(super) fn key_of<'m>(
    model: &Model<'m>,
    resource: &Resource,
    property: &str,
) -> Option<&'m Resource> {
    let node = resource.properties().at(property)?;
    let found = model.resource(&node.as_reference()?.target)?;
    match found.type_name() {
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => Some(found),
        "AWS::KMS::Alias" => key_of(model, found, "TargetKeyId"),
        _ => None,
    }
}
