//! Automated backups in another region.

use innovate_cfn::kind::KeyArn;
use innovate_core::Value;

use crate::{
    Region,
    database::{BackupRetention, RetainsBackups},
    keys::{Key, Rds},
};

/// Copies an instance's automated backups and its log of changes to another region, where the database
/// can be restored to any moment, a few minutes ago at the latest, when its own region fails.
///
/// Aurora has none of this: AWS Backup copies its snapshots instead.
///
/// Source: "Replicating automated backups to another AWS Region", Amazon RDS User Guide.
#[derive(Clone, Debug)]
pub struct BackupReplication {
    pub(super) region: Region,
    pub(super) key: Value<KeyArn>,
    pub(super) retention: BackupRetention,
}

impl BackupReplication {
    /// To `region`, encrypted with a key of that region, which is made in a stack of it:
    /// `prod.recovery_stack("recovery")`. The copies are kept 14 days.
    pub fn to(region: Region, key: &Key<Rds>) -> Self {
        Self { region, key: key.arn(), retention: BackupRetention::MIN_IN_PRODUCTION }
    }

    /// Keeps the copies so long: `days!(7)` to `days!(35)`.
    #[must_use]
    pub fn keep(mut self, days: impl RetainsBackups) -> Self {
        self.retention = days.retention();
        self
    }
}
