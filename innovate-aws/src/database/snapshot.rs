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
/// For most it is not what they want. AWS Backup deletes its snapshots after a time, copies them to other
/// regions and accounts, and locks them against deletion; this does neither. An account may have 100 of
/// them in a region unless it asks for more.
///
/// A snapshot is named after its database, and after the call that made it: names are never used twice.
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
        if name.len() > 255 {
            scope.report(
                Diagnostic::error("DB-10", "the snapshot would have too long a name")
                    .given(format!("`{name}`, {} characters", name.len()))
                    .allowed("up to 255"),
            );
        }
        let snapshot =
            rds::ClusterSnapshot::new(self.cluster, name).removal_policy(DeletionPolicy::Retain);
        scope.add(MAIN, snapshot).as_ref().clone()
    }
}
