//! Buckets, images, secrets, backups, alarms, and what faces the internet.

use serde_json::{Value, json};

use super::{
    ACL, ALARM, BUCKET, BUCKET_POLICY, CREATION_TEMPLATE, DISTRIBUTION, INGRESS, LOGS, REPOSITORY,
    SECRET, Sabotage, sabotage,
};

const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const TARGETS: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

pub(super) fn all() -> Vec<Sabotage> {
    let by_s3 = json!({ "ServerSideEncryptionConfiguration":
        [{ "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }] });
    vec![
        sabotage("the_web_acl_is_well_formed", ACL, "/Properties/Rules/1/Priority", 400)
            .of("WebAcl"),
        sabotage("the_web_acl_has_the_baseline", ACL, "/Properties/Rules", json!([])).of("WebAcl"),
        sabotage(
            "the_web_acl_logs",
            "AWS::WAFv2::LoggingConfiguration",
            "/Properties/RedactedFields",
            json!([]),
        ),
        sabotage("the_web_acl_logs", LOGS, "/Properties/LogGroupName", "web-acl").of("WebAclLogs"),
        sabotage(
            "the_load_balancer_is_encrypted",
            "IngressClassParams",
            "/spec/sslPolicy",
            "ELBSecurityPolicy-2016-08",
        ),
        sabotage(
            "the_load_balancer_is_encrypted",
            "IngressClassParams",
            "/spec/wafv2AclName",
            "another",
        ),
        sabotage(
            "the_load_balancer_is_encrypted",
            "IngressClassParams",
            "/spec/loadBalancerAttributes",
            json!([]),
        ),
        sabotage(
            "the_load_balancer_is_encrypted",
            "Service",
            "/metadata/annotations/alb.ingress.kubernetes.io~1backend-protocol",
            "HTTP",
        ),
        sabotage(
            "buckets_are_closed",
            BUCKET,
            "/Properties/PublicAccessBlockConfiguration/BlockPublicPolicy",
            false,
        ),
        sabotage(
            "buckets_are_closed",
            BUCKET,
            "/Properties/OwnershipControls/Rules/0/ObjectOwnership",
            "ObjectWriter",
        ),
        sabotage(
            "buckets_are_closed",
            BUCKET,
            "/Properties/VersioningConfiguration/Status",
            "Suspended",
        ),
        sabotage("buckets_are_closed", BUCKET, "/Properties/LifecycleConfiguration", Value::Null),
        sabotage("buckets_are_closed", BUCKET, "/Properties/BucketEncryption", by_s3).of("Uploads"),
        sabotage(
            "buckets_are_closed",
            BUCKET_POLICY,
            "/Properties/PolicyDocument/Statement/0/Condition",
            Value::Null,
        ),
        sabotage(
            "the_distribution_is_encrypted",
            DISTRIBUTION,
            "/Properties/DistributionConfig/ViewerCertificate/MinimumProtocolVersion",
            "TLSv1",
        ),
        sabotage(
            "the_distribution_is_encrypted",
            DISTRIBUTION,
            "/Properties/DistributionConfig/Aliases/0",
            "www.another.example",
        ),
        sabotage(
            "the_distribution_is_encrypted",
            DISTRIBUTION,
            "/Properties/DistributionConfig/CacheBehaviors/0/ViewerProtocolPolicy",
            "allow-all",
        ),
        sabotage(
            "the_distribution_is_encrypted",
            "AWS::CloudFront::VpcOrigin",
            "/Properties/VpcOriginEndpointConfig/OriginProtocolPolicy",
            "match-viewer",
        ),
        sabotage(
            "the_site_is_read_by_cloudfront_alone",
            DISTRIBUTION,
            "/Properties/DistributionConfig/Origins/0/OriginAccessControlId",
            Value::Null,
        ),
        sabotage(
            "the_site_is_read_by_cloudfront_alone",
            BUCKET_POLICY,
            "/Properties/PolicyDocument/Statement/2/Condition/StringEquals/aws:SourceArn",
            json!({ "Fn::Sub": "arn:aws:cloudfront::444455556666:distribution/*" }),
        )
        .of("DistributionSitePolicy"),
        sabotage(
            "errors_of_the_api_stay",
            DISTRIBUTION,
            "/Properties/DistributionConfig/CustomErrorResponses",
            json!([{ "ErrorCode": 404, "ResponseCode": 200, "ResponsePagePath": "/index.html" }]),
        ),
        sabotage("alarms_tell_someone", ALARM, "/Properties/AlarmActions", json!([])),
        sabotage("alarms_tell_someone", ALARM, "/Properties/TreatMissingData", Value::Null),
        sabotage(
            "alarms_tell_someone",
            "AWS::SNS::Topic",
            "/Properties/KmsMasterKeyId",
            "alias/aws/sns",
        ),
        sabotage("what_users_feel_is_watched", ALARM, "/Properties/MetricName", "Other")
            .of("DatabaseCpu"),
        sabotage(
            "backups_are_kept",
            "AWS::Backup::BackupPlan",
            "/Properties/BackupPlan/BackupPlanRule/0/Lifecycle/DeleteAfterDays",
            0,
        ),
        sabotage(
            "backups_are_kept",
            "AWS::Backup::BackupPlan",
            "/Properties/BackupPlan/BackupPlanRule/1/CopyActions",
            json!([]),
        ),
        sabotage(
            "backups_are_kept",
            "AWS::Backup::BackupSelection",
            "/Properties/BackupSelection/Resources",
            json!([]),
        ),
        sabotage("secrets_are_made_up", SECRET, "/Properties/GenerateSecretString", Value::Null),
        sabotage("secrets_are_made_up", SECRET, "/Properties/SecretString", "hunter2"),
        sabotage(
            "replicas_of_buckets_are_elsewhere",
            BUCKET,
            "/Properties/ReplicationConfiguration/Rules/0/Destination/EncryptionConfiguration",
            json!({ "ReplicaKmsKeyID": { "Ref": "Key" } }),
        )
        .of("Invoices"),
        sabotage(
            "replicas_of_buckets_are_elsewhere",
            BUCKET,
            "/Properties/ReplicationConfiguration/Rules/0/Destination/Bucket",
            "arn:aws:s3:::another",
        )
        .of("Invoices"),
        sabotage(
            "what_is_counted_is_watched",
            "AWS::Logs::MetricFilter",
            "/Properties/LogGroupName",
            "/another",
        ),
        sabotage("what_is_counted_is_watched", ALARM, "/Properties/Namespace", "another")
            .of("ManyErrors"),
        sabotage(
            "what_is_counted_is_watched",
            "AWS::CloudWatch::Dashboard",
            "/Properties/DashboardBody",
            "{}",
        ),
        sabotage(
            "velero_keeps_to_its_bucket",
            "AWS::IAM::ManagedPolicy",
            "/Properties/PolicyDocument/Statement/7/Resource",
            "*",
        )
        .of("ServerPolicy"),
        sabotage(
            "velero_keeps_to_its_bucket",
            "AWS::IAM::ManagedPolicy",
            "/Properties/PolicyDocument/Statement/7/Resource",
            "arn:aws:s3:::another/*",
        )
        .of("ServerPolicy"),
        sabotage(
            "images_stay_what_they_are",
            REPOSITORY,
            "/Properties/ImageTagMutability",
            "MUTABLE",
        ),
        sabotage(
            "images_stay_what_they_are",
            REPOSITORY,
            "/Properties/LifecyclePolicy",
            Value::Null,
        ),
        sabotage(
            "images_stay_what_they_are",
            CREATION_TEMPLATE,
            "/Properties/EncryptionConfiguration/KmsKey",
            Value::Null,
        ),
        sabotage(
            "images_are_pulled_by_who_may",
            REPOSITORY,
            "/Properties/RepositoryPolicyText/Statement/0/Condition",
            Value::Null,
        ),
        sabotage(
            "images_are_replicated_elsewhere",
            CREATION_TEMPLATE,
            "/Properties/AppliedFor",
            json!(["CREATE_ON_PUSH"]),
        )
        .of("Replicas"),
        sabotage("the_web_acl_is_well_formed", ACL, "/Properties/Scope", "CLOUDFRONT").of("WebAcl"),
        sabotage("the_origin_is_encrypted_and_hidden", LISTENER, "/Properties/Protocol", "HTTP"),
        sabotage(
            "the_origin_is_encrypted_and_hidden",
            LISTENER,
            "/Properties/SslPolicy",
            "ELBSecurityPolicy-2016-08",
        ),
        sabotage(
            "the_origin_is_encrypted_and_hidden",
            TARGETS,
            "/Properties/HealthCheckProtocol",
            "HTTP",
        ),
        sabotage(
            "the_origin_is_encrypted_and_hidden",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "/Properties/LoadBalancerAttributes",
            json!([]),
        ),
        sabotage(
            "the_origin_is_encrypted_and_hidden",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "/Properties/Scheme",
            "internet-facing",
        ),
        sabotage(
            "the_origin_is_encrypted_and_hidden",
            INGRESS,
            "/Properties/SourcePrefixListId",
            Value::Null,
        )
        .of("LoadBalancerSecurityGroup"),
        sabotage("targets_are_services", TARGETS, "/Properties/Name", "another"),
        sabotage("targets_are_services", TARGETS, "/Properties/Port", 9_443),
        sabotage("targets_are_services", "Service", "/metadata/name", "another"),
    ]
}
