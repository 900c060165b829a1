//! What RDS publishes of databases, and of proxies.

use super::{Namespace, one, regional};

/// These are what the documentation calls the dimension sets of a proxy. Source: "Monitoring
/// RDS Proxy metrics with Amazon CloudWatch", Amazon Aurora User Guide.
const OF_CLIENTS: &[&str] = &["ProxyName", "EndpointName ProxyName"];
const OF_DATABASES: &[&str] =
    &["ProxyName", "ProxyName Target TargetGroup", "ProxyName TargetGroup TargetRole"];
const OF_QUERIES: &[&str] = &[
    "ProxyName",
    "EndpointName ProxyName",
    "ProxyName Target TargetGroup",
    "ProxyName TargetGroup TargetRole",
];
const OF_ROLES: &[&str] = &["ProxyName TargetGroup TargetRole"];

/// Sources: "Amazon CloudWatch metrics for Amazon RDS", Amazon RDS User Guide; "Amazon CloudWatch
/// metrics for Amazon Aurora" and "Monitoring RDS Proxy metrics with Amazon CloudWatch", Amazon Aurora
/// User Guide.
pub(super) const NAMESPACE: Namespace = regional(
    "AWS/RDS",
    &[
        one(INSTANCES_AND_CLUSTERS, DATABASE),
        one("AvailabilityPercentage", OF_ROLES),
        one(
            "ClientConnections ClientConnectionsClosed ClientConnectionsNoTLS \
ClientConnectionsReceived ClientConnectionsSetupFailedAuth ClientConnectionsSetupSucceeded \
ClientConnectionsTLS DatabaseConnectionsBorrowLatency QueryRequests QueryRequestsNoTLS \
QueryRequestsTLS QueryResponseLatency",
            OF_CLIENTS,
        ),
        one(
            "DatabaseConnectionRequests DatabaseConnectionRequestsWithTLS DatabaseConnections \
DatabaseConnectionsCurrentlyBorrowed DatabaseConnectionsCurrentlyInTransaction \
DatabaseConnectionsCurrentlySessionPinned DatabaseConnectionsSetupFailed \
DatabaseConnectionsSetupSucceeded DatabaseConnectionsWithTLS MaxDatabaseConnectionsAllowed",
            OF_DATABASES,
        ),
        one("QueryDatabaseResponseLatency", OF_QUERIES),
    ],
);

/// What instances of RDS and clusters and instances of Aurora measure, of every engine.
const INSTANCES_AND_CLUSTERS: &str = "ACUUtilization AbortedClients ActiveTransactions AuroraBinlogReplicaLag \
AuroraDMLRejectedMasterFull AuroraDMLRejectedWriterFull AuroraEstimatedSharedMemoryBytes \
AuroraGlobalDBDataTransferBytes AuroraGlobalDBProgressLag AuroraGlobalDBRPOLag \
AuroraGlobalDBReplicatedWriteIO AuroraGlobalDBReplicationLag AuroraMemoryHealthState \
AuroraOptimizedReadsCacheHitRatio AuroraReplicaLag AuroraReplicaLagMaximum AuroraReplicaLagMinimum \
AuroraSlowConnectionHandleCount AuroraSlowHandshakeCount AuroraVolumeBytesLeftTotal \
BacktrackChangeRecordsCreationRate BacktrackChangeRecordsStored BacktrackWindowActual \
BacktrackWindowAlert BackupRetentionPeriodStorageUsed BinLogDiskUsage BlockedTransactions \
BufferCacheHitRatio BurstBalance CPUCreditBalance CPUCreditUsage CPUSurplusCreditBalance \
CPUSurplusCreditsCharged CPUUtilization CheckpointLag CommitLatency CommitThroughput \
ConnectionAttempts DBLoad DBLoadCPU DBLoadNonCPU DBLoadRelativeToNumVCPUs DDLLatency DDLThroughput \
DMLLatency DMLThroughput DatabaseConnections Deadlocks DeleteLatency DeleteThroughput \
DiskQueueDepth DiskQueueDepthLogVolume EBSByteBalance% EBSIOBalance% EngineUptime \
FailedSQLServerAgentJobsCount ForwardingReplicaOpenSessions ForwardingWriterOpenSessions \
FreeEphemeralStorage FreeLocalStorage FreeLocalStoragePercent FreeStorageSpace \
FreeStorageSpaceLogVolume FreeableMemory IamDbAuthConnectionFailure IamDbAuthConnectionRequests \
IamDbAuthConnectionSuccess InsertLatency InsertThroughput LoginFailures MaximumUsedTransactionIDs \
NetworkReceiveThroughput NetworkThroughput NetworkTransmitThroughput NumBinaryLogFiles \
OldestLogicalReplicationSlotLag OldestReplicationSlotLag Queries RDSToAuroraPostgreSQLReplicaLag \
ReadIOPS ReadIOPSEphemeralStorage ReadIOPSLocalStorage ReadIOPSLogVolume ReadLatency \
ReadLatencyEphemeralStorage ReadLatencyLocalStorage ReadLatencyLogVolume ReadThroughput \
ReadThroughputEphemeralStorage ReadThroughputLocalStorage ReadThroughputLogVolume ReplicaLag \
ReplicationChannelLag ReplicationSlotDiskUsage ResultSetCacheHitRatio \
RollbackSegmentHistoryListLength RowLockTime SelectLatency SelectThroughput \
ServerlessDatabaseCapacity SnapshotStorageUsed StorageNetworkReceiveThroughput \
StorageNetworkThroughput StorageNetworkTransmitThroughput SumBinaryLogSize SwapUsage \
TempStorageIOPS TempStorageThroughput TotalBackupStorageBilled TransactionLogsDiskUsage \
TransactionLogsGeneration TruncateFinishedPercent UpdateLatency UpdateThroughput VolumeBytesUsed \
VolumeReadIOPs VolumeWriteIOPs WriteIOPS WriteIOPSEphemeralStorage WriteIOPSLocalStorage \
WriteIOPSLogVolume WriteLatency WriteLatencyEphemeralStorage WriteLatencyLocalStorage \
WriteLatencyLogVolume WriteThroughput WriteThroughputEphemeralStorage \
WriteThroughputLocalStorage WriteThroughputLogVolume";

const DATABASE: &[&str] = &[
    "",
    "DBInstanceIdentifier",
    "DBClusterIdentifier",
    "DBClusterIdentifier Role",
    "DBClusterIdentifier EngineName",
    "DbClusterIdentifier EngineName",
    "DBClusterIdentifier SourceRegion",
    "DatabaseClass",
    "EngineName",
    "SourceRegion",
];
