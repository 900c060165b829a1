//! The rules about instances of RDS, parameter groups and copies in another region: each test breaks a
//! good program in just one way.

use innovate_aws::{
    Region,
    backup::{BackupPlan, BackupRule, ResourceKind, Selection},
    database::{
        Availability, BackupReplication, MultiAz, RdsInstanceClass, RdsPostgres, ReadReplica,
    },
    keys::{KmsKey, Rds},
    lifecycle, start_window,
};
use innovate_cfn::rds;
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Node, Prod, RecoveryRegion, ResourceType as _, Severity,
    Stack,
};

use crate::{
    backup::Vaults,
    database::{Program, good},
    database_rule::{alone, broken, one},
    program::{findings, recoverable, synth_with_registry, with_code},
    rds_postgres::postgres,
};

/// A program with an instance of RDS whose backups go to another region.
fn replicated(region: Region) -> (Program<Prod>, Stack<Prod, RecoveryRegion>) {
    let mut program = Program::<Prod>::new();
    let mut recovery = recoverable::<Prod>().recovery_stack("recovery");
    let copies = recovery.add("Backups", KmsKey::<Rds>::new());
    program.data.add("Database", instance(&program, BackupReplication::to(region, &copies)));
    (program, recovery)
}

fn instance(program: &Program<Prod>, replication: BackupReplication) -> RdsPostgres<MultiAz> {
    postgres!(program, availability(Availability::multi_az()), backup_replication(replication))
}

#[test]
fn backups_replicated_to_their_own_region_or_with_a_key_of_another_are_refused_at_their_setter() {
    let (program, recovery) = replicated(Region::EuCentral1);
    assert_eq!(findings(program.app().stack(recovery)), []);
    for (region, message, given) in [
        (
            Region::EuWest1,
            "the backups would be replicated to the region that they are in",
            "eu-west-1",
        ),
        (
            Region::EuNorth1,
            "the key of replicated backups is of another region",
            "a key of eu-central-1",
        ),
    ] {
        let (program, recovery) = replicated(region);
        let found = findings(program.app().stack(recovery));
        assert_eq!((one(&found).0, one(&found).1), ("DB-14", message));
        assert_eq!(found[0].given_value(), Some(given));
        assert_eq!(found[0].setter_name(), Some("backup_replication"));
    }
}

#[test]
fn a_replica_of_a_production_instance_may_go_with_its_stack() {
    let program = |replicas: u8| {
        let mut program = Program::<Prod>::new();
        let replicas = (0..replicas).map(|_| ReadReplica::of_class(RdsInstanceClass::M8gLarge));
        let availability = Availability::multi_az();
        let instance = postgres!(program, availability(availability), replicas(replicas));
        program.data.add("Database", instance);
        synth_with_registry(program.app())
    };
    assert_eq!(with_code(&program(2), "CFN-02"), Vec::<&Diagnostic>::new());
    let lost = |instance: rds::DBInstance| {
        let mut program = Program::<Prod>::new();
        program.data.add("Database", instance.removal_policy(DeletionPolicy::Delete));
        with_code(&synth_with_registry(program.app()), "CFN-02").len()
    };
    assert_eq!(lost(alone()), 1);
    assert_eq!(lost(alone().source_db_instance_identifier("orders")), 0);
}

#[test]
fn replicated_backups_without_a_key_or_with_a_literal_one_of_another_region_are_refused() {
    let key = "arn:aws:kms:eu-west-1:444455556666:key/11111111-2222-3333-4444-555555555555";
    for (value, given) in [(Node::Null, "nothing"), (Node::Text(key.into()), "a key of eu-west-1")]
    {
        let mut program = Program::<Prod>::new();
        let instance = alone()
            .storage_encrypted(true)
            .automatic_backup_replication_region("eu-central-1")
            .backup_retention_period(14);
        program.data.add("Raw", instance);
        if value != Node::Null {
            let property = "AutomaticBackupReplicationKmsKeyId";
            program.data.override_property("Raw", property, value);
        }
        let found = findings(program.app());
        let found = found.iter().find(|found| found.code() == "DB-14").unwrap();
        assert_eq!(found.given_value(), Some(given));
    }
}

#[test]
fn a_parameter_group_of_another_family_is_refused() {
    let wrong = Node::Text("aurora-postgresql16".into());
    let found = broken::<Prod>("DatabaseParameters", "Family", wrong);
    assert_eq!(
        one(&found),
        (
            "DB-12",
            "the parameter group is of another family than its database",
            "DBClusterParameterGroupName"
        )
    );
    assert_eq!(found[0].given_value(), Some("aurora-postgresql16, for version 17"));
    assert_eq!(found[0].related_places().len(), 1);

    let (mut program, recovery) = replicated(Region::EuCentral1);
    program.data.override_property("DatabaseParameters", "Family", Node::Text("postgres18".into()));
    let found = findings(program.app().stack(recovery));
    assert_eq!((one(&found).0, one(&found).2), ("DB-12", "DBParameterGroupName"));
    assert_eq!(found[0].given_value(), Some("postgres18, for version 17"));
}

#[test]
fn a_version_that_rds_left_out_is_refused_with_those_that_it_has() {
    let (mut program, recovery) = replicated(Region::EuCentral1);
    program.data.override_property("Database", "EngineVersion", Node::Text("18.5".into()));
    program.data.override_property("Database", "AutoMinorVersionUpgrade", Node::Bool(false));
    program.data.override_property("DatabaseParameters", "Family", Node::Text("postgres18".into()));
    let found = findings(program.app().stack(recovery));
    assert_eq!(one(&found), ("DB-08", "RDS has no such version of PostgreSQL", "EngineVersion"));
    assert_eq!(found[0].given_value(), Some("18.5"));
    assert_eq!(found[0].allowed_values(), Some("18.1, 18.2, 18.3, 18.4, 18.6"));
}

#[test]
fn a_version_that_nobody_has_heard_of_is_warned_of_with_the_newest_that_are_known() {
    for (version, warned) in [("18.6", false), ("18.99", true), ("19.1", true), ("13.22", false)] {
        let major = version.split('.').next().unwrap();
        let (mut program, recovery) = replicated(Region::EuCentral1);
        let data = &mut program.data;
        data.override_property("Database", "EngineVersion", Node::Text(version.into()));
        data.override_property("Database", "AutoMinorVersionUpgrade", Node::Bool(false));
        let family = Node::Text(format!("postgres{major}").into());
        data.override_property("DatabaseParameters", "Family", family);
        let found = findings(program.app().stack(recovery));
        if !warned {
            assert_eq!(found, [], "{version}");
            continue;
        }
        let message = "RDS has no such version of PostgreSQL that is known here";
        assert_eq!(one(&found), ("DB-08", message, "EngineVersion"));
        assert_eq!(found[0].severity(), Severity::Warning, "it may be new");
        assert_eq!(found[0].allowed_values(), Some("18.1, 18.2, 18.3, 18.4, 18.6"), "{version}");
    }
}

#[test]
fn the_rules_judge_an_instance_of_rds_as_they_judge_a_cluster() {
    for (id, property, value, code) in [
        ("Database", "PubliclyAccessible", Node::Bool(true), "DB-01"),
        ("Database", "StorageEncrypted", Node::Bool(false), "DB-02"),
        ("Database", "ManageMasterUserPassword", Node::Bool(false), "DB-02"),
        ("DatabaseParameters", "Parameters/rds.force_ssl", Node::Text("0".into()), "DB-02"),
        ("Database", "BackupRetentionPeriod", Node::Integer(7), "DB-03"),
        (
            "Database",
            "PreferredMaintenanceWindow",
            Node::Text("sun:02:30-sun:03:30".into()),
            "DB-03",
        ),
        ("Database", "MultiAZ", Node::Bool(false), "DB-04"),
        ("Database", "DeletionProtection", Node::Bool(false), "DB-04"),
        ("Database", "PerformanceInsightsRetentionPeriod", Node::Integer(7), "DB-07"),
        ("Database", "EngineVersion", Node::Text("17.11".into()), "DB-08"),
    ] {
        let (mut program, recovery) = replicated(Region::EuCentral1);
        program.data.override_property(id, property, value);
        let found = findings(program.app().stack(recovery));
        assert_eq!(one(&found).0, code, "{property}");
    }
}

/// What is found of windows where a plan, whose rule begins when it is told, selects a production database
/// with the default windows: backups from 02:00 to 03:00, maintenance on Sunday from 04:00 to 05:00.
fn windows_met(rule: BackupRule, aurora: bool) -> Vec<Diagnostic> {
    let mut program = Program::<Prod>::new();
    let selection = if aurora {
        Selection::of(&program.data.add("Database", good(&program)))
    } else {
        let instance = postgres!(program, availability(Availability::multi_az()));
        Selection::of(&program.data.add("Database", instance))
    };
    let mut vaults = Vaults::new();
    let rule = rule.copy_to(&vaults.recovery_vault);
    let plan =
        BackupPlan::builder().vault(&vaults.home_vault).rules([rule]).selections([selection]);
    vaults.backup.add("Plan", plan.build());
    let app = program.app().stack(vaults.backup).stack(vaults.recovery);
    findings(app).into_iter().filter(|found| found.code() == "DB-17").collect()
}

#[test]
fn a_plan_does_not_begin_in_the_windows_of_an_instance_nor_in_the_hour_before() {
    let daily = || BackupRule::daily(lifecycle!(35 days));
    for (window, property) in [
        (start_window!("04:00-05:00"), Some("PreferredMaintenanceWindow")),
        (start_window!("03:00-04:00"), Some("PreferredMaintenanceWindow")),
        (start_window!("01:00-02:00"), Some("PreferredBackupWindow")),
        (start_window!("00:00-01:00"), None),
        (start_window!("05:00-06:00"), None),
    ] {
        let found = windows_met(daily().window(window), false);
        let properties: Vec<Option<&str>> = found.iter().map(Diagnostic::property_path).collect();
        assert_eq!(properties, property.map(Some).into_iter().collect::<Vec<_>>(), "{found:#?}");
        assert_eq!(windows_met(daily().window(window), true), [], "Aurora has no such limits");
    }
    let found = windows_met(daily().window(start_window!("04:00-05:00")), false);
    assert_eq!(found[0].setter_name(), Some("maintenance_window"));
    let given = "maintenance sun:04:00-sun:05:00, and `daily-0400` from 04:00-05:00";
    assert_eq!(found[0].given_value(), Some(given));
    assert_eq!(found[0].related_places().len(), 1);
    assert_eq!(windows_met(daily(), false), [], "by default they are apart");
}

/// A good database, and vaults with a plan for something else than databases.
fn with_plan(copied: bool, selections: impl FnOnce(&Program<Prod>) -> Vec<Selection>) -> App {
    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    let mut vaults = Vaults::new();
    let rule = BackupRule::daily(lifecycle!(35 days));
    let rule = if copied { rule.copy_to(&vaults.recovery_vault) } else { rule };
    let volumes = Selection::all(ResourceKind::EbsVolume);
    let mut chosen = selections(&program);
    chosen.push(volumes);
    let plan = BackupPlan::builder().vault(&vaults.home_vault).rules([rule]).selections(chosen);
    vaults.backup.add("Plan", plan.build());
    program.app().stack(vaults.backup).stack(vaults.recovery)
}

fn left_out(app: App) -> Vec<Diagnostic> {
    findings(app).into_iter().filter(|found| found.code() == "DB-09").collect()
}

#[test]
fn a_production_database_that_the_plans_leave_out_or_do_not_copy_is_refused() {
    let found = left_out(with_plan(true, |_| Vec::new()));
    assert_eq!(one(&found).1, "no backup plan selects the production database");
    let instances = || Selection::all(ResourceKind::RdsInstance);
    let found = left_out(with_plan(true, |_| vec![instances()]));
    assert_eq!(one(&found).1, "no backup plan selects the production database");
    let clusters = || Selection::all(ResourceKind::AuroraCluster);
    let found = left_out(with_plan(true, |_| vec![clusters().tagged("backup", "daily")]));
    assert_eq!(one(&found).1, "no backup plan selects the production database");
    let found = left_out(with_plan(false, |_| vec![clusters()]));
    assert_eq!(one(&found).1, "no backup plan copies the production database to another region");
    assert_eq!(found[0].related_places().len(), 1);
    assert_eq!(left_out(with_plan(true, |_| vec![clusters()])), []);
}

#[test]
fn a_database_that_is_selected_by_itself_is_copied() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let mut vaults = Vaults::new();
    let rule = BackupRule::daily(lifecycle!(35 days)).copy_to(&vaults.recovery_vault);
    let plan = BackupPlan::builder().vault(&vaults.home_vault).rules([rule]);
    vaults.backup.add("Plan", plan.selections([Selection::of(&database)]).build());
    let app = program.app().stack(vaults.backup).stack(vaults.recovery);
    assert_eq!(left_out(app), []);
}

#[test]
fn a_production_database_without_tokens_of_iam_is_pointed_out() {
    let off = Node::Bool(false);
    let found = broken::<Prod>("Database", "EnableIAMDatabaseAuthentication", off.clone());
    assert_eq!(
        one(&found),
        (
            "DB-09",
            "the production database knows its users by passwords alone",
            "EnableIAMDatabaseAuthentication"
        )
    );
    assert_eq!(broken::<Dev>("Database", "EnableIAMDatabaseAuthentication", off), []);
}
