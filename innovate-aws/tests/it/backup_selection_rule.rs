//! The rules that look at what plans select: each test breaks a good program in just one way.

use innovate_aws::{
    arn,
    backup::{BackupPlan, BackupRule, ResourceKind, Selection},
    lifecycle,
};
use innovate_cfn::backup::{
    self, backup_plan as plan,
    backup_selection::{
        BackupSelectionResourceType, BackupSelectionResourceTypeConditions as Conditions,
        ConditionParameter,
    },
};
use innovate_cfn::kind::{BackupVaultArn, BackupVaultName};
use innovate_core::{App, Diagnostic, Node, Place, Prod, Severity, Stack, Value};

use crate::{
    backup::Vaults,
    database::{Program, good},
    program::{findings, synth},
};

/// What the rules find of a plan with one rule.
fn of_plan(rule: BackupRule, selections: impl IntoIterator<Item = Selection>) -> Vec<Diagnostic> {
    let mut vaults = Vaults::new();
    let plan = BackupPlan::builder().vault(&vaults.home_vault).rules([rule]);
    vaults.backup.add("Plan", plan.selections(selections).build());
    findings(vaults.app())
}

fn one(found: &[Diagnostic]) -> &Diagnostic {
    let [finding] = found else { panic!("one finding expected: {found:#?}") };
    finding
}

fn archive() -> BackupRule {
    BackupRule::monthly(lifecycle!(365 days, cold after 30))
}

#[test]
fn cold_storage_for_what_never_goes_there_is_an_error() {
    for (kind, given) in [
        (ResourceKind::AuroraCluster, "Aurora clusters, cold after 30 days"),
        (ResourceKind::RdsInstance, "RDS instances, cold after 30 days"),
        (ResourceKind::S3Bucket, "buckets, cold after 30 days"),
        (ResourceKind::EbsVolume, "EBS volumes, cold after 30 days"),
    ] {
        let found = of_plan(archive(), [Selection::all(kind)]);
        let finding = one(&found);
        assert_eq!((finding.code(), finding.severity()), ("BKP-06", Severity::Error), "{kind:?}");
        assert_eq!(finding.given_value(), Some(given));
        assert_eq!(finding.setter_name(), Some("rules"));
        assert!(finding.message().contains("monthly-1-0500"), "{}", finding.message());
    }
}

#[test]
fn cold_storage_for_what_goes_there_is_silent() {
    let every = [
        ResourceKind::EfsFileSystem,
        ResourceKind::DynamoDbTable,
        ResourceKind::EksCluster,
        ResourceKind::EbsVolume,
    ];
    assert_eq!(of_plan(archive().archive_volumes(), every.map(Selection::all)), []);
    let tagged = Selection::with_tag("backup", "monthly");
    assert_eq!(of_plan(archive(), [tagged]), []);
}

#[test]
fn cold_storage_for_some_of_what_a_plan_selects_is_a_warning() {
    let kinds = [ResourceKind::EfsFileSystem, ResourceKind::AuroraCluster, ResourceKind::S3Bucket];
    let found = of_plan(archive(), kinds.map(Selection::all));
    let finding = one(&found);
    assert_eq!((finding.code(), finding.severity()), ("BKP-06", Severity::Warning));
    assert_eq!(finding.given_value(), Some("Aurora clusters, buckets, cold after 30 days"));
}

#[test]
fn a_copy_that_asks_for_cold_storage_is_looked_at_as_well() {
    let mut vaults = Vaults::new();
    let rule = BackupRule::daily(lifecycle!(35 days))
        .copy_for(&vaults.recovery_vault, lifecycle!(200 days, cold after 60));
    let plan = BackupPlan::builder().vault(&vaults.home_vault).rules([rule]);
    let selections = [Selection::all(ResourceKind::RdsInstance)];
    vaults.backup.add("Plan", plan.selections(selections).build());
    let found = findings(vaults.app());
    let finding = one(&found);
    assert_eq!(finding.code(), "BKP-06");
    assert_eq!(
        finding.property_path(),
        Some("BackupPlan/BackupPlanRule/0/CopyActions/0/Lifecycle/MoveToColdStorageAfterDays")
    );
}

#[test]
fn a_production_database_in_a_program_without_a_plan_is_pointed_out() {
    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    let line = line!() - 1;
    let report = synth(program.app()).report;
    let found: Vec<_> = report.findings().iter().filter(|found| found.code() == "DB-09").collect();
    let [finding] = &*found else { panic!("{found:#?}") };
    assert_eq!(finding.severity(), Severity::Warning);
    assert_eq!(finding.given_value(), Some("a program without a backup plan"));
    assert_eq!(finding.place().map(|place| place.line), Some(line));
}

fn tag(key: &str, value: &str) -> ConditionParameter {
    ConditionParameter::new()
        .condition_key(format!("aws:ResourceTag/{key}"))
        .condition_value(value.to_owned())
}

/// A raw plan that copies to this vault, and a selection of every cluster that has the conditions.
fn raw<P: Place>(stack: &mut Stack<Prod, P>, to: &str, conditions: Conditions) {
    let lifecycle = || plan::LifecycleResourceType::new().delete_after_days(35);
    let copy = Value::<BackupVaultArn>::literal(to.to_owned());
    let copy = plan::CopyActionResourceType::new(copy).lifecycle(lifecycle());
    let vault = Value::<BackupVaultName>::literal("elsewhere");
    let rule = plan::BackupRuleResourceType::new("daily", vault)
        .lifecycle(lifecycle())
        .copy_actions([copy]);
    let plan = backup::BackupPlan::new(plan::BackupPlanResourceType::new("raw", [rule]));
    let plan = stack.add("Raw", plan);
    let role = arn!(RoleArn: "arn:aws:iam::444455556666:role/backup");
    let selection = BackupSelectionResourceType::new(role, "clusters")
        .resources(["arn:aws:rds:*:*:cluster:*"])
        .conditions(conditions);
    stack.add("RawSelection", backup::BackupSelection::new(plan.backup_plan_id(), selection));
}

const ELSEWHERE: &str = "arn:aws:backup:eu-central-1:444455556666:backup-vault:copies";

/// What is found of a good database whose plan is this raw one.
fn of_raw(to: &str, conditions: Conditions) -> Vec<String> {
    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    let tag = |name: &'static str, value: &'static str| (name.into(), Node::Text(value.into()));
    let tag = Node::map([tag("Key", "environment"), tag("Value", "prod")]);
    program.data.override_property("Database", "Tags", Node::list([tag]));
    let mut vaults = Vaults::new();
    raw(&mut vaults.backup, to, conditions);
    left_out(program.app().stack(vaults.backup).stack(vaults.recovery))
}

fn left_out(app: App) -> Vec<String> {
    let found = findings(app).into_iter().filter(|found| found.code() == "DB-09");
    found.map(|found| found.message().to_owned()).collect()
}

#[test]
fn conditions_of_every_operator_decide_whether_a_database_is_selected() {
    const NONE: [&str; 1] = ["no backup plan selects the production database"];
    let like = |value| Conditions::new().string_like([tag("environment", value)]);
    assert_eq!(of_raw(ELSEWHERE, like("pr*")), [""; 0]);
    assert_eq!(of_raw(ELSEWHERE, like("st*")), NONE);
    let not_like = |value| Conditions::new().string_not_like([tag("environment", value)]);
    assert_eq!(of_raw(ELSEWHERE, not_like("st*")), [""; 0]);
    assert_eq!(of_raw(ELSEWHERE, not_like("p*d")), NONE);
    let not = |value| Conditions::new().string_not_equals([tag("environment", value)]);
    assert_eq!(of_raw(ELSEWHERE, not("staging")), [""; 0]);
    assert_eq!(of_raw(ELSEWHERE, not("prod")), NONE);
    let both = Conditions::new()
        .string_equals([tag("environment", "prod")])
        .string_like([tag("backup", "*")]);
    assert_eq!(of_raw(ELSEWHERE, both), NONE);
}

#[test]
fn a_copy_in_the_region_of_the_database_does_not_save_it() {
    let here = "arn:aws:backup:eu-west-1:777788889999:backup-vault:copies";
    assert_eq!(
        of_raw(here, Conditions::new()),
        ["no backup plan copies the production database to another region"]
    );
}

#[test]
fn a_plan_of_another_region_selects_no_database_here() {
    let mut program = Program::<Prod>::new();
    program.data.add("Database", good(&program));
    let mut vaults = Vaults::new();
    raw(&mut vaults.recovery, ELSEWHERE, Conditions::new());
    let app = program.app().stack(vaults.backup).stack(vaults.recovery);
    assert_eq!(left_out(app), ["no backup plan selects the production database"]);
}
