//! The database: `DB-01` to `DB-08` of every environment.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::{
    network::ingress,
    template::{Templates, items, text},
};

/// Its subnets are those of the data tier, and only security groups may connect to it, to its port.
pub(crate) fn the_database_is_private(templates: &Templates) -> Result<(), TestCaseError> {
    let (stack, _, group) = templates.one("AWS::RDS::DBSubnetGroup");
    let mut zones = BTreeSet::new();
    for subnet in items(&group["Properties"]["SubnetIds"]) {
        let (_, id, subnet) = templates.target(stack, subnet).unwrap();
        prop_assert!(id.starts_with("VpcDataAz"), "{}", id);
        zones.insert(text(&subnet["Properties"]["AvailabilityZoneId"]));
    }
    prop_assert!(zones.len() >= 3, "{:?}", zones);
    for (_, id, instance) in templates.of_type("AWS::RDS::DBInstance") {
        let public = &instance["Properties"]["PubliclyAccessible"];
        prop_assert_eq!(public, &Value::Bool(false), "{}", id);
    }
    let (stack, _, cluster) = templates.one("AWS::RDS::DBCluster");
    let cluster = &cluster["Properties"];
    let mut rules = 0;
    for group in items(&cluster["VpcSecurityGroupIds"]) {
        let (_, group, _) = templates.target(stack, group).unwrap();
        for rule in ingress(templates, group) {
            rules += 1;
            prop_assert!(!rule["SourceSecurityGroupId"].is_null(), "{}", rule);
            prop_assert_eq!(
                (&rule["FromPort"], &rule["ToPort"]),
                (&cluster["Port"], &cluster["Port"])
            );
        }
    }
    prop_assert!(rules > 0);
    Ok(())
}

/// TLS is forced, no password is written, and no release runs on paid support.
pub(crate) fn the_database_is_locked(templates: &Templates) -> Result<(), TestCaseError> {
    let (stack, _, cluster) = templates.one("AWS::RDS::DBCluster");
    let cluster = &cluster["Properties"];
    let (_, _, group) = templates.target(stack, &cluster["DBClusterParameterGroupName"]).unwrap();
    let (group, engine) = (&group["Properties"], text(&cluster["EngineVersion"]));
    prop_assert_eq!(&group["Parameters"]["rds.force_ssl"], "1");
    let major = engine.split('.').next().unwrap();
    prop_assert_eq!(&group["Family"], &format!("aurora-postgresql{major}"));
    prop_assert!(cluster["MasterUserPassword"].is_null());
    let managed = cluster["ManageMasterUserPassword"] == true;
    let iam = cluster["MasterUserAuthenticationType"] == "iam-db-auth";
    prop_assert!(managed != iam, "{}", cluster);
    prop_assert_eq!(&cluster["EnableIAMDatabaseAuthentication"], &Value::Bool(true));
    prop_assert_eq!(
        &cluster["EngineLifecycleSupport"],
        "open-source-rds-extended-support-disabled"
    );
    for (_, id, instance) in templates.of_type("AWS::RDS::DBInstance") {
        let instance = &instance["Properties"];
        prop_assert_eq!(&instance["Engine"], &cluster["Engine"], "{}", id);
        // An exact version stays, a major one is AWS's to upgrade.
        let upgrades = &instance["AutoMinorVersionUpgrade"];
        prop_assert_eq!(upgrades, &Value::Bool(!engine.contains('.')), "{}", id);
    }
    Ok(())
}

/// Backups are kept and not disturbed, deletion leaves a snapshot, and another zone can take over.
pub(crate) fn the_database_survives(templates: &Templates) -> Result<(), TestCaseError> {
    let (_, id, resource) = templates.one("AWS::RDS::DBCluster");
    let cluster = &resource["Properties"];
    let least = if templates.production { 14 } else { 7 };
    let days = cluster["BackupRetentionPeriod"].as_i64().unwrap();
    prop_assert!((least..=35).contains(&days), "{} days", days);
    let backup = minutes(text(&cluster["PreferredBackupWindow"]));
    let maintenance = minutes(text(&cluster["PreferredMaintenanceWindow"]));
    prop_assert!(backup.len() >= 30 && maintenance.len() >= 30);
    prop_assert!(backup.is_disjoint(&maintenance));
    prop_assert_eq!(&resource["DeletionPolicy"], "Snapshot", "{}", id);
    prop_assert_eq!(&resource["UpdateReplacePolicy"], "Snapshot", "{}", id);
    let instances = || templates.of_type("AWS::RDS::DBInstance").map(|(.., it)| &it["Properties"]);
    if templates.production {
        prop_assert_eq!(&cluster["DeletionProtection"], &Value::Bool(true));
        let zones: BTreeSet<String> = instances()
            .map(|instance| &instance["AvailabilityZone"])
            .filter(|zone| !zone.is_null())
            .map(Value::to_string)
            .collect();
        prop_assert!(zones.len() >= 2, "{:?}", zones);
        let near = |it: &&Value| it["PromotionTier"].as_i64().is_some_and(|tier| tier <= 1);
        prop_assert!(instances().filter(near).count() >= 2);
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
    for (_, id, cluster) in templates.of_type("AWS::RDS::DBCluster") {
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
    let (_, _, cluster) = templates.one("AWS::RDS::DBCluster");
    let cluster = &cluster["Properties"];
    if cluster["DatabaseInsightsMode"] == "advanced" {
        prop_assert_eq!(&cluster["PerformanceInsightsEnabled"], &Value::Bool(true));
        prop_assert_eq!(&cluster["PerformanceInsightsRetentionPeriod"], &Value::from(465));
    }
    let interval = cluster["MonitoringInterval"].as_i64().unwrap_or_default();
    prop_assert_eq!(interval > 0, !cluster["MonitoringRoleArn"].is_null());
    Ok(())
}
