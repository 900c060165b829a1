//! What AWS Backup measures.

/// A metric of a vault: how many jobs or recovery points of a kind there were. Each is a count,
/// published every five minutes if there was any.
///
/// Failed copies are counted in the region that they were to go to, by the vault there.
///
/// Source: "Monitoring AWS Backup metrics with CloudWatch", AWS Backup Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupMetric {
    /// Backup jobs that AWS Backup gave up.
    BackupJobsAborted,
    /// Backup jobs that made their recovery point.
    BackupJobsCompleted,
    /// Backup jobs that were made.
    BackupJobsCreated,
    /// Backup jobs that didn't begin within their rule's window.
    BackupJobsExpired,
    /// Backup jobs that failed.
    BackupJobsFailed,
    /// Copies that arrived.
    CopyJobsCompleted,
    /// Copies that failed.
    CopyJobsFailed,
    /// Recovery points that AWS Backup should have deleted and could not.
    RecoveryPointsExpired,
    /// Recovery points that were begun and not finished in time.
    RecoveryPointsPartial,
    /// Restores that were done.
    RestoreJobsCompleted,
    /// Restores that failed.
    RestoreJobsFailed,
}

impl BackupMetric {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::BackupJobsAborted => "NumberOfBackupJobsAborted",
            Self::BackupJobsCompleted => "NumberOfBackupJobsCompleted",
            Self::BackupJobsCreated => "NumberOfBackupJobsCreated",
            Self::BackupJobsExpired => "NumberOfBackupJobsExpired",
            Self::BackupJobsFailed => "NumberOfBackupJobsFailed",
            Self::CopyJobsCompleted => "NumberOfCopyJobsCompleted",
            Self::CopyJobsFailed => "NumberOfCopyJobsFailed",
            Self::RecoveryPointsExpired => "NumberOfRecoveryPointsExpired",
            Self::RecoveryPointsPartial => "NumberOfRecoveryPointsPartial",
            Self::RestoreJobsCompleted => "NumberOfRestoreJobsCompleted",
            Self::RestoreJobsFailed => "NumberOfRestoreJobsFailed",
        }
    }
}
