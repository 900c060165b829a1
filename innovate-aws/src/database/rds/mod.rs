//! RDS for PostgreSQL.
//!
//! * `postgres`: the construct of an instance,
//! * `instance`: what the rest of the program needs of it,
//! * `availability`: whether it has a standby in a second zone,
//! * `storage`: how much space it has,
//! * `replica`: instances that follow it,
//! * `backup_replication`: its backups in another region.

mod availability;
mod backup_replication;
mod instance;
mod postgres;
mod replica;
mod storage;

pub use availability::{
    Availability, AvailabilityKind, LetsInstancesStandAlone, MultiAz, SingleAz,
    StackOutsideProductionOrMultiAz,
};
pub use backup_replication::BackupReplication;
pub use instance::{RdsInstance, RdsReplica};
pub use postgres::RdsPostgres;
pub use replica::ReadReplica;
pub use storage::{InstanceStorage, InstanceStorageError};
