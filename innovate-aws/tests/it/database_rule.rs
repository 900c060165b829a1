//! The rules about databases: each test breaks a good program in just one way.

use innovate_aws::{
    acu,
    database::{BackupRetention, BackupWindow, Capacity, MaintenanceWindow, Readers},
    days,
};
use innovate_cfn::{ec2, kind::DbProxyName, rds};
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Node, Prod, ResourceType as _, Stage, Value,
    value::IntoJson,
};

use crate::{
    database::{Program, aurora, good},
    program::{codes, environment, findings},
};

/// The good program with one property of one resource set to something else.
pub(crate) fn broken<S: Stage>(
    id: &str,
    path: &'static str,
    value: impl IntoJson,
) -> Vec<Diagnostic> {
    let mut program = Program::<S>::new();
    program.data.add("Database", good(&program));
    program.data.override_property(id, path, value);
    findings(program.app())
}

/// The one finding, its message and the property that it names.
pub(crate) fn one(found: &[Diagnostic]) -> (&'static str, &str, &str) {
    match found {
        [one] => (one.code(), one.message(), one.property_path().unwrap_or_default()),
        other => panic!("not one finding: {other:#?}"),
    }
}

#[test]
fn a_public_address_is_refused() {
    let found = broken::<Prod>("DatabaseWriter", "PubliclyAccessible", Node::Bool(true));
    let expected = ("DB-01", "the database has a public address", "PubliclyAccessible");
    assert_eq!(one(&found), expected);
    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", good(&program));
    let instance = rds::DBInstance::new()
        .db_cluster_identifier(database.cluster_id())
        .engine("aurora-postgresql")
        .removal_policy(DeletionPolicy::Delete);
    program.data.add("Another", instance);
    assert_eq!(codes(program.app()), ["DB-01"], "unset means public where the network allows");
}

#[test]
fn subnets_in_too_few_zones_or_with_a_way_out_are_refused() {
    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    let two: Vec<Node> =
        program.vpc.data().ids().into_iter().take(2).map(Value::into_node).collect();
    program.data.override_property("DatabaseSubnets", "SubnetIds", Node::list(two));
    let found = findings(program.app());
    assert_eq!(one(&found).0, "DB-01");
    assert_eq!(found[0].given_value(), Some("2 zones"));

    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    let private: Vec<Node> =
        program.vpc.private().ids().into_iter().map(Value::into_node).collect();
    program.data.override_property("DatabaseSubnets", "SubnetIds", Node::list(private));
    let found = findings(program.app());
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.iter().all(|found| found.code() == "DB-01"
        && found.message().ends_with("has a way out")
        && found.related_places().len() == 1));
}

#[test]
fn subnets_that_all_lie_in_one_zone_are_one_zone() {
    let mut program = Program::<Dev>::new();
    let subnets: Vec<_> = (0..3)
        .map(|number| {
            let subnet = ec2::Subnet::new(program.vpc.vpc_id()).availability_zone("eu-west-1a");
            program.data.add(format!("Subnet{number}"), subnet)
        })
        .collect();
    program.data.add("Group", rds::DBSubnetGroup::new("one zone", subnets));
    let found = findings(program.app());
    let group = found.iter().find(|found| found.code() == "DB-01").unwrap();
    assert_eq!(group.given_value(), Some("1 zone"));
}

#[test]
fn a_database_without_encryption_or_without_a_key_of_its_own_is_refused() {
    let found = broken::<Prod>("Database", "StorageEncrypted", Node::Bool(false));
    assert_eq!(one(&found), ("DB-02", "the database isn't encrypted", "StorageEncrypted"));
    for (instance, property) in
        [(alone(), "StorageEncrypted"), (alone().storage_encrypted(true), "KmsKeyId")]
    {
        let mut program = Program::<Dev>::new();
        program.data.add("Database", instance);
        let found = findings(program.app());
        assert!(
            found
                .iter()
                .any(|found| found.code() == "DB-02" && found.property_path() == Some(property)),
            "{found:#?}"
        );
    }
}

/// An instance that belongs to no cluster, and names nothing that the rules ask for.
pub(crate) fn alone() -> rds::DBInstance {
    rds::DBInstance::new()
        .engine("postgres")
        .publicly_accessible(false)
        .removal_policy(DeletionPolicy::Snapshot)
}

#[test]
fn a_production_database_may_be_kept_whole_instead_of_as_a_snapshot() {
    let kept = |policy| {
        let mut stack = environment::<Prod>().stack("data");
        stack.add("Orders", alone().removal_policy(policy));
        let found = findings(App::new("test").stack(stack));
        found
            .into_iter()
            .filter_map(|found| Some(found.property_path()?.to_owned()))
            .collect::<Vec<_>>()
    };
    let policies = ["DeletionPolicy".to_owned(), "UpdateReplacePolicy".to_owned()];
    let lost = |found: Vec<String>| policies.iter().filter(|policy| found.contains(policy)).count();
    assert_eq!(lost(kept(DeletionPolicy::Delete)), 2);
    assert_eq!(lost(kept(DeletionPolicy::Retain)), 0);
    assert_eq!(lost(kept(DeletionPolicy::RetainExceptOnCreate)), 0);
}

#[test]
fn a_password_in_the_template_is_refused_and_a_dynamic_reference_is_not() {
    let given = broken::<Prod>("Database", "MasterUserPassword", Node::Text("hunter2".into()));
    let codes: Vec<&str> = given.iter().map(Diagnostic::code).collect();
    assert_eq!(codes, ["DB-02", "SEC-01"]);
    let reference = Node::Text("{{resolve:secretsmanager:innovate/prod/db:SecretString:p}}".into());
    assert_eq!(broken::<Prod>("Database", "MasterUserPassword", reference), []);
}

#[test]
fn a_database_that_nobody_can_log_in_to_is_refused() {
    let found = broken::<Prod>("Database", "ManageMasterUserPassword", Node::Bool(false));
    assert_eq!(one(&found).0, "DB-02");
}

#[test]
fn tls_that_is_not_forced_is_refused() {
    let found =
        broken::<Prod>("DatabaseParameters", "Parameters/rds.force_ssl", Node::Text("0".into()));
    assert_eq!(one(&found).1, "the database answers clients without TLS");
    assert_eq!(found[0].given_value(), Some("rds.force_ssl = 0"));
}

#[test]
fn backups_kept_too_short_or_too_long_are_refused_at_their_setter() {
    for (days, message) in [
        (1, "automated backups are kept too short for production"),
        (13, "automated backups are kept too short for production"),
        (36, "automated backups are kept longer than RDS can"),
    ] {
        let mut program = Program::<Prod>::new();
        let database = aurora!(
            program,
            capacity(Capacity::between(acu!(2), acu!(64))),
            readers(Readers::failover()),
            backup_retention(BackupRetention::of_days(days))
        );
        program.add(database);
        let found = findings(program.app());
        assert_eq!(one(&found), ("DB-03", message, "BackupRetentionPeriod"));
        assert_eq!(found[0].setter_name(), Some("backup_retention"));
        assert_eq!(found[0].allowed_values(), Some("14 to 35 days"));
    }
    let mut program = Program::<Dev>::new();
    let database = aurora!(
        program,
        capacity(Capacity::between(acu!(2), acu!(64))),
        readers(Readers::failover()),
        backup_retention(days!(7))
    );
    program.add(database);
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_retention_that_is_not_set_means_one_day() {
    let mut program = Program::<Dev>::new();
    program.data.add("Database", alone());
    let found = findings(program.app());
    let retention = found.iter().find(|found| found.code() == "DB-03").unwrap();
    assert_eq!(retention.given_value(), Some("nothing, which means 1 day"));
}

#[test]
fn a_backup_window_over_the_maintenance_window_is_refused_at_its_setter() {
    let mut program = Program::<Prod>::new();
    let database = aurora!(
        program,
        capacity(Capacity::between(acu!(2), acu!(64))),
        readers(Readers::failover()),
        backup_window(BackupWindow::parse("04:30-05:30").unwrap()),
        maintenance_window(MaintenanceWindow::parse("sun:04:00-sun:05:00").unwrap())
    );
    program.add(database);
    let found = findings(program.app());
    assert_eq!(one(&found).0, "DB-03");
    assert_eq!(found[0].setter_name(), Some("maintenance_window"));
    assert_eq!(
        found[0].given_value(),
        Some("maintenance sun:04:00-sun:05:00, backup 04:30-05:30 every day")
    );
    assert_eq!(found[0].place().unwrap().file, file!());
}

#[test]
fn a_window_that_rds_would_not_take_is_refused() {
    for (path, value) in [
        ("PreferredBackupWindow", "02:00-02:10"),
        ("PreferredBackupWindow", "25:00-26:00"),
        ("PreferredMaintenanceWindow", "04:00-05:00"),
    ] {
        let found = broken::<Prod>("Database", path, Node::Text(value.into()));
        assert_eq!(one(&found), ("DB-03", "not a window that RDS takes", path));
        assert_eq!(found[0].given_value(), Some(value));
    }
}

#[test]
fn a_production_database_without_deletion_protection_is_refused() {
    let found = broken::<Prod>("Database", "DeletionProtection", Node::Bool(false));
    assert_eq!(one(&found).0, "DB-04");
    assert_eq!(broken::<Dev>("Database", "DeletionProtection", Node::Bool(false)), []);
}

#[test]
fn a_production_database_whose_data_goes_with_it_is_refused() {
    let mut program = Program::<Prod>::new();
    let instance = rds::DBInstance::new().engine("postgres").publicly_accessible(false);
    program.data.add("Database", instance);
    let found = findings(program.app());
    let lost: Vec<Option<&str>> = found
        .iter()
        .filter(|found| found.message() == "the production database's data would go with it")
        .map(Diagnostic::property_path)
        .collect();
    assert_eq!(lost, [Some("DeletionPolicy"), Some("UpdateReplacePolicy")]);
    assert!(found.iter().any(|found| found.property_path() == Some("MultiAZ")));
}

#[test]
fn production_needs_a_second_instance_in_a_second_zone_that_is_kept_as_large() {
    let found = broken::<Prod>("DatabaseReader1", "PromotionTier", Node::Integer(5));
    assert_eq!(one(&found).1, "no reader is kept as large as the writer, to take over at once");
    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    let zone = program.vpc.data().zone_names().into_iter().next().unwrap();
    program.data.override_property("DatabaseReader1", "AvailabilityZone", &zone);
    let found = findings(program.app());
    assert_eq!(one(&found).1, "all instances of the production database are in one zone");

    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    program.data.override_property(
        "DatabaseReader1",
        "DBClusterIdentifier",
        Node::Text("another".into()),
    );
    let found = findings(program.app());
    assert_eq!(one(&found).1, "the production database has no second instance to take over");
    assert_eq!(found[0].setter_name(), Some("readers"));
}

#[test]
fn a_capacity_that_is_no_range_is_refused_at_its_setter() {
    let mut program = Program::<Prod>::new();
    let range = Capacity::between(acu!(64), acu!(1));
    program.add(aurora!(program, capacity(range), readers(Readers::failover())));
    let found = findings(program.app());
    assert_eq!(one(&found).1, "the minimum capacity is above the maximum");
    assert_eq!(found[0].setter_name(), Some("capacity"));
    assert_eq!(found[0].given_value(), Some("64 to 1 ACU"));

    let range = "ServerlessV2ScalingConfiguration/MinCapacity";
    let found = broken::<Prod>("Database", range, Node::Number(2.3));
    assert_eq!(one(&found).1, "Aurora doesn't scale in such steps");
    let range = "ServerlessV2ScalingConfiguration/MaxCapacity";
    for given in [256.5, 0.5] {
        let found = broken::<Dev>("Database", range, Node::Number(given));
        assert!(
            found.iter().any(|found| found.message() == "Aurora doesn't scale that far"),
            "{found:#?}"
        );
    }
}

#[test]
fn a_cluster_that_pauses_where_it_may_not_is_refused() {
    const MIN: &str = "ServerlessV2ScalingConfiguration/MinCapacity";
    let pausing = |found: Vec<Diagnostic>| -> Vec<Diagnostic> {
        // What is written over by hand still has insights.
        found.into_iter().filter(|found| found.code() != "DB-15").collect()
    };
    let found = pausing(broken::<Prod>("Database", MIN, Node::Integer(0)));
    assert_eq!(one(&found).1, "a production database may not pause");
    assert_eq!(pausing(broken::<Dev>("Database", MIN, Node::Integer(0))), []);

    for (path, value, message) in [
        (
            "ServerlessV2ScalingConfiguration/SecondsUntilAutoPause",
            Node::Integer(60),
            "the cluster can't pause after such a time",
        ),
        (
            "GlobalClusterIdentifier",
            Node::Text("everywhere".into()),
            "a member of a global database can't pause",
        ),
    ] {
        let mut program = Program::<Dev>::new();
        program.data.add("Database", good(&program));
        program.data.override_property("Database", MIN, Node::Integer(0));
        program.data.override_property("Database", path, value);
        assert_eq!(one(&pausing(findings(program.app()))).1, message);
    }

    let mut program = Program::<Dev>::new();
    program.data.add("Database", good(&program));
    program.data.override_property("Database", MIN, Node::Integer(0));
    let replicated = "Parameters/rds.logical_replication";
    program.data.override_property("DatabaseParameters", replicated, Node::Text("1".into()));
    let found = pausing(findings(program.app()));
    assert_eq!(one(&found).1, "logical replication never lets the cluster pause");

    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", good(&program));
    program.data.override_property("Database", MIN, Node::Integer(0));
    let targets = rds::DBProxyTargetGroup::new(
        Value::<DbProxyName>::literal("proxy"),
        rds::db_proxy_target_group::TargetGroupName::DEFAULT,
    )
    .db_cluster_identifiers([database.cluster_id()]);
    program.data.add("Targets", targets);
    let found = pausing(findings(program.app()));
    assert_eq!(one(&found).1, "a proxy keeps connections, so the cluster would never pause");
}

#[test]
fn a_version_too_old_to_pause_is_refused() {
    let mut program = Program::<Dev>::new();
    program.data.add("Database", good(&program));
    let min = "ServerlessV2ScalingConfiguration/MinCapacity";
    program.data.override_property("Database", min, Node::Integer(0));
    let insights = "PerformanceInsightsEnabled";
    program.data.override_property("Database", insights, Node::Bool(false));
    program.data.override_property(
        "Database",
        "DatabaseInsightsMode",
        Node::Text("standard".into()),
    );
    program.data.override_property("Database", "EngineVersion", Node::Text("16.2".into()));
    let family = Node::Text("aurora-postgresql16".into());
    program.data.override_property("DatabaseParameters", "Family", family);
    for instance in ["DatabaseWriter", "DatabaseReader1"] {
        program.data.override_property(instance, "AutoMinorVersionUpgrade", Node::Bool(false));
    }
    assert_eq!(one(&findings(program.app())).1, "Aurora PostgreSQL 16.2 can't pause");
}

#[test]
fn a_property_of_the_cluster_on_an_instance_is_refused() {
    for (path, value) in [
        ("StorageEncrypted", Node::Bool(true)),
        ("DeletionProtection", Node::Bool(true)),
        ("AllocatedStorage", Node::Text("20".into())),
        ("BackupRetentionPeriod", Node::Integer(7)),
    ] {
        let found = broken::<Prod>("DatabaseWriter", path, value);
        assert_eq!((one(&found).0, one(&found).2), ("DB-06", path));
    }
    let found = broken::<Prod>("Database", "AllocatedStorage", Node::Integer(20));
    assert_eq!(one(&found).1, "a cluster of Aurora has no `AllocatedStorage`");
    let found = broken::<Prod>("DatabaseWriter", "Engine", Node::Text("aurora-mysql".into()));
    assert_eq!(one(&found).1, "the instance has another engine than its cluster");
    assert_eq!(found[0].allowed_values(), Some("aurora-postgresql"));
}

#[test]
fn insights_and_monitoring_that_lack_something_are_refused() {
    for (path, value, property) in [
        (
            "PerformanceInsightsRetentionPeriod",
            Node::Integer(7),
            "PerformanceInsightsRetentionPeriod",
        ),
        ("PerformanceInsightsEnabled", Node::Bool(false), "PerformanceInsightsEnabled"),
        ("MonitoringInterval", Node::Integer(0), "MonitoringInterval"),
    ] {
        let found = broken::<Prod>("Database", path, value);
        assert_eq!((one(&found).0, one(&found).2), ("DB-07", property));
    }
    let mut program = Program::<Dev>::new();
    program.data.add("Database", good(&program));
    program.data.override_property("DatabaseWriter", "MonitoringInterval", Node::Integer(60));
    let found = findings(program.app());
    assert_eq!((one(&found).0, one(&found).2), ("DB-07", "MonitoringRoleArn"));
}

#[test]
fn a_pinned_version_that_aws_would_upgrade_is_refused() {
    let found = broken::<Prod>("Database", "EngineVersion", Node::Text("17.9".into()));
    let messages: Vec<&str> = found.iter().map(Diagnostic::message).collect();
    assert_eq!(messages, ["AWS would upgrade a version that the program pins"; 2]);
    assert!(found.iter().all(|found| found.code() == "DB-08"));
}

#[test]
fn paid_extended_support_is_warned_of() {
    let enrolled = Node::Text("open-source-rds-extended-support".into());
    let found = broken::<Prod>("Database", "EngineLifecycleSupport", enrolled);
    assert_eq!(one(&found).0, "DB-08");
    assert_eq!(found[0].severity(), innovate_core::Severity::Warning);
}
