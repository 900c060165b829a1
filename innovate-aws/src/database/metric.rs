//! What RDS measures.

use super::{Pausing, Sizing};
use crate::observability::Unit;

/// What is measured on Aurora clusters that are sized as `K` says: [`AuroraMetric`] on every one,
/// [`ServerlessMetric`] on those that scale with their load.
#[diagnostic::on_unimplemented(
    message = "an Aurora cluster of the kind `{K}` doesn't measure `{Self}`",
    label = "not a metric of this cluster"
)]
pub trait MeasuredOn<K> {
    /// The name that CloudWatch has for it.
    fn name(&self) -> &'static str;

    /// What it is measured in.
    fn unit(&self) -> Unit;
}

/// A metric of an Aurora cluster, over all of its instances.
///
/// Source: "Amazon CloudWatch metrics for Amazon Aurora", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuroraMetric {
    /// How long a commit takes, in milliseconds.
    CommitLatency,
    /// How busy the processors are, in percent: of a serverless cluster's maximum capacity.
    CpuUtilization,
    /// How many clients are connected.
    DatabaseConnections,
    /// How many deadlocks there were a second.
    Deadlocks,
    /// How much memory is left, in bytes.
    FreeableMemory,
    /// How old the oldest transaction id is that isn't frozen. Above a billion, vacuum falls behind;
    /// at two, PostgreSQL stops.
    MaximumUsedTransactionIds,
    /// How far the readers are behind the writer, in milliseconds.
    AuroraReplicaLag,
    /// How much space is left on the instances for temporary tables and logs, in bytes.
    FreeLocalStorage,
    /// How long a read takes, in seconds.
    ReadLatency,
    /// How long a write takes, in seconds.
    WriteLatency,
}

impl<K: Sizing> MeasuredOn<K> for AuroraMetric {
    fn name(&self) -> &'static str {
        match self {
            Self::CommitLatency => "CommitLatency",
            Self::CpuUtilization => "CPUUtilization",
            Self::DatabaseConnections => "DatabaseConnections",
            Self::Deadlocks => "Deadlocks",
            Self::FreeableMemory => "FreeableMemory",
            Self::MaximumUsedTransactionIds => "MaximumUsedTransactionIDs",
            Self::AuroraReplicaLag => "AuroraReplicaLag",
            Self::FreeLocalStorage => "FreeLocalStorage",
            Self::ReadLatency => "ReadLatency",
            Self::WriteLatency => "WriteLatency",
        }
    }

    fn unit(&self) -> Unit {
        match self {
            Self::CpuUtilization => Unit::Percent,
            Self::CommitLatency | Self::AuroraReplicaLag => Unit::Milliseconds,
            Self::ReadLatency | Self::WriteLatency => Unit::Seconds,
            Self::Deadlocks => Unit::CountPerSecond,
            Self::FreeableMemory | Self::FreeLocalStorage => Unit::Bytes,
            Self::DatabaseConnections | Self::MaximumUsedTransactionIds => Unit::Count,
        }
    }
}

/// A metric of an Aurora cluster that scales with its load.
///
/// Source: "Performance and scaling for Aurora Serverless v2", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerlessMetric {
    /// How much of the maximum capacity is used, in percent. Above 90, raise the maximum.
    AcuUtilization,
    /// The capacity at the moment, in ACU.
    ServerlessDatabaseCapacity,
}

impl<K: Pausing> MeasuredOn<K> for ServerlessMetric {
    fn name(&self) -> &'static str {
        match self {
            Self::AcuUtilization => "ACUUtilization",
            Self::ServerlessDatabaseCapacity => "ServerlessDatabaseCapacity",
        }
    }

    fn unit(&self) -> Unit {
        match self {
            Self::AcuUtilization => Unit::Percent,
            Self::ServerlessDatabaseCapacity => Unit::Count,
        }
    }
}

/// A metric of an instance of RDS, or of one of its replicas.
///
/// Source: "Amazon CloudWatch metrics for Amazon RDS", Amazon RDS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RdsMetric {
    /// How many credits a burstable instance has left. At none it is throttled.
    CpuCreditBalance,
    /// How busy the processors are, in percent.
    CpuUtilization,
    /// How many clients are connected.
    DatabaseConnections,
    /// How many sessions are active, on average: above the number of processors, some wait.
    DbLoad,
    /// How many reads and writes wait for the storage.
    DiskQueueDepth,
    /// How much space is left, in bytes.
    FreeStorageSpace,
    /// How much memory is left, in bytes.
    FreeableMemory,
    /// How old the oldest transaction id is that isn't frozen. Above a billion, vacuum falls behind;
    /// at two, PostgreSQL stops.
    MaximumUsedTransactionIds,
    /// How far the replica that is furthest behind has to catch up, in bytes of the log of changes.
    OldestReplicationSlotLag,
    /// How many reads there are a second.
    ReadIops,
    /// How long a read takes, in seconds.
    ReadLatency,
    /// How far a replica is behind its source, in seconds.
    ReplicaLag,
    /// How much memory is swapped out, in bytes.
    SwapUsage,
    /// How much space the log of changes takes, in bytes.
    TransactionLogsDiskUsage,
    /// How many writes there are a second.
    WriteIops,
    /// How long a write takes, in seconds.
    WriteLatency,
}

impl RdsMetric {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CpuCreditBalance => "CPUCreditBalance",
            Self::CpuUtilization => "CPUUtilization",
            Self::DatabaseConnections => "DatabaseConnections",
            Self::DbLoad => "DBLoad",
            Self::DiskQueueDepth => "DiskQueueDepth",
            Self::FreeStorageSpace => "FreeStorageSpace",
            Self::FreeableMemory => "FreeableMemory",
            Self::MaximumUsedTransactionIds => "MaximumUsedTransactionIDs",
            Self::OldestReplicationSlotLag => "OldestReplicationSlotLag",
            Self::ReadIops => "ReadIOPS",
            Self::ReadLatency => "ReadLatency",
            Self::ReplicaLag => "ReplicaLag",
            Self::SwapUsage => "SwapUsage",
            Self::TransactionLogsDiskUsage => "TransactionLogsDiskUsage",
            Self::WriteIops => "WriteIOPS",
            Self::WriteLatency => "WriteLatency",
        }
    }

    pub(super) const fn unit(self) -> Unit {
        match self {
            Self::CpuUtilization => Unit::Percent,
            Self::CpuCreditBalance
            | Self::DatabaseConnections
            | Self::DiskQueueDepth
            | Self::MaximumUsedTransactionIds => Unit::Count,
            Self::DbLoad => Unit::None,
            Self::FreeStorageSpace
            | Self::FreeableMemory
            | Self::OldestReplicationSlotLag
            | Self::SwapUsage
            | Self::TransactionLogsDiskUsage => Unit::Bytes,
            Self::ReadIops | Self::WriteIops => Unit::CountPerSecond,
            Self::ReadLatency | Self::ReplicaLag | Self::WriteLatency => Unit::Seconds,
        }
    }
}

/// A metric of a proxy. It runs on more than one machine, and each publishes its own: of connections the
/// sum counts, of latencies the average.
///
/// Source: "Monitoring RDS Proxy metrics with Amazon CloudWatch", Amazon RDS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyMetric {
    /// For how much of a minute the database that takes writes could be reached, in percent.
    AvailabilityPercentage,
    /// How many clients are connected.
    ClientConnections,
    /// How many clients' connections failed for what they showed who they are.
    ClientConnectionsSetupFailedAuth,
    /// How many connections to the database are open.
    DatabaseConnections,
    /// How long a client waits for a connection to the database, in microseconds.
    DatabaseConnectionsBorrowLatency,
    /// How many connections to the database serve a single client, since it has changed their state.
    DatabaseConnectionsCurrentlySessionPinned,
    /// How many connections to the database failed to open.
    DatabaseConnectionsSetupFailed,
    /// How many connections to the database may be open.
    MaxDatabaseConnectionsAllowed,
    /// How long the database takes to answer, in microseconds.
    QueryDatabaseResponseLatency,
}

impl ProxyMetric {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::AvailabilityPercentage => "AvailabilityPercentage",
            Self::ClientConnections => "ClientConnections",
            Self::ClientConnectionsSetupFailedAuth => "ClientConnectionsSetupFailedAuth",
            Self::DatabaseConnections => "DatabaseConnections",
            Self::DatabaseConnectionsBorrowLatency => "DatabaseConnectionsBorrowLatency",
            Self::DatabaseConnectionsCurrentlySessionPinned => {
                "DatabaseConnectionsCurrentlySessionPinned"
            }
            Self::DatabaseConnectionsSetupFailed => "DatabaseConnectionsSetupFailed",
            Self::MaxDatabaseConnectionsAllowed => "MaxDatabaseConnectionsAllowed",
            Self::QueryDatabaseResponseLatency => "QueryDatabaseResponseLatency",
        }
    }

    pub(super) const fn unit(self) -> Unit {
        match self {
            Self::AvailabilityPercentage => Unit::Percent,
            Self::DatabaseConnectionsBorrowLatency | Self::QueryDatabaseResponseLatency => {
                Unit::Microseconds
            }
            Self::ClientConnections
            | Self::ClientConnectionsSetupFailedAuth
            | Self::DatabaseConnections
            | Self::DatabaseConnectionsCurrentlySessionPinned
            | Self::DatabaseConnectionsSetupFailed
            | Self::MaxDatabaseConnectionsAllowed => Unit::Count,
        }
    }
}
