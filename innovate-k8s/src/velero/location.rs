//! Where Velero keeps what it saves.

use innovate_aws::{
    backup::VeleroHandle,
    storage::{BucketHandle, KeepsBackups},
};
use innovate_core::Diagnostic;
use serde::Serialize;
use typed_builder::TypedBuilder;

use super::{API, metadata, namespace};
use crate::{AnyCluster, ManifestConstruct, ManifestScope, ObjectName, meta::CustomObject};

/// A bucket of backups: that which Velero keeps them in, or another that it restores from.
///
/// The bucket encrypts what is put into it with its own key.
///
/// ```
/// use innovate_aws::{backup::VeleroHandle, storage::BucketHandle};
/// use innovate_core::Prod;
/// use innovate_k8s::{Manifests, object_name, velero::BackupStorageLocation};
///
/// fn locations(manifests: &mut Manifests<Prod>, velero: &VeleroHandle, copies: &BucketHandle) {
///     let own = BackupStorageLocation::builder().name(object_name!("default")).velero(velero);
///     manifests.add(own.build());
///     // For the day on which the bucket at home is lost. `velero` was made with `.reads(copies)`.
///     let recovery = BackupStorageLocation::builder().name(object_name!("recovery")).velero(velero);
///     manifests.add(recovery.bucket(copies).build());
/// }
/// ```
///
/// Source: "Backup Storage Location", Velero documentation, and that of velero-plugin-for-aws.
#[derive(Clone, Debug, TypedBuilder)]
pub struct BackupStorageLocation {
    /// Its name. The chart's server takes `default` for the default one if no location says that it is.
    name: ObjectName,
    /// Velero's part of AWS.
    #[builder(setter(transform = |velero: &VeleroHandle| velero.clone()))]
    velero: VeleroHandle,
    /// The bucket, if it is another than that which Velero keeps its backups in: one that it
    /// [`reads`](VeleroHandle::reads).
    #[builder(default, setter(
        fn transform(bucket: &impl KeepsBackups) -> Option<BucketHandle> {
            Some(bucket.bucket().clone())
        }
    ))]
    bucket: Option<BucketHandle>,
    /// What Velero does there. By default it keeps backups in its own bucket, and only restores from another.
    #[builder(default, setter(strip_option))]
    access_mode: Option<AccessMode>,
    /// Whether backups that name no location go there. By default they go to Velero's own bucket.
    #[builder(default, setter(strip_option))]
    default_location: Option<DefaultLocation>,
}

/// What Velero does in a location.
///
/// Source: "Backup Storage Location", Velero documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessMode {
    /// It keeps backups, deletes those that have had their time, and restores.
    ReadWrite,
    /// It restores. So is its own bucket while a cluster is recovered, so that no backup comes or goes meanwhile.
    ReadOnly,
}

impl AccessMode {
    /// Velero's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadWrite => "ReadWrite",
            Self::ReadOnly => "ReadOnly",
        }
    }
}

/// Whether a location is that of backups that name none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultLocation {
    /// It is. One of a cluster's locations can be (`K8S-20`).
    Yes,
    /// It isn't.
    No,
}

impl BackupStorageLocation {
    /// Whether its bucket is that which Velero keeps its backups in.
    fn is_own(&self) -> bool {
        let own = |bucket: &BucketHandle| bucket.bucket_name() == self.velero.bucket_name();
        self.bucket.as_ref().is_none_or(own)
    }

    /// What Velero's role would be refused by S3.
    fn check(&self, access: AccessMode, scope: &mut ManifestScope<'_>) {
        let Some(bucket) = self.bucket.as_ref().filter(|_| !self.is_own()) else { return };
        let name = bucket.bucket_name();
        if self.velero.reads().all(|known| known != name) {
            let message = "Velero may not read the bucket of a location";
            let own = std::iter::once(self.velero.bucket_name());
            let known: Vec<_> = own.chain(self.velero.reads()).map(ToString::to_string).collect();
            let finding = Diagnostic::error("K8S-04", message)
                .setter("bucket")
                .given(name)
                .allowed(known.join(", "))
                .help("let its role read it: `Velero::builder()..reads(&bucket)`");
            scope.report(finding);
        } else if access == AccessMode::ReadWrite {
            let message = "Velero may keep no backups in a bucket that it only reads";
            let finding = Diagnostic::error("K8S-02", message)
                .setter("access_mode")
                .given(format!("{} on {name}", access.name()))
                .allowed(AccessMode::ReadOnly.name())
                .help(format!("it keeps its backups in {}", self.velero.bucket_name()));
            scope.report(finding);
        }
    }
}

/// A location of backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupStorageLocationRef {
    pub(super) namespace: String,
    pub(super) name: ObjectName,
    /// After how many days the bucket deletes what is in it, if it does.
    pub(super) expiry: Option<u16>,
    pub(super) access: AccessMode,
}

impl BackupStorageLocationRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StorageSpec {
    provider: &'static str,
    default: bool,
    access_mode: &'static str,
    object_storage: ObjectStorage,
    config: Config,
}

#[derive(Serialize)]
struct ObjectStorage {
    bucket: String,
}

#[derive(Serialize)]
struct Config {
    region: String,
}

impl ManifestConstruct for BackupStorageLocation {
    type Handle = BackupStorageLocationRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> BackupStorageLocationRef {
        scope.check_cluster(self.velero.cluster_name().as_str(), "velero");
        let own = self.is_own();
        let access = self.access_mode.unwrap_or(match own {
            true => AccessMode::ReadWrite,
            false => AccessMode::ReadOnly,
        });
        self.check(access, scope);
        let Self { name, velero, bucket, default_location, .. } = self;
        let default = default_location.map_or(own, |chosen| chosen == DefaultLocation::Yes);
        let (bucket, region, expiry) = match &bucket {
            Some(bucket) => {
                (bucket.bucket_name(), bucket.region(), bucket.objects_expire_after_days())
            }
            None => {
                (velero.bucket_name(), velero.bucket_region(), velero.objects_expire_after_days())
            }
        };
        let namespace = namespace(&velero);
        scope.add(&CustomObject {
            api_version: API,
            kind: "BackupStorageLocation",
            metadata: metadata(&namespace, &name),
            spec: StorageSpec {
                provider: "aws",
                default,
                access_mode: access.name(),
                object_storage: ObjectStorage { bucket: bucket.to_string() },
                config: Config { region: region.to_owned() },
            },
        });
        BackupStorageLocationRef { namespace, name, expiry, access }
    }
}

/// Where Velero takes snapshots of volumes: in the cluster's own region, where the volumes are.
///
/// Source: "Volume Snapshot Location", Velero documentation, and that of velero-plugin-for-aws.
#[derive(Clone, Debug, TypedBuilder)]
pub struct VolumeSnapshotLocation {
    /// Its name.
    name: ObjectName,
    /// Velero's part of AWS.
    #[builder(setter(transform = |velero: &VeleroHandle| velero.clone()))]
    velero: VeleroHandle,
}

/// A location of snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeSnapshotLocationRef {
    pub(super) name: ObjectName,
}

impl VolumeSnapshotLocationRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }
}

#[derive(Serialize)]
struct SnapshotSpec {
    provider: &'static str,
    config: Config,
}

impl ManifestConstruct for VolumeSnapshotLocation {
    type Handle = VolumeSnapshotLocationRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> VolumeSnapshotLocationRef {
        let Self { name, velero } = self;
        scope.check_cluster(velero.cluster_name().as_str(), "velero");
        let namespace = namespace(&velero);
        let region = scope.site().region().to_owned();
        scope.add(&CustomObject {
            api_version: API,
            kind: "VolumeSnapshotLocation",
            metadata: metadata(&namespace, &name),
            spec: SnapshotSpec { provider: "aws", config: Config { region } },
        });
        VolumeSnapshotLocationRef { name }
    }
}
