//! Vaults with each lock, a plan with every sort of rule, restores that are tried, and Velero.

use innovate::{
    aws::{
        backup::{Plan, RestoreNetworkHandle, Velero, VeleroHandle},
        cluster::Cluster,
        storage::{AccessLogBucket, Bucket},
    },
    prelude::*,
};

/// The stack at home, with what of it is in the recovery region.
pub(crate) fn stack(
    staging: &Environment<Staging>,
    recovery: &mut Stack<Staging, RecoveryRegion>,
) -> Stack<Staging> {
    let key = recovery.add("BackupKey", KmsKey::<Backup>::new());
    let range = retention_range!(7..=400);
    let lock = VaultLock::compliance(range, days!(30), IUnderstandThisCantBeUndone);
    let copies = BackupVault::<RecoveryRegion>::builder().key(&key).lock(lock).build();
    let copies = recovery.add("Vault", copies);

    let mut backup = staging.stack("backup");
    let key = backup.add("BackupKey", KmsKey::<Backup>::new());
    let vault = BackupVault::<HomeRegion>::builder()
        .key(&key)
        .lock(VaultLock::governance(retention_range!(7..)))
        .deletable_by([name!(RoleName: "break-glass")])
        .notify(arn!(TopicArn: "arn:aws:sns:eu-west-1:111122223333:operations"))
        .build();
    let vault = backup.add("Vault", vault);
    let plan = BackupPlan::builder()
        .vault(&vault)
        .rules([
            BackupRule::daily(lifecycle!(35 days)).copy_to(&copies),
            BackupRule::weekly(Weekday::Saturday, lifecycle!(120 days))
                .window(start_window!("22:00-23:30"))
                .copy_for(&copies, lifecycle!(90 days)),
        ])
        .selections([
            Selection::all(ResourceKind::AuroraCluster),
            Selection::all(ResourceKind::RdsInstance),
            Selection::with_tag("backup", "daily").tagged("owner", "platform"),
        ]);
    let plan = backup.add("Plan", plan.build());
    let archive = BackupPlan::builder()
        .vault(&vault)
        .rules([BackupRule::monthly(lifecycle!(365 days, cold after 30))
            .archive_volumes()
            .named("Archive")])
        .selections([
            Selection::all(ResourceKind::EfsFileSystem),
            Selection::all(ResourceKind::EbsVolume).tagged("backup", "weekly"),
        ]);
    backup.add("Archive", archive.build());
    air_gap(&mut backup, &vault);
    let continuous = BackupPlan::builder()
        .vault(&vault)
        .rules([BackupRule::daily(lifecycle!(35 days)).continuous()])
        .selections([Selection::all(ResourceKind::S3Bucket)]);
    backup.add("Continuous", continuous.build());

    let role = recovery.add("Restores", RestoreRole::new().s3_buckets());
    let network = network(recovery);
    let testing = RestoreTesting::<RecoveryRegion>::builder()
        .vault(&copies)
        .role(&role)
        .tests([
            RestoreTest::aurora_cluster().in_network(&network),
            RestoreTest::ebs_volume().validated_within_hours(24),
        ])
        .day(Weekday::Monday)
        .window(start_window!("08:00-10:30"))
        .within_days(7);
    recovery.add("RestoreTesting", testing.build());
    audit(&mut backup, &plan);
    backup
}

/// A network for restores that costs nothing but its flow logs.
fn network(recovery: &mut Stack<Staging, RecoveryRegion>) -> RestoreNetworkHandle {
    let logs = recovery.add("FlowLogs", KmsKey::<Logs>::new());
    let vpc = Vpc::builder()
        .cidr(vpc_cidr!("10.99.0.0/16"))
        .zones(zones!(EuCentral1: az1, az2, az3))
        .nat(Nat::None)
        .endpoints(Endpoints::Gateways)
        .flow_logs(FlowLogs::to(&logs, Retention::OneYear))
        .build();
    let vpc = recovery.add("Vpc", vpc);
    recovery.add("RestoreNetwork", RestoreNetwork::of(vpc.data()))
}

/// Copies that nobody of the account can delete, of what an air-gapped vault takes.
fn air_gap(backup: &mut Stack<Staging>, vault: &Vault<HomeRegion>) {
    let air_gapped = LogicallyAirGappedVault::<HomeRegion>::builder()
        .retention(air_gapped_retention!(7..=90), IUnderstandThisCantBeUndone)
        .approval_team("arn:aws:mpa:us-east-1:111122223333:approval-team/recovery")
        .notify(arn!(TopicArn: "arn:aws:sns:eu-west-1:111122223333:operations"))
        .build();
    let air_gapped = backup.add("AirGapped", air_gapped);
    let plan = BackupPlan::builder()
        .vault(vault)
        .rules([BackupRule::daily(lifecycle!(35 days)).copy_for(&air_gapped, lifecycle!(14 days))])
        .selections([
            Selection::all(ResourceKind::AuroraCluster),
            Selection::all(ResourceKind::EksCluster),
        ]);
    backup.add("AirGappedCopies", plan.build());
}

/// A framework with every control, and every report, to a bucket with the role that delivers them.
fn audit(backup: &mut Stack<Staging>, plan: &Plan) {
    let key = backup.add("ReportKey", KmsKey::<S3>::new());
    let logs = backup.add("ReportAccessLogs", AccessLogBucket::builder().build());
    let bucket = BackupReportBucket::builder()
        .key(&key)
        .access_logs(&logs)
        .service_role(ReportServiceRole::Created)
        .build();
    let bucket = backup.add("Reports", bucket);
    let kinds = [AuditedKind::DynamoDbTable, AuditedKind::EfsFileSystem, AuditedKind::S3Bucket];
    let more = [
        Control::plans_make(BackupFrequency::EveryHours(24), 35),
        Control::kept_for(7),
        Control::copied_to(Region::EuCentral1, kinds),
        Control::manual_deletion_disabled(),
    ];
    let controls = plan.controls().into_iter().chain(more);
    let framework = backup.add("Framework", Framework::builder().controls(controls).build());
    for (id, report) in [
        ("Resources", Report::resource_compliance(&framework)),
        ("Controls", Report::control_compliance(&framework)),
        ("BackupJobs", Report::backup_jobs()),
        ("CopyJobs", Report::copy_jobs()),
        ("RestoreJobs", Report::restore_jobs()),
    ] {
        backup.add(id, ReportPlan::builder().report(report).bucket(&bucket).build());
    }
}

/// A key of several regions and its replica.
pub(crate) fn replicate(
    keys: &mut Stack<Staging>,
    recovery: &mut Stack<Staging, RecoveryRegion>,
) -> Key<Secrets> {
    let key = keys.add("ReplicatedSecrets", KmsKey::<Secrets>::new().multi_region());
    recovery.add("SecretsKey", ReplicaKey::of(&key))
}

/// Velero, with a bucket of its own, and another that it restores from.
pub(crate) fn velero(stack: &mut Stack<Staging>, cluster: &Cluster) -> VeleroHandle {
    let key = stack.add("VeleroKey", KmsKey::<S3>::new());
    let logs = stack.add("VeleroAccessLogs", AccessLogBucket::builder().build());
    let bucket = Bucket::builder().key(&key).access_logs(&logs).build();
    let bucket = stack.add("Velero", bucket);
    let others = Bucket::builder().key(&key).access_logs(&logs).build();
    let others = stack.add("OthersBackups", others);
    let velero = Velero::builder().cluster(cluster).bucket(&bucket).reads(&others);
    stack.add("VeleroRole", velero.build())
}
