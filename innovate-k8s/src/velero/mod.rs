//! What Velero saves of the cluster, and where.
//!
//! Velero itself is installed by its chart, into the namespace `velero`; its part of AWS is
//! [`innovate_aws::backup::Velero`].
//!
//! * [`BackupStorageLocation`]: a bucket of backups, its own or one that it restores from,
//! * [`VolumeSnapshotLocation`]: the region of its snapshots of volumes,
//! * [`Schedule`]: what is saved when, and kept for how long.

mod location;
mod schedule;

pub use location::{
    AccessMode, BackupStorageLocation, BackupStorageLocationRef, DefaultLocation,
    VolumeSnapshotLocation, VolumeSnapshotLocationRef,
};
pub use schedule::{Every, Schedule};

use innovate_aws::backup::VeleroHandle;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::{ObjectName, meta::cluster_metadata};

/// The API version of Velero's kinds.
const API: &str = "velero.io/v1";

/// Where Velero is installed, which is where it reads its objects.
fn namespace(velero: &VeleroHandle) -> String {
    velero.pod_role().service_account().namespace().to_string()
}

/// The metadata of an object that Velero reads.
fn metadata(namespace: &str, name: &ObjectName) -> ObjectMeta {
    ObjectMeta { namespace: Some(namespace.to_owned()), ..cluster_metadata(name) }
}
