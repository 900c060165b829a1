//! The recovery region: what must be there before the environment's own region is lost, and the proof that
//! copies of the database restore.

use innovate::{
    aws::{keys::Key, registry::RepositoryTemplateHandle, storage::BucketHandle},
    prelude::*,
};

use super::{choices::Choices, monitoring};

/// Another country, and near enough for copies.
pub(crate) const REGION: Region = Region::EuCentral1;

pub(crate) struct Recovery {
    /// Where backups are copied to.
    pub(crate) copies: Vault<RecoveryRegion>,
    pub(crate) secrets: Key<Secrets>,
    /// How copies of images are kept.
    pub(crate) images: RepositoryTemplateHandle,
    /// What Velero has saved.
    pub(crate) cluster_objects: BucketHandle,
}

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
) -> (Stack<S, RecoveryRegion>, Recovery) {
    let mut recovery = environment.recovery_stack("recovery");
    let key = recovery.add("Backups", KmsKey::<Backup>::new());
    let copies = BackupVault::<RecoveryRegion>::builder().key(&key).build();
    let copies = recovery.add("Copies", copies);
    let secrets = recovery.add("Secrets", KmsKey::<Secrets>::new());
    recovery.add("Scanning", RegistryScanning::enhanced());
    let images = recovery.add("Images", KmsKey::<Ecr>::new());
    let images = recovery.add("ImageCopies", RepositoryTemplate::for_replicas(&images));
    let logs = recovery.add("AccessLogs", AccessLogBucket::builder().build());
    let cluster_objects = ReplicaBucket::builder().access_logs(&logs).build();
    let cluster_objects = recovery.add("Velero", cluster_objects);

    // A network that costs its flow logs alone, since a database is restored into subnets.
    let flow_logs = recovery.add("FlowLogs", KmsKey::<Logs>::new());
    let network = Vpc::builder()
        .cidr(S::RECOVERY_BLOCK)
        .zones(zones!(EuCentral1: az1, az2, az3))
        .nat(Nat::None)
        .endpoints(Endpoints::Gateways)
        .flow_logs(FlowLogs::to(&flow_logs, S::LOGS));
    let network = recovery.add("Vpc", network.build());
    let network = recovery.add("RestoreNetwork", RestoreNetwork::of(network.data()));
    let restore = recovery.add("Restore", RestoreRole::new());
    let test = RestoreTest::aurora_cluster().in_network(&network);
    let testing = RestoreTesting::<RecoveryRegion>::builder().vault(&copies).role(&restore);
    recovery.add("RestoreTesting", testing.tests([test]).build());

    let alerts = monitoring::alerts(&mut recovery);
    recovery.add("CopiesAlarms", copies.alarms().notify(&alerts));
    (recovery, Recovery { copies, secrets, images, cluster_objects })
}
