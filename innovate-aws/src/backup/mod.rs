//! Backups, and where they are when the region is lost.
//!
//! * [`BackupVault`]: where recovery points are kept, at home or in the recovery region, with a [`VaultLock`],
//! * [`LogicallyAirGappedVault`]: where copies are kept out of everyone's reach,
//! * [`BackupPlan`]: what is backed up when, of [`BackupRule`]s and [`Selection`]s,
//! * [`Lifecycle`], [`StartWindow`], [`RetentionRange`], [`AirGappedRetention`]: for how long, and when; checked
//!   by the compiler,
//! * [`RestoreTesting`]: restores that are tried before they are needed, by the [`RestoreRole`], into a
//!   [`RestoreNetwork`],
//! * [`ReportPlan`]: reports of what was done, and of what the rules about it found,
//! * [`Framework`]: what is asked of backups every day, by its [`Control`]s,
//! * [`Velero`]: the other way to back up what is in a cluster,
//! * [`BackupMetric`], [`VaultAlarm`]: what AWS Backup measures, and what alarms watch.

mod air_gapped;
mod alarm;
mod framework;
mod lifecycle;
mod lock;
mod metric;
mod plan;
mod report;
mod restore_network;
mod restore_testing;
mod role;
mod rule;
mod schedule;
mod selection;
mod vault;
mod velero;

pub use crate::schedule::Weekday;
pub use air_gapped::{AirGappedVault, LogicallyAirGappedVault};
pub use alarm::{Arrival, VaultAlarm};
pub use framework::{AuditedKind, BackupFrequency, Control, Framework};
pub(crate) use lifecycle::COLD;
pub use lifecycle::{Lifecycle, LifecycleError};
pub use lock::{
    AirGappedRetention, GraceTime, IUnderstandThisCantBeUndone, RetentionRange,
    RetentionRangeError, VaultLock,
};
pub use metric::BackupMetric;
pub use plan::{BackupPlan, Plan};
pub use report::{Report, ReportFormat, ReportPlan};
pub use restore_network::{RestoreNetwork, RestoreNetworkHandle};
pub use restore_testing::{RestoreTest, RestoreTesting};
pub use role::{RestoreRole, RestoreRoleHandle};
pub use rule::{BackupRule, TakesCopies};
pub use schedule::{StartWindow, StartWindowError};
pub use selection::{Protectable, ResourceKind, Selection};
pub use vault::{BackupVault, HasRecoveryPoints, RecoveryPoints, Vault, VaultEvent, VaultPlace};
pub use velero::{Velero, VeleroHandle};
