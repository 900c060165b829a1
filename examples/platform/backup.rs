//! Backups: of the database and the cluster, in a vault that refuses to lose them, with copies in the
//! recovery region; and Velero's, of what is in the cluster, from which single objects come back.

use innovate::{
    aws::{backup::VeleroHandle, storage::VeleroBucketHandle},
    k8s::velero::{BackupStorageLocation, Schedule, VolumeSnapshotLocation},
    prelude::*,
};

use super::{
    choices::Choices, cluster::Compute, data::Data, keys::Keys, recovery::Recovery,
    storage::Storage,
};

pub(crate) struct Backups {
    pub(crate) vault: Vault<HomeRegion>,
    /// What Velero has saved.
    pub(crate) cluster_objects: VeleroBucketHandle,
    pub(crate) velero: VeleroHandle,
}

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    recovery: &Recovery,
    storage: &Storage,
    cluster: &Compute,
    data: &Data<S>,
) -> (Stack<S>, Backups) {
    let mut backup = environment.stack("backup");
    let vault = BackupVault::<HomeRegion>::builder().key(&keys.backups).build();
    let vault = backup.add("Vault", vault);
    let plan = backup.add(
        "Plan",
        BackupPlan::builder()
            .vault(&vault)
            .rules([
                BackupRule::daily(S::DAILY).copy_to(&recovery.copies),
                BackupRule::weekly(Weekday::Sunday, S::WEEKLY).copy_to(&recovery.copies),
                BackupRule::monthly(S::MONTHLY).copy_to(&recovery.copies),
            ])
            .selections([
                Selection::of(&data.database),
                Selection::of(&cluster.eks),
                Selection::with_tag("backup", "true"),
            ])
            .build(),
    );
    let restore = backup.add("Restore", RestoreRole::new());
    let test = RestoreTest::of(&data.database);
    let testing =
        RestoreTesting::<HomeRegion>::builder().vault(&vault).role(&restore).tests([test]);
    backup.add("RestoreTesting", testing.build());
    let framework = backup.add("Framework", Framework::builder().controls(plan.controls()).build());
    let reports =
        BackupReportBucket::builder().key(&keys.objects).access_logs(&storage.of_buckets).build();
    let reports = backup.add("Reports", reports);
    for (id, report) in [
        ("BackupJobs", Report::backup_jobs()),
        ("CopyJobs", Report::copy_jobs()),
        ("RestoreJobs", Report::restore_jobs()),
        ("Compliance", Report::resource_compliance(&framework)),
    ] {
        backup.add(id, ReportPlan::builder().report(report).bucket(&reports).build());
    }

    let bucket = VeleroBucket::builder()
        .key(&keys.objects)
        .access_logs(&storage.of_buckets)
        .replication(Replication::to(&recovery.cluster_objects))
        .build();
    let cluster_objects = backup.add("ClusterObjects", bucket);
    let velero = Velero::builder()
        .cluster(&cluster.eks)
        .bucket(&cluster_objects)
        .reads(&recovery.cluster_objects);
    let velero = backup.add("Velero", velero.build());
    (backup, Backups { vault, cluster_objects, velero })
}

/// What Velero saves: every namespace, each night. It also restores from the copies, which it only reads.
pub(crate) fn add<S: Choices>(
    manifests: &mut Manifests<S>,
    backups: &Backups,
    recovery: &Recovery,
) {
    let name = || object_name!("default");
    let velero = &backups.velero;
    let location =
        manifests.add(BackupStorageLocation::builder().name(name()).velero(velero).build());
    // For when the bucket at home is lost: Velero lists what is here once the other location is deleted.
    let copies = BackupStorageLocation::builder().name(object_name!("recovery")).velero(velero);
    manifests.add(copies.bucket(&recovery.cluster_objects).build());
    let snapshots =
        manifests.add(VolumeSnapshotLocation::builder().name(name()).velero(velero).build());
    let nightly = Schedule::builder().name(object_name!("nightly")).location(&location);
    manifests.add(nightly.snapshots(&snapshots).build());
}
