//! That each invariant sees what it is there for: the templates of a good environment are changed in
//! one place, and the invariant must no longer hold.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use crate::{
    INVARIANTS,
    configuration::{Configuration, Unrelated, any_configuration},
    template::Templates,
};

/// What is changed, and which invariant must see it.
struct Sabotage {
    /// The name of the invariant.
    seen_by: &'static str,
    /// The type of a resource, or the kind of a manifest. The first one whose id begins with `id`.
    what: &'static str,
    id: &'static str,
    /// Where, from the resource's or manifest's top.
    pointer: &'static str,
    /// What stands there then; null takes it away.
    value: Value,
}

/// Sets a place of the first resource of a type, or manifest of a kind.
fn sabotage(
    seen_by: &'static str,
    what: &'static str,
    pointer: &'static str,
    value: impl Into<Value>,
) -> Sabotage {
    Sabotage { seen_by, what, id: "", pointer, value: value.into() }
}

impl Sabotage {
    /// Of the first whose id begins so.
    fn of(self, id: &'static str) -> Self {
        Self { id, ..self }
    }

    fn apply(&self, templates: &Templates) -> Templates {
        let mut changed = templates.clone();
        let stacks = changed.stacks.values_mut();
        let resources = stacks.flat_map(|template| {
            template["Resources"].as_object_mut().into_iter().flatten().map(|(id, it)| (&**id, it))
        });
        let manifests = changed.manifests.iter_mut().map(|manifest| ("", manifest));
        let found = resources.chain(manifests).find(|(id, it)| {
            (it["Type"] == self.what || it["kind"] == self.what) && id.starts_with(self.id)
        });
        let (_, found) = found.unwrap_or_else(|| panic!("no {} {}", self.what, self.id));
        let (parent, name) = self.pointer.rsplit_once('/').unwrap();
        let parent = found.pointer_mut(parent).unwrap_or_else(|| panic!("no {}", self.pointer));
        match parent {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = self.value.clone(),
            parent => parent[name.replace("~1", "/")] = self.value.clone(),
        }
        changed
    }
}

fn all() -> Vec<Sabotage> {
    let open = json!({ "IpProtocol": "tcp", "CidrIp": "0.0.0.0/0", "Description": "x" });
    let everyone = json!([{ "Effect": "Allow", "Principal": "*", "Action": "kms:*" }]);
    let anything = json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]);
    let gateway = json!({ "Ref": "VpcInternetGateway" });
    let by_s3 = json!({ "ServerSideEncryptionConfiguration":
        [{ "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }] });
    let elsewhere = json!([{ "Ref": "Cluster" }]);
    let anyone = r#"{"Statement":[{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":
        {"i:aud":"sts.amazonaws.com","i:sub":"system:serviceaccount:monitoring:*"}}}]}"#;
    vec![
        sabotage("every_tier_spans_three_zones", SUBNET, "/Properties/AvailabilityZoneId", "x")
            .of("VpcData"),
        sabotage("subnets_are_inside_and_disjoint", SUBNET, "/Properties/CidrBlock", "11.0.0.0/24"),
        sabotage("routes_lead_where_their_tier_may", ROUTE, "/Properties/GatewayId", gateway)
            .of("VpcPrivate"),
        sabotage(
            "routes_lead_where_their_tier_may",
            TABLE,
            "/Properties/RouteTableId",
            public_table(),
        )
        .of("VpcData"),
        sabotage("endpoints_are_private", ENDPOINT, "/Properties/RouteTableIds", json!([])),
        sabotage("endpoints_are_private", ENDPOINT, "/Properties/PrivateDnsEnabled", false)
            .of("VpcEndpointEcr"),
        sabotage(
            "no_group_lets_the_internet_in",
            GROUP,
            "/Properties/SecurityGroupIngress",
            json!([open]),
        ),
        sabotage("no_group_lets_the_internet_in", INGRESS, "/Properties/CidrIp", "0.0.0.0/0"),
        sabotage("network_acls_let_replies_back", ENTRY, "/Properties/Egress", false)
            .of("VpcPublicAclEgress100"),
        sabotage("network_acls_let_replies_back", ENTRY, "/Properties/Protocol", 17)
            .of("VpcEndpointAclEgress100"),
        sabotage("flows_are_logged", "AWS::EC2::FlowLog", "/Properties/TrafficType", "ACCEPT"),
        sabotage("flows_are_logged", SUBNET, "/Properties/MapPublicIpOnLaunch", true),
        sabotage("subnets_are_found_by_their_tags", SUBNET, "/Properties/Tags", json!([]))
            .of("VpcPublic"),
        sabotage(
            "the_cluster_is_guarded",
            CLUSTER,
            "/Properties/ResourcesVpcConfig/EndpointPrivateAccess",
            false,
        ),
        sabotage(
            "the_cluster_is_guarded",
            CLUSTER,
            "/Properties/AccessConfig/AuthenticationMode",
            "CONFIG_MAP",
        ),
        sabotage("the_cluster_is_guarded", CLUSTER, "/DependsOn", json!([])),
        sabotage(
            "the_cluster_is_guarded",
            CLUSTER,
            "/Properties/Logging/ClusterLogging/EnabledTypes/1",
            json!({ "Type": "api" }),
        ),
        sabotage("the_cluster_is_guarded", CLUSTER, "/Properties/DeletionProtection", false),
        sabotage(
            "the_cluster_is_guarded",
            "AWS::EKS::AccessEntry",
            "/Properties/AccessPolicies",
            json!([]),
        ),
        sabotage("nodes_are_hardened", NODES, "/Properties/Subnets", elsewhere),
        sabotage(
            "nodes_are_hardened",
            TEMPLATE,
            "/Properties/LaunchTemplateData/MetadataOptions/HttpTokens",
            "optional",
        ),
        sabotage(
            "nodes_are_hardened",
            "EC2NodeClass",
            "/spec/metadataOptions/httpTokens",
            "optional",
        ),
        sabotage("core_nodes_survive", NODES, "/Properties/ScalingConfig/MinSize", 1),
        sabotage("core_nodes_survive", NODES, "/DependsOn", json!([])),
        sabotage("core_nodes_survive", "AWS::EKS::Addon", "/DependsOn", json!([]))
            .of("ClusterCoreDns"),
        sabotage("pools_are_bounded", "NodePool", "/spec/limits", json!({})),
        sabotage("pools_are_bounded", "NodePool", "/spec/template/spec/expireAfter", "Never"),
        sabotage(
            "pools_are_bounded",
            "EC2NodeClass",
            "/spec/amiSelectorTerms",
            json!([{ "alias": "al2023@latest" }]),
        ),
        sabotage("karpenter_is_complete", "AWS::Events::Rule", "/Properties/Targets", json!([])),
        sabotage("karpenter_is_complete", "EC2NodeClass", "/spec/instanceProfile", "another"),
        sabotage(
            "karpenter_is_complete",
            "AWS::SQS::QueuePolicy",
            "/Properties/PolicyDocument/Statement/1/Condition",
            Value::Null,
        ),
        sabotage(
            "every_pod_finds_a_node",
            "Deployment",
            "/spec/template/spec/nodeSelector/kubernetes.io~1os",
            "windows",
        ),
        sabotage(
            "every_pod_finds_a_node",
            "Deployment",
            "/spec/template/spec/tolerations",
            Value::Null,
        ),
        sabotage(
            "images_do_not_move",
            "Deployment",
            "/spec/template/spec/containers/0/image",
            "registry.example/api:v1",
        ),
        sabotage(
            "a_service_account_has_one_role",
            "AWS::EKS::PodIdentityAssociation",
            "/Properties/ServiceAccount",
            "apy",
        )
        .of("Api"),
        sabotage(
            "a_service_account_has_one_role",
            "AWS::IAM::Role",
            "/Properties/AssumeRolePolicyDocument/Fn::Sub/0",
            anyone,
        )
        .of("Exporter"),
        sabotage("the_database_is_private", INSTANCE, "/Properties/PubliclyAccessible", true),
        sabotage(
            "the_database_is_private",
            INGRESS,
            "/Properties/SourceSecurityGroupId",
            Value::Null,
        )
        .of("ClusterToDatabase"),
        sabotage("the_database_is_locked", PARAMETERS, "/Properties/Parameters/rds.force_ssl", "0"),
        sabotage("the_database_is_locked", DATABASE, "/Properties/MasterUserPassword", "hunter2"),
        sabotage(
            "the_database_survives",
            DATABASE,
            "/Properties/PreferredMaintenanceWindow",
            "sun:02:30-sun:03:30",
        ),
        sabotage("the_database_survives", DATABASE, "/DeletionPolicy", "Delete"),
        sabotage("the_database_survives", DATABASE, "/Properties/BackupRetentionPeriod", 6),
        sabotage(
            "capacity_is_a_range_in_half_steps",
            DATABASE,
            "/Properties/ServerlessV2ScalingConfiguration/MinCapacity",
            0.3,
        ),
        sabotage("the_database_survives", DATABASE, "/Properties/DeletionProtection", false),
        sabotage("the_database_survives", INSTANCE, "/Properties/AvailabilityZone", Value::Null)
            .of("DatabaseReader"),
        sabotage("the_database_survives", INSTANCE, "/Properties/PromotionTier", 2)
            .of("DatabaseReader"),
        sabotage("insights_are_complete", DATABASE, "/Properties/MonitoringInterval", 0),
        sabotage(
            "insights_are_complete",
            DATABASE,
            "/Properties/PerformanceInsightsRetentionPeriod",
            7,
        ),
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
            "everything_at_rest_has_a_key_of_its_own",
            LOGS,
            "/Properties/KmsKeyId",
            "alias/aws/logs",
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            DATABASE,
            "/Properties/StorageEncrypted",
            false,
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            DATABASE,
            "/Properties/MasterUserSecret/KmsKeyId",
            Value::Null,
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            "AWS::SQS::Queue",
            "/Properties/SqsManagedSseEnabled",
            false,
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            "AWS::KMS::Alias",
            "/Type",
            "AWS::DynamoDB::Table",
        ),
        sabotage("keys_are_kept", KEY, "/Properties/EnableKeyRotation", false),
        sabotage("keys_are_kept", KEY, "/Properties/KeyPolicy/Statement", everyone),
        sabotage("logs_are_kept_for_a_known_time", LOGS, "/Properties/RetentionInDays", 45),
        sabotage("everything_is_tagged", KEY, "/Properties/Tags", json!([])),
        sabotage("everything_is_tagged", NODES, "/Properties/Tags", json!({})),
        sabotage("data_outlives_its_stack", LOGS, "/UpdateReplacePolicy", Value::Null),
        sabotage(
            "permissions_are_scoped",
            "AWS::IAM::ManagedPolicy",
            "/Properties/PolicyDocument/Statement",
            anything,
        ),
        sabotage(
            "permissions_are_scoped",
            "AWS::IAM::ManagedPolicy",
            "/Properties/PolicyDocument/Statement/0/Condition",
            Value::Null,
        )
        .of("KarpenterIamIntegrationPolicy"),
        sabotage(
            "references_lead_somewhere_and_not_in_circles",
            ROUTE,
            "/Properties/RouteTableId",
            json!({ "Ref": "None" }),
        ),
        sabotage("references_lead_somewhere_and_not_in_circles", KEY, "/DependsOn", "LogsAlias")
            .of("Logs"),
    ]
}

const SUBNET: &str = "AWS::EC2::Subnet";
const ROUTE: &str = "AWS::EC2::Route";
const TABLE: &str = "AWS::EC2::SubnetRouteTableAssociation";
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const ENTRY: &str = "AWS::EC2::NetworkAclEntry";
const CLUSTER: &str = "AWS::EKS::Cluster";
const NODES: &str = "AWS::EKS::Nodegroup";
const TEMPLATE: &str = "AWS::EC2::LaunchTemplate";
const PARAMETERS: &str = "AWS::RDS::DBClusterParameterGroup";
const DATABASE: &str = "AWS::RDS::DBCluster";
const INSTANCE: &str = "AWS::RDS::DBInstance";
const ACL: &str = "AWS::WAFv2::WebACL";
const LOGS: &str = "AWS::Logs::LogGroup";
const KEY: &str = "AWS::KMS::Key";
const BUCKET: &str = "AWS::S3::Bucket";
const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";
const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";
const ALARM: &str = "AWS::CloudWatch::Alarm";
const SECRET: &str = "AWS::SecretsManager::Secret";

fn public_table() -> Value {
    json!({ "Ref": "VpcPublicRouteTable" })
}

#[test]
fn every_invariant_sees_what_it_is_there_for() {
    let mut runner = TestRunner::deterministic();
    let any = any_configuration();
    let templates = std::iter::repeat_with(|| any.new_tree(&mut runner).unwrap().current())
        .find(Configuration::shows_everything)
        .unwrap()
        .synth(Unrelated::Absent);
    let invariant = |name: &str| INVARIANTS.iter().find(|(known, _)| *known == name).unwrap().1;
    let unseen: Vec<String> = all()
        .iter()
        .filter(|one| invariant(one.seen_by)(&one.apply(&templates)).is_ok())
        .map(|one| format!("{}: {} of {}", one.seen_by, one.pointer, one.what))
        .collect();
    assert!(unseen.is_empty(), "unseen:\n{}", unseen.join("\n"));
    let all = all();
    let idle = INVARIANTS.iter().filter(|(name, _)| all.iter().all(|one| one.seen_by != *name));
    let idle: Vec<&str> = idle.map(|(name, _)| *name).collect();
    assert_eq!(idle, ["templates_keep_to_the_limits"], "nothing is sabotaged for");
}
