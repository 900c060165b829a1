//! Rules about databases, on the resources of constructs and on those that a program writes itself.

mod aurora_instance_leaves_to_its_cluster;
mod backup_goes_elsewhere;
mod backup_is_kept;
mod backup_plan_spares_the_windows;
mod capacity_is_in_range;
mod database_is_encrypted;
mod database_is_private;
mod database_name_is_allowed;
mod global_database_holds_together;
mod insight_is_complete;
mod insights_have_memory;
mod minor_version_is_decided_once;
mod parameter_group_fits;
mod parameter_is_one;
mod production_database_is_copied;
mod production_database_survives;
mod proxy_is_closed;
mod snapshot_has_its_place;
mod stopped_database_can_be;

use innovate_core::{Node, Resource, check::Model};

pub use aurora_instance_leaves_to_its_cluster::AURORA_INSTANCE_LEAVES_TO_ITS_CLUSTER;
pub use backup_goes_elsewhere::BACKUP_GOES_ELSEWHERE;
pub use backup_is_kept::BACKUP_IS_KEPT;
pub use backup_plan_spares_the_windows::BACKUP_PLAN_SPARES_THE_WINDOWS;
pub use capacity_is_in_range::CAPACITY_IS_IN_RANGE;
pub use database_is_encrypted::DATABASE_IS_ENCRYPTED;
pub use database_is_private::DATABASE_IS_PRIVATE;
pub use database_name_is_allowed::DATABASE_NAME_IS_ALLOWED;
pub use global_database_holds_together::GLOBAL_DATABASE_HOLDS_TOGETHER;
pub use insight_is_complete::INSIGHT_IS_COMPLETE;
pub use insights_have_memory::INSIGHTS_HAVE_MEMORY;
pub use minor_version_is_decided_once::MINOR_VERSION_IS_DECIDED_ONCE;
pub use parameter_group_fits::PARAMETER_GROUP_FITS;
pub use parameter_is_one::PARAMETER_IS_ONE;
pub use production_database_is_copied::PRODUCTION_DATABASE_IS_COPIED;
pub use production_database_survives::PRODUCTION_DATABASE_SURVIVES;
pub use proxy_is_closed::PROXY_IS_CLOSED;
pub use snapshot_has_its_place::SNAPSHOT_HAS_ITS_PLACE;
pub use stopped_database_can_be::STOPPED_DATABASE_CAN_BE;

const CLUSTER: &str = "AWS::RDS::DBCluster";
const INSTANCE: &str = "AWS::RDS::DBInstance";
const GLOBAL: &str = "AWS::RDS::GlobalCluster";

/// What a database's data lives in: clusters, and the instances that belong to none.
fn databases<'app>(model: &Model<'app>) -> Vec<&'app Resource> {
    let alone = |instance: &&Resource| instance.properties().get("DBClusterIdentifier").is_none();
    model.resources_of(CLUSTER).chain(model.resources_of(INSTANCE).filter(alone)).collect()
}

/// The instances of a cluster.
fn instances_of<'app>(model: &Model<'app>, cluster: &Resource) -> Vec<&'app Resource> {
    model.referrers(INSTANCE, "DBClusterIdentifier", cluster.address()).collect()
}

/// The global databases whose primary cluster this is.
fn globals_of<'app>(
    model: &Model<'app>,
    cluster: &Resource,
) -> impl Iterator<Item = &'app Resource> + use<'app> {
    model.referrers(GLOBAL, "SourceDBClusterIdentifier", cluster.address())
}

/// Whether it is a cluster that follows the primary one of a global database: it has no users of its own.
fn is_secondary(cluster: &Resource) -> bool {
    let properties = cluster.properties();
    properties.get("GlobalClusterIdentifier").is_some()
        && properties.get("MasterUsername").is_none()
}

/// The engine, if it is known now.
fn engine(database: &Resource) -> Option<&str> {
    database.properties().get("Engine").and_then(Node::as_text)
}

/// Whether it is Aurora PostgreSQL or Aurora MySQL.
fn is_aurora(database: &Resource) -> bool {
    engine(database).is_some_and(|engine| engine.starts_with("aurora"))
}

/// Whether its data comes from elsewhere, and with it users and keys.
fn is_copy(database: &Resource) -> bool {
    const SOURCES: [&str; 9] = [
        "SnapshotIdentifier",
        "DBSnapshotIdentifier",
        "DBClusterSnapshotIdentifier",
        "SourceDBClusterIdentifier",
        "SourceDBInstanceIdentifier",
        "SourceDbClusterResourceId",
        "SourceDbiResourceId",
        "ReplicationSourceIdentifier",
        "GlobalClusterIdentifier",
    ];
    SOURCES.iter().any(|source| database.properties().get(source).is_some())
}
