//! Which metrics services publish, and with which dimensions.
//!
//! CloudWatch takes an alarm on any name and keeps waiting for data, so the names are compared with what
//! the services say. Each combination of dimensions is a metric of its own.
//!
//! * `database`: of RDS,
//! * `container_insights`: of what runs in a cluster.

mod container_insights;
mod database;

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
    /// One of `about` at least and one of `by` at least, with or without those of `beside`.
    Around { about: &'static str, by: &'static str, beside: &'static str },
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
            Self::Around { about, by, beside } => {
                let any = |set| names.iter().any(|name| has(set, name));
                let known = |name: &&str| [about, by, beside].iter().any(|set| has(set, name));
                any(about) && any(by) && names.iter().all(known)
            }
        }
    }

    /// For people.
    pub(crate) fn shown(self) -> Vec<String> {
        let written = |set: &str| set.split_whitespace().collect::<Vec<_>>().join(", ");
        match self {
            Self::One(sets) => sets.iter().map(|set| written(set)).collect(),
            Self::Around { about, by, beside } => vec![format!(
                "{} with some of {}, and {}",
                about.replace(' ', " or "),
                written(by),
                written(beside)
            )],
        }
    }
}

const fn one(metrics: &'static str, dimensions: &'static [&'static str]) -> Group {
    Group { metrics, dimensions: Dimensions::One(dimensions) }
}

const fn regional(name: &'static str, groups: &'static [Group]) -> Namespace {
    Namespace { name, region: None, groups }
}

const BALANCER: &[&str] = &["LoadBalancer", "AvailabilityZone LoadBalancer"];
const TARGETS: &[&str] = &["LoadBalancer TargetGroup", "AvailabilityZone LoadBalancer TargetGroup"];
const BOTH: &[&str] = &[
    "LoadBalancer",
    "AvailabilityZone LoadBalancer",
    "LoadBalancer TargetGroup",
    "AvailabilityZone LoadBalancer TargetGroup",
];

/// Sources: "CloudWatch metrics for your Application Load Balancer", Elastic Load Balancing User Guide;
/// "AWS Backup metrics with CloudWatch", AWS Backup Developer Guide; "Supported CloudWatch metrics", AWS
/// Certificate Manager User Guide; "Types of metrics for CloudFront", Amazon CloudFront Developer Guide;
/// "Monitor cluster data with Amazon CloudWatch", Amazon EKS User Guide; "NAT gateway metrics and
/// dimensions", Amazon VPC User Guide; "Metrics and dimensions", Amazon S3 User Guide; "Monitoring Amazon
/// SNS topics using CloudWatch", Amazon SNS Developer Guide; "Available CloudWatch metrics for Amazon
/// SQS", Amazon SQS Developer Guide; "AWS WAF metrics and dimensions", AWS WAF Developer Guide.
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
            one("BYoIPUtilPercentage", TARGETS),
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
    regional("AWS/CertificateManager", &[one("DaysToExpiry", &["CertificateArn"])]),
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
    database::NAMESPACE,
    Namespace {
        name: "AWS/Route53",
        region: Some("us-east-1"),
        groups: &[
            one(
                "ChildHealthCheckHealthyCount ConnectionTime HealthCheckPercentageHealthy \
HealthCheckStatus SSLHandshakeTime TimeToFirstByte",
                &["HealthCheckId", "HealthCheckId Region"],
            ),
            one(
                "DNSQueries DNSSECInternalFailure DNSSECKeySigningKeyAge \
DNSSECKeySigningKeyMaxNeedingActionAge DNSSECKeySigningKeysNeedingAction",
                &["HostedZoneId"],
            ),
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
NumberOfNotificationsFilteredOut NumberOfNotificationsFilteredOut-InvalidAttributes \
NumberOfNotificationsFilteredOut-InvalidMessageBody \
NumberOfNotificationsFilteredOut-MessageAttributes NumberOfNotificationsFilteredOut-MessageBody \
NumberOfNotificationsFilteredOut-NoMessageAttributes NumberOfNotificationsFailedToRedriveToDlq \
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
            // Of a web ACL alone nothing is published: what it counts over all of its rules has the
            // rule `ALL`.
            dimensions: Dimensions::Around {
                about: "WebACL RuleGroup",
                by: "Attack BotCategory BotName Context Country Device Intent Label LabelName \
LabelNamespace ManagedRuleGroup ManagedRuleGroupRule Organization Resource ResourceType Rule \
VerificationStatus",
                beside: "Region",
            },
        }],
    ),
    container_insights::NAMESPACE,
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
        assert!(waf[0].are(&["WebACL", "Rule"]) && !waf[0].are(&["WebAcl", "Rule"]));
        assert!(waf[0].are(&["WebACL", "Rule", "Region"]) && !waf[0].are(&["WebACL", "Region"]));
    }

    #[test]
    fn a_proxy_has_each_metric_by_the_dimensions_that_are_documented() {
        let databases = Namespace::of("AWS/RDS").unwrap();
        let of = |metric, names: &[&str]| {
            databases.dimensions(metric).iter().any(|dimensions| dimensions.are(names))
        };
        assert!(of("AvailabilityPercentage", &["ProxyName", "TargetGroup", "TargetRole"]));
        assert!(!of("AvailabilityPercentage", &["ProxyName"]));
        assert!(of("DatabaseConnectionsBorrowLatency", &["ProxyName", "EndpointName"]));
        assert!(!of("ClientConnections", &["ProxyName", "TargetGroup", "TargetRole"]));
        assert!(of("DatabaseConnections", &["ProxyName", "TargetGroup", "Target"]));
        assert!(of("DatabaseConnections", &["DBInstanceIdentifier"]), "a database has it, too");
        assert!(!of("DatabaseConnections", &["ProxyName", "TargetGroup"]));
        assert!(!of("MaxDatabaseConnectionsAllowed", &["ProxyName", "EndpointName"]));
    }
}
