//! What frameworks ask of backups.

use innovate_aws::{
    Region,
    backup::{
        AuditedKind, BackupFrequency, BackupPlan, BackupRule, Control, Framework, Report,
        ReportPlan, ResourceKind, Selection, Weekday,
    },
    lifecycle,
    storage::BackupReportBucket,
};
use innovate_core::{App, Diagnostic, Node, Prod, Stack};

use crate::{
    backup::{Vaults, good_rules},
    program::{environment, findings, resource},
    storage::{said, storage},
};

/// The parts of the one framework's control of this name.
fn control<'a>(stack: &'a Stack<Prod>, name: &str) -> Option<&'a Node> {
    let framework = resource(stack.model(), "Framework").properties();
    let controls = framework.get("FrameworkControls").and_then(Node::as_list).unwrap();
    controls.iter().find(|control| control.get("ControlName").unwrap().as_text() == Some(name))
}

fn parameters(control: &Node) -> Vec<(&str, &str)> {
    let parameters = control.get("ControlInputParameters").and_then(Node::as_list);
    parameters
        .unwrap_or_default()
        .iter()
        .map(|parameter| {
            let text = |key| parameter.get(key).and_then(Node::as_text).unwrap();
            (text("ParameterName"), text("ParameterValue"))
        })
        .collect()
}

fn kinds(control: &Node) -> Vec<&str> {
    let kinds = control.at("ControlScope/ComplianceResourceTypes").and_then(Node::as_list);
    kinds.unwrap_or_default().iter().filter_map(Node::as_text).collect()
}

#[test]
fn a_framework_asks_what_its_plan_is_for() {
    let mut vaults = Vaults::new();
    let rules = good_rules(&vaults.recovery_vault).into_iter().take(2);
    let plan = BackupPlan::builder().vault(&vaults.home_vault).rules(rules).selections([
        Selection::all(ResourceKind::RdsInstance),
        Selection::all(ResourceKind::AuroraCluster),
        Selection::all(ResourceKind::EksCluster),
        Selection::all(ResourceKind::EbsVolume).tagged("backup", "daily"),
    ]);
    let plan = vaults.backup.add("Plan", plan.build());
    let framework = Framework::builder().controls(plan.controls()).build();
    vaults.backup.add("Framework", framework);
    let stack = &vaults.backup;

    let name = resource(stack.model(), "Framework").properties().get("FrameworkName");
    assert_eq!(name.and_then(Node::as_text), Some("innovate_prod_backup_framework"));
    let frequency = control(stack, "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK").unwrap();
    assert_eq!(
        parameters(frequency),
        [
            ("requiredFrequencyUnit", "days"),
            ("requiredFrequencyValue", "1"),
            ("requiredRetentionDays", "35")
        ]
    );
    assert_eq!(kinds(frequency), ["AWS::Backup::BackupPlan"]);
    let plan = frequency.at("ControlScope/ComplianceResourceIds/0").unwrap();
    assert_eq!(plan.as_reference().unwrap().target.logical_id(), "Plan");
    // Neither the cluster of EKS, which no control knows, nor the volumes, most of which have no tag.
    for name in [
        "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
        "BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION",
        "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK",
    ] {
        assert_eq!(kinds(control(stack, name).unwrap()), ["Aurora", "RDS"], "{name}");
    }
    let copies = control(stack, "BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION").unwrap();
    assert_eq!(parameters(copies), [("crossRegionList", "eu-central-1")]);
    let encrypted = control(stack, "BACKUP_RECOVERY_POINT_ENCRYPTED").unwrap();
    assert_eq!(encrypted.get("ControlScope"), None);
    assert_eq!(findings(vaults.app()), []);
}

#[test]
fn a_framework_asks_for_no_copies_where_a_plan_has_none() {
    let mut vaults = Vaults::new();
    let plan = BackupPlan::builder()
        .vault(&vaults.home_vault)
        .rules([
            BackupRule::monthly(lifecycle!(365 days)),
            BackupRule::weekly(Weekday::Sunday, lifecycle!(60 days)),
        ])
        .selections([Selection::all(ResourceKind::S3Bucket)]);
    let plan = vaults.backup.add("Plan", plan.build());
    vaults.backup.add("Framework", Framework::builder().controls(plan.controls()).build());
    let stack = &vaults.backup;
    assert!(control(stack, "BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION").is_none());
    let frequency = control(stack, "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK").unwrap();
    let [_, value, kept] = parameters(frequency)[..] else { panic!() };
    assert_eq!((value.1, kept.1), ("7", "60"));
}

#[test]
fn a_report_on_compliance_names_its_framework() {
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket = BackupReportBucket::builder().key(&key).access_logs(&logs).build();
    let bucket = stack.add("Reports", bucket);
    let framework = Framework::builder().controls([Control::encrypted()]).build();
    let framework = stack.add("Framework", framework);
    for (id, report, template) in [
        ("Resources", Report::resource_compliance(&framework), "RESOURCE_COMPLIANCE_REPORT"),
        ("Controls", Report::control_compliance(&framework), "CONTROL_COMPLIANCE_REPORT"),
    ] {
        stack.add(id, ReportPlan::builder().report(report).bucket(&bucket).build());
        let setting = resource(stack.model(), id).properties().get("ReportSetting").unwrap();
        assert_eq!(setting.get("ReportTemplate").and_then(Node::as_text), Some(template));
        let arn = setting.at("FrameworkArns/0").and_then(Node::as_reference).unwrap();
        assert_eq!(arn.target.logical_id(), "Framework");
    }
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

/// The one finding about a framework with these controls, at its line.
#[track_caller]
fn refused<const N: usize>(controls: [Control; N]) -> Diagnostic {
    let mut stack = environment::<Prod>().stack("backup");
    stack.add("Framework", Framework::builder().controls(controls).build());
    let found = findings(App::new("test").stack(stack));
    let [finding] = &*found else { panic!("one finding expected: {found:#?}") };
    assert_eq!((finding.code(), finding.setter_name()), ("BKP-05", Some("controls")));
    assert!(finding.place().is_some());
    finding.clone()
}

#[test]
fn a_framework_that_watches_over_nothing_is_an_error() {
    assert_eq!(refused([]).given_value(), Some("none"));
    let nothing = refused([Control::in_backup_plan([])]);
    assert_eq!(nothing.given_value(), Some("no kind of resource"));
}

#[test]
fn a_frequency_is_24_hours_or_31_days_at_most() {
    for (frequency, given, allowed) in [
        (BackupFrequency::EveryHours(25), "every 25 hours", "1 to 24 hours"),
        (BackupFrequency::EveryDays(32), "every 32 days", "1 to 31 days"),
        (BackupFrequency::EveryDays(0), "every 0 days", "1 to 31 days"),
    ] {
        let finding = refused([Control::plans_make(frequency, 35)]);
        assert_eq!(finding.given_value(), Some(given));
        assert_eq!(finding.allowed_values(), Some(allowed));
    }
    let mut stack = environment::<Prod>().stack("backup");
    let most = [
        Control::plans_make(BackupFrequency::EveryHours(24), 1),
        Control::plans_make(BackupFrequency::EveryDays(31), 365),
        Control::kept_for(7),
        Control::copied_to(Region::EuCentral1, [AuditedKind::EbsVolume]),
        Control::manual_deletion_disabled(),
    ];
    stack.add("Framework", Framework::builder().controls(most).build());
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}
