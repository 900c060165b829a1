//! Databases.
//!
//! * [`PostgresEndpoint`], [`PostgresDatabase`]: what applications connect through, of every kind,
//! * [`AuroraServerless`], [`AuroraProvisioned`]: the constructs of a cluster; [`AuroraCluster`] is what
//!   the rest of the program needs of one,
//! * [`GlobalDatabase`], [`AuroraSecondary`]: one that spans two regions, and its cluster in the second,
//! * [`RdsPostgres`]: the construct of an instance; [`RdsInstance`] is what the rest needs of it,
//! * [`AuroraPostgres`], [`PostgresVersion`]: a version, and who decides on minor upgrades,
//! * [`Capacity`], [`Acu`]: how far a cluster scales, and whether it pauses,
//! * [`AuroraInstanceClass`], [`RdsInstanceClass`], [`InstanceStorage`]: sizes,
//! * [`Readers`], [`Reader`], [`ReaderScaling`], [`ReadReplica`]: what answers reads,
//! * [`Availability`]: whether an instance has a standby,
//! * [`MasterUser`]: who administers it, without a password in the program,
//! * [`BackupWindow`], [`MaintenanceWindow`], [`BackupRetention`], [`BackupReplication`]: when, for how
//!   long, and where else,
//! * [`RdsProxy`]: keeps connections to one open, and shares them among clients, as [`ConnectionPool`] says,
//! * [`ScheduledStop`], [`ScheduledSnapshot`], [`ClusterSnapshot`]: what is done with one at times,
//! * [`Parameters`]: the settings of PostgreSQL,
//! * [`Insights`], [`EnhancedMonitoring`], [`AuroraMetric`], [`ServerlessMetric`], [`RdsMetric`]: what is
//!   seen of it, [`DatabaseEvents`]: what RDS tells of it,
//! * [`AuroraAlarm`], [`RdsAlarm`], [`ReplicaAlarm`], [`ProxyAlarm`]: what alarms watch,
//! * [`Storage`], [`CaCertificate`], [`DeletionProtection`]: the other choices,
//! * `parameter_name`: which settings PostgreSQL has, `settings`: what every kind takes, `logs`: the log groups that they write to.

mod alarm;
mod aurora;
mod capacity;
mod connection_pool;
mod connections;
mod engine;
mod events;
mod instance_class;
mod logs;
mod master_user;
mod metric;
mod monitoring_logs;
mod option;
pub(crate) mod parameter_name;
mod parameters;
mod postgres;
mod proxy;
mod rds;
mod reader;
mod reader_scaling;
mod retention;
mod scheduled_stop;
mod settings;
mod snapshot;
mod window;

pub use alarm::{AuroraAlarm, ProxyAlarm, RdsAlarm, ReplicaAlarm};
pub use aurora::{
    AuroraCluster, AuroraProvisioned, AuroraSecondary, AuroraServerless, GlobalDatabase,
    GlobalDatabaseHandle, Provisioned, SecondaryCluster, SecondarySize, Sizing, SpansRegions,
};
pub use capacity::{
    Acu, AcuError, AlwaysOn, AutoPause, Capacity, CapacityError, Idle, LetsDatabasesPause, Pausing,
    StackOutsideProductionOrCapacityWithoutAutoPause,
};
pub use connection_pool::ConnectionPool;
pub use engine::{AuroraPostgres, PostgresVersion};
pub use events::DatabaseEvents;
pub use instance_class::{AuroraInstanceClass, RdsInstanceClass};
pub use master_user::MasterUser;
pub use metric::{AuroraMetric, MeasuredOn, ProxyMetric, RdsMetric, ServerlessMetric};
pub use monitoring_logs::MonitoringLogs;
pub use option::{CaCertificate, DeletionProtection, EnhancedMonitoring, Insights, Storage};
pub use parameters::{Library, LogStatement, Parameters};
pub use postgres::{DatabaseKind, PostgresDatabase, PostgresEndpoint};
pub use proxy::{ProxyAuth, ProxyHandle, RdsProxy, StaysAwake};
pub use rds::{
    Availability, AvailabilityKind, BackupReplication, InstanceStorage, InstanceStorageError,
    LetsInstancesStandAlone, MultiAz, RdsInstance, RdsPostgres, RdsReplica, ReadReplica, SingleAz,
    StackOutsideProductionOrMultiAz,
};
pub use reader::{
    LetsDatabasesStandAlone, PromotionTier, Reader, Readers, Redundancy,
    StackOutsideProductionOrReadersWithFailover, WithFailover, WithoutFailover,
};
pub use reader_scaling::{ReaderRange, ReaderScaling};
pub use retention::{BackupRetention, RetainsBackups};
pub use scheduled_stop::{LetsDatabasesStop, ScheduledStop, StackWhoseDatabasesStop};
pub use snapshot::{ClusterSnapshot, ScheduledSnapshot};
pub use window::{BackupWindow, MaintenanceWindow, WindowError};
