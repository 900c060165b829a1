//! The rules about backups, each against a program that breaks it.

use innovate_aws::{
    backup::{
        BackupPlan, BackupRule, BackupVault, IUnderstandThisCantBeUndone, Lifecycle, ResourceKind,
        Selection, Vault, VaultLock, Weekday,
    },
    days,
    keys::{Backup, KmsKey},
    lifecycle, retention_range, start_window,
};
use innovate_cfn::backup::{
    self, backup_plan as plan,
    backup_selection::{
        BackupSelectionResourceType, BackupSelectionResourceTypeConditions, ConditionParameter,
        ConditionResourceType,
    },
};
use innovate_cfn::kind::{BackupPlanId, BackupVaultArn, BackupVaultName};
use innovate_core::{
    App, DeletionPolicy, Diagnostic, Gives as _, HomeRegion, Parameter, Prod, RecoveryRegion,
    ResourceType as _, Severity, Stack, Value, value::Number,
};

use crate::{
    backup::Vaults,
    program::{environment, findings, synth_with_registry},
    recovery::recoverable,
};

/// The one finding, which must have this code.
fn one(app: App, code: &str) -> Diagnostic {
    let found = findings(app);
    let [finding] = &*found else { panic!("one finding expected: {found:#?}") };
    assert_eq!(finding.code(), code);
    finding.clone()
}

/// Value given and what is allowed.
fn values(finding: &Diagnostic) -> (&str, &str) {
    (finding.given_value().unwrap_or_default(), finding.allowed_values().unwrap_or_default())
}

#[test]
fn a_retention_that_the_lock_of_the_vault_refuses_is_an_error() {
    // The vault at home is locked for 7 days or more.
    let mut vaults = Vaults::new();
    vaults.plan([BackupRule::daily(lifecycle!(3 days))]);
    let line = line!() - 1;
    let finding = one(vaults.app(), "BKP-01");
    assert_eq!(values(&finding), ("3 days", "7 days or more"));
    assert_eq!(finding.setter_name(), Some("rules"));
    assert!(finding.message().contains("daily-0500"), "{}", finding.message());
    assert_eq!(finding.place().map(|place| place.line), Some(line));
}

#[test]
fn a_copy_that_the_lock_of_its_vault_refuses_is_an_error_at_the_plans_line() {
    let mut vaults = Vaults::locked(VaultLock::governance(retention_range!(30..=60)));
    let rule = BackupRule::weekly(Weekday::Sunday, lifecycle!(90 days));
    let plan = BackupPlan::builder()
        .vault(&vaults.home_vault)
        .rules([rule.copy_to(&vaults.recovery_vault)])
        .selections([Selection::all(ResourceKind::EbsVolume)])
        .build();
    vaults.backup.add("Plan", plan);
    let line = line!() - 1;
    let finding = one(vaults.app(), "BKP-01");
    assert_eq!(values(&finding), ("90 days", "30 to 60 days"));
    assert_eq!(finding.place().map(|place| place.line), Some(line));
    assert_eq!(finding.related_places().len(), 1);
}

#[test]
fn what_is_kept_for_ever_is_longer_than_a_locks_maximum() {
    let mut vaults = Vaults::locked(VaultLock::governance(retention_range!(7..=400)));
    let copy = plan::CopyActionResourceType::new(vaults.recovery_vault.arn());
    let rule = plan::BackupRuleResourceType::new("nightly", vaults.home_vault.name())
        .schedule_expression("cron(0 5 * * ? *)")
        .copy_actions([copy]);
    raw_plan(&mut vaults.backup, [rule]);
    let finding = one(vaults.app(), "BKP-01");
    assert_eq!(values(&finding), ("for ever", "7 to 400 days"));
}

fn raw_plan(
    stack: &mut Stack<Prod>,
    rules: impl IntoIterator<Item = plan::BackupRuleResourceType>,
) {
    let rules: Vec<_> = rules.into_iter().collect();
    let plan = backup::BackupPlan::new(plan::BackupPlanResourceType::new("raw", rules));
    let plan = stack.add("Raw", plan);
    let every = selection().resources(["arn:aws:elasticfilesystem:*:*:file-system/*"]);
    stack.add("RawSelection", backup::BackupSelection::new(plan.backup_plan_id(), every));
}

fn selection() -> BackupSelectionResourceType {
    let role = innovate_aws::arn!(RoleArn: "arn:aws:iam::444455556666:role/backup");
    BackupSelectionResourceType::new(role, "selected")
}

#[test]
fn cold_storage_for_less_than_90_days_is_an_error() {
    let mut vaults = Vaults::new();
    vaults.plan([BackupRule::monthly(Lifecycle::of_days(100).cold_after(30)).archive_volumes()]);
    let finding = one(vaults.app(), "BKP-01");
    assert_eq!(values(&finding), ("100 days", "120 days or more"));
}

#[test]
fn what_is_kept_for_no_day_is_an_error() {
    let mut vaults = Vaults::new();
    vaults.plan([BackupRule::daily(Lifecycle::of_days(0))]);
    let finding = one(vaults.app(), "BKP-01");
    assert_eq!(values(&finding), ("0 days", "1 to 36500 days"));
}

#[test]
fn a_continuous_backup_reaches_35_days_and_stays_warm() {
    let mut vaults = Vaults::new();
    vaults.plan([BackupRule::daily(lifecycle!(36 days)).continuous()]);
    assert_eq!(values(&one(vaults.app(), "BKP-01")), ("36 days", "1 to 35 days"));
    let mut vaults = Vaults::new();
    let rule = plan::BackupRuleResourceType::new(
        "continuous",
        Value::<BackupVaultName>::literal("another"),
    )
    .enable_continuous_backup(true)
    .lifecycle(
        plan::LifecycleResourceType::new().delete_after_days(35).move_to_cold_storage_after_days(1),
    );
    raw_plan(&mut vaults.backup, [rule]);
    let found = findings(vaults.app());
    let given: Vec<_> = found.iter().filter_map(Diagnostic::given_value).collect();
    assert_eq!(given, ["1 days", "35 days"]);
}

#[test]
fn a_copy_that_stays_in_the_region_is_an_error() {
    let mut vaults = Vaults::new();
    let copy = plan::CopyActionResourceType::new(Value::<BackupVaultArn>::literal(
        "arn:aws:backup:eu-west-1:444455556666:backup-vault:innovate-prod-backup-vault",
    ))
    .lifecycle(plan::LifecycleResourceType::new().delete_after_days(35));
    let rule = plan::BackupRuleResourceType::new("daily", vaults.home_vault.name())
        .lifecycle(plan::LifecycleResourceType::new().delete_after_days(35))
        .copy_actions([copy]);
    raw_plan(&mut vaults.backup, [rule]);
    let finding = one(vaults.app(), "BKP-02");
    assert_eq!(values(&finding), ("a vault in eu-west-1", "a vault in any region but eu-west-1"));
}

#[test]
fn a_copy_to_an_air_gapped_vault_may_stay_in_the_region() {
    let mut vaults = Vaults::new();
    let air_gapped = backup::LogicallyAirGappedBackupVault::new("air-gapped", 400, 7)
        .removal_policy(DeletionPolicy::Retain);
    let air_gapped = vaults.backup.add("AirGapped", air_gapped);
    let rule = plan::BackupRuleResourceType::new("daily", vaults.home_vault.name())
        .lifecycle(plan::LifecycleResourceType::new().delete_after_days(35))
        .copy_actions([plan::CopyActionResourceType::new(air_gapped.backup_vault_arn())]);
    raw_plan(&mut vaults.backup, [rule]);
    assert_eq!(findings(vaults.app()), []);
}

fn week() -> BackupRule {
    BackupRule::weekly(Weekday::Sunday, lifecycle!(90 days))
}

fn day() -> BackupRule {
    BackupRule::daily(lifecycle!(35 days))
}

fn month() -> BackupRule {
    BackupRule::monthly(lifecycle!(365 days))
}

#[test]
fn a_rarer_rule_that_begins_with_another_stands_for_it() {
    type Rules = fn(&Vault<RecoveryRegion>) -> Vec<BackupRule>;
    let silent: [Rules; 6] = [
        |_| vec![day(), week(), month()],
        |to| vec![day().copy_to(to), week().copy_to(to), month().copy_to(to)],
        |to| vec![day(), week().copy_to(to)],
        |to| vec![day().copy_to(to), week().copy_for(to, lifecycle!(35 days))],
        |_| vec![week(), BackupRule::weekly(Weekday::Monday, lifecycle!(90 days))],
        |to| vec![day().copy_to(to), week().window(start_window!("06:00-07:00"))],
    ];
    for (index, rules) in silent.into_iter().enumerate() {
        let mut vaults = Vaults::new();
        let rules = rules(&vaults.recovery_vault);
        vaults.plan(rules);
        assert_eq!(findings(vaults.app()), [], "{index}");
    }
    // A continuous rule begins apart by itself.
    let mut vaults = Vaults::new();
    vaults.plan([day().continuous(), week()]);
    assert_eq!(findings(vaults.app()), []);
}

#[test]
fn rules_of_a_plan_that_begin_together_and_take_from_one_another_are_an_error() {
    type Rules = fn(&Vault<RecoveryRegion>) -> Vec<BackupRule>;
    let cases: [(Rules, &str, &str, &str); 6] = [
        (
            |_| vec![day(), day().window(start_window!("23:00-05:01"))],
            "23:00-05:01",
            "05:00-06:00",
            "one backup for both",
        ),
        (
            |to| vec![day().copy_to(to), week()],
            "05:00-06:00",
            "05:00-06:00",
            "have it copy to wherever `daily-0500` does",
        ),
        (
            |to| vec![day().copy_to(to), week().copy_for(to, lifecycle!(34 days))],
            "05:00-06:00",
            "05:00-06:00",
            "for as long",
        ),
        (
            |_| {
                vec![
                    BackupRule::daily(lifecycle!(90 days)),
                    week().window(start_window!("05:30-06:30")),
                ]
            },
            "05:30-06:30",
            "05:00-06:00",
            "`weekly-sun-0530` never runs",
        ),
        (
            |to| vec![month().window(start_window!("04:00-06:01")), week().copy_to(to)],
            "05:00-06:00",
            "04:00-06:01",
            "the backup of `monthly-1-0400`",
        ),
        (
            |_| vec![day().continuous().window(start_window!("05:00-06:00")), week()],
            "05:00-06:00",
            "05:00-06:00",
            "a continuous rule",
        ),
    ];
    for (rules, given, allowed, help) in cases {
        let mut vaults = Vaults::new();
        let rules = rules(&vaults.recovery_vault);
        vaults.plan(rules);
        let finding = one(vaults.app(), "BKP-03");
        let allowed = format!("a window that doesn't meet {allowed}");
        assert_eq!(values(&finding), (given, &*allowed));
        assert!(finding.help_texts()[0].contains(help), "{:?}", finding.help_texts());
    }
}

#[test]
fn which_of_two_rules_runs_is_not_told_of_a_retention_that_is_known_at_deployment() {
    let found = |weekly: &dyn Fn(&mut Stack<Prod>) -> Option<Value<Number>>| {
        let mut vaults = Vaults::new();
        let days = weekly(&mut vaults.backup);
        let rule = |name: &'static str, schedule: &'static str, days: Option<Value<Number>>| {
            let lifecycle = match days {
                Some(days) => plan::LifecycleResourceType::new().delete_after_days(days),
                None => plan::LifecycleResourceType::new(),
            };
            plan::BackupRuleResourceType::new(name, vaults.home_vault.name())
                .lifecycle(lifecycle)
                .schedule_expression(schedule)
                .start_window_minutes(60)
        };
        let rules = [
            rule("daily", "cron(0 5 * * ? *)", Some(35.give())),
            rule("weekly", "cron(0 5 ? * SUN *)", days),
        ];
        raw_plan(&mut vaults.backup, rules);
        let found = findings(vaults.app());
        found.iter().filter(|found| found.code() == "BKP-03").count()
    };
    assert_eq!(found(&|_| Some(7.give())), 1);
    assert_eq!(found(&|_| Some(90.give())), 0);
    assert_eq!(found(&|_| None), 0, "kept for ever");
    let deferred = |stack: &mut Stack<Prod>| {
        Some(stack.scope().parameter::<Number>("Days", Parameter::default()))
    };
    assert_eq!(found(&deferred), 0);
}

#[test]
fn weeks_meet_over_midnight_and_plans_of_their_own_never() {
    let late = start_window!("23:30-00:30");
    let sunday = || BackupRule::weekly(Weekday::Sunday, lifecycle!(90 days)).window(late);
    let monday = || {
        BackupRule::weekly(Weekday::Monday, lifecycle!(90 days))
            .window(start_window!("00:00-01:00"))
    };
    let mut vaults = Vaults::new();
    vaults.plan([sunday(), monday()]);
    assert_eq!(values(&one(vaults.app(), "BKP-03")).0, "00:00-01:00");
    let mut vaults = Vaults::new();
    vaults.plan([sunday()]);
    let other = BackupPlan::builder()
        .vault(&vaults.home_vault)
        .rules([monday()])
        .selections([Selection::all(ResourceKind::EfsFileSystem)])
        .build();
    vaults.backup.add("Other", other);
    assert_eq!(findings(vaults.app()), []);
}

#[test]
fn a_start_window_under_an_hour_is_an_error() {
    let mut vaults = Vaults::new();
    let rule = plan::BackupRuleResourceType::new("daily", vaults.home_vault.name())
        .lifecycle(plan::LifecycleResourceType::new().delete_after_days(35))
        .start_window_minutes(30);
    raw_plan(&mut vaults.backup, [rule]);
    assert_eq!(values(&one(vaults.app(), "BKP-03")), ("30 minutes", "60 minutes or more"));
}

#[test]
fn a_vault_of_ones_own_is_kept_encrypted_and_guarded() {
    let mut stack = environment::<Prod>().stack("backup");
    stack.add("Vault", backup::BackupVault::new("plain"));
    let found = findings(App::new("test").stack(stack));
    assert!(found.iter().all(|found| matches!(found.code(), "BKP-04" | "CFN-02")), "{found:?}");
    let properties: Vec<_> = found
        .iter()
        .filter(|found| found.code() == "BKP-04")
        .map(|found| found.property_path().unwrap_or("policy"))
        .collect();
    assert_eq!(properties, ["AccessPolicy", "EncryptionKeyArn", "policy"]);
}

#[test]
fn a_lock_that_is_final_too_soon_is_an_error() {
    let mut vaults = Vaults::new();
    vaults.recovery.override_property("Vault", "LockConfiguration/ChangeableForDays", 2);
    assert_eq!(values(&one(vaults.app(), "BKP-04")), ("2 days", "3 days or more"));
}

#[test]
fn a_plan_that_backs_nothing_up_is_an_error() {
    let mut vaults = Vaults::new();
    vaults.plan([]);
    assert_eq!(one(vaults.app(), "BKP-05").setter_name(), Some("rules"));
    let mut vaults = Vaults::new();
    let plan = BackupPlan::builder()
        .vault(&vaults.home_vault)
        .rules([BackupRule::daily(lifecycle!(35 days))])
        .selections([])
        .build();
    vaults.backup.add("Plan", plan);
    assert_eq!(one(vaults.app(), "BKP-05").setter_name(), Some("selections"));
}

#[test]
fn a_raw_plan_without_rules_or_selections_is_an_error() {
    let mut vaults = Vaults::new();
    raw_plan(&mut vaults.backup, []);
    assert_eq!(one(vaults.app(), "BKP-05").message(), "a plan without rules backs nothing up");
    let rule = || {
        plan::BackupRuleResourceType::new("daily", Value::<BackupVaultName>::literal("vault"))
            .lifecycle(plan::LifecycleResourceType::new().delete_after_days(35))
    };
    for selected in [false, true] {
        let mut stack = recoverable().stack("backup");
        let alone = plan::BackupPlanResourceType::new("alone", [rule()]);
        let alone = stack.add("Alone", backup::BackupPlan::new(alone));
        if selected {
            let tag = ConditionResourceType::new("backup", "STRINGEQUALS", "daily");
            let tagged = selection().list_of_tags([tag]);
            stack.add("Selection", backup::BackupSelection::new(alone.backup_plan_id(), tagged));
            assert_eq!(findings(App::new("test").stack(stack)), []);
        } else {
            let finding = one(App::new("test").stack(stack), "BKP-05");
            assert_eq!(finding.message(), "a plan without selections backs nothing up");
            assert!(finding.help_texts()[0].contains("`.suppress(\"BKP-05\", \"..\")`"));
        }
    }
}

#[test]
fn a_selection_selects_what_it_says() {
    let found = |selection: BackupSelectionResourceType| {
        let mut stack = recoverable().stack("backup");
        let plan = Value::<BackupPlanId>::literal("plan-id");
        stack.add("Selection", backup::BackupSelection::new(plan, selection));
        findings(App::new("test").stack(stack))
    };
    let tag = |key: &'static str| ConditionResourceType::new(key, "STRINGEQUALS", "daily");
    let prefixed = found(selection().list_of_tags([tag("backup"), tag("aws:ResourceTag/backup")]));
    let [finding] = &*prefixed else { panic!("{prefixed:?}") };
    assert_eq!(values(finding), ("aws:ResourceTag/backup", "backup"));
    assert_eq!(finding.property_path(), Some("BackupSelection/ListOfTags/1/ConditionKey"));
    let every = found(selection());
    let [finding] = &*every else { panic!("{every:?}") };
    assert_eq!(finding.severity(), Severity::Warning);
    assert_eq!(finding.given_value(), Some("no resources, tags or conditions"));
    let volumes = |count: usize, wild: bool| {
        let arn = |at: usize| format!("arn:aws:ec2:eu-west-1:444455556666:volume/vol-{at:017}");
        let first = wild.then(|| "arn:aws:ec2:*:*:volume/*".to_owned());
        let arns: Vec<_> = first.into_iter().chain((0..count).map(arn)).take(count).collect();
        found(selection().resources(arns))
    };
    for (count, wild, given) in [
        (500, false, None),
        (501, false, Some("501 ARNs")),
        (30, true, None),
        (31, true, Some("31 ARNs")),
    ] {
        let found = volumes(count, wild);
        assert_eq!(found.first().and_then(Diagnostic::given_value), given, "{count} {wild}");
        assert_eq!(found.len(), usize::from(given.is_some()));
    }
}

#[test]
fn a_lock_in_compliance_mode_without_a_longest_retention_is_pointed_out() {
    for (range, findings_) in [(retention_range!(7..), 1), (retention_range!(7..=400), 0)] {
        let lock = VaultLock::compliance(range, days!(30), IUnderstandThisCantBeUndone);
        let found = findings(Vaults::locked(lock).app());
        assert_eq!(found.len(), findings_, "{range}");
        for finding in found {
            assert_eq!((finding.code(), finding.severity()), ("BKP-04", Severity::Warning));
            assert_eq!(finding.setter_name(), Some("lock"));
            assert!(finding.message().contains("nobody could ever delete"));
        }
    }
    let governed = VaultLock::governance(retention_range!(7..));
    assert_eq!(findings(Vaults::locked(governed).app()), []);
}

#[test]
fn a_name_that_is_too_long_for_a_vault_is_reported_where_it_is_added() {
    let mut stack = recoverable().stack("backup-of-everything");
    let key = stack.add("BackupKey", KmsKey::<Backup>::new());
    let vault = BackupVault::<HomeRegion>::builder().key(&key).build();
    let vault = stack.add("VaultOfTheWholeEnvironment", vault);
    let line = line!() - 1;
    let found = synth_with_registry(App::new("test").stack(stack)).report.findings().to_vec();
    let found: Vec<_> = found.iter().filter(|found| found.message().contains("vault")).collect();
    let [finding] = &*found else { panic!("{found:#?}") };
    assert_eq!(finding.code(), "BKP-04");
    let name = "innovate-prod-backup-of-everything-vault-of-the-whole-environment";
    assert_eq!(finding.given_value(), Some(&*format!("`{name}`, {} characters", name.len())));
    assert_eq!(finding.place().map(|place| place.line), Some(line));
    assert_eq!(vault.name().as_str(), &name[..50]);
}

#[test]
fn a_condition_that_names_no_tag_is_an_error() {
    let mut stack = recoverable().stack("backup");
    let condition = ConditionParameter::new().condition_key("backup").condition_value("daily");
    let selection = selection()
        .conditions(BackupSelectionResourceTypeConditions::new().string_equals([condition]));
    stack.add(
        "Selection",
        backup::BackupSelection::new(Value::<BackupPlanId>::literal("plan-id"), selection),
    );
    let finding = one(App::new("test").stack(stack), "BKP-05");
    assert_eq!(values(&finding), ("backup", "aws:ResourceTag/backup"));
}
