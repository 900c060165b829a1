//! What a vault's alarms watch.

use super::{BackupMetric, Vault, VaultPlace};
use crate::observability::{
    Alarms, Condition, Datapoints, Metric, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a vault: when something went wrong within an hour, and when nothing arrived for
    /// longer than a day.
    ///
    /// Copies are counted by the vault that they go to, so those alarms are of a vault in the recovery
    /// region, in a stack there, with a topic there, or of an air-gapped one. Backups are made into a vault
    /// of the home region.
    ///
    /// Source: "AWS Backup metrics with Amazon CloudWatch", AWS Backup Developer Guide.
    VaultAlarm {
        /// No backup was made for 30 hours: the plan is gone, selects nothing or may not run. Those of
        /// the home region have it, and it goes off until the first backup is made.
        ///
        /// For a plan that backs up less than once a day leave it out:
        /// `.without(VaultAlarm::NoBackup)`.
        NoBackup,
        /// No copy arrived for 30 hours. Those of the recovery region have it, and it goes off until
        /// the first copy is made.
        ///
        /// For a plan that copies less than once a day leave it out: `.without(VaultAlarm::NoCopy)`.
        NoCopy,
        /// A backup failed.
        BackupFailed,
        /// A backup didn't begin within its window.
        BackupExpired,
        /// A copy to this vault failed.
        CopyFailed,
        /// A recovery point could not be finished.
        RecoveryPointPartial,
        /// A restore failed, such as one of restore testing.
        RestoreFailed,
    }
}

impl<P: VaultPlace> Vault<P> {
    /// The alarms that it comes with: [`VaultAlarm`].
    pub fn alarms(&self) -> Alarms<VaultAlarm, P::Needs> {
        of(P::TAKES, |metric| self.metric(metric))
    }
}

/// The alarms of a vault that takes these, of its metrics.
pub(super) fn of<N>(
    takes: Arrival,
    metric_of: impl Fn(BackupMetric) -> Metric,
) -> Alarms<VaultAlarm, N> {
    let any = |metric, description| {
        Proposal::when(metric_of(metric).sum(), Condition::Above(0.0), MissingData::NotBreaching)
            .over(Datapoints::in_a_row(1), Period::OneHour)
            .describe(description)
    };
    let none = |metric, description| {
        Proposal::when(metric_of(metric).sum(), Condition::Below(1.0), MissingData::Breaching)
            .over(Datapoints::in_a_row(5), Period::SixHours)
            .describe(description)
    };
    let alarms = [
        (
            VaultAlarm::NoBackup,
            none(
                BackupMetric::BackupJobsCompleted,
                "No backup was made for 30 hours: look whether the plan is there and selects something",
            ),
        ),
        (
            VaultAlarm::NoCopy,
            none(
                BackupMetric::CopyJobsCompleted,
                "No copy arrived for 30 hours: look at the backups of the home region and their copies",
            ),
        ),
        (
            VaultAlarm::BackupFailed,
            any(BackupMetric::BackupJobsFailed, "A backup failed: its job in AWS Backup says why"),
        ),
        (
            VaultAlarm::BackupExpired,
            any(
                BackupMetric::BackupJobsExpired,
                "A backup didn't begin within its window: look for one that still runs, or make the window longer",
            ),
        ),
        (
            VaultAlarm::CopyFailed,
            any(
                BackupMetric::CopyJobsFailed,
                "A copy of a recovery point failed: its job in AWS Backup says why, which may be the key there",
            ),
        ),
        (
            VaultAlarm::RecoveryPointPartial,
            any(
                BackupMetric::RecoveryPointsPartial,
                "A recovery point could not be finished and can't be restored: its job in AWS Backup says why",
            ),
        ),
        (
            VaultAlarm::RestoreFailed,
            any(
                BackupMetric::RestoreJobsFailed,
                "A restore failed, so it isn't sure that the backups are any good: its job in AWS Backup says why",
            ),
        ),
    ];
    Alarms::of(alarms.into_iter().filter(|(kind, _)| kind.has_data(takes)))
}

/// What recovery points come into a vault by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Backup jobs, which run where the resources are.
    Backups,
    /// Copies of what another region backed up.
    Copies,
}

impl VaultAlarm {
    /// Whether there can be data of it for a vault that takes these.
    const fn has_data(self, arrival: Arrival) -> bool {
        match self {
            Self::NoBackup | Self::BackupFailed | Self::BackupExpired => {
                matches!(arrival, Arrival::Backups)
            }
            Self::NoCopy | Self::CopyFailed => matches!(arrival, Arrival::Copies),
            Self::RecoveryPointPartial | Self::RestoreFailed => true,
        }
    }
}
