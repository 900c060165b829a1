//! What infra programs use: `use innovate::prelude::*;`.
//!
//! The constructs of AWS and of Kubernetes, what they are configured with, the macros that check a
//! literal at compile time, and what a program's own constructs are made of. Generated resource
//! types stay where they are: [`innovate::cfn`](crate::cfn).

pub use std::process::ExitCode;

pub use innovate_aws::{
    DataClassification, Environment, Region, account, acu, addon_version, air_gapped_retention,
    allow_list, arn,
    backup::{
        AuditedKind, BackupFrequency, BackupPlan, BackupRule, BackupVault, Control, Framework,
        IUnderstandThisCantBeUndone, LogicallyAirGappedVault, Report, ReportFormat, ReportPlan,
        ResourceKind, RestoreNetwork, RestoreRole, RestoreTest, RestoreTesting, Selection, Vault,
        VaultAlarm, VaultLock, Velero, Weekday,
    },
    capacity,
    cluster::{
        Access, AccessPolicy, Addon, Addons, AllowList, ClusterAlarm, CoreNodes, EksCluster,
        Endpoint, ExternalSecrets, IngressAlarm, Karpenter, KarpenterAlarm, KubernetesVersion,
        LoadBalancerController, Principal, ServiceAlarm, SpotServiceRole,
    },
    database::{
        AuroraAlarm, AuroraInstanceClass, AuroraPostgres, AuroraProvisioned, AuroraSecondary,
        AuroraServerless, Availability, BackupReplication, Capacity, ClusterSnapshot,
        ConnectionPool, DatabaseEvents, GlobalDatabase, Insights, MasterUser, MonitoringLogs,
        Parameters, PostgresDatabase, PostgresEndpoint, PostgresVersion, ProxyAlarm, ProxyAuth,
        RdsAlarm, RdsInstanceClass, RdsPostgres, RdsProxy, ReadReplica, Reader, ReaderScaling,
        Readers, ReplicaAlarm, ScheduledSnapshot, ScheduledStop, SecondarySize, Storage,
    },
    days, disjoint, domain,
    edge::{
        self, AliasRecord, BrowserFeature, Certificate, CertificateAlarm, ContentSecurityPolicy,
        Delegation, Distribution, DistributionAlarm, HostedZone, HostedZoneHandle, Origin,
        QueryLog, Record, RecordData, ResponseHeaders, ZoneSigning, ZoneSigningAlarm,
    },
    email,
    environment::Links,
    identity::{Grant, Grantee, Irsa, OidcProvider, Permissions, PodIdentity, RoleHandle},
    keys::*,
    length, lifecycle,
    load_balancer::{
        LoadBalancer, LoadBalancerAlarm, OriginHeader, Scheme, TargetGroup, TargetGroupAlarm,
    },
    messaging::Queue,
    name,
    name::{
        BucketName, ClusterName, DatabaseUser, DelegationSigner, HostLabel, Hostname, KeyPrefix,
        LogGroupName, OrganizationalUnitId, QueueName, RecordName, RoleName, SecretName,
        TargetGroupName, WebAclName,
    },
    network::{
        Connect, EndpointService, Endpoints, FlowLogs, Nat, NetworkAlarm, Port, PrivateRecord,
        PrivateZone, SecurityGroup, Vpc, ZoneOutage,
    },
    observability::{
        Alarm, AlarmMuteRule, AlarmTopic, CompositeAlarm, Condition, Dashboard, DataIdentifier,
        DataProtectionPolicy, Datapoints, FieldPattern, GrafanaAuthentication,
        GrafanaNetworkAccess, GrafanaWorkspace, LogGroup, LogMetric, LogPattern, MissingData,
        Period, PrometheusAlert, PrometheusWorkspace, Publisher, Retention, RuleGroup,
        SamplingRule, Scraper, Subscriber, TraceGroup, Tracing, Widget,
    },
    organization, percent, reader_range,
    registry::{
        ImageLifecycle, ImageSigning, PullThroughCache, RegistryPermission, RegistryPolicy,
        RegistryReplication, RegistryScanning, Repository, RepositoryTemplate, SignatureValidity,
        SigningProfile, TagMutability, Upstream, UpstreamCredential, UpstreamRegistry,
    },
    retention_range,
    schedule::{Recurrence, TimeZone},
    secrets::{
        Alphabet, ConnectionFacts, ConnectionSecret, Contents, Generated, Rotation,
        RotationInterval, Secret,
    },
    security::web_acl::WebAclAlarm,
    security::{CloudFront, ManagedRuleGroup, RateLimit, Regional, WebAcl, web_acl},
    service_account,
    stack_set::{AutoDeployment, Rollout, StackSet, Targets},
    start_window, storage,
    storage::{
        AccessLogBucket, AwsConfig, BackupReportBucket, Bucket, BucketAlarm, BucketCopyAlarm,
        BucketPrincipal, BucketStatement, CloudTrail, ExistingBucket, LoadBalancerLogBucket,
        LogBucket, ObjectLifecycle, ObjectLock, ObjectStorageClass, ReplicaBucket, Replication,
        ReportServiceRole, SiteBucket, VeleroBucket, VendedLogs, Waiver,
    },
    time_of_day, time_zone, vpc_cidr, weekly_window, window, zones,
};
pub use innovate_core::{
    AnyStack, Anywhere, App, Cidr, Construct, DeletionPolicy, Dev, Gives, HomeRegion,
    NonProduction, Prod, RecoveryRegion, ResourceType, Scope, Stack, StackInHomeRegion,
    StackInRecoveryRegion, StackInUsEast1, StackOutsideProduction, Stage, Staging, UsEast1, Value,
    cidr, json, text,
    value::{intrinsic, pseudo},
};
pub use innovate_k8s::{
    AccessLogs, AnyCluster, Architecture, AwsCredentials, AwsEndpoints, Budget,
    ClusterForDevelopment, ClusterManifests, ClusterOutsideProduction, ClusterSecretStore,
    ConfigMap, Consolidation, Cpu, Digest, DisruptionReason, EC2NodeClass, Exposure,
    ExternalSecret, Image, Ingress, IngressClass, Internet, Language, Limits, Listen,
    ManifestConstruct, ManifestScope, Manifests, Memory, Namespace, NodePool, PodSecurity, Probes,
    Purchase, Quota, ReclaimPolicy, Replicas, Resources, StorageClass, Taint, TargetGroupBinding,
    Telemetry, TlsPolicy, WebService, ami, digest, image, label, object_name, tagged_image,
};
