//! Logically air-gapped vaults, and what is copied to them.

use innovate_aws::{
    Region, air_gapped_retention,
    backup::{
        AirGappedVault, BackupPlan, BackupRule, Framework, IUnderstandThisCantBeUndone,
        LogicallyAirGappedVault, ResourceKind, RestoreRole, RestoreTest, RestoreTesting, Selection,
        VaultAlarm,
    },
    keys::{Backup, KmsKey, Logs},
    lifecycle,
    observability::AlarmTopic,
};
use innovate_cfn::backup;
use innovate_core::{
    App, DeletionPolicy, Diagnostic, HomeRegion, Node, Prod, RecoveryRegion, ResourceType as _,
    Stack,
};

use crate::{
    backup::Vaults,
    program::{findings, of_type, problems, resource, synth, synth_with_registry, text},
    recovery::{recoverable, recovering_in},
};

/// A vault that takes 14 to 90 days.
fn air_gapped(stack: &mut Stack<Prod>) -> AirGappedVault<HomeRegion> {
    let vault = LogicallyAirGappedVault::<HomeRegion>::builder()
        .retention(air_gapped_retention!(14..=90), IUnderstandThisCantBeUndone)
        .build();
    stack.add("AirGapped", vault)
}

/// Adds a plan for resources of this kind, and gives the names of its controls.
fn plan(vaults: &mut Vaults, rule: BackupRule, kind: ResourceKind) -> Vec<Option<String>> {
    let plan = BackupPlan::builder().vault(&vaults.home_vault).rules([rule]);
    let plan = vaults.backup.add("Plan", plan.selections([Selection::all(kind)]).build());
    let framework = Framework::builder().controls(plan.controls()).build();
    vaults.backup.add("Framework", framework);
    let controls = resource(vaults.backup.model(), "Framework").properties();
    let controls = controls.get("FrameworkControls").and_then(Node::as_list).unwrap();
    let name =
        |control: &Node| control.get("ControlName").and_then(Node::as_text).map(str::to_owned);
    controls.iter().map(name).collect()
}

fn one(found: &[Diagnostic]) -> &Diagnostic {
    let [finding] = found else { panic!("one finding expected: {found:#?}") };
    finding
}

#[test]
fn an_air_gapped_vault_is_aws_s_own_and_stays() {
    let mut stack = recoverable().stack("backup");
    let vault = air_gapped(&mut stack);
    assert_eq!(vault.name().as_str(), "innovate-prod-backup-air-gapped");
    assert_eq!(vault.retention().to_string(), "14 to 90 days");
    let made = resource(stack.model(), "AirGapped");
    assert_eq!(made.type_name(), "AWS::Backup::LogicallyAirGappedBackupVault");
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    let days = |name: &str| made.properties().get(name).and_then(Node::as_integer);
    assert_eq!((days("MinRetentionDays"), days("MaxRetentionDays")), (Some(14), Some(90)));
    assert_eq!(text(made, "BackupVaultName"), "innovate-prod-backup-air-gapped");
    assert!(made.properties().get("EncryptionKeyArn").is_none());
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_plan_copies_to_an_air_gapped_vault_in_its_own_region() {
    let mut vaults = Vaults::new();
    let vault = air_gapped(&mut vaults.backup);
    let rule = BackupRule::daily(lifecycle!(35 days)).copy_for(&vault, lifecycle!(14 days));
    let controls = plan(&mut vaults, rule, ResourceKind::AuroraCluster);
    let elsewhere = "BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION".to_owned();
    assert!(!controls.contains(&Some(elsewhere)), "it is no copy in another region: {controls:?}");
    let made = resource(vaults.backup.model(), "Plan");
    let path = "BackupPlan/BackupPlanRule/0/CopyActions/0/DestinationBackupVaultArn";
    let arn = format!("{:?}", made.properties().at(path));
    let expected = ":backup:eu-west-1:444455556666:backup-vault:innovate-prod-backup-air-gapped";
    assert!(arn.contains(expected), "{arn}");
    assert_eq!(findings(vaults.app()), []);
}

#[test]
fn a_copy_that_an_air_gapped_vault_keeps_for_another_time_is_an_error() {
    for (kept, given) in [(lifecycle!(13 days), "13 days"), (lifecycle!(91 days), "91 days")] {
        let mut vaults = Vaults::new();
        let vault = air_gapped(&mut vaults.backup);
        let rule = BackupRule::daily(lifecycle!(35 days)).copy_for(&vault, kept);
        plan(&mut vaults, rule, ResourceKind::AuroraCluster);
        let found = findings(vaults.app());
        let finding = one(&found);
        assert_eq!(finding.code(), "BKP-01");
        assert_eq!(finding.given_value(), Some(given));
        assert_eq!(finding.allowed_values(), Some("14 to 90 days"));
    }
}

#[test]
fn an_air_gapped_vault_is_sent_no_copies_of_rds_instances() {
    let mut vaults = Vaults::new();
    let vault = air_gapped(&mut vaults.backup);
    let rule = BackupRule::daily(lifecycle!(35 days)).copy_to(&vault);
    plan(&mut vaults, rule, ResourceKind::RdsInstance);
    let found = findings(vaults.app());
    let finding = one(&found);
    assert_eq!((finding.code(), finding.given_value()), ("BKP-07", Some("RDS instances")));
    assert_eq!(finding.setter_name(), Some("rules"));
    assert_eq!(finding.related_places().len(), 1);
}

#[test]
fn an_air_gapped_vault_in_a_region_without_them_is_an_error() {
    let mut stack = recovering_in(Region::CaWest1).recovery_stack("dr");
    let vault = LogicallyAirGappedVault::<RecoveryRegion>::builder()
        .retention(air_gapped_retention!(7..=90), IUnderstandThisCantBeUndone)
        .build();
    stack.add("AirGapped", vault);
    let line = line!() - 1;
    let found = findings(App::new("test").stack(stack));
    let finding = one(&found);
    assert_eq!((finding.code(), finding.given_value()), ("BKP-07", Some("ca-west-1")));
    assert_eq!(finding.place().map(|place| place.line), Some(line));
}

#[test]
fn a_raw_air_gapped_vault_keeps_for_a_week_and_takes_something() {
    for (min, max, given) in [(6, 90, "6 days"), (30, 20, "30 to 20 days")] {
        let mut stack = recoverable().stack("backup");
        let vault = backup::LogicallyAirGappedBackupVault::new("raw", max, min);
        stack.add("AirGapped", vault.removal_policy(DeletionPolicy::Retain));
        let found = findings(App::new("test").stack(stack));
        assert_eq!((one(&found).code(), one(&found).given_value()), ("BKP-07", Some(given)));
    }
}

#[test]
fn an_air_gapped_vault_with_a_key_needs_one_for_backups_that_lets_it_in() {
    let made = |broken: bool| {
        let mut stack = recoverable().stack("backup");
        let key = stack.add("Key", KmsKey::<Backup>::new());
        let vault = LogicallyAirGappedVault::<HomeRegion>::builder()
            .retention(air_gapped_retention!(7..=90), IUnderstandThisCantBeUndone)
            .key(&key)
            .approval_team("arn:aws:mpa:us-east-1:777788889999:approval-team/recovery")
            .build();
        stack.add("AirGapped", vault);
        if broken {
            let logs = stack.add("Logs", KmsKey::<Logs>::new());
            let arn = logs.arn().into_node();
            stack.override_property("AirGapped", "EncryptionKeyArn", arn);
        }
        findings(App::new("test").stack(stack))
    };
    assert_eq!(made(false), []);
    assert_eq!(one(&made(true)).message(), "the key `Logs` of `AirGapped` does not let backup in");
}

#[test]
fn an_air_gapped_vault_at_home_is_watched_for_copies_and_restored_from() {
    let mut vaults = Vaults::new();
    let vault = air_gapped(&mut vaults.backup);
    let topic = vaults.backup.add("Alerts", AlarmTopic::builder().build());
    let alarms = vaults.backup.add("AirGappedAlarms", vault.alarms().notify(&topic));
    assert!(alarms.alarm(VaultAlarm::NoCopy).is_some());
    assert!(alarms.alarm(VaultAlarm::NoBackup).is_none());
    let role = vaults.backup.add("Restores", RestoreRole::new());
    let testing = RestoreTesting::<HomeRegion>::builder()
        .vault(&vault)
        .role(&role)
        .tests([RestoreTest::aurora_cluster()])
        .build();
    vaults.backup.add("RestoreTesting", testing);
    let plans = of_type(vaults.backup.model(), "AWS::Backup::RestoreTestingPlan");
    let shown = format!("{:?}", plans[0].properties().at("RecoveryPointSelection/IncludeVaults"));
    assert!(shown.contains("innovate-prod-backup-air-gapped"), "{shown}");
    assert_eq!(findings(vaults.app()), []);
}

#[test]
fn a_production_air_gapped_vault_that_nobody_watches_is_pointed_out() {
    let unwatched = |watched: bool| {
        let mut stack = recoverable().stack("backup");
        let vault = air_gapped(&mut stack);
        if watched {
            let topic = stack.add("Alerts", AlarmTopic::builder().build());
            stack.add("AirGappedAlarms", vault.alarms().notify(&topic));
        }
        let report = synth(App::new("test").stack(stack)).report;
        let found = report.findings().iter().filter(|found| found.code() == "ALM-02");
        found.map(|found| found.message().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(unwatched(false), ["of `AirGapped` no alarm watches whether copies come to it"]);
    assert_eq!(unwatched(true), [""; 0]);
}
