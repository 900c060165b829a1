//! Backups: of the database and the cluster, in a vault that refuses to lose them, with copies in the
//! recovery region.

use innovate::prelude::*;

use super::{choices::Choices, cluster::Compute, data::Data, keys::Keys, recovery::Recovery};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    recovery: &Recovery,
    cluster: &Compute,
    data: &Data<S>,
) -> (Stack<S>, Vault<HomeRegion>) {
    let mut backup = environment.stack("backup");
    let vault = BackupVault::<HomeRegion>::builder().key(&keys.backups).build();
    let vault = backup.add("Vault", vault);
    backup.add(
        "Plan",
        BackupPlan::builder()
            .vault(&vault)
            .rules([
                BackupRule::daily(S::DAILY).copy_to(&recovery.copies),
                BackupRule::weekly(Weekday::Sunday, S::WEEKLY).copy_to(&recovery.copies),
            ])
            .selections([Selection::of(&data.database), Selection::of(&cluster.eks)])
            .build(),
    );
    backup.add("Restore", RestoreRole::new());
    (backup, vault)
}
