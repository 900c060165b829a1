//! Which metrics services publish, and with which dimensions.
//!
//! CloudWatch takes an alarm on any name and keeps waiting for data, so the names are compared with what
//! the services say. Each combination of dimensions is a metric of its own.

/// The metrics of a namespace.
pub(crate) struct Namespace {
    pub(crate) name: &'static str,
    /// The one region that the metrics are in, if they are not in that of what they are about.
    pub(crate) region: Option<&'static str>,
    pub(crate) groups: &'static [Group],
}

/// Metrics that have the same dimensions.
pub(crate) struct Group {
    metrics: &'static str,
    dimensions: Dimensions,
}

/// The dimensions of metrics, their names with spaces between.
#[derive(Clone, Copy)]
pub(crate) enum Dimensions {
    /// One of these combinations.
    One(&'static [&'static str]),
    /// Some of these.
    Some(&'static str),
}

impl Namespace {
    /// The namespace with a name.
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        NAMESPACES.iter().find(|namespace| namespace.name == name)
    }

    /// The names of its metrics.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = &'static str> {
        self.groups.iter().flat_map(|group| group.metrics.split_whitespace())
    }

    /// What the dimensions of a metric may be.
    pub(crate) fn dimensions(&self, metric: &str) -> Vec<Dimensions> {
        let of = |group: &&Group| group.metrics.split_whitespace().any(|known| known == metric);
        self.groups.iter().filter(of).map(|group| group.dimensions).collect()
    }
}

impl Dimensions {
    /// Whether a metric is published with exactly these.
    pub(crate) fn are(self, names: &[&str]) -> bool {
        let has = |set: &str, name: &str| set.split_whitespace().any(|known| known == name);
        match self {
            Self::One(sets) => sets.iter().any(|set| {
                set.split_whitespace().count() == names.len()
                    && names.iter().all(|name| has(set, name))
            }),
            Self::Some(known) => names.iter().all(|name| has(known, name)),
        }
    }

    /// For people.
    pub(crate) fn shown(self) -> Vec<String> {
        let written = |set: &str| set.split_whitespace().collect::<Vec<_>>().join(", ");
        match self {
            Self::One(sets) => sets.iter().map(|set| written(set)).collect(),
            Self::Some(known) => vec![format!("some of {}", written(known))],
        }
    }
}

const fn one(metrics: &'static str, dimensions: &'static [&'static str]) -> Group {
    Group { metrics, dimensions: Dimensions::One(dimensions) }
}

const fn regional(name: &'static str, groups: &'static [Group]) -> Namespace {
    Namespace { name, region: None, groups }
}

const NODE: &[&str] = &["ClusterName", "ClusterName InstanceId NodeName"];
const POD: &[&str] = &[
    "ClusterName",
    "ClusterName Namespace",
    "ClusterName Namespace Service",
    "ClusterName Namespace PodName",
    "ClusterName FullPodName Namespace PodName",
];
const BALANCER: &[&str] = &["LoadBalancer", "AvailabilityZone LoadBalancer"];
const TARGETS: &[&str] = &["LoadBalancer TargetGroup", "AvailabilityZone LoadBalancer TargetGroup"];
const BOTH: &[&str] = &[
    "LoadBalancer",
    "AvailabilityZone LoadBalancer",
    "LoadBalancer TargetGroup",
    "AvailabilityZone LoadBalancer TargetGroup",
];

/// Sources: "Supported metrics for resource tags for telemetry" and "Enhanced Container Insights
/// (Classic) metric reference", Amazon CloudWatch User Guide; the dimensions that the agent of
/// CloudWatch publishes for Container Insights; "Monitor cluster data with Amazon CloudWatch", Amazon
/// EKS User Guide; "Amazon CloudWatch metrics for Amazon RDS", Amazon RDS User Guide, and the same for
/// Aurora, Amazon Aurora User Guide; "Monitoring RDS Proxy metrics with Amazon CloudWatch"; "AWS WAF
/// metrics and dimensions", AWS WAF Developer Guide; "Types of metrics for CloudFront", Amazon
/// CloudFront Developer Guide; "NAT gateway metrics and dimensions", Amazon VPC User Guide.
pub(crate) static NAMESPACES: &[Namespace] = &[
    regional(
        "AWS/ApplicationELB",
        &[
            one(
                "ActiveConnectionCount ClientTLSNegotiationErrorCount \
DesyncMitigationMode_NonCompliant_Request_Count DroppedInvalidHeaderRequestCount ELBAuthError \
ELBAuthFailure ELBAuthLatency ELBAuthRefreshTokenSuccess ELBAuthSuccess \
ELBAuthUserClaimsSizeExceeded ForwardedInvalidHeaderRequestCount HTTPCode_ELB_3XX_Count \
HTTPCode_ELB_4XX_Count HTTPCode_ELB_500_Count HTTPCode_ELB_502_Count HTTPCode_ELB_503_Count \
HTTPCode_ELB_504_Count HTTPCode_ELB_5XX_Count HTTP_Fixed_Response_Count HTTP_Redirect_Count \
HTTP_Redirect_Url_Limit_Exceeded_Count IPv6ProcessedBytes LowReputationPacketsDropped \
LowReputationRequestsDenied NewConnectionCount NonStickyRequestCount ProcessedBytes \
RejectedConnectionCount",
                BALANCER,
            ),
            one(
                "AppCookieNonStickinessCount ConsumedLCUs ExcessiveLowReputationPackets \
LambdaTargetProcessedBytes PeakLCUs ReservedLCUs RuleEvaluations StandardProcessedBytes",
                &["LoadBalancer"],
            ),
            one(
                "GrpcRequestCount HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count \
HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count IPv6RequestCount RequestCount \
TargetConnectionErrorCount TargetResponseTime TargetTLSNegotiationErrorCount \
UnhealthyRoutingRequestCount",
                BOTH,
            ),
            one(
                "ActiveZonalShiftHostCount AnomalousHostCount HealthyHostCount HealthyStateDNS \
HealthyStateRouting MitigatedHostCount RequestCountPerTarget UnHealthyHostCount UnhealthyStateDNS \
UnhealthyStateRouting",
                TARGETS,
            ),
            one(
                "GrpcRequestCount RequestCountPerTarget",
                &["TargetGroup", "AvailabilityZone TargetGroup"],
            ),
            one(
                "LambdaInternalError LambdaUserError",
                &["TargetGroup", "LoadBalancer TargetGroup"],
            ),
        ],
    ),
    regional(
        "AWS/Backup",
        &[one(
            "NumberOfBackupJobsAborted NumberOfBackupJobsCompleted NumberOfBackupJobsCreated \
NumberOfBackupJobsExpired NumberOfBackupJobsFailed NumberOfBackupJobsPartial \
NumberOfBackupJobsPending NumberOfBackupJobsRunning NumberOfCopyJobsCompleted \
NumberOfCopyJobsCreated NumberOfCopyJobsFailed NumberOfCopyJobsRunning NumberOfRecoveryPointsCold \
NumberOfRecoveryPointsCompleted NumberOfRecoveryPointsCreating NumberOfRecoveryPointsDeleting \
NumberOfRecoveryPointsExpired NumberOfRecoveryPointsPartial NumberOfRestoreJobsCompleted \
NumberOfRestoreJobsFailed NumberOfRestoreJobsPending NumberOfRestoreJobsRunning",
            &["", "BackupVaultName", "ResourceType", "BackupVaultName ResourceType"],
        )],
    ),
    Namespace {
        name: "AWS/Billing",
        region: Some("us-east-1"),
        groups: &[one(
            "EstimatedCharges",
            &[
                "Currency",
                "Currency LinkedAccount",
                "Currency ServiceName",
                "Currency LinkedAccount ServiceName",
            ],
        )],
    },
    Namespace {
        name: "AWS/CloudFront",
        region: Some("us-east-1"),
        groups: &[
            one(
                "Requests BytesDownloaded BytesUploaded 4xxErrorRate 5xxErrorRate TotalErrorRate \
CacheHitRate OriginLatency 401ErrorRate 403ErrorRate 404ErrorRate 502ErrorRate 503ErrorRate \
504ErrorRate",
                &["DistributionId Region"],
            ),
            one(
                "FunctionInvocations FunctionValidationErrors FunctionExecutionErrors \
FunctionComputeUtilization FunctionThrottles",
                &["FunctionName Region"],
            ),
        ],
    },
    regional(
        "AWS/EKS",
        &[one(
            "apiserver_admission_webhook_admission_duration_seconds \
apiserver_admission_webhook_admission_duration_seconds_ADMIT_P99 \
apiserver_admission_webhook_admission_duration_seconds_VALIDATING_P99 \
apiserver_admission_webhook_rejection_count apiserver_admission_webhook_rejection_count_ADMIT \
apiserver_admission_webhook_rejection_count_VALIDATING apiserver_admission_webhook_request_total \
apiserver_admission_webhook_request_total_ADMIT apiserver_admission_webhook_request_total_VALIDATING \
apiserver_current_inflight_requests_MUTATING apiserver_current_inflight_requests_READONLY \
apiserver_flowcontrol_current_executing_seats apiserver_request_duration_seconds \
apiserver_request_duration_seconds_DELETE_P99 apiserver_request_duration_seconds_GET_P99 \
apiserver_request_duration_seconds_LIST_P99 apiserver_request_duration_seconds_PATCH_P99 \
apiserver_request_duration_seconds_POST_P99 apiserver_request_duration_seconds_PUT_P99 \
apiserver_request_total apiserver_request_total_429 apiserver_request_total_4XX \
apiserver_request_total_5XX apiserver_request_total_LIST_PODS apiserver_storage_size_bytes \
etcd_mvcc_db_total_size_in_bytes etcd_mvcc_db_total_size_in_use_in_bytes scheduler_pending_pods \
scheduler_pending_pods_ACTIVEQ scheduler_pending_pods_BACKOFF scheduler_pending_pods_GATED \
scheduler_pending_pods_UNSCHEDULABLE scheduler_schedule_attempts_ERROR \
scheduler_schedule_attempts_SCHEDULED scheduler_schedule_attempts_UNSCHEDULABLE \
scheduler_schedule_attempts_total",
            &["ClusterName"],
        )],
    ),
    regional(
        "AWS/NATGateway",
        &[one(
            "ActiveConnectionCount BytesInFromDestination BytesInFromSource BytesOutToDestination \
BytesOutToSource ConnectionAttemptCount ConnectionEstablishedCount ErrorPortAllocation \
IdleTimeoutCount PacketsDropCount PacketsInFromDestination PacketsInFromSource \
PacketsOutToDestination PacketsOutToSource PeakBytesPerSecond PeakPacketsPerSecond",
            &["NatGatewayId", "AvailabilityZone NatGatewayId"],
        )],
    ),
    regional(
        "AWS/RDS",
        &[
            Group { metrics: DATABASE, dimensions: Dimensions::One(DATABASES) },
            one(
                "AvailabilityPercentage ClientConnections ClientConnectionsClosed \
ClientConnectionsNoTLS ClientConnectionsReceived ClientConnectionsSetupFailedAuth \
ClientConnectionsSetupSucceeded ClientConnectionsTLS DatabaseConnectionRequests \
DatabaseConnectionRequestsWithTLS DatabaseConnections DatabaseConnectionsBorrowLatency \
DatabaseConnectionsCurrentlyBorrowed DatabaseConnectionsCurrentlyInTransaction \
DatabaseConnectionsCurrentlySessionPinned DatabaseConnectionsSetupFailed \
DatabaseConnectionsSetupSucceeded DatabaseConnectionsWithTLS MaxDatabaseConnectionsAllowed \
QueryDatabaseResponseLatency QueryRequests QueryRequestsNoTLS QueryRequestsTLS \
QueryResponseLatency",
                &[
                    "ProxyName",
                    "EndpointName ProxyName",
                    "ProxyName TargetGroup",
                    "ProxyName Target TargetGroup",
                    "ProxyName TargetGroup TargetRole",
                    "ProxyName Target TargetGroup TargetRole",
                ],
            ),
        ],
    ),
    Namespace {
        name: "AWS/Route53",
        region: Some("us-east-1"),
        groups: &[
            one(
                "ChildHealthCheckHealthyCount ConnectionTime HealthCheckPercentageHealthy \
HealthCheckStatus SSLHandshakeTime TimeToFirstByte",
                &["HealthCheckId", "HealthCheckId Region"],
            ),
            one("DNSQueries", &["HostedZoneId"]),
        ],
    },
    regional(
        "AWS/S3",
        &[
            one(
                "4xxErrors 5xxErrors AllRequests BytesDownloaded BytesUploaded DeleteRequests \
FirstByteLatency GetRequests HeadRequests ListRequests PostRequests PutRequests SelectRequests \
SelectBytesScanned SelectBytesReturned TotalRequestLatency",
                &["BucketName FilterId"],
            ),
            one("BucketSizeBytes NumberOfObjects", &["BucketName StorageType"]),
            one(
                "ReplicationLatency BytesPendingReplication OperationsPendingReplication \
OperationsFailedReplication",
                &["DestinationBucket RuleId SourceBucket"],
            ),
        ],
    ),
    regional(
        "AWS/SNS",
        &[one(
            "NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed \
NumberOfNotificationsFilteredOut NumberOfNotificationsFailedToRedriveToDlq \
NumberOfNotificationsRedrivenToDlq PublishSize",
            &["TopicName"],
        )],
    ),
    regional(
        "AWS/SQS",
        &[one(
            "ApproximateAgeOfOldestMessage ApproximateNumberOfGroupsWithInflightMessages \
ApproximateNumberOfMessagesDelayed ApproximateNumberOfMessagesNotVisible \
ApproximateNumberOfMessagesVisible NumberOfDeduplicatedSentMessages NumberOfEmptyReceives \
NumberOfMessagesDeleted NumberOfMessagesReceived NumberOfMessagesSent SentMessageSize",
            &["QueueName"],
        )],
    ),
    regional(
        "AWS/WAFV2",
        &[Group {
            metrics: "AllowedRequests BlockedRequests CaptchaRequests CaptchasAttempted \
CaptchasAttemptedSdk CaptchasSolved CaptchasSolvedSdk ChallengeRequests CountedRequests \
PassedRequests RequestsWithValidCaptchaToken RequestsWithValidChallengeToken \
SampleAllowedRequest SampleBlockedRequest SampleCaptchaRequest SampleChallengeRequest \
SampleCountRequest",
            dimensions: Dimensions::Some(
                "Attack BotCategory Context Country Device LabelName LabelNamespace ManagedRuleGroup \
ManagedRuleGroupRule Region Resource ResourceType Rule RuleGroup VerificationStatus WebACL",
            ),
        }],
    ),
    regional(
        "ContainerInsights",
        &[
            one(
                "cluster_failed_node_count cluster_node_count cluster_number_of_running_pods",
                &["ClusterName"],
            ),
            one(
                "node_cpu_limit node_cpu_reserved_capacity node_cpu_usage_total \
node_cpu_utilization node_diskio_io_service_bytes_total node_diskio_io_serviced_total \
node_filesystem_inodes node_filesystem_inodes_free node_filesystem_utilization \
node_interface_network_rx_dropped node_interface_network_tx_dropped node_memory_limit \
node_memory_reserved_capacity node_memory_utilization node_memory_working_set \
node_network_total_bytes node_number_of_running_containers node_number_of_running_pods \
node_status_allocatable_pods node_status_capacity_pods node_status_condition_disk_pressure \
node_status_condition_memory_pressure node_status_condition_network_unavailable \
node_status_condition_pid_pressure node_status_condition_ready node_status_condition_unknown",
                NODE,
            ),
            one(
                "pod_container_status_running pod_container_status_terminated \
pod_container_status_terminated_reason_oom_killed pod_container_status_waiting \
pod_container_status_waiting_reason_crash_loop_back_off \
pod_container_status_waiting_reason_create_container_config_error \
pod_container_status_waiting_reason_create_container_error \
pod_container_status_waiting_reason_image_pull_error \
pod_container_status_waiting_reason_start_error pod_cpu_limit pod_cpu_request \
pod_cpu_reserved_capacity pod_cpu_usage_total pod_cpu_utilization \
pod_cpu_utilization_over_pod_limit pod_interface_network_rx_dropped \
pod_interface_network_tx_dropped pod_memory_limit pod_memory_request pod_memory_reserved_capacity \
pod_memory_utilization pod_memory_utilization_over_pod_limit pod_memory_working_set \
pod_network_rx_bytes pod_network_tx_bytes pod_number_of_container_restarts \
pod_number_of_containers pod_number_of_running_containers pod_status_failed pod_status_pending \
pod_status_ready pod_status_running pod_status_scheduled pod_status_succeeded pod_status_unknown",
                POD,
            ),
            one(
                "container_cpu_utilization container_cpu_utilization_over_container_limit \
container_filesystem_available container_filesystem_usage container_filesystem_utilization \
container_memory_failures_total container_memory_limit container_memory_request \
container_memory_utilization container_memory_utilization_over_container_limit",
                &[
                    "ClusterName",
                    "ClusterName ContainerName Namespace PodName",
                    "ClusterName ContainerName FullPodName Namespace PodName",
                ],
            ),
            one(
                "daemonset_status_number_available daemonset_status_number_unavailable \
replicas_desired replicas_ready status_replicas_available status_replicas_unavailable",
                &["ClusterName", "ClusterName Namespace PodName"],
            ),
            one("namespace_number_of_running_pods", &["ClusterName", "ClusterName Namespace"]),
            one(
                "service_number_of_running_pods",
                &["ClusterName", "ClusterName Namespace Service"],
            ),
            Group {
                metrics: "apiserver_admission_controller_admission_duration_seconds \
apiserver_admission_step_admission_duration_seconds \
apiserver_admission_webhook_admission_duration_seconds apiserver_current_inflight_requests \
apiserver_current_inqueue_requests apiserver_flowcontrol_rejected_requests_total \
apiserver_flowcontrol_request_concurrency_limit apiserver_longrunning_requests \
apiserver_request_duration_seconds apiserver_request_total apiserver_request_total_5xx \
apiserver_requested_deprecated_apis apiserver_storage_list_duration_seconds \
apiserver_storage_objects apiserver_storage_size_bytes etcd_db_total_size_in_bytes \
etcd_request_duration_seconds rest_client_request_duration_seconds rest_client_requests_total",
                dimensions: Dimensions::Some(
                    "ClusterName code endpoint group method name operation priority_level reason \
request_kind resource verb",
                ),
            },
        ],
    ),
];

/// What instances of RDS and clusters and instances of Aurora measure, of every engine.
const DATABASE: &str = "ACUUtilization AbortedClients ActiveTransactions AuroraBinlogReplicaLag \
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

const DATABASES: &[&str] = &[
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_namespace_is_named_once_and_has_metrics() {
        let mut names: Vec<_> = NAMESPACES.iter().map(|namespace| namespace.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for namespace in NAMESPACES {
            assert!(namespace.metrics().count() > 0, "{}", namespace.name);
        }
    }

    #[test]
    fn dimensions_are_compared_as_a_set() {
        let balancers = Namespace::of("AWS/ApplicationELB").unwrap();
        let of = |metric, names: &[&str]| {
            balancers.dimensions(metric).iter().any(|dimensions| dimensions.are(names))
        };
        assert!(of("RequestCount", &["TargetGroup", "LoadBalancer"]));
        assert!(of("HTTPCode_ELB_5XX_Count", &["LoadBalancer"]));
        assert!(!of("HTTPCode_ELB_5XX_Count", &["LoadBalancer", "TargetGroup"]));
        assert!(!of("RequestCount", &[]));
        assert!(!of("Requests", &["LoadBalancer"]));
        let waf = Namespace::of("AWS/WAFV2").unwrap().dimensions("BlockedRequests");
        assert!(waf[0].are(&["WebACL", "Rule"]) && !waf[0].are(&["WebAcl"]));
    }
}
