//! A database that spans two regions.

use innovate_cfn::{kind::GlobalClusterIdentifier, rds};
use innovate_core::{
    Construct, Gives, MAIN, ResourceRef, ResourceType as _, Scope, StackInHomeRegion, StageKind,
    Value,
};

use super::{AuroraCluster, Provisioned, Sizing, parts::Origin};
use crate::{
    database::{AlwaysOn, DeletionProtection, PostgresDatabase as _, postgres::Database},
    name::name_of,
};

/// How a cluster is sized that a global database may have.
#[diagnostic::on_unimplemented(
    message = "a cluster that pauses can't be in a global database",
    label = "this cluster is of the kind `{Self}`",
    note = "keep it awake: `.capacity(capacity!(0.5..=64))`"
)]
pub trait SpansRegions: Sizing {}

impl SpansRegions for AlwaysOn {}
impl SpansRegions for Provisioned {}

/// Makes an Aurora cluster the primary one of a global database, whose data Aurora copies to a cluster of the
/// recovery region: an [`AuroraSecondary`](super::AuroraSecondary).
///
/// The copy is behind by a second or so, which is what a loss of the region costs (RPO), and takes over within
/// minutes of being told to (RTO): by `aws rds failover-global-cluster --allow-data-loss` when the region is
/// lost, and by `switchover-global-cluster` in an exercise, which loses nothing. It is no backup: what is
/// deleted by mistake is deleted there, too. A copy by a [`BackupPlan`](crate::backup::BackupPlan) is much
/// cheaper, costs a day of data and takes hours.
///
/// Of the primary cluster it asks that
///
/// * its version is exact (`AuroraPostgres::V17_11`): Aurora doesn't upgrade what is in a global database, and
///   both clusters must be of one version when one takes over from the other;
/// * its administrator has no password that RDS keeps: `.master_user(MasterUser::iam())`. RDS doesn't manage
///   passwords in a global database;
/// * its instances are of no burstable class, such as db.t4g.medium, and neither are the secondary cluster's: Aurora
///   asks for classes that are made for memory-intensive applications, or `db.serverless`;
/// * it never pauses, which is checked by the compiler, and that nothing stops it.
///
/// In production the global database refuses to be deleted. Deleting goes backwards: the stack of the
/// secondary cluster first, then this, which leaves the primary as a cluster of its own.
///
/// Clients that are to follow the primary cluster know it by the global database's writer endpoint, which moves with
/// a failover: `aws rds describe-global-clusters` names it. CloudFormation gives it as an object alone, which no
/// property takes.
///
/// After a failover the clusters have changed their roles, and the program doesn't know it: switch back before the
/// next deployment that changes either.
///
/// ```
/// use innovate_aws::{
///     database::{AuroraCluster, AuroraSecondary, GlobalDatabase, SecondarySize},
///     keys::{KmsKey, Rds},
///     network::VpcHandle,
/// };
/// use innovate_core::{Prod, RecoveryRegion, Stack};
///
/// fn span(
///     data: &mut Stack<Prod>,
///     recovery: &mut Stack<Prod, RecoveryRegion>,
///     database: &AuroraCluster,
///     vpc_there: &VpcHandle,
/// ) {
///     let global = data.add("Global", GlobalDatabase::of(database));
///     let key = recovery.add("DatabaseKey", KmsKey::<Rds>::new());
///     recovery.add(
///         "Database",
///         AuroraSecondary::builder()
///             .global(&global)
///             .size(SecondarySize::headless())
///             .network(vpc_there.data())
///             .key(&key)
///             .build(),
///     );
/// }
/// ```
///
/// Sources: "Using Amazon Aurora Global Database", "Connecting to Amazon Aurora Global Database", "Configuration
/// requirements of an Amazon Aurora global database" and "Password management with Amazon Aurora and AWS Secrets
/// Manager", Amazon Aurora User Guide; AWS::RDS::GlobalCluster, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct GlobalDatabase {
    primary: Database,
    origin: Origin,
    deletion_protection: DeletionProtection,
}

impl GlobalDatabase {
    /// One whose primary cluster this is.
    pub fn of<K: SpansRegions>(primary: &AuroraCluster<K>) -> Self {
        Self {
            primary: primary.database().clone(),
            origin: primary.origin().clone(),
            deletion_protection: DeletionProtection::InProduction,
        }
    }

    /// Whether it refuses to be deleted. In production by default.
    pub const fn deletion_protection(mut self, protection: DeletionProtection) -> Self {
        self.deletion_protection = protection;
        self
    }
}

impl Construct for GlobalDatabase {
    type Handle = GlobalDatabaseHandle;
    type Needs = StackInHomeRegion;

    fn build(self, scope: &mut Scope<'_>) -> GlobalDatabaseHandle {
        let Self { primary, origin, deletion_protection } = self;
        let always = deletion_protection == DeletionProtection::Always;
        let identifier = name_of(scope);
        // Engine, version and encryption are the primary's; RDS refuses to be told both.
        let cluster = rds::GlobalCluster::new()
            .global_cluster_identifier(identifier.clone())
            .source_db_cluster_identifier(primary.arn())
            .engine_lifecycle_support("open-source-rds-extended-support-disabled")
            .deletion_protection(always || scope.stage() == StageKind::Prod);
        let cluster = scope.add(MAIN, cluster.depends_on_all(primary.instances()));
        GlobalDatabaseHandle { cluster, identifier, primary, origin }
    }
}

/// A global database that is in a stack: what its secondary cluster is made of.
#[derive(Clone, Debug)]
pub struct GlobalDatabaseHandle {
    cluster: rds::GlobalClusterRef,
    identifier: String,
    pub(super) primary: Database,
    pub(super) origin: Origin,
}

impl GlobalDatabaseHandle {
    /// Its name in RDS, known before deployment.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Its name, for a resource of the program that must wait for it.
    pub fn global_cluster_id(&self) -> Value<GlobalClusterIdentifier> {
        (&self.cluster).give()
    }
}

impl AsRef<ResourceRef> for GlobalDatabaseHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.cluster.as_ref()
    }
}
