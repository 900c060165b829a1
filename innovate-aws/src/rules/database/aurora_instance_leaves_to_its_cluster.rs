//! DB-06: what belongs to an Aurora cluster isn't set on its instances, nor the other way round.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE, engine, is_aurora};

/// An instance of Aurora carries none of its cluster's properties, and has its cluster's engine.
pub static AURORA_INSTANCE_LEAVES_TO_ITS_CLUSTER: Rule = Rule {
    code: "DB-06",
    title: "an instance of Aurora has its cluster's engine and none of its cluster's properties",
    explanation: "\
Storage, encryption, passwords and deletion protection belong to the cluster: on an instance RDS \
ignores them or refuses them, and whoever reads them believes in a protection that isn't there. The \
other way round, a cluster of Aurora has no instance class, storage size or public address.

`AuroraServerless` keeps them apart. On resources of your own, set each where it belongs.

Source: AWS::RDS::DBInstance and AWS::RDS::DBCluster, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

const NOT_ON_AN_INSTANCE: [&str; 8] = [
    "AllocatedStorage",
    "BackupRetentionPeriod",
    "CopyTagsToSnapshot",
    "DeletionProtection",
    "EnableIAMDatabaseAuthentication",
    "ManageMasterUserPassword",
    "MasterUserPassword",
    "StorageEncrypted",
];
const NOT_ON_A_CLUSTER: [&str; 4] =
    ["AllocatedStorage", "DBClusterInstanceClass", "Iops", "PubliclyAccessible"];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for instance in model.resources_of(INSTANCE).filter(|instance| is_aurora(instance)) {
        for property in NOT_ON_AN_INSTANCE {
            if instance.properties().get(property).is_some() {
                let message = format!("`{property}` belongs to the cluster of this instance");
                findings.report(
                    Diagnostic::error("DB-06", message)
                        .on(instance)
                        .property(property)
                        .help("set it on the AWS::RDS::DBCluster alone"),
                );
            }
        }
        let cluster = instance.properties().get("DBClusterIdentifier");
        let Some(cluster) = cluster.and_then(|name| model.target(name)) else { continue };
        if let (Some(own), Some(expected)) = (engine(instance), engine(cluster))
            && own != expected
        {
            findings.report(
                Diagnostic::error("DB-06", "the instance has another engine than its cluster")
                    .on(instance)
                    .property("Engine")
                    .given(own)
                    .allowed(expected)
                    .related(cluster.location(), "its cluster is made here"),
            );
        }
    }
    for cluster in model.resources_of(CLUSTER).filter(|cluster| is_aurora(cluster)) {
        for property in NOT_ON_A_CLUSTER {
            if cluster.properties().get(property).is_some() {
                let message = format!("a cluster of Aurora has no `{property}`");
                findings.report(
                    Diagnostic::error("DB-06", message)
                        .on(cluster)
                        .property(property)
                        .help("leave it out: size and address are set on each AWS::RDS::DBInstance, and storage grows by itself"),
                );
            }
        }
    }
}
