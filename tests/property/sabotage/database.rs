//! Databases and proxies.

use serde_json::{Value, json};

use super::{DATABASE, INGRESS, INSTANCE, PARAMETERS, PROXY, Sabotage, sabotage};

pub(super) fn all() -> Vec<Sabotage> {
    vec![
        sabotage("the_database_is_private", INSTANCE, "/Properties/PubliclyAccessible", true),
        sabotage(
            "the_database_is_private",
            INGRESS,
            "/Properties/SourceSecurityGroupId",
            Value::Null,
        )
        .of("ClusterToDatabase"),
        sabotage("the_database_is_locked", PARAMETERS, "/Properties/Parameters/rds.force_ssl", "0"),
        sabotage("the_database_is_locked", DATABASE, "/Properties/MasterUserPassword", "hunter2"),
        sabotage(
            "the_database_survives",
            DATABASE,
            "/Properties/PreferredMaintenanceWindow",
            "sun:02:30-sun:03:30",
        ),
        sabotage("the_database_survives", DATABASE, "/DeletionPolicy", "Delete"),
        sabotage("the_database_survives", DATABASE, "/Properties/BackupRetentionPeriod", 6),
        sabotage(
            "capacity_is_a_range_in_half_steps",
            DATABASE,
            "/Properties/ServerlessV2ScalingConfiguration/MinCapacity",
            0.3,
        ),
        sabotage("the_database_survives", DATABASE, "/Properties/DeletionProtection", false),
        sabotage("the_database_survives", INSTANCE, "/Properties/AvailabilityZone", Value::Null)
            .of("DatabaseReader"),
        sabotage("the_database_survives", INSTANCE, "/Properties/PromotionTier", 2)
            .of("DatabaseReader"),
        sabotage("insights_are_complete", DATABASE, "/Properties/MonitoringInterval", 0),
        sabotage(
            "insights_are_complete",
            DATABASE,
            "/Properties/PerformanceInsightsRetentionPeriod",
            7,
        ),
        sabotage("the_database_is_private", PROXY, "/Properties/VpcSubnetIds", json!([])),
        sabotage("the_database_is_private", INSTANCE, "/Properties/PubliclyAccessible", true)
            .of("InstanceReplica"),
        sabotage(
            "the_database_is_private",
            INGRESS,
            "/Properties/SourceSecurityGroupId",
            Value::Null,
        )
        .of("ClusterToProxy"),
        sabotage("the_database_is_private", INGRESS, "/Properties/ToPort", 5_433)
            .of("ClusterToInstance"),
        sabotage(
            "the_database_is_locked",
            "AWS::RDS::DBParameterGroup",
            "/Properties/Parameters/rds.force_ssl",
            "0",
        )
        .of("Instance"),
        sabotage(
            "the_database_is_locked",
            "AWS::RDS::DBParameterGroup",
            "/Properties/Family",
            "postgres15",
        )
        .of("Instance"),
        sabotage(
            "the_database_is_locked",
            INSTANCE,
            "/Properties/EnableIAMDatabaseAuthentication",
            false,
        )
        .of("Instance"),
        sabotage(
            "members_leave_the_data_to_their_cluster",
            INSTANCE,
            "/Properties/StorageEncrypted",
            true,
        )
        .of("DatabaseWriter"),
        sabotage("the_database_survives", INSTANCE, "/Properties/MultiAZ", false).of("Instance"),
        sabotage("the_database_survives", INSTANCE, "/DeletionPolicy", "Delete").of("Instance"),
        sabotage(
            "replicated_backups_are_elsewhere",
            INSTANCE,
            "/Properties/AutomaticBackupReplicationKmsKeyId",
            json!({ "Ref": "InstanceKey" }),
        )
        .of("Instance"),
        sabotage("proxies_are_closed", PROXY, "/Properties/RequireTLS", false),
        sabotage("proxies_are_closed", PROXY, "/Properties/DebugLogging", true),
        sabotage("proxies_are_closed", PROXY, "/Properties/DefaultAuthScheme", Value::Null),
        sabotage("insights_are_complete", INSTANCE, "/Properties/EnablePerformanceInsights", false)
            .of("Instance"),
    ]
}
