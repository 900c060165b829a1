//! What infra programs use: `use innovate::prelude::*;`.
//!
//! The constructs of AWS and of Kubernetes, what they are configured with, the macros that check a
//! literal at compile time, and what a program's own constructs are made of. Generated resource
//! types stay where they are: [`innovate::cfn`](crate::cfn).

pub use std::process::ExitCode;

pub use innovate_aws::organization;
pub use innovate_aws::registry::{
    ImageLifecycle, ImageSigning, PullThroughCache, RegistryReplication, RegistryScanning,
    Repository, RepositoryTemplate, SignatureValidity, SigningProfile, TagMutability, Upstream,
    UpstreamCredential, UpstreamRegistry,
};
pub use innovate_aws::storage::{
    AccessLogBucket, AwsConfig, BackupReportBucket, Bucket, BucketAlarm, BucketCopyAlarm,
    BucketPrincipal, BucketStatement, CloudTrail, ExistingBucket, LoadBalancerLogBucket, LogBucket,
    ObjectLifecycle, ObjectLock, ObjectStorageClass, ReplicaBucket, Replication, ReportServiceRole,
    SiteBucket, VeleroBucket, VendedLogs, Waiver,
};
pub use innovate_aws::{
    DataClassification, Environment, Region, account, acu, addon_version, air_gapped_retention,
    allow_list, arn,
    backup::{
        AuditedKind, BackupFrequency, BackupPlan, BackupRule, BackupVault, Control, Framework,
        IUnderstandThisCantBeUndone, LogicallyAirGappedVault, Report, ReportFormat, ReportPlan,
        ResourceKind, RestoreNetwork, RestoreRole, RestoreTest, RestoreTesting, Selection, Vault,
        VaultLock, Velero, Weekday,
    },
    capacity,
    cluster::{
        Access, AccessPolicy, Addon, Addons, AllowList, CoreNodes, EksCluster, Endpoint,
        ExternalSecrets, Karpenter, KubernetesVersion, LoadBalancerController, Principal,
        SpotServiceRole,
    },
    database::{
        AuroraInstanceClass, AuroraPostgres, AuroraProvisioned, AuroraServerless, Availability,
        BackupReplication, Capacity, ClusterSnapshot, ConnectionPool, DatabaseEvents, Insights,
        MasterUser, Parameters, PostgresDatabase, PostgresEndpoint, PostgresVersion, ProxyAuth,
        RdsInstanceClass, RdsPostgres, RdsProxy, ReadReplica, Reader, ReaderScaling, Readers,
        ScheduledSnapshot, ScheduledStop, Storage,
    },
    days, disjoint, domain,
    edge::{
        self, AliasRecord, BrowserFeature, Certificate, ContentSecurityPolicy, Delegation,
        Distribution, HostedZone, HostedZoneHandle, Origin, QueryLog, Record, RecordData,
        ResponseHeaders, ZoneSigning,
    },
    email,
    environment::Links,
    identity::{Grant, Grantee, Irsa, OidcProvider, Permissions, PodIdentity, RoleHandle},
    keys::*,
    length, lifecycle,
    load_balancer::{LoadBalancer, OriginHeader, Scheme, TargetGroup},
    messaging::Queue,
    name,
    name::{
        BucketName, ClusterName, DatabaseUser, DelegationSigner, HostLabel, Hostname, KeyPrefix,
        LogGroupName, QueueName, RecordName, RoleName, SecretName, TargetGroupName, WebAclName,
    },
    network::{
        Connect, EndpointService, Endpoints, FlowLogs, Nat, Port, PrivateRecord, PrivateZone,
        SecurityGroup, Vpc, ZoneOutage,
    },
    observability::{
        Alarm, AlarmTopic, Condition, Datapoints, LogGroup, MissingData, Period, Publisher,
        Retention, Subscriber,
    },
    percent, reader_range, retention_range,
    schedule::{Recurrence, TimeZone},
    secrets::{
        Alphabet, ConnectionFacts, ConnectionSecret, Contents, Generated, Rotation,
        RotationInterval, Secret,
    },
    security::{CloudFront, ManagedRuleGroup, RateLimit, Regional, WebAcl, web_acl},
    service_account, start_window, storage, time_of_day, time_zone, vpc_cidr, weekly_window,
    window, zones,
};
pub use innovate_aws::{
    backup::VaultAlarm,
    cluster::{ClusterAlarm, IngressAlarm, KarpenterAlarm, ServiceAlarm},
    database::{AuroraAlarm, MonitoringLogs, ProxyAlarm, RdsAlarm, ReplicaAlarm},
    edge::{CertificateAlarm, DistributionAlarm},
    load_balancer::{LoadBalancerAlarm, TargetGroupAlarm},
    network::NetworkAlarm,
    observability::{
        AlarmMuteRule, CompositeAlarm, Dashboard, DataIdentifier, DataProtectionPolicy,
        FieldPattern, LogMetric, LogPattern, SamplingRule, TraceGroup, Tracing, Widget,
    },
    security::web_acl::WebAclAlarm,
};
pub use innovate_core::{
    AnyStack, App, Cidr, Construct, DeletionPolicy, Dev, Gives, HomeRegion, NonProduction, Prod,
    RecoveryRegion, ResourceType, Scope, Stack, StackInHomeRegion, StackInRecoveryRegion,
    StackInUsEast1, StackOutsideProduction, Stage, Staging, UsEast1, Value, cidr, json, text,
    value::{intrinsic, pseudo},
};
pub use innovate_k8s::{
    AccessLogs, AnyCluster, Architecture, AwsCredentials, AwsEndpoints, Budget,
    ClusterForDevelopment, ClusterManifests, ClusterOutsideProduction, ClusterSecretStore,
    ConfigMap, Consolidation, Cpu, DisruptionReason, EC2NodeClass, Exposure, ExternalSecret,
    Ingress, IngressClass, Internet, Language, Limits, Listen, ManifestConstruct, ManifestScope,
    Manifests, Memory, Namespace, NodePool, PodSecurity, Probes, Purchase, Quota, ReclaimPolicy,
    Replicas, Resources, StorageClass, Taint, TargetGroupBinding, Telemetry, TlsPolicy, WebService,
    ami, image, label, object_name, tagged_image,
};
pub use innovate_k8s::{Digest, Image, digest};
