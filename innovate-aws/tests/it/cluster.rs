//! The cluster, its nodes and add-ons, Karpenter and the controllers, as they come out.

use innovate_aws::{
    addon_version, allow_list,
    cluster::{
        Access, AccessPolicy, Addon, Addons, Cluster, CoreNodes, EksCluster, Endpoint, Karpenter,
        KubernetesVersion, SpotServiceRole,
    },
    identity::{Irsa, OidcProvider, PodIdentity},
    name, service_account,
};
use innovate_cfn::policy::Statement;
use innovate_core::{
    DeletionPolicy, Dev, Node, Prod, Resource, Scope, Stack, StackModel, Stage, cidr,
    value::{Intrinsic, Reference},
};

use crate::program::{Platform, finds, problems, resource, with_code};

/// The resources of a cluster's stack.
fn compute<S: Stage>(platform: Platform<S>) -> StackModel {
    platform.compute.into()
}

fn text<'a>(resource: &'a Resource, property: &str) -> Option<&'a str> {
    resource.properties().at(property).and_then(Node::as_text)
}

fn truth(resource: &Resource, property: &str) -> Option<bool> {
    resource.properties().at(property).and_then(Node::as_bool)
}

fn waits_for(resource: &Resource) -> Vec<&str> {
    resource.depends_on().iter().map(innovate_core::Address::logical_id).collect()
}

#[test]
fn a_platform_has_no_finding() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let synthesis = platform.synth();
    assert_eq!(problems(&synthesis), Vec::<String>::new());
    assert!(synthesis.assembly.is_some());
}

#[test]
fn a_platform_of_a_lower_stage_has_no_finding_either() {
    let (platform, ..) = Platform::<Dev>::new().with_cluster();
    assert_eq!(problems(&platform.synth()), Vec::<String>::new());
}

#[test]
fn the_defaults_of_a_cluster_are_the_secure_ones() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let cluster = resource(&stack, "Cluster");
    assert_eq!(text(cluster, "Name"), Some("innovate-prod"));
    assert_eq!(truth(cluster, "ResourcesVpcConfig/EndpointPrivateAccess"), Some(true));
    assert_eq!(truth(cluster, "ResourcesVpcConfig/EndpointPublicAccess"), Some(false));
    assert_eq!(text(cluster, "AccessConfig/AuthenticationMode"), Some("API"));
    assert_eq!(truth(cluster, "AccessConfig/BootstrapClusterCreatorAdminPermissions"), Some(false));
    assert_eq!(truth(cluster, "BootstrapSelfManagedAddons"), Some(false));
    assert_eq!(truth(cluster, "DeletionProtection"), Some(true));
    assert_eq!(cluster.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    assert_eq!(cluster.update_replace_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    assert_eq!(text(cluster, "UpgradePolicy/SupportType"), Some("STANDARD"));
    assert_eq!(truth(cluster, "ZonalShiftConfig/Enabled"), Some(true));
    assert_eq!(text(cluster, "EncryptionConfig/0/Resources/0"), Some("secrets"));
    let logs = resource(&stack, "ClusterLogs");
    assert_eq!(text(logs, "LogGroupName"), Some("/aws/eks/innovate-prod/cluster"));
    assert_eq!(logs.properties().get("RetentionInDays"), Some(&Node::Integer(365)));
    assert_eq!(waits_for(cluster), ["ClusterLogs"]);
}

#[test]
fn a_cluster_outside_production_can_be_deleted_and_keeps_its_logs_for_a_month() {
    let (platform, ..) = Platform::<Dev>::new().with_cluster();
    let stack = compute(platform);
    let cluster = resource(&stack, "Cluster");
    assert_eq!(truth(cluster, "DeletionProtection"), Some(false));
    assert_eq!(cluster.deletion_policy(), Some(DeletionPolicy::Delete));
    let logs = resource(&stack, "ClusterLogs");
    assert_eq!(logs.properties().get("RetentionInDays"), Some(&Node::Integer(30)));
}

#[test]
fn the_api_may_be_opened_to_listed_addresses() {
    let mut platform = Platform::<Prod>::new();
    let cluster = EksCluster::builder()
        .version(KubernetesVersion::V1_35)
        .network(platform.vpc.private(), platform.vpc.intra())
        .endpoint(Endpoint::public_to(allow_list!["203.0.113.0/24"]))
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .secrets_key(&platform.secrets_key)
        .volume_key(&platform.volume_key)
        .logs_key(&platform.logs_key)
        .build();
    platform.compute.add("Cluster", cluster);
    let stack: StackModel = platform.compute.into();
    let cluster = resource(&stack, "Cluster");
    assert_eq!(truth(cluster, "ResourcesVpcConfig/EndpointPublicAccess"), Some(true));
    assert_eq!(text(cluster, "ResourcesVpcConfig/PublicAccessCidrs/0"), Some("203.0.113.0/24"));
}

#[test]
fn access_is_given_by_role_policy_and_namespace() {
    let mut platform = Platform::<Prod>::new();
    let cluster = EksCluster::builder()
        .version(KubernetesVersion::V1_35)
        .network(platform.vpc.private(), platform.vpc.intra())
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .access([Access::of(name!(RoleName: "developers"))
            .in_cluster(AccessPolicy::View)
            .in_namespace(AccessPolicy::Edit, name!(NamespaceName: "api"))
            .in_namespace(AccessPolicy::Edit, name!(NamespaceName: "web"))
            .group("deployers")])
        .secrets_key(&platform.secrets_key)
        .volume_key(&platform.volume_key)
        .logs_key(&platform.logs_key)
        .build();
    platform.compute.add("Cluster", cluster);
    let stack: StackModel = platform.compute.into();
    let admin = resource(&stack, "ClusterAccessInnovateEksAdmin");
    assert_eq!(text(admin, "AccessPolicies/0/AccessScope/Type"), Some("cluster"));
    let developers = resource(&stack, "ClusterAccessDevelopers");
    let edit = "AccessPolicies/0/AccessScope";
    assert_eq!(text(developers, &format!("{edit}/Type")), Some("namespace"));
    assert_eq!(text(developers, &format!("{edit}/Namespaces/0")), Some("api"));
    assert_eq!(text(developers, &format!("{edit}/Namespaces/1")), Some("web"));
    assert_eq!(text(developers, "AccessPolicies/1/AccessScope/Type"), Some("cluster"));
    assert_eq!(text(developers, "KubernetesGroups/0"), Some("deployers"));
}

#[test]
fn core_nodes_are_on_demand_tainted_and_encrypted() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let group = resource(&stack, "ClusterCoreNodes");
    assert_eq!(text(group, "AmiType"), Some("BOTTLEROCKET_ARM_64"));
    assert_eq!(text(group, "CapacityType"), Some("ON_DEMAND"));
    assert_eq!(text(group, "Taints/0/Key"), Some("CriticalAddonsOnly"));
    assert_eq!(text(group, "Version"), Some("1.35"));
    assert_eq!(truth(group, "NodeRepairConfig/Enabled"), Some(true));
    assert_eq!(group.properties().get("Subnets").and_then(Node::as_list).map(<[_]>::len), Some(3));
    let template = resource(&stack, "ClusterCoreNodesTemplate");
    let data = "LaunchTemplateData";
    assert_eq!(text(template, &format!("{data}/MetadataOptions/HttpTokens")), Some("required"));
    let hops = template.properties().at(&format!("{data}/MetadataOptions/HttpPutResponseHopLimit"));
    assert_eq!(hops, Some(&Node::Integer(1)));
    for device in ["0", "1"] {
        let ebs = format!("{data}/BlockDeviceMappings/{device}/Ebs");
        assert_eq!(truth(template, &format!("{ebs}/Encrypted")), Some(true));
        assert_eq!(text(template, &format!("{ebs}/VolumeType")), Some("gp3"));
        assert!(template.properties().at(&format!("{ebs}/KmsKeyId")).is_some());
    }
    let specifications = (0..3).map(|at| format!("{data}/TagSpecifications/{at}/Tags"));
    for tags in specifications.chain(["TagSpecifications/0/Tags".to_owned()]) {
        let tags = template.properties().at(&tags).and_then(Node::as_list).unwrap();
        let owner = |tag: &Node| tag.get("Key").and_then(Node::as_text) == Some("owner");
        assert!(tags.iter().any(owner), "what a node group is tagged with doesn't reach instances");
    }
}

#[test]
fn nodes_wait_for_the_add_ons_that_make_them_ready_and_the_others_wait_for_nodes() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let nodes = waits_for(resource(&stack, "ClusterCoreNodes"));
    for addon in ["ClusterVpcCni", "ClusterKubeProxy", "ClusterPodIdentityAgent"] {
        assert!(nodes.contains(&addon), "{nodes:?}");
    }
    for addon in ["ClusterCoreDns", "ClusterMetricsServer", "ClusterEbsCsiDriver"] {
        assert_eq!(waits_for(resource(&stack, addon)), ["ClusterCoreNodes"]);
    }
    let observability = waits_for(resource(&stack, "ClusterCloudWatchObservability"));
    for kind in ["Application", "Dataplane", "Host", "Performance"] {
        let id = format!("ClusterCloudWatchObservability{kind}Logs");
        assert!(observability.contains(&id.as_str()), "{observability:?}");
    }
}

#[test]
fn the_manager_of_the_cloudwatch_agents_runs_on_core_nodes_as_long_as_there_are_no_others() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let addon = resource(&stack, "ClusterCloudWatchObservability");
    let values = text(addon, "ConfigurationValues").unwrap_or_default();
    assert_eq!(
        values,
        r#"{"manager":{"tolerations":[{"key":"CriticalAddonsOnly","operator":"Exists"}]}}"#
    );
}

#[test]
fn the_driver_of_volumes_runs_on_every_node_and_reaches_its_own_volumes_only() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let values = text(resource(&stack, "ClusterEbsCsiDriver"), "ConfigurationValues");
    assert!(values.unwrap_or_default().contains(r#""node":{"tolerateAllTaints":true}"#));
    let role = resource(&stack, "ClusterEbsCsiDriverRole");
    let policies = format!("{:?}", role.properties().get("ManagedPolicyArns"));
    assert!(policies.contains("policy/AmazonEBSCSIDriverPolicyV2"), "{policies}");
}

#[test]
fn nodes_wait_for_the_network_of_their_own_stack() {
    let mut platform = Platform::<Prod>::new();
    let cluster = platform.plain_cluster();
    platform.network.add("Cluster", cluster);
    let stack: StackModel = platform.network.into();
    let nodes = waits_for(resource(&stack, "ClusterCoreNodes"));
    let route = stack.resources_of("AWS::EC2::Route").find(|route| {
        route.logical_id().contains("Private")
            && text(route, "DestinationCidrBlock") == Some("0.0.0.0/0")
    });
    assert!(nodes.contains(&route.unwrap().logical_id()), "{nodes:?}");
}

#[test]
fn add_ons_are_pinned_and_act_in_roles_of_their_own() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    for addon in stack.resources_of("AWS::EKS::Addon") {
        assert!(text(addon, "AddonVersion").unwrap().contains("-eksbuild."));
        assert_eq!(text(addon, "ResolveConflicts"), Some("OVERWRITE"));
    }
    let driver = resource(&stack, "ClusterEbsCsiDriver");
    assert_eq!(
        text(driver, "PodIdentityAssociations/0/ServiceAccount"),
        Some("ebs-csi-controller-sa")
    );
    let values = text(resource(&stack, "ClusterVpcCni"), "ConfigurationValues").unwrap();
    let values: serde_json::Value = serde_json::from_str(values).unwrap();
    assert_eq!(values["enableNetworkPolicy"], "true");
    assert_eq!(values["env"]["ENABLE_PREFIX_DELEGATION"], "true");
}

#[test]
fn an_add_on_takes_the_version_that_the_program_names() {
    let mut platform = Platform::<Prod>::new();
    let cluster = with_addons(
        &platform,
        KubernetesVersion::V1_35,
        Addons::core().with_version(Addon::CoreDns, addon_version!("v1.14.3-eksbuild.3")),
    );
    platform.compute.add("Cluster", cluster);
    let stack: StackModel = platform.compute.into();
    assert_eq!(
        text(resource(&stack, "ClusterCoreDns"), "AddonVersion"),
        Some("v1.14.3-eksbuild.3")
    );
    assert!(stack.resource("ClusterMetricsServer").is_none());
}

#[test]
fn an_add_on_without_a_known_version_must_be_given_one() {
    let mut platform = Platform::<Prod>::new();
    let addons = Addons::platform().with(Addon::CertManager);
    let cluster = with_addons(&platform, KubernetesVersion::V1_36, addons);
    platform.compute.add("Cluster", cluster);
    let synthesis = platform.synth();
    assert!(finds(&synthesis, "EKS-04", "no version of the add-on `cert-manager` is pinned"));
}

fn with_addons<S: Stage>(
    platform: &Platform<S>,
    version: KubernetesVersion,
    addons: Addons,
) -> EksCluster {
    EksCluster::builder()
        .version(version)
        .network(platform.vpc.private(), platform.vpc.intra())
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .secrets_key(&platform.secrets_key)
        .volume_key(&platform.volume_key)
        .logs_key(&platform.logs_key)
        .addons(addons)
        .build()
}

#[test]
fn core_nodes_of_another_architecture_than_their_instances_are_refused() {
    for nodes in [
        CoreNodes::arm64(3).instance_types(["m7i.large"]),
        CoreNodes::amd64(3).instance_types(["m7g.large"]),
        CoreNodes::arm64(1),
    ] {
        let mut platform = Platform::<Prod>::new();
        let cluster = EksCluster::builder()
            .version(KubernetesVersion::V1_35)
            .network(platform.vpc.private(), platform.vpc.intra())
            .administrator(name!(RoleName: "innovate-eks-admin"))
            .secrets_key(&platform.secrets_key)
            .volume_key(&platform.volume_key)
            .logs_key(&platform.logs_key)
            .core_nodes(nodes)
            .build();
        platform.compute.add("Cluster", cluster);
        let synthesis = platform.synth();
        let found = with_code(&synthesis, "EKS-08");
        assert!(found.iter().any(|found| found.setter_name() == Some("core_nodes")), "{found:?}");
    }
}

#[test]
fn a_block_of_services_that_eks_refuses_is_reported() {
    for block in [cidr!("172.20.0.0/25"), cidr!("10.0.0.0/8"), cidr!("100.64.0.0/16")] {
        let mut platform = Platform::<Prod>::new();
        let cluster = EksCluster::builder()
            .version(KubernetesVersion::V1_35)
            .network(platform.vpc.private(), platform.vpc.intra())
            .administrator(name!(RoleName: "innovate-eks-admin"))
            .secrets_key(&platform.secrets_key)
            .volume_key(&platform.volume_key)
            .logs_key(&platform.logs_key)
            .service_cidr(block)
            .build();
        platform.compute.add("Cluster", cluster);
        assert!(finds(&platform.synth(), "EKS-14", "EKS refuses this block"), "{block}");
    }
}

#[test]
fn karpenters_names_are_known_and_those_of_its_resources() {
    let (platform, _, karpenter) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let queue = resource(&stack, "KarpenterInterruptionQueue");
    assert_eq!(text(queue, "QueueName"), Some(karpenter.queue_name().as_str()));
    assert_eq!(queue.properties().get("MessageRetentionPeriod"), Some(&Node::Integer(300)));
    assert_eq!(truth(queue, "SqsManagedSseEnabled"), Some(true));
    let profile = resource(&stack, "KarpenterInstanceProfile");
    let name = karpenter.instance_profile_name().as_str();
    assert_eq!(text(profile, "InstanceProfileName"), Some(name));
    let role = resource(&stack, "KarpenterNodeRole");
    assert_eq!(text(role, "RoleName"), Some(karpenter.node_role_name().as_str()));
    assert_eq!(karpenter.discovery_tag(), ("karpenter.sh/discovery", "innovate-prod"));
    assert_eq!(karpenter.security_group_tag(), ("aws:eks:cluster-name", "innovate-prod"));
}

#[test]
fn the_role_for_spot_instances_is_made_only_if_asked_for() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    assert!(compute(platform).resource("KarpenterSpotServiceRole").is_none());
    let mut platform = Platform::<Prod>::new();
    let cluster = platform.compute.add("Cluster", platform.plain_cluster());
    let karpenter = Karpenter::new(&cluster).spot_service_role(SpotServiceRole::Created);
    platform.compute.add("Karpenter", karpenter);
    let stack = compute(platform);
    let role = resource(&stack, "KarpenterSpotServiceRole");
    assert_eq!(text(role, "AWSServiceName"), Some("spot.amazonaws.com"));
    assert_eq!(role.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
}

#[test]
fn the_network_tags_private_subnets_with_what_karpenter_looks_for() {
    let (platform, _, karpenter) = Platform::<Prod>::new().with_cluster();
    let (key, value) = karpenter.discovery_tag();
    let stack: StackModel = platform.network.into();
    let tagged: Vec<&str> = stack
        .resources_of("AWS::EC2::Subnet")
        .filter(|subnet| {
            let tags = subnet.properties().get("Tags").and_then(Node::as_list).unwrap();
            tags.iter().any(|tag| {
                tag.get("Key").and_then(Node::as_text) == Some(key)
                    && tag.get("Value").and_then(Node::as_text) == Some(value)
            })
        })
        .map(Resource::logical_id)
        .collect();
    assert_eq!(tagged.len(), 3, "{tagged:?}");
    assert!(tagged.iter().all(|id| id.contains("Private")), "{tagged:?}");
}

#[test]
fn karpenter_has_six_policies_and_none_to_make_instance_profiles() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let role = resource(&stack, "KarpenterControllerRole");
    let policies = role.properties().get("ManagedPolicyArns").and_then(Node::as_list).unwrap();
    assert_eq!(policies.len(), 6);
    let written = stack
        .resources_of("AWS::IAM::ManagedPolicy")
        .filter(|policy| policy.logical_id().starts_with("Karpenter"))
        .map(|policy| format!("{:?}", policy.properties()))
        .collect::<String>();
    assert!(written.contains("iam:PassRole") && written.contains("iam:PassedToService"));
    for action in ["CreateInstanceProfile", "DeleteInstanceProfile", "AddRoleToInstanceProfile"] {
        assert!(!written.contains(action), "{action}");
    }
}

#[test]
fn five_rules_send_to_karpenters_queue_which_refuses_plain_http() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let rules: Vec<&Resource> = stack.resources_of("AWS::Events::Rule").collect();
    assert_eq!(rules.len(), 5);
    for rule in rules {
        let mut targets = Vec::new();
        let targeted = rule.properties().get("Targets").unwrap();
        targeted.visit_references(&mut |reference: &Reference| {
            targets.push(reference.target.logical_id().to_owned());
        });
        assert_eq!(targets, ["KarpenterInterruptionQueue"]);
    }
    let policy = format!("{:?}", resource(&stack, "KarpenterInterruptionQueuePolicy").properties());
    assert!(policy.contains("aws:SecureTransport") && policy.contains("Deny"));
}

#[test]
fn a_cluster_whose_name_makes_karpenters_too_long_is_refused() {
    let mut platform = Platform::<Prod>::new();
    let cluster = EksCluster::builder()
        .name(name!(ClusterName: "a-cluster-whose-name-is-far-too-long-for-a-role"))
        .version(KubernetesVersion::V1_35)
        .network(platform.vpc.private(), platform.vpc.intra())
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .secrets_key(&platform.secrets_key)
        .volume_key(&platform.volume_key)
        .logs_key(&platform.logs_key)
        .build();
    let cluster = platform.compute.add("Cluster", cluster);
    platform.compute.add("Karpenter", Karpenter::new(&cluster));
    assert!(finds(&platform.synth(), "KAR-05", "too long a name"));
}

/// Adds to the platform's stack for the cluster, with its cluster.
fn extended(extend: impl FnOnce(&mut Stack<Prod>, &Cluster)) -> Platform {
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    extend(&mut platform.compute, &cluster);
    platform
}

#[test]
fn the_role_of_a_pod_trusts_one_service_account_of_one_cluster() {
    let platform = extended(|stack, cluster| {
        let permissions = Statement::allow(["s3:GetObject"]).on("arn:aws:s3:::innovate-uploads/*");
        stack.add(
            "Api",
            PodIdentity::builder()
                .cluster(cluster)
                .service_account(service_account!("api", "api"))
                .permissions(permissions)
                .build(),
        );
    });
    let stack = compute(platform);
    let statement =
        resource(&stack, "ApiRole").properties().at("AssumeRolePolicyDocument/Statement/0");
    let conditions = statement.unwrap().get("Condition").unwrap();
    let equals = conditions.get("StringEquals").unwrap();
    assert_eq!(equals.get("aws:SourceAccount").and_then(Node::as_text), Some("444455556666"));
    assert_eq!(
        equals.get("aws:RequestTag/kubernetes-namespace").and_then(Node::as_text),
        Some("api")
    );
    assert!(conditions.get("ArnEquals").unwrap().get("aws:SourceArn").is_some());
    let association = resource(&stack, "Api");
    assert_eq!(association.type_name(), "AWS::EKS::PodIdentityAssociation");
    assert_eq!(text(association, "ServiceAccount"), Some("api"));
    assert!(stack.resource("ApiPolicy").is_some());
}

#[test]
fn a_pod_identity_in_another_stack_needs_no_output_of_the_clusters() {
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let identity = PodIdentity::builder()
        .cluster(&cluster)
        .service_account(service_account!("api", "api"))
        .build();
    platform.keys.add("Api", identity);
    let stack: StackModel = platform.keys.into();
    let association = resource(&stack, "Api");
    assert_eq!(text(association, "ClusterName"), Some("innovate-prod"));
    assert_eq!(waits_for(association), ["Cluster"]);
}

#[test]
fn a_trust_through_the_identity_provider_names_one_service_account() {
    let platform = extended(|stack, cluster| {
        let provider = stack.add("Oidc", OidcProvider::new(cluster));
        let role = stack.add(
            "Exporter",
            Irsa::builder()
                .provider(&provider)
                .service_account(service_account!("monitoring", "exporter"))
                .role_name(name!(RoleName: "innovate-prod-exporter"))
                .permissions(Statement::allow(["cloudwatch:GetMetricData"]).on_all())
                .build(),
        );
        let annotation = role.annotation();
        assert_eq!(annotation.1, "arn:aws:iam::444455556666:role/innovate-prod-exporter");
    });
    let stack = compute(platform);
    let trust = resource(&stack, "Exporter").properties().get("AssumeRolePolicyDocument").unwrap();
    let Some(Intrinsic::Sub { template, variables }) = trust.as_intrinsic() else {
        panic!("not Fn::Sub: {trust:?}")
    };
    let document: serde_json::Value = serde_json::from_str(template).unwrap();
    let equals = &document["Statement"][0]["Condition"]["StringEquals"];
    assert_eq!(equals["${Issuer}:sub"], "system:serviceaccount:monitoring:exporter");
    assert_eq!(equals["${Issuer}:aud"], "sts.amazonaws.com");
    let names: Vec<&str> = variables.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["Issuer", "Provider"]);
    assert!(resource(&stack, "Oidc").properties().get("ThumbprintList").is_none());
}

#[test]
fn the_load_balancer_controller_is_kept_to_its_cluster() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let policies: String = stack
        .resources_of("AWS::IAM::ManagedPolicy")
        .filter(|policy| policy.logical_id().starts_with("LoadBalancerController"))
        .map(|policy| format!("{:?}", policy.properties()))
        .collect();
    assert!(policies.contains("wafv2:ListWebACLs"), "web ACLs are found by name");
    assert!(policies.contains("waf-regional:GetWebACLForResource"), "it is asked for each ingress");
    assert!(!policies.contains("waf-regional:AssociateWebACL"));
    assert!(!policies.contains("shield:CreateProtection"));
    assert!(policies.contains("aws:ResourceTag/elbv2.k8s.aws/cluster"));
    assert!(policies.contains("aws:ResourceTag/kubernetes.io/cluster/innovate-prod"));
    assert_eq!(text(resource(&stack, "LoadBalancerController"), "Namespace"), Some("kube-system"));
}

#[test]
fn external_secrets_reads_the_environments_secrets_alone() {
    let (platform, ..) = Platform::<Prod>::new().with_cluster();
    let stack = compute(platform);
    let policy = format!("{:?}", resource(&stack, "ExternalSecretsPolicy").properties());
    assert!(policy.contains(":secret:innovate/prod/*"), "{policy}");
    assert!(!policy.contains("ListSecrets\""), "{policy}");
}

#[test]
fn a_connection_to_the_cluster_is_made_with_the_group_that_eks_makes() {
    use innovate_aws::network::{Connect, Egress, Port, SecurityGroup};

    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let group = SecurityGroup::builder()
        .vpc(&platform.vpc.private())
        .description("A cache")
        .egress(Egress::Connections)
        .build();
    let group = platform.keys.add("Cache", group);
    platform.keys.allow(&cluster, Port::POSTGRES, &group);
    let stack: StackModel = platform.keys.into();
    let rule = stack.resources_of("AWS::EC2::SecurityGroupIngress").next().unwrap();
    let source =
        rule.properties().get("SourceSecurityGroupId").and_then(Node::as_reference).unwrap();
    assert_eq!(source.attribute.as_deref(), Some("ClusterSecurityGroupId"));
    assert_eq!(source.target.logical_id(), "Cluster");
}

#[test]
fn a_cluster_may_be_part_of_another_construct() {
    struct Whole(EksCluster);
    impl innovate_core::Construct for Whole {
        type Handle = Cluster;
        type Needs = innovate_core::AnyStack;

        fn build(self, scope: &mut Scope<'_>) -> Cluster {
            scope.add("Cluster", self.0)
        }
    }
    let mut platform = Platform::<Prod>::new();
    let cluster = platform.plain_cluster();
    platform.compute.add("Main", Whole(cluster));
    let stack: StackModel = platform.compute.into();
    assert!(stack.resource("MainCluster").is_some());
    assert!(stack.resource("MainClusterCoreNodes").is_some());
}
