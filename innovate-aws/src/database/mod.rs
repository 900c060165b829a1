//! Databases.
//!
//! * [`PostgresEndpoint`], [`PostgresDatabase`]: what applications connect through, of every kind,
//! * [`AuroraServerless`]: the construct; [`AuroraCluster`] is what the rest of the program needs of it,
//! * [`AuroraPostgres`]: a version, and who decides on minor upgrades,
//! * [`Capacity`], [`Acu`]: how far a cluster scales, and whether it pauses,
//! * [`Readers`], [`Reader`]: the instances beside the writer,
//! * [`MasterUser`]: who administers it, without a password in the program,
//! * [`BackupWindow`], [`MaintenanceWindow`], [`BackupRetention`]: when, and for how long,
//! * [`Parameters`]: the settings of PostgreSQL,
//! * [`Insights`], [`EnhancedMonitoring`], [`AuroraMetric`], [`ServerlessMetric`]: what is seen of it,
//! * [`Storage`], [`CaCertificate`], [`DeletionProtection`]: the other choices.

mod aurora;
mod capacity;
mod engine;
mod master_user;
mod metric;
mod option;
mod parameters;
mod postgres;
mod reader;
mod retention;
mod window;

pub use aurora::{AuroraCluster, AuroraServerless, Sizing};
pub use capacity::{
    Acu, AcuError, AlwaysOn, AutoPause, Capacity, CapacityError, Idle, LetsDatabasesPause, Pausing,
    StackOutsideProductionOrCapacityWithoutAutoPause,
};
pub use engine::AuroraPostgres;
pub use master_user::MasterUser;
pub use metric::{AuroraMetric, MeasuredOn, ServerlessMetric};
pub use option::{CaCertificate, DeletionProtection, EnhancedMonitoring, Insights, Storage};
pub use parameters::{Library, LogStatement, Parameters};
pub use postgres::{DatabaseKind, PostgresDatabase, PostgresEndpoint};
pub use reader::{
    LetsDatabasesStandAlone, PromotionTier, Reader, Readers, Redundancy,
    StackOutsideProductionOrReadersWithFailover, WithFailover, WithoutFailover,
};
pub use retention::{BackupRetention, RetainsBackups};
pub use window::{BackupWindow, MaintenanceWindow, WindowError};
