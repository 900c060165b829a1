//! The rules about clusters: each test breaks a good platform in one way.

use innovate_aws::{
    cluster::KubernetesVersion,
    identity::{Irsa, OidcProvider, PodIdentity},
    name,
    network::Nat,
    service_account,
};
use innovate_cfn::{
    eks::{self, cluster as ec},
    iam,
    kind::{EksClusterName, RoleArn, SubnetId},
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{
    App, Manifest, ManifestSet, Node, Prod, ResourceType as _, Severity, Stack,
    app::Synthesis,
    json,
    value::{IntoJson, Json, Value, intrinsic::array},
};
use serde_json::json as literal;

use crate::program::{Platform, environment, finds, problems, program, synth, vpc_with, with_code};

/// Sets one property of a resource in the stack of the cluster.
fn broken(logical_id: &str, path: &'static str, value: impl IntoJson) -> Synthesis {
    let (mut platform, ..) = Platform::<Prod>::new().with_cluster();
    platform.compute.override_property(logical_id, path, value);
    platform.synth()
}

/// A cluster outside the program.
fn elsewhere(name: &'static str) -> Value<EksClusterName> {
    Value::literal(name)
}

/// Two subnets outside the program.
fn subnets() -> [Value<SubnetId>; 2] {
    ["subnet-11111111", "subnet-22222222"].map(Value::literal)
}

/// Breaks the platform and asserts that this finding and no other problem comes of it.
fn assert_finds(
    (logical_id, path): (&str, &'static str),
    value: impl IntoJson,
    (code, message): (&str, &str),
) {
    let synthesis = broken(logical_id, path, value);
    assert!(finds(&synthesis, code, message), "{:?}", problems(&synthesis));
    let others: Vec<_> =
        problems(&synthesis).into_iter().filter(|found| !found.starts_with(code)).collect();
    assert_eq!(others, Vec::<String>::new());
}

fn texts<const N: usize>(texts: [&'static str; N]) -> Value<Json> {
    array(texts)
}

fn empty() -> Value<Json> {
    array(Vec::<&'static str>::new())
}

#[test]
fn a_cluster_that_the_internet_reaches_is_refused() {
    assert_finds(
        ("Cluster", "ResourcesVpcConfig/EndpointPrivateAccess"),
        false,
        ("EKS-01", "nodes reach the API through the internet"),
    );
    assert_finds(
        ("Cluster", "ResourcesVpcConfig/EndpointPublicAccess"),
        true,
        ("EKS-01", "the API is open to the internet"),
    );
}

#[test]
fn an_allow_list_of_the_whole_internet_is_refused_however_it_is_written() {
    for blocks in [vec!["0.0.0.0/0"], vec!["0.0.0.0/1", "128.0.0.0/1"], vec!["::/0"]] {
        let (mut platform, ..) = Platform::<Prod>::new().with_cluster();
        platform
            .compute
            .override_property("Cluster", "ResourcesVpcConfig/EndpointPublicAccess", true)
            .override_property(
                "Cluster",
                "ResourcesVpcConfig/PublicAccessCidrs",
                array(blocks.clone()),
            );
        assert_eq!(with_code(&platform.synth(), "EKS-01").len(), blocks.len());
    }
}

#[test]
fn a_cluster_that_nobody_administers_is_refused() {
    let entry = "ClusterAccessInnovateEksAdmin";
    assert_finds((entry, "AccessPolicies"), empty(), ("EKS-02", "nobody administers the cluster"));
    assert_finds(
        (entry, "AccessPolicies/0/AccessScope/Type"),
        "namespace",
        ("EKS-02", "nobody administers the cluster"),
    );
}

#[test]
fn a_cluster_with_the_config_map_or_a_lasting_creator_is_refused() {
    assert_finds(
        ("Cluster", "AccessConfig/AuthenticationMode"),
        "API_AND_CONFIG_MAP",
        ("EKS-02", "not by access entries alone"),
    );
    assert_finds(
        ("Cluster", "AccessConfig/BootstrapClusterCreatorAdminPermissions"),
        true,
        ("EKS-02", "whoever creates the cluster"),
    );
}

#[test]
fn a_control_plane_that_logs_less_or_elsewhere_is_refused() {
    let api = array([json! { "Type" => "api" }]);
    assert_finds(
        ("Cluster", "Logging/ClusterLogging/EnabledTypes"),
        api,
        ("EKS-03", "doesn't log everything"),
    );
    assert_finds(
        ("ClusterLogs", "LogGroupName"),
        "/aws/eks/other/cluster",
        ("EKS-03", "isn't made here"),
    );
}

#[test]
fn a_version_out_of_standard_support_is_refused_and_one_near_its_end_is_warned_of() {
    let synthesis = broken("Cluster", "Version", "1.33");
    assert!(finds(&synthesis, "EKS-04", "not in standard support"));
    let synthesis = broken("Cluster", "Version", "1.34");
    let found = with_code(&synthesis, "EKS-04");
    let end = KubernetesVersion::V1_34.end_of_standard_support();
    let warning = found.iter().find(|found| found.message().contains(&end.to_string())).unwrap();
    assert_eq!(warning.severity(), Severity::Warning);
}

#[test]
fn extended_support_is_warned_of() {
    let synthesis = broken("Cluster", "UpgradePolicy/SupportType", "EXTENDED");
    let found = with_code(&synthesis, "EKS-04");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity(), Severity::Warning);
}

#[test]
fn nodes_and_the_proxy_may_be_three_versions_behind_and_never_ahead() {
    for (version, wrong) in [("1.36", true), ("1.31", true), ("1.32", false), ("1.35", false)] {
        let synthesis = broken("ClusterCoreNodes", "Version", version);
        assert_eq!(with_code(&synthesis, "EKS-04").len(), usize::from(wrong), "{version}");
    }
    assert_finds(
        ("ClusterKubeProxy", "AddonVersion"),
        "v1.36.0-eksbuild.13",
        ("EKS-04", "newer than the control plane"),
    );
}

#[test]
fn an_add_on_that_is_not_pinned_is_refused() {
    let mut stack = environment::<Prod>().stack("cluster");
    stack.add("Dns", eks::Addon::new("coredns", elsewhere("elsewhere")));
    let synthesis = synth(App::new("test").stack(stack));
    assert!(finds(&synthesis, "EKS-04", "the add-on `coredns` is not pinned"));
}

#[test]
fn a_production_cluster_that_can_be_deleted_is_refused() {
    assert_finds(
        ("Cluster", "DeletionProtection"),
        false,
        ("EKS-05", "can be deleted by accident"),
    );
}

#[test]
fn nodes_that_answer_pods_or_store_in_the_clear_are_refused() {
    let template = "ClusterCoreNodesTemplate";
    let cases: [(&'static str, Node, &str); 5] = [
        (
            "LaunchTemplateData/MetadataOptions/HttpTokens",
            "optional".into_json(),
            "without a session token",
        ),
        (
            "LaunchTemplateData/MetadataOptions/HttpPutResponseHopLimit",
            2.into_json(),
            "answers pods",
        ),
        (
            "LaunchTemplateData/BlockDeviceMappings/1/Ebs/Encrypted",
            false.into_json(),
            "is not encrypted",
        ),
        ("LaunchTemplateData/KeyName", "ops".into_json(), "key pair"),
        (
            "LaunchTemplateData/NetworkInterfaces",
            array([json! { "AssociatePublicIpAddress" => true }]).into_json(),
            "public addresses",
        ),
    ];
    for (path, value, message) in cases {
        assert_finds((template, path), value, ("EKS-06", message));
    }
}

#[test]
fn a_node_group_without_a_template_or_with_ssh_is_refused() {
    let mut stack = environment::<Prod>().stack("cluster");
    let access = eks::nodegroup::RemoteAccess::new("ops");
    let subnets = subnets();
    let group = eks::Nodegroup::new(
        elsewhere("elsewhere"),
        RoleArn::literal("arn:aws:iam::444455556666:role/n"),
        subnets,
    );
    stack.add("Nodes", group.remote_access(access));
    let synthesis = synth(App::new("test").stack(stack));
    assert!(finds(&synthesis, "EKS-06", "by SSH"));
    assert!(finds(&synthesis, "EKS-06", "no launch template"));
}

#[test]
fn nodes_in_a_public_subnet_are_refused() {
    let (mut platform, ..) = Platform::<Prod>::new().with_cluster();
    let public = array(platform.vpc.public().ids());
    platform.compute.override_property("ClusterCoreNodes", "Subnets", public);
    let synthesis = platform.synth();
    let found = with_code(&synthesis, "EKS-07");
    assert_eq!(found.len(), 3, "{:?}", problems(&synthesis));
    assert!(found[0].given_value().unwrap().contains("Public"));
}

#[test]
fn core_nodes_that_may_all_vanish_are_refused() {
    let group = "ClusterCoreNodes";
    let cases: [(&'static str, Node, &str); 3] = [
        ("CapacityType", "SPOT".into_json(), "Spot"),
        ("ScalingConfig/MinSize", 1.into_json(), "below two nodes"),
        ("Taints", empty().into_json(), "without the taint"),
    ];
    for (path, value, given) in cases {
        let synthesis = broken(group, path, value);
        let found = with_code(&synthesis, "EKS-08");
        assert_eq!(found.len(), 1, "{path}");
        assert!(found[0].given_value().unwrap().contains(given), "{:?}", found[0].given_value());
    }
}

/// A cluster, a node group and an add-on as someone writes them by hand, without an order.
fn by_hand(stack: &mut Stack<Prod>) {
    let vpc = ec::ResourcesVpcConfig::new(subnets());
    let cluster =
        eks::Cluster::new(vpc, Value::<RoleArn>::literal("arn:aws:iam::444455556666:role/cluster"))
            .name("by-hand")
            .bootstrap_self_managed_addons(false);
    let cluster = stack.add("Cluster", cluster);
    let group = eks::Nodegroup::new(
        &cluster,
        RoleArn::literal("arn:aws:iam::444455556666:role/nodes"),
        subnets(),
    );
    stack.add("Nodes", group);
    stack
        .add("Proxy", eks::Addon::new("kube-proxy", &cluster).addon_version("v1.35.3-eksbuild.17"));
    stack.add(
        "Dns",
        eks::Addon::new("coredns", elsewhere("by-hand")).addon_version("v1.13.2-eksbuild.11"),
    );
}

#[test]
fn nodes_and_add_ons_without_an_order_are_refused() {
    let mut stack = environment::<Prod>().stack("cluster");
    by_hand(&mut stack);
    let synthesis = synth(App::new("test").stack(stack));
    assert!(finds(&synthesis, "EKS-09", "nodes start before an add-on that they need"));
    assert!(finds(&synthesis, "EKS-09", "an add-on is installed before there is a node"));
    let found = with_code(&synthesis, "EKS-09");
    let missing: Vec<_> = found.iter().filter_map(|found| found.given_value()).collect();
    assert!(missing.contains(&"no add-on `vpc-cni`"), "{missing:?}");
}

#[test]
fn nodes_that_do_not_wait_for_their_route_are_refused() {
    let mut platform = Platform::<Prod>::new();
    let subnets = platform.vpc.private().ids();
    let group = eks::Nodegroup::new(
        elsewhere("elsewhere"),
        RoleArn::literal("arn:aws:iam::444455556666:role/nodes"),
        subnets,
    );
    platform.network.add("Nodes", group);
    assert!(finds(&platform.synth(), "EKS-09", "before their way out exists"));
}

#[test]
fn nodes_without_a_way_out_that_do_not_wait_for_their_endpoints_are_refused() {
    let synthesis = |nat, waits: bool| {
        synth(program::<Prod>(vpc_with(nat), |stack, vpc| {
            let role = RoleArn::literal("arn:aws:iam::444455556666:role/nodes");
            let group = eks::Nodegroup::new(elsewhere("elsewhere"), role, vpc.private().ids());
            let private = vpc.private();
            let ready = if waits { private.egress_ready() } else { &[] };
            stack.add("Nodes", group.depends_on_all(ready));
        }))
    };
    let message = "nodes start before the endpoints that are their only way to AWS";
    assert!(finds(&synthesis(Nat::None, false), "EKS-09", message));
    assert!(!finds(&synthesis(Nat::None, true), "EKS-09", message));
    assert!(!finds(&synthesis(Nat::Regional, false), "EKS-09", message));
}

#[test]
fn what_is_written_by_hand_is_held_to_the_same_rules() {
    let mut stack = environment::<Prod>().stack("cluster");
    by_hand(&mut stack);
    let synthesis = synth(App::new("test").stack(stack));
    for code in ["EKS-01", "EKS-02", "EKS-03", "EKS-04", "EKS-05", "EKS-06", "EKS-08", "EKS-09"] {
        assert!(!with_code(&synthesis, code).is_empty(), "{code}");
    }
    assert!(synthesis.assembly.is_none());
}

fn pod_identity(
    platform: &mut Platform,
    cluster: &innovate_aws::cluster::Cluster,
    id: &'static str,
) {
    let identity = PodIdentity::builder()
        .cluster(cluster)
        .service_account(service_account!("api", "api"))
        .build();
    platform.compute.add(id, identity);
}

#[test]
fn a_service_account_with_two_roles_is_refused_with_both_lines() {
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    pod_identity(&mut platform, &cluster, "Api");
    pod_identity(&mut platform, &cluster, "ApiAgain");
    let synthesis = platform.synth();
    let found = with_code(&synthesis, "EKS-10");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].given_value(), Some("api/api"));
    assert_eq!(found[0].related_places().len(), 1);
}

#[test]
fn a_role_for_the_service_account_of_an_add_on_is_refused() {
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let identity = PodIdentity::builder()
        .cluster(&cluster)
        .service_account(service_account!("kube-system", "aws-node"))
        .build();
    platform.compute.add("Cni", identity);
    assert!(finds(&platform.synth(), "EKS-10", "bound to two roles"));
}

fn manifests(objects: Vec<serde_json::Value>) -> ManifestSet {
    let here = std::panic::Location::caller();
    let site = environment::<Prod>().site();
    let manifests = objects.into_iter().map(|object| Manifest::new(object, here)).collect();
    ManifestSet::new("innovate-prod", site, manifests)
}

fn web_identity(conditions: Vec<Condition>) -> Synthesis {
    let statement = conditions.into_iter().fold(
        Statement::allow(["sts:AssumeRoleWithWebIdentity"]).to(Principal::federated(
            "arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB12",
        )),
        Statement::when,
    );
    let mut stack = environment::<Prod>().stack("roles");
    stack.add("Role", iam::Role::new(PolicyDocument::new([statement])));
    synth(App::new("test").stack(stack))
}

#[test]
fn a_trust_in_a_clusters_identity_provider_must_be_exact() {
    let key = |claim: &str| format!("oidc.eks.eu-west-1.amazonaws.com/id/AB12:{claim}");
    let aud = || Condition::string_equals(key("aud"), "sts.amazonaws.com");
    let sub = || Condition::string_equals(key("sub"), "system:serviceaccount:api:api");
    let wild = Condition::string_like(key("sub"), "system:serviceaccount:api:*");
    assert_eq!(with_code(&web_identity(vec![aud(), sub()]), "EKS-11").len(), 0);
    assert_eq!(with_code(&web_identity(vec![aud(), wild]), "EKS-11").len(), 1);
    assert_eq!(with_code(&web_identity(vec![sub()]), "EKS-11").len(), 1);
    assert_eq!(with_code(&web_identity(vec![]), "EKS-11").len(), 2);
}

#[test]
fn the_trust_of_another_identity_provider_is_another_rules_affair() {
    let statement = Statement::allow(["sts:AssumeRoleWithWebIdentity"])
        .to(Principal::federated(
            "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com",
        ))
        .when(Condition::string_like(
            "token.actions.githubusercontent.com:sub",
            "repo:innovate/api:environment:*",
        ));
    let mut stack = environment::<Prod>().stack("roles");
    stack.add("Role", iam::Role::new(PolicyDocument::new([statement])));
    assert_eq!(with_code(&synth(App::new("test").stack(stack)), "EKS-11").len(), 0);
}

#[test]
fn karpenters_queue_without_an_event_or_without_tls_is_refused() {
    assert_finds(
        ("KarpenterInterruptionQueueRebalance", "EventPattern/detail-type"),
        texts(["Something else"]),
        ("KAR-05", "doesn't hear of every interruption"),
    );
    assert_finds(
        ("KarpenterInterruptionQueuePolicy", "PolicyDocument/Statement/1/Effect"),
        "Allow",
        ("KAR-05", "without TLS"),
    );
    let of_other = texts(["https://sqs.eu-west-1.amazonaws.com/444455556666/another"]);
    let synthesis = broken("KarpenterInterruptionQueuePolicy", "Queues", of_other);
    assert!(finds(&synthesis, "KAR-05", "without TLS"), "{:?}", problems(&synthesis));
    let of_any = texts(["https://sqs.eu-west-1.amazonaws.com/444455556666/*"]);
    let synthesis = broken("KarpenterInterruptionQueuePolicy", "Queues", of_any);
    assert_eq!(with_code(&synthesis, "KAR-05").len(), 0, "the policy may be the queue's");
}

#[test]
fn a_node_class_with_an_instance_profile_that_does_not_exist_is_refused() {
    for (profile, expected) in [("innovate-prod-eu-west-1-karpenter-node", 0), ("karpenter", 1)] {
        let class = literal!({
            "apiVersion": "karpenter.k8s.aws/v1",
            "kind": "EC2NodeClass",
            "metadata": {"name": "default"},
            "spec": {"instanceProfile": profile},
        });
        let (platform, ..) = Platform::<Prod>::new().with_cluster();
        let app = App::new("test").stack(platform.keys).stack(platform.network);
        let synthesis = synth(app.stack(platform.compute).manifests(manifests(vec![class])));
        assert_eq!(with_code(&synthesis, "KAR-05").len(), expected, "{profile}");
    }
}

#[test]
fn an_object_whose_controller_has_no_role_is_refused() {
    let objects = [
        ("elbv2.k8s.aws/v1beta1", "IngressClassParams", "LoadBalancerController"),
        ("karpenter.sh/v1", "NodePool", "Karpenter"),
        ("external-secrets.io/v1", "ExternalSecret", "ExternalSecrets"),
    ];
    for (version, kind, construct) in objects {
        let object = || literal!({"apiVersion": version, "kind": kind, "metadata": {"name": "x"}});
        let program = |platform: Platform| {
            let app = App::new("test").stack(platform.keys).stack(platform.network);
            synth(app.stack(platform.compute).manifests(manifests(vec![object()])))
        };
        let (complete, ..) = Platform::<Prod>::new().with_cluster();
        assert_eq!(with_code(&program(complete), "EKS-15").len(), 0, "{kind}");
        let mut bare = Platform::<Prod>::new();
        let cluster = bare.plain_cluster();
        bare.compute.add("Cluster", cluster);
        let synthesis = program(bare);
        let found = with_code(&synthesis, "EKS-15");
        assert_eq!(found.len(), 1, "{kind}");
        assert!(found[0].help_texts()[0].contains(construct), "{:?}", found[0].help_texts());
    }
}

#[test]
fn a_controller_may_have_its_role_through_the_identity_provider() {
    let mut platform = Platform::<Prod>::new();
    let cluster = platform.plain_cluster();
    let cluster = platform.compute.add("Cluster", cluster);
    let provider = platform.compute.add("Oidc", OidcProvider::new(&cluster));
    let role = Irsa::builder()
        .provider(&provider)
        .service_account(service_account!("kube-system", "karpenter"))
        .role_name(name!(RoleName: "karpenter"))
        .build();
    platform.compute.add("Controller", role);
    let pool =
        literal!({"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "x"}});
    let app = App::new("test").stack(platform.keys).stack(platform.network);
    let synthesis = synth(app.stack(platform.compute).manifests(manifests(vec![pool])));
    assert_eq!(with_code(&synthesis, "EKS-15").len(), 0);
}

#[test]
fn every_rule_of_clusters_and_identity_says_why_and_where_that_stands() {
    let mut codes: Vec<&str> = Vec::new();
    for rule in innovate_aws::rules::RULES {
        assert!(!codes.contains(&rule.code), "{}", rule.code);
        codes.push(rule.code);
        if ["EKS", "KAR", "IAM"].iter().any(|family| rule.code.starts_with(family)) {
            assert!(rule.explanation.contains("Source: "), "{}", rule.code);
        }
    }
}
