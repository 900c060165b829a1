//! Snapshots beside the automated backups.

use innovate_cfn::{kind::DbClusterIdentifier, policy::Statement, rds};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope,
    Text, Value, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::{
    AuroraCluster, DatabaseKind, PostgresDatabase, PostgresEndpoint as _, Sizing,
    postgres::Database,
};
use crate::{
    name::SnapshotName,
    schedule::{Call, Caller, Recurrence, TimeZone},
};

/// Makes a snapshot of a database again and again, which stays until someone deletes it: for what must
/// be kept longer than automated backups are, in RDS itself.
///
/// For most it is not what they want. A [`BackupPlan`](crate::backup::BackupPlan) deletes its snapshots
/// after a time, copies them to the recovery region, and keeps them in a vault that is locked; this does none
/// of it. An account may have 100 of them in a region unless it asks for more.
///
/// A snapshot is named after its database, and after the call that made it: names are never used twice.
/// More than one a week is a warning, since nothing deletes them.
///
/// Sources: "Creating a DB cluster snapshot", Amazon Aurora User Guide; "Adding context attributes in
/// EventBridge Scheduler", EventBridge Scheduler User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct ScheduledSnapshot {
    /// The database.
    #[builder(setter(
        fn transform<D: PostgresDatabase>(database: &D) -> Database {
            database.database().clone()
        }
    ))]
    database: Database,
    /// When.
    at: Recurrence,
    /// Whose time that is. UTC by default.
    #[builder(default = TimeZone::UTC)]
    time_zone: TimeZone,
}

impl Construct for ScheduledSnapshot {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        self.check(scope);
        let Self { database, at, time_zone } = self;
        let identifier = database.server().identifier();
        let site = database.server().site();
        // Letters and digits, unlike the time of the call: a snapshot's name may hold no colon.
        let snapshot = format!("{identifier}-<aws.scheduler.execution-id>");
        let (action, operation, sort, [source, name]) = match database.kind() {
            DatabaseKind::Cluster => (
                "rds:CreateDBClusterSnapshot",
                "rds:createDBClusterSnapshot",
                "cluster-snapshot",
                ["DbClusterIdentifier", "DbClusterSnapshotIdentifier"],
            ),
            DatabaseKind::Instance => (
                "rds:CreateDBSnapshot",
                "rds:createDBSnapshot",
                "snapshot",
                ["DbInstanceIdentifier", "DbSnapshotIdentifier"],
            ),
        };
        let (region, account) = (site.region(), site.account());
        let snapshots: Value<Text> = text![
            "arn:",
            pseudo::partition(),
            format!(":rds:{region}:{account}:{sort}:{identifier}-*")
        ];
        let may = Statement::allow([action]).sid("Snapshot").on(database.arn()).on(snapshots);
        let caller = Caller::new([may], time_zone, scope);
        let description = format!("Makes a snapshot of the database {identifier}");
        let input = vec![(source, identifier.to_owned()), (name, snapshot)];
        let call = Call { description, at, operation, input };
        caller.add("Schedule", call, scope);
    }
}

impl ScheduledSnapshot {
    /// Of the id that a call has: `d32c5kddcf5bb8c3`.
    const ID_LENGTH: usize = 16;
    /// How many a year are a few: one a week.
    const FEW: u16 = 53;

    fn check(&self, scope: &mut Scope<'_>) {
        let identifier = self.database.server().identifier();
        let (length, most) =
            (identifier.len() + 1 + Self::ID_LENGTH, longest_name(self.database.kind()));
        if length > most {
            scope.report(
                Diagnostic::error("DB-16", "the snapshots would have too long a name")
                    .setter("database")
                    .given(format!("`{identifier}-` and {} characters", Self::ID_LENGTH))
                    .allowed(format!("up to {most} characters in all"))
                    .help("shorten the name of the database's stack or construct"),
            );
        }
        let in_a_year = self.at.times_a_year();
        if in_a_year > Self::FEW {
            scope.report(
                Diagnostic::warning("DB-16", "the snapshots would use up what an account may have")
                    .setter("at")
                    .given(format!("{}: {in_a_year} a year, which nothing deletes", self.at))
                    .allowed("one a week: an account may have 100 in a region")
                    .help("a backup plan deletes what is old: `BackupRule::daily(lifecycle!(35 days))`"),
            );
        }
    }
}

/// How long the name of a manual snapshot is at the most. Source: "CreateDBClusterSnapshot" and
/// "CreateDBSnapshot", Amazon RDS API Reference.
const fn longest_name(kind: DatabaseKind) -> usize {
    match kind {
        DatabaseKind::Cluster => 63,
        DatabaseKind::Instance => 255,
    }
}

/// A snapshot of an Aurora cluster, made by the deployment that first has it: before a migration, or to
/// keep what was. It stays when it leaves its stack.
///
/// A changed name makes another one. An instance of RDS has no such resource in CloudFormation:
/// `aws rds create-db-snapshot` makes one, and so does [`ScheduledSnapshot`].
///
/// Source: AWS::RDS::ClusterSnapshot, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug)]
pub struct ClusterSnapshot {
    cluster: Value<DbClusterIdentifier>,
    identifier: String,
    name: SnapshotName,
}

impl ClusterSnapshot {
    /// Of the cluster as it is then, by a name that says why: `name!(SnapshotName: "before-v2")`. The
    /// cluster's own name stands before it.
    pub fn new<K: Sizing>(cluster: &AuroraCluster<K>, name: SnapshotName) -> Self {
        Self { cluster: cluster.cluster_id(), identifier: cluster.identifier().to_owned(), name }
    }
}

impl Construct for ClusterSnapshot {
    type Handle = ResourceRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ResourceRef {
        let name = format!("{}-{}", self.identifier, self.name);
        let most = longest_name(DatabaseKind::Cluster);
        if name.len() > most || name.contains("--") {
            scope.report(
                Diagnostic::error("DB-16", "RDS refuses this name of a snapshot")
                    .setter("new")
                    .given(format!("`{name}`, {} characters", name.len()))
                    .allowed(format!("up to {most} characters, without two hyphens in a row"))
                    .help("give it a shorter name: the cluster's stands before it"),
            );
        }
        let snapshot =
            rds::ClusterSnapshot::new(self.cluster, name).removal_policy(DeletionPolicy::Retain);
        scope.add(MAIN, snapshot).as_ref().clone()
    }
}
