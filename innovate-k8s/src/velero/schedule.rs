//! What Velero saves when.

use innovate_core::Diagnostic;
use serde::Serialize;
use typed_builder::TypedBuilder;

use super::{API, AccessMode, BackupStorageLocationRef, VolumeSnapshotLocationRef, metadata};
use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, NamespaceRef, ObjectName, meta::CustomObject,
};

/// How often a schedule runs, which is also how much is lost at worst (RPO).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// On the hour.
    Hour,
    /// At 0, 6, 12 and 18 UTC.
    SixHours,
    /// Each day at this hour, UTC.
    DayAt(u8),
    /// Each Sunday at this hour, UTC.
    SundayAt(u8),
}

impl Every {
    fn cron(self) -> String {
        match self {
            Self::Hour => "0 * * * *".to_owned(),
            Self::SixHours => "0 */6 * * *".to_owned(),
            Self::DayAt(hour) => format!("0 {hour} * * *"),
            Self::SundayAt(hour) => format!("0 {hour} * * 0"),
        }
    }
}

/// A schedule of backups: the objects of namespaces, with snapshots of their volumes.
///
/// What it saved outlives it: a schedule that leaves the manifests leaves its backups until they expire.
///
/// Source: "Schedule API Type", Velero documentation.
#[derive(Clone, Debug, TypedBuilder)]
pub struct Schedule {
    /// Its name.
    name: ObjectName,
    /// Where the objects go.
    #[builder(setter(transform = |to: &BackupStorageLocationRef| to.clone()))]
    location: BackupStorageLocationRef,
    /// Where the snapshots of volumes are. Volumes are not saved by default.
    #[builder(default, setter(transform = |to: &VolumeSnapshotLocationRef| Some(to.clone())))]
    snapshots: Option<VolumeSnapshotLocationRef>,
    /// How often. Every day at 01:00 UTC by default.
    #[builder(default = Every::DayAt(1))]
    every: Every,
    /// The namespaces that are saved. All by default.
    #[builder(default, setter(
        fn transform(namespaces: impl IntoIterator<Item = NamespaceRef>) -> Vec<NamespaceRef> {
            namespaces.into_iter().collect()
        }
    ))]
    namespaces: Vec<NamespaceRef>,
    /// After how many days a backup goes: 1 or more, 30 by default. Less than the bucket's lifecycle keeps it.
    #[builder(default = 30)]
    keep_days: u16,
    /// Makes no backups for now: while a cluster is recovered, say. It makes them by default.
    #[builder(setter(strip_bool))]
    paused: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    schedule: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    paused: bool,
    template: Template,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Template {
    included_namespaces: Vec<String>,
    storage_location: String,
    snapshot_volumes: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    volume_snapshot_locations: Vec<String>,
    ttl: String,
}

impl Schedule {
    /// Reports what Velero refuses when it reads the schedule, which nobody sees.
    fn check(&self, scope: &mut ManifestScope<'_>) {
        if let Every::DayAt(hour) | Every::SundayAt(hour) = self.every
            && hour > 23
        {
            scope.report(
                Diagnostic::error("K8S-02", "no day has this hour")
                    .setter("every")
                    .given(hour)
                    .allowed("0 to 23"),
            );
        }
        if let Some(expiry) = self.location.expiry
            && expiry <= self.keep_days
        {
            scope.report(
                Diagnostic::error("K8S-02", "the bucket deletes backups before their time")
                    .setter("keep_days")
                    .given(format!("kept for {} days, in a bucket whose objects go after {expiry}", self.keep_days))
                    .allowed(format!("less than {expiry} days, or a bucket whose objects don't expire"))
                    .help("Velero deletes what has had its time: leave `expire_after` out of the bucket's lifecycle"),
            );
        }
        if self.location.access == AccessMode::ReadOnly && !self.paused {
            scope.report(
                Diagnostic::error(
                    "K8S-02",
                    "Velero keeps no backups in a location that it only reads",
                )
                .setter("location")
                .given(format!(
                    "{}, which is {}",
                    self.location.name(),
                    self.location.access.name()
                ))
                .allowed("a location that is `ReadWrite`")
                .help("while a cluster is recovered from it, pause the schedule: `.paused()`"),
            );
        }
        if self.keep_days == 0 {
            scope.report(
                Diagnostic::error("K8S-02", "the backups would go as soon as they are made")
                    .setter("keep_days")
                    .given(self.keep_days)
                    .allowed("1 or more days"),
            );
        }
    }
}

impl ManifestConstruct for Schedule {
    type Handle = ();
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) {
        self.check(scope);
        let mut namespaces: Vec<String> =
            self.namespaces.iter().map(|namespace| namespace.name().to_string()).collect();
        if namespaces.is_empty() {
            namespaces.push("*".to_owned());
        }
        let snapshots: Vec<String> =
            self.snapshots.iter().map(|location| location.name().to_string()).collect();
        scope.add(&CustomObject {
            api_version: API,
            kind: "Schedule",
            metadata: metadata(&self.location.namespace, &self.name),
            spec: Spec {
                schedule: self.every.cron(),
                paused: self.paused,
                template: Template {
                    included_namespaces: namespaces,
                    storage_location: self.location.name.to_string(),
                    snapshot_volumes: !snapshots.is_empty(),
                    volume_snapshot_locations: snapshots,
                    ttl: format!("{}h0m0s", u32::from(self.keep_days) * 24),
                },
            },
        });
    }
}
