//! What vaults and plans are made of.

use std::collections::BTreeSet;

use innovate_aws::{
    Environment,
    backup::{
        BackupMetric, BackupPlan, BackupRule, BackupVault, IUnderstandThisCantBeUndone, Plan,
        ResourceKind, RestoreRole, RestoreTest, RestoreTesting, Selection, Vault, VaultEvent,
        VaultLock, Velero, Weekday,
    },
    days,
    keys::{Backup, Key, KmsKey, S3},
    lifecycle, name, retention_range, start_window,
    storage::{AccessLogBucket, Bucket, ReplicaBucket},
};
use innovate_cfn::kind::TopicArn;
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, HomeRegion, Node, Prod, RecoveryRegion, Resource, Stack,
    StackModel, Stage, Value,
};

use crate::{
    program::{
        Platform, assembly, codes, environment, findings, is_part_of_an_environment, of_type,
        problems, resource, stacks_before, synth_with_registry, text,
    },
    recovery::recoverable,
};

/// Production with a vault at home and one in the recovery region.
pub(crate) struct Vaults {
    pub(crate) backup: Stack<Prod>,
    pub(crate) recovery: Stack<Prod, RecoveryRegion>,
    pub(crate) home_vault: Vault<HomeRegion>,
    pub(crate) recovery_vault: Vault<RecoveryRegion>,
}

impl Vaults {
    pub(crate) fn new() -> Self {
        Self::locked(VaultLock::governance(retention_range!(7..=400)))
    }

    /// With this lock on the vault in the recovery region.
    pub(crate) fn locked(lock: VaultLock) -> Self {
        let prod = recoverable();
        let (mut backup, mut recovery) = (prod.stack("backup"), prod.recovery_stack("dr"));
        let key = recovery.add("BackupKey", KmsKey::<Backup>::new());
        let copies = BackupVault::<RecoveryRegion>::builder().key(&key).lock(lock).build();
        let recovery_vault = recovery.add("Vault", copies);
        let home_vault = home_vault(&mut backup);
        Self { backup, recovery, home_vault, recovery_vault }
    }

    #[track_caller]
    pub(crate) fn plan(&mut self, rules: impl IntoIterator<Item = BackupRule>) -> Plan {
        let volumes = Selection::all(ResourceKind::EbsVolume).tagged("backup", "daily");
        let plan = BackupPlan::builder().vault(&self.home_vault).rules(rules).selections([volumes]);
        self.backup.add("Plan", plan.build())
    }

    pub(crate) fn app(self) -> App {
        App::new("test").stack(self.backup).stack(self.recovery)
    }
}

fn home_vault<S: Stage>(stack: &mut Stack<S>) -> Vault<HomeRegion> {
    let key: Key<Backup> = stack.add("BackupKey", KmsKey::<Backup>::new());
    stack.add("Vault", BackupVault::<HomeRegion>::builder().key(&key).build())
}

/// The rules that a production has.
pub(crate) fn good_rules(to: &Vault<RecoveryRegion>) -> [BackupRule; 3] {
    [
        BackupRule::daily(lifecycle!(35 days)).copy_to(to),
        BackupRule::weekly(Weekday::Sunday, lifecycle!(90 days)).copy_to(to),
        BackupRule::monthly(lifecycle!(365 days, cold after 30)).archive_volumes().copy_to(to),
    ]
}

/// What is found with the registry's schema too, but for what is a part of an environment.
fn taken_by_the_registry(app: App) -> Vec<Diagnostic> {
    let findings = synth_with_registry(app).report.findings().to_vec();
    findings.into_iter().filter(|found| !is_part_of_an_environment(found)).collect()
}

fn number(resource: &Resource, path: &str) -> Option<i64> {
    resource.properties().at(path).and_then(Node::as_integer)
}

#[test]
fn a_good_plan_has_no_finding() {
    let mut vaults = Vaults::new();
    let rules = good_rules(&vaults.recovery_vault);
    vaults.plan(rules);
    vaults.backup.add("Restores", RestoreRole::new());
    assert_eq!(findings(vaults.app()), []);
}

#[test]
fn a_vault_is_there_before_a_plan_copies_to_it_and_before_a_test_restores_from_it() {
    let mut vaults = Vaults::new();
    let rules = good_rules(&vaults.recovery_vault);
    vaults.plan(rules);
    let role = vaults.recovery.add("RestoreRole", RestoreRole::new());
    let mut tests = recoverable().recovery_stack("tests");
    let testing = RestoreTesting::<RecoveryRegion>::builder()
        .vault(&vaults.recovery_vault)
        .role(&role)
        .tests([RestoreTest::ebs_volume()]);
    tests.add("Testing", testing.build());
    let files = assembly(vaults.app().stack(tests));
    assert_eq!(stacks_before(&files, "innovate-prod-backup"), ["innovate-prod-dr"]);
    assert_eq!(stacks_before(&files, "innovate-prod-tests"), ["innovate-prod-dr"]);
}

#[test]
fn the_registry_takes_what_a_good_plan_is_made_of() {
    let mut vaults = Vaults::new();
    let rules = good_rules(&vaults.recovery_vault);
    vaults.plan(rules);
    assert_eq!(taken_by_the_registry(vaults.app()), []);
}

#[test]
fn a_vault_has_a_name_of_its_own_and_stays_with_its_recovery_points() {
    let vaults = Vaults::new();
    assert_eq!(vaults.home_vault.name().as_str(), "innovate-prod-backup-vault");
    assert_eq!(vaults.recovery_vault.name().as_str(), "innovate-prod-dr-vault");
    let vault = resource(vaults.recovery.model(), "Vault");
    assert_eq!(vault.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    assert_eq!(vault.update_replace_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    assert!(vault.properties().at("EncryptionKeyArn").unwrap().as_reference().is_some());
    let statement = "AccessPolicy/Statement/0";
    assert_eq!(text(vault, &format!("{statement}/Effect")), "Deny");
    assert!(vault.properties().at(&format!("{statement}/Condition")).is_none());
}

#[test]
fn a_vault_in_production_is_locked_unless_it_says_otherwise() {
    fn lock<S: Stage>(environment: &Environment<S>) -> Option<Node> {
        let mut stack = environment.stack("backup");
        home_vault(&mut stack);
        resource(stack.model(), "Vault").properties().at("LockConfiguration").cloned()
    }
    let prod = lock(&environment::<Prod>()).unwrap();
    assert_eq!(prod.get("MinRetentionDays").and_then(Node::as_integer), Some(7));
    assert_eq!(prod.get("ChangeableForDays"), None);
    assert_eq!(lock(&environment::<Dev>()), None);
}

#[test]
fn a_lock_in_compliance_mode_has_its_grace_time() {
    let range = retention_range!(30..=3650);
    let lock = VaultLock::compliance(range, days!(14), IUnderstandThisCantBeUndone);
    let vaults = Vaults::locked(lock);
    let vault = resource(vaults.recovery.model(), "Vault");
    assert_eq!(number(vault, "LockConfiguration/MinRetentionDays"), Some(30));
    assert_eq!(number(vault, "LockConfiguration/MaxRetentionDays"), Some(3650));
    assert_eq!(number(vault, "LockConfiguration/ChangeableForDays"), Some(14));
}

#[test]
fn only_the_roles_that_a_vault_names_delete_recovery_points() {
    let mut stack = environment::<Prod>().stack("backup");
    let key = stack.add("BackupKey", KmsKey::<Backup>::new());
    let vault = BackupVault::<HomeRegion>::builder()
        .key(&key)
        .deletable_by([name!(RoleName: "break-glass")])
        .build();
    stack.add("Vault", vault);
    let condition = "AccessPolicy/Statement/0/Condition/ArnNotEquals/aws:PrincipalArn";
    let vault = resource(stack.model(), "Vault");
    // A key with colons has no slash, so the path leads to it.
    assert!(vault.properties().at(condition).is_some(), "{:?}", vault.properties());
}

#[test]
fn a_vault_tells_a_topic_what_goes_wrong() {
    let topic = || {
        Value::<TopicArn>::from_node(Node::Text("arn:aws:sns:eu-west-1:444455556666:ops".into()))
    };
    let mut stack = environment::<Prod>().stack("backup");
    let key = stack.add("BackupKey", KmsKey::<Backup>::new());
    let vault = || BackupVault::<HomeRegion>::builder().key(&key).notify(topic());
    stack.add("Vault", vault().build());
    stack.add("Other", vault().events([VaultEvent::RecoveryPointModified]).build());
    let events = |id: &str| {
        let vault = resource(stack.model(), id);
        let events = vault.properties().at("Notifications/BackupVaultEvents").unwrap();
        let events = events.as_list().unwrap().iter().filter_map(Node::as_text);
        events.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(events("Vault").contains(&"COPY_JOB_FAILED".to_owned()));
    assert_eq!(events("Other"), ["RECOVERY_POINT_MODIFIED"]);
}

#[test]
fn the_rules_of_a_plan_say_when_for_how_long_and_where_to() {
    let mut vaults = Vaults::new();
    let rules = good_rules(&vaults.recovery_vault);
    vaults.plan(rules);
    let plan = resource(vaults.backup.model(), "Plan");
    let rule = |index: usize, path: &str| format!("BackupPlan/BackupPlanRule/{index}/{path}");
    for (index, name, schedule, days) in [
        (0, "daily-0500", "cron(0 5 * * ? *)", 35),
        (1, "weekly-sun-0500", "cron(0 5 ? * SUN *)", 90),
        (2, "monthly-1-0500", "cron(0 5 1 * ? *)", 365),
    ] {
        assert_eq!(text(plan, &rule(index, "RuleName")), name);
        assert_eq!(text(plan, &rule(index, "ScheduleExpression")), schedule);
        assert_eq!(number(plan, &rule(index, "StartWindowMinutes")), Some(60));
        assert_eq!(number(plan, &rule(index, "Lifecycle/DeleteAfterDays")), Some(days));
        let copied = rule(index, "CopyActions/0/Lifecycle/DeleteAfterDays");
        assert_eq!(number(plan, &copied), Some(days));
        assert!(plan.properties().at(&rule(index, "EnableContinuousBackup")).is_none());
    }
    let cold = rule(2, "Lifecycle/MoveToColdStorageAfterDays");
    assert_eq!(number(plan, &cold), Some(30));
}

#[test]
fn a_copy_names_its_vault_without_waiting_for_its_stack() {
    let mut vaults = Vaults::new();
    let rules = good_rules(&vaults.recovery_vault);
    vaults.plan(rules);
    let plan = resource(vaults.backup.model(), "Plan");
    let path = "BackupPlan/BackupPlanRule/0/CopyActions/0/DestinationBackupVaultArn";
    let mut referred = false;
    let arn = plan.properties().at(path).unwrap();
    arn.visit_references(&mut |_| referred = true);
    assert!(!referred, "{arn:?}");
    let shown = format!("{arn:?}");
    let expected = ":backup:eu-central-1:444455556666:backup-vault:innovate-prod-dr-vault";
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn a_rule_begins_when_it_is_told_and_reaches_as_far() {
    let mut vaults = Vaults::new();
    let rule = BackupRule::daily(lifecycle!(35 days))
        .window(start_window!("20:30-22:30"))
        .continuous()
        .copy_for(&vaults.recovery_vault, lifecycle!(200 days, cold after 60))
        .archive_volumes()
        .named("Nightly");
    vaults.plan([rule]);
    let plan = resource(vaults.backup.model(), "Plan");
    let rule = |path: &str| format!("BackupPlan/BackupPlanRule/0/{path}");
    assert_eq!(text(plan, &rule("RuleName")), "Nightly");
    assert_eq!(text(plan, &rule("ScheduleExpression")), "cron(30 20 * * ? *)");
    assert_eq!(number(plan, &rule("StartWindowMinutes")), Some(120));
    let continuous = plan.properties().at(&rule("EnableContinuousBackup"));
    assert_eq!(continuous.and_then(Node::as_bool), Some(true));
    let copy = rule("CopyActions/0/Lifecycle");
    assert_eq!(number(plan, &format!("{copy}/MoveToColdStorageAfterDays")), Some(60));
    let archived = plan.properties().at(&format!("{copy}/OptInToArchiveForSupportedResources"));
    assert_eq!(archived.and_then(Node::as_bool), Some(true));
    assert_eq!(findings(vaults.app()), []);
}

/// Each selection: its id, how many resources it names, and the keys and values of its conditions.
fn selections(stack: &StackModel) -> Vec<String> {
    let of = |selection: &&Resource| {
        let at = |path: &str| selection.properties().at(path).and_then(Node::as_list);
        let tags = at("BackupSelection/Conditions/StringEquals").unwrap_or_default();
        let part =
            |tag: &Node, name: &str| tag.get(name).and_then(Node::as_text).unwrap().to_owned();
        let tags = tags
            .iter()
            .map(|tag| format!(" {}={}", part(tag, "ConditionKey"), part(tag, "ConditionValue")));
        let resources = at("BackupSelection/Resources").unwrap().len();
        format!("{} {resources}{}", selection.logical_id(), tags.collect::<String>())
    };
    of_type(stack, "AWS::Backup::BackupSelection").iter().map(of).collect()
}

#[test]
fn selections_with_the_same_tags_are_one() {
    let mut vaults = Vaults::new();
    let daily = |kind| Selection::all(kind).tagged("backup", "daily");
    let plan = BackupPlan::builder()
        .vault(&vaults.home_vault)
        .rules([BackupRule::daily(lifecycle!(35 days))])
        .selections([
            Selection::all(ResourceKind::AuroraCluster),
            daily(ResourceKind::EbsVolume),
            daily(ResourceKind::EfsFileSystem),
            Selection::all(ResourceKind::EksCluster),
        ])
        .build();
    vaults.backup.add("Plan", plan);
    assert_eq!(
        selections(vaults.backup.model()),
        ["PlanSelection 2", "PlanSelectionBackupDaily 2 aws:ResourceTag/backup=daily"]
    );
}

#[test]
fn a_plan_may_read_buckets_only_if_it_may_select_one() {
    let policies = |selection: Selection| {
        let mut vaults = Vaults::new();
        let plan = BackupPlan::builder()
            .vault(&vaults.home_vault)
            .rules([BackupRule::daily(lifecycle!(35 days))])
            .selections([selection])
            .build();
        vaults.backup.add("Plan", plan);
        let role = resource(vaults.backup.model(), "PlanRole");
        role.properties().at("ManagedPolicyArns").and_then(Node::as_list).unwrap().len()
    };
    assert_eq!(policies(Selection::all(ResourceKind::EbsVolume)), 1);
    assert_eq!(policies(Selection::all(ResourceKind::S3Bucket)), 2);
    assert_eq!(policies(Selection::with_tag("backup", "daily")), 2);
}

/// Restores from the copies, with the role of a stack at home.
fn tested(
    tests: impl IntoIterator<Item = RestoreTest>,
    within_days: u16,
) -> (Stack<Prod, RecoveryRegion>, App) {
    let mut vaults = Vaults::new();
    let role = vaults.backup.add("Restores", RestoreRole::new().s3_buckets());
    let testing = RestoreTesting::<RecoveryRegion>::builder()
        .vault(&vaults.recovery_vault)
        .role(&role)
        .tests(tests)
        .within_days(within_days)
        .build();
    let mut looked_at = recoverable().recovery_stack("dr");
    looked_at.add("RestoreTesting", testing.clone());
    vaults.recovery.add("RestoreTesting", testing);
    (looked_at, vaults.app())
}

#[test]
fn copies_are_restored_every_week_to_see_that_they_can_be() {
    let database = RestoreTest::aurora_cluster().with("dbsubnetgroupname", "recovery");
    let (stack, app) = tested([database.validated_within_hours(4), RestoreTest::ebs_volume()], 14);
    let plan = resource(stack.model(), "RestoreTesting");
    let name = "innovate_prod_dr_restore_testing";
    assert_eq!(text(plan, "RestoreTestingPlanName"), name);
    assert_eq!(text(plan, "ScheduleExpression"), "cron(0 9 ? * WED *)");
    assert_eq!(number(plan, "StartWindowHours"), Some(1));
    assert_eq!(number(plan, "RecoveryPointSelection/SelectionWindowDays"), Some(14));
    let aurora = resource(stack.model(), "RestoreTestingAurora");
    assert_eq!(text(aurora, "RestoreTestingPlanName"), name);
    assert_eq!(text(aurora, "RestoreMetadataOverrides/dbsubnetgroupname"), "recovery");
    assert_eq!(number(aurora, "ValidationWindowHours"), Some(4));
    assert_eq!(taken_by_the_registry(app), []);
}

#[test]
fn restore_testing_that_restores_nothing_is_an_error() {
    let (_, app) = tested([], 30);
    assert_eq!(codes(app), ["BKP-05"]);
    let (_, app) = tested([RestoreTest::s3_bucket()], 366);
    assert_eq!(codes(app), ["BKP-05"]);
    let (_, app) = tested([RestoreTest::s3_bucket().validated_within_hours(169)], 30);
    assert_eq!(codes(app), ["BKP-05"]);
}

#[test]
fn a_metric_is_the_vaults_own() {
    let vaults = Vaults::new();
    let metric = vaults.recovery_vault.metric(BackupMetric::CopyJobsFailed);
    assert_eq!(metric.namespace(), "AWS/Backup");
    assert_eq!(metric.name(), "NumberOfCopyJobsFailed");
    let [(dimension, value)] = metric.dimensions() else { panic!("one dimension") };
    assert_eq!(*dimension, "BackupVaultName");
    assert_eq!(value.clone().into_node().as_text(), Some("innovate-prod-dr-vault"));
}

#[test]
fn velero_saves_volumes_of_the_cluster_and_forgets_its_own_snapshots_alone() {
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let key = platform.compute.add("Objects", KmsKey::<S3>::new());
    let logs = platform.compute.add("AccessLogs", AccessLogBucket::builder().build());
    let bucket = Bucket::builder().key(&key).access_logs(&logs).build();
    let bucket = platform.compute.add("Backups", bucket);
    let velero = Velero::builder().cluster(&cluster).bucket(&bucket).build();
    let velero = platform.compute.add("Velero", velero);
    assert_eq!(velero.bucket_name(), bucket.bucket_name());
    assert_eq!(velero.bucket_region(), "eu-west-1");
    let policy = resource(platform.compute.model(), "VeleroPolicy");
    let statements = policy.properties().at("PolicyDocument/Statement").unwrap();
    let of = |action: &str| {
        let statements = statements.as_list().unwrap().iter();
        let has = |statement: &&Node| format!("{:?}", statement.get("Action")).contains(action);
        statements.filter(has).cloned().collect::<Vec<_>>()
    };
    for action in ["ec2:CreateSnapshot", "ec2:CreateVolume", "ec2:CreateTags", "ec2:DeleteSnapshot"]
    {
        for statement in of(action) {
            assert!(statement.get("Condition").is_some(), "{statement:?}");
            assert_ne!(statement.get("Resource").and_then(Node::as_text), Some("*"));
        }
    }
    assert_eq!(of("ec2:DeleteVolume"), []);
    assert_eq!(of("s3:PutObject").len(), 1);
    assert_eq!(of("kms:GenerateDataKey").len(), 1);
    assert_eq!(problems(&platform.synth()), [""; 0]);
}

#[test]
fn velero_restores_from_copies_that_it_can_neither_change_nor_delete() {
    let mut recovery = recoverable().recovery_stack("dr");
    let logs = recovery.add("AccessLogs", AccessLogBucket::builder().build());
    let copies = ReplicaBucket::builder().access_logs(&logs).build();
    let copies = recovery.add("Copies", copies);
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let key = platform.compute.add("Objects", KmsKey::<S3>::new());
    let logs = platform.compute.add("AccessLogs", AccessLogBucket::builder().build());
    let bucket = Bucket::builder().key(&key).access_logs(&logs).build();
    let bucket = platform.compute.add("Backups", bucket);
    let velero = Velero::builder().cluster(&cluster).bucket(&bucket);
    // What is its own already, or named twice, is given once.
    let velero = velero.reads(&copies).reads(&bucket).reads(&copies).build();
    let velero = platform.compute.add("Velero", velero);
    assert_eq!(velero.reads().collect::<Vec<_>>(), [copies.bucket_name()]);
    let policy = resource(platform.compute.model(), "VeleroPolicy");
    let statements = policy.properties().at("PolicyDocument/Statement").unwrap();
    let on_copies = |action: &str| -> Vec<String> {
        let statements = statements.as_list().unwrap().iter();
        let has = |statement: &&Node| format!("{:?}", statement.get("Action")).contains(action);
        let resources = statements.filter(has).filter_map(|found| found.get("Resource")?.as_text());
        resources.filter(|arn| arn.contains("copies")).map(str::to_owned).collect()
    };
    let arn = format!("arn:aws:s3:::{}", copies.bucket_name());
    assert_eq!(on_copies("s3:ListBucket"), std::slice::from_ref(&arn));
    assert_eq!(on_copies("s3:GetObject"), [format!("{arn}/*")]);
    assert_eq!(on_copies("s3:PutObject"), [format!("{arn}/restores/*")]);
    assert_eq!(on_copies("s3:DeleteObject"), [""; 0]);
    let sids: Vec<_> = statements.as_list().unwrap().iter().map(|one| one.get("Sid")).collect();
    let distinct: BTreeSet<_> = sids.iter().map(|sid| format!("{sid:?}")).collect();
    assert_eq!(distinct.len(), sids.len(), "{sids:?}");
    assert!(
        sids.iter().any(|sid| sid.and_then(Node::as_text) == Some("UseOthersKey1")),
        "{sids:?}"
    );
}
