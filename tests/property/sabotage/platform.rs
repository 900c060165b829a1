//! The network and the cluster.

use serde_json::{Value, json};

use super::{
    CLUSTER, ENDPOINT, ENTRY, GROUP, INGRESS, NODES, ROUTE, SUBNET, Sabotage, TABLE, TEMPLATE,
    sabotage,
};

pub(super) fn all() -> Vec<Sabotage> {
    let open = json!({ "IpProtocol": "tcp", "CidrIp": "0.0.0.0/0", "Description": "x" });
    let gateway = json!({ "Ref": "VpcInternetGateway" });
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
        sabotage(
            "isolated_clusters_reach_their_services",
            ENDPOINT,
            "/Properties/ServiceName",
            "com.amazonaws.eu-west-1.logs",
        )
        .of("VpcEndpointSts")
        .isolated(),
        sabotage(
            "a_service_account_has_one_role",
            "AWS::IAM::Role",
            "/Properties/AssumeRolePolicyDocument/Statement/0/Condition/ArnEquals",
            Value::Null,
        )
        .of("ApiRole"),
    ]
}

fn public_table() -> Value {
    json!({ "Ref": "VpcPublicRouteTable" })
}
