//! Databases and what stands before them: `DB-01` to `DB-08`, `DB-13` and `DB-14` of every environment.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::{
    network::ingress,
    template::{Templates, items, text},
};

const CLUSTER: &str = "AWS::RDS::DBCluster";
const INSTANCE: &str = "AWS::RDS::DBInstance";

/// What clients connect to: clusters, instances that belong to none, and proxies, each with its security
/// groups.
fn servers(templates: &Templates) -> Vec<(&str, &str, &Value, &'static str)> {
    let kinds = [
        (CLUSTER, "VpcSecurityGroupIds"),
        (INSTANCE, "VPCSecurityGroups"),
        ("AWS::RDS::DBProxy", "VpcSecurityGroupIds"),
    ];
    let mut servers = Vec::new();
    for (kind, groups) in kinds {
        let found = templates.of_type(kind).filter(|(_, _, it)| !is_member(it));
        servers.extend(found.map(|(stack, id, it)| (stack, id, &it["Properties"], groups)));
    }
    servers
}

/// Whether it is an instance of a cluster.
fn is_member(resource: &Value) -> bool {
    resource["Type"] == *INSTANCE && !resource["Properties"]["DBClusterIdentifier"].is_null()
}

/// Clusters, and the instances whose data is their own.
fn databases(templates: &Templates) -> impl Iterator<Item = (&str, &str, &Value)> {
    let alone = templates.of_type(INSTANCE).filter(|(_, _, instance)| {
        !is_member(instance) && instance["Properties"]["SourceDBInstanceIdentifier"].is_null()
    });
    templates.of_type(CLUSTER).chain(alone)
}

fn instances(templates: &Templates) -> impl Iterator<Item = (&str, &Value)> {
    templates.of_type(INSTANCE).map(|(_, id, instance)| (id, &instance["Properties"]))
}

fn members(templates: &Templates) -> impl Iterator<Item = (&str, &Value)> {
    let members = templates.of_type(INSTANCE).filter(|(_, _, instance)| is_member(instance));
    members.map(|(_, id, instance)| (id, &instance["Properties"]))
}

/// The subnets are those of the data tier, and only security groups may connect, to the one port.
pub(crate) fn the_database_is_private(templates: &Templates) -> Result<(), TestCaseError> {
    let groups = templates.of_type("AWS::RDS::DBSubnetGroup");
    let groups = groups.map(|(stack, id, group)| (stack, id, &group["Properties"]["SubnetIds"]));
    let proxies = templates.of_type("AWS::RDS::DBProxy");
    let proxies = proxies.map(|(stack, id, it)| (stack, id, &it["Properties"]["VpcSubnetIds"]));
    for (stack, id, subnets) in groups.chain(proxies) {
        let mut zones = BTreeSet::new();
        for subnet in items(subnets) {
            let (_, subnet_id, subnet) = templates.target(stack, subnet).unwrap();
            prop_assert!(subnet_id.starts_with("VpcDataAz"), "{} in {}", id, subnet_id);
            zones.insert(text(&subnet["Properties"]["AvailabilityZoneId"]));
        }
        prop_assert!(zones.len() >= 3, "{}: {:?}", id, zones);
    }
    for (id, instance) in instances(templates) {
        prop_assert_eq!(&instance["PubliclyAccessible"], &Value::Bool(false), "{}", id);
    }
    for (stack, id, server, groups) in servers(templates) {
        let mut rules = 0;
        for group in items(&server[groups]) {
            let (_, group, _) = templates.target(stack, group).unwrap();
            for rule in ingress(templates, group) {
                rules += 1;
                prop_assert!(!rule["SourceSecurityGroupId"].is_null(), "{}: {}", id, rule);
                let ports = (rule["FromPort"].as_i64(), rule["ToPort"].as_i64());
                prop_assert_eq!(ports, (Some(5_432), Some(5_432)), "{}", id);
            }
        }
        prop_assert!(rules > 0, "nobody may connect to {}", id);
    }
    Ok(())
}

/// TLS is forced, no password is written, and no release runs on paid support.
pub(crate) fn the_database_is_locked(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, id, resource) in databases(templates) {
        let database = &resource["Properties"];
        let (parameters, family) = match text(&resource["Type"]) {
            CLUSTER => ("DBClusterParameterGroupName", "aurora-postgresql"),
            _ => ("DBParameterGroupName", "postgres"),
        };
        let (_, _, group) = templates.target(stack, &database[parameters]).unwrap();
        let (group, engine) = (&group["Properties"], text(&database["EngineVersion"]));
        prop_assert_eq!(&group["Parameters"]["rds.force_ssl"], "1", "{}", id);
        let major = engine.split('.').next().unwrap();
        prop_assert_eq!(&group["Family"], &format!("{family}{major}"), "{}", id);
        prop_assert!(database["MasterUserPassword"].is_null(), "{}", id);
        let managed = database["ManageMasterUserPassword"] == true;
        let iam = database["MasterUserAuthenticationType"] == "iam-db-auth";
        prop_assert!(managed != iam, "{}: {}", id, database);
        prop_assert_eq!(&database["EnableIAMDatabaseAuthentication"], &Value::Bool(true));
        prop_assert_eq!(
            &database["EngineLifecycleSupport"],
            "open-source-rds-extended-support-disabled"
        );
        let upgraded: Vec<&Value> = match text(&resource["Type"]) {
            CLUSTER => members(templates).map(|(_, it)| it).collect(),
            _ => vec![database],
        };
        // An exact version stays, a major one is AWS's to upgrade.
        for instance in upgraded {
            let upgrades = &instance["AutoMinorVersionUpgrade"];
            prop_assert_eq!(upgrades, &Value::Bool(!engine.contains('.')), "{}", id);
        }
    }
    Ok(())
}

/// An instance of a cluster has the cluster's engine, and leaves the data and its protection to it.
pub(crate) fn members_leave_the_data_to_their_cluster(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    let (_, _, cluster) = templates.one(CLUSTER);
    let mut seen = 0;
    for (id, instance) in members(templates) {
        seen += 1;
        prop_assert_eq!(&instance["Engine"], &cluster["Properties"]["Engine"], "{}", id);
        for of_cluster in [
            "AllocatedStorage",
            "BackupRetentionPeriod",
            "DeletionProtection",
            "EnableIAMDatabaseAuthentication",
            "ManageMasterUserPassword",
            "MasterUserPassword",
            "StorageEncrypted",
        ] {
            prop_assert!(instance[of_cluster].is_null(), "{} has {}", id, of_cluster);
        }
    }
    prop_assert!(seen > 0);
    Ok(())
}

/// Backups are kept and not disturbed, deletion leaves a snapshot, and another zone can take over.
pub(crate) fn the_database_survives(templates: &Templates) -> Result<(), TestCaseError> {
    for (_, id, resource) in databases(templates) {
        let database = &resource["Properties"];
        let least = if templates.production { 14 } else { 7 };
        let days = database["BackupRetentionPeriod"].as_i64().unwrap();
        prop_assert!((least..=35).contains(&days), "{}: {} days", id, days);
        let backup = minutes(text(&database["PreferredBackupWindow"]));
        let maintenance = minutes(text(&database["PreferredMaintenanceWindow"]));
        prop_assert!(backup.len() >= 30 && maintenance.len() >= 30, "{}", id);
        prop_assert!(backup.is_disjoint(&maintenance), "{}", id);
        prop_assert_eq!(&resource["DeletionPolicy"], "Snapshot", "{}", id);
        prop_assert_eq!(&resource["UpdateReplacePolicy"], "Snapshot", "{}", id);
        if !templates.production {
            continue;
        }
        prop_assert_eq!(&database["DeletionProtection"], &Value::Bool(true), "{}", id);
        if resource["Type"] == *INSTANCE {
            prop_assert_eq!(&database["MultiAZ"], &Value::Bool(true), "{}", id);
            continue;
        }
        let zones: BTreeSet<String> = members(templates)
            .map(|(_, instance)| &instance["AvailabilityZone"])
            .filter(|zone| !zone.is_null())
            .map(Value::to_string)
            .collect();
        prop_assert!(zones.len() >= 2, "{:?}", zones);
        let near = |it: &Value| it["PromotionTier"].as_i64().is_some_and(|tier| tier <= 1);
        prop_assert!(members(templates).filter(|(_, it)| near(it)).count() >= 2);
    }
    Ok(())
}

/// An instance's backups are replicated to another region, with a key of that region.
pub(crate) fn replicated_backups_are_elsewhere(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, id, instance) in templates.of_type(INSTANCE) {
        let instance = &instance["Properties"];
        let region = text(&instance["AutomaticBackupReplicationRegion"]);
        if !region.is_empty() {
            prop_assert_ne!(region, &templates.regions[stack], "{}", id);
            let key = templates.target(stack, &instance["AutomaticBackupReplicationKmsKeyId"]);
            let home = key.map(|(of, _, _)| &*templates.regions[of]);
            prop_assert_eq!(home, Some(region), "{}", id);
        }
    }
    Ok(())
}

/// A proxy takes TLS and tokens of IAM alone, and writes no statements to its log.
pub(crate) fn proxies_are_closed(templates: &Templates) -> Result<(), TestCaseError> {
    for (_, id, proxy) in templates.of_type("AWS::RDS::DBProxy") {
        let proxy = &proxy["Properties"];
        prop_assert_eq!(&proxy["RequireTLS"], &Value::Bool(true), "{}", id);
        prop_assert!(proxy["DebugLogging"] != true, "{}", id);
        let auth: Vec<&Value> = items(&proxy["Auth"]).collect();
        let by_iam = proxy["DefaultAuthScheme"] == "IAM_AUTH";
        prop_assert!(by_iam || !auth.is_empty(), "{} logs in as nobody", id);
        for each in auth {
            prop_assert_eq!(&each["IAMAuth"], "REQUIRED", "{}", id);
        }
    }
    Ok(())
}

/// The minutes of a day in a window such as `02:00-03:00` or `sun:04:00-sun:05:00`.
fn minutes(window: &str) -> BTreeSet<u32> {
    let minute = |text: &str| {
        let mut parts = text.rsplit(':').map(|part| part.parse::<u32>().unwrap_or_default());
        let (minutes, hours) = (parts.next().unwrap(), parts.next().unwrap());
        hours * 60 + minutes
    };
    let (from, to) = window.split_once('-').unwrap();
    let (from, mut to) = (minute(from), minute(to));
    if to <= from {
        to += 24 * 60;
    }
    (from..to).map(|minute| minute % (24 * 60)).collect()
}

pub(crate) fn capacity_is_a_range_in_half_steps(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    for (_, id, cluster) in templates.of_type(CLUSTER) {
        let scaling = &cluster["Properties"]["ServerlessV2ScalingConfiguration"];
        let (min, max) =
            (scaling["MinCapacity"].as_f64().unwrap(), scaling["MaxCapacity"].as_f64().unwrap());
        prop_assert!(0.5 <= min && min <= max && (1.0..=256.0).contains(&max), "{}", id);
        prop_assert!((min * 2.0).fract() == 0.0 && (max * 2.0).fract() == 0.0, "{}", id);
    }
    Ok(())
}

/// Advanced insights keep what they show for 465 days, and who monitors has a role.
pub(crate) fn insights_are_complete(templates: &Templates) -> Result<(), TestCaseError> {
    for (_, id, resource) in databases(templates) {
        let database = &resource["Properties"];
        let switch = match text(&resource["Type"]) {
            CLUSTER => "PerformanceInsightsEnabled",
            _ => "EnablePerformanceInsights",
        };
        if database["DatabaseInsightsMode"] == "advanced" {
            prop_assert_eq!(&database[switch], &Value::Bool(true), "{}", id);
            let days = &database["PerformanceInsightsRetentionPeriod"];
            prop_assert_eq!(days, &Value::from(465), "{}", id);
        }
        let interval = database["MonitoringInterval"].as_i64().unwrap_or_default();
        prop_assert_eq!(interval > 0, !database["MonitoringRoleArn"].is_null(), "{}", id);
    }
    Ok(())
}
