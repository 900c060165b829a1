//! What a vault's alarms watch.

use super::{BackupMetric, Vault, VaultPlace};
use crate::observability::{
    Alarms, Condition, Datapoints, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a vault: each goes off when something went wrong within an hour.
    ///
    /// Copies that fail are counted by the vault that they were to go to, so those alarms belong into
    /// a stack of its region, with a topic there.
    VaultAlarm {
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
        let any = |metric, description| {
            Proposal::when(
                self.metric(metric).sum(),
                Condition::Above(0.0),
                MissingData::NotBreaching,
            )
            .over(Datapoints::in_a_row(1), Period::OneHour)
            .describe(description)
        };
        Alarms::of([
            (VaultAlarm::BackupFailed, any(BackupMetric::BackupJobsFailed, "A backup failed")),
            (
                VaultAlarm::BackupExpired,
                any(BackupMetric::BackupJobsExpired, "A backup didn't begin within its window"),
            ),
            (
                VaultAlarm::CopyFailed,
                any(BackupMetric::CopyJobsFailed, "A copy of a recovery point failed"),
            ),
            (
                VaultAlarm::RecoveryPointPartial,
                any(BackupMetric::RecoveryPointsPartial, "A recovery point could not be finished"),
            ),
            (VaultAlarm::RestoreFailed, any(BackupMetric::RestoreJobsFailed, "A restore failed")),
        ])
    }
}
