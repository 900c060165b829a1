//! What an environment that mirrors production may have otherwise: what is smaller, kept for less long,
//! and easier to delete. Each is named, with a reason, where the app
//! [mirrors](innovate_core::App::mirrors) the other.

pub use innovate_core::parity::{Allowed, Difference};

/// How large something is, or how far it scales: it costs less, and works the same.
pub const SIZES: Difference = Difference::of(&[
    ("AWS::RDS::DBCluster", "ServerlessV2ScalingConfiguration"),
    // What pauses ends sessions that are idle, which would keep it awake.
    ("AWS::RDS::DBClusterParameterGroup", "Parameters/idle_session_timeout"),
    ("AWS::RDS::DBInstance", "DBInstanceClass"),
    ("AWS::RDS::DBInstance", "AllocatedStorage"),
    ("AWS::RDS::DBInstance", "MaxAllocatedStorage"),
    ("AWS::EKS::Nodegroup", "InstanceTypes"),
    ("AWS::EKS::Nodegroup", "ScalingConfig"),
    ("AWS::ApplicationAutoScaling::ScalableTarget", "MinCapacity"),
    ("AWS::ApplicationAutoScaling::ScalableTarget", "MaxCapacity"),
    ("autoscaling/v2/HorizontalPodAutoscaler", "spec/minReplicas"),
    ("autoscaling/v2/HorizontalPodAutoscaler", "spec/maxReplicas"),
    ("karpenter.sh/v1/NodePool", "spec/limits"),
]);

/// How long logs and backups are kept, and what Audit Manager asks of that.
pub const RETENTION: Difference = Difference::of(&[
    ("AWS::APS::Workspace", "WorkspaceConfiguration/RetentionPeriodInDays"),
    ("AWS::Logs::LogGroup", "RetentionInDays"),
    ("AWS::RDS::DBCluster", "BackupRetentionPeriod"),
    ("AWS::RDS::DBInstance", "BackupRetentionPeriod"),
    ("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*/Lifecycle"),
    ("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*/CopyActions/*/Lifecycle"),
    ("AWS::Backup::Framework", "FrameworkControls"),
    ("AWS::S3::Bucket", "LifecycleConfiguration"),
]);

/// How closely databases are watched: AWS charges for insights by their size, and what pauses isn't
/// looked at. The role of enhanced monitoring is a resource of its own:
/// `Difference::in_presence_of("AWS::IAM::Role").only_of("DatabaseMonitoringRole")`.
pub const INSIGHTS: Difference = Difference::of(&[
    ("AWS::RDS::DBCluster", "DatabaseInsightsMode"),
    ("AWS::RDS::DBCluster", "MonitoringInterval"),
    ("AWS::RDS::DBCluster", "MonitoringRoleArn"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsEnabled"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsKmsKeyId"),
    ("AWS::RDS::DBCluster", "PerformanceInsightsRetentionPeriod"),
    ("AWS::RDS::DBInstance", "DatabaseInsightsMode"),
    ("AWS::RDS::DBInstance", "EnablePerformanceInsights"),
    ("AWS::RDS::DBInstance", "MonitoringInterval"),
    ("AWS::RDS::DBInstance", "MonitoringRoleArn"),
    ("AWS::RDS::DBInstance", "PerformanceInsightsKMSKeyId"),
    ("AWS::RDS::DBInstance", "PerformanceInsightsRetentionPeriod"),
]);

/// When alarms go off.
pub const THRESHOLDS: Difference = Difference::of(&[("AWS::CloudWatch::Alarm", "Threshold")]);

/// Whether something refuses to be deleted.
pub const DELETION_PROTECTION: Difference = Difference::of(&[
    ("AWS::CloudFormation::Stack", "EnableTerminationProtection"),
    ("AWS::APS::Workspace", "DeletionPolicy"),
    ("AWS::APS::Workspace", "UpdateReplacePolicy"),
    ("AWS::Backup::BackupVault", "LockConfiguration"),
    ("AWS::ECR::Repository", "DeletionPolicy"),
    ("AWS::ECR::Repository", "EmptyOnDelete"),
    ("AWS::ECR::Repository", "UpdateReplacePolicy"),
    ("AWS::EKS::Cluster", "DeletionPolicy"),
    ("AWS::EKS::Cluster", "DeletionProtection"),
    ("AWS::EKS::Cluster", "UpdateReplacePolicy"),
    ("AWS::RDS::DBCluster", "DeletionProtection"),
    ("AWS::RDS::DBInstance", "DeletionProtection"),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "LoadBalancerAttributes/deletion_protection.enabled",
    ),
    ("AWS::Logs::LogGroup", "DeletionPolicy"),
    ("AWS::Logs::LogGroup", "DeletionProtectionEnabled"),
    ("AWS::Logs::LogGroup", "UpdateReplacePolicy"),
    ("AWS::SecretsManager::Secret", "DeletionPolicy"),
    ("AWS::SecretsManager::Secret", "UpdateReplacePolicy"),
    (
        "elbv2.k8s.aws/v1beta1/IngressClassParams",
        "spec/loadBalancerAttributes/deletion_protection.enabled",
    ),
]);
