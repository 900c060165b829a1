//! What a VPC is made of.

use innovate_aws::{
    keys::{Key, Logs},
    name,
    network::{EndpointService, Endpoints, Nat, Vpc, VpcHandle},
    vpc_cidr, zones,
};
use innovate_cfn::ec2;
use innovate_core::{App, Dev, Node, Prod, Resource, ResourceType, StackModel};

use crate::program::{assembly, findings, flow_logs, of_type, program, text, vpc, vpc_with};

fn network(app: &App) -> &StackModel {
    app.stack_models().get(1).expect("the network's stack")
}

fn made(make: impl FnOnce(&Key<Logs>) -> Vpc) -> App {
    program::<Prod>(make, |_, _| {})
}

fn with_nat(nat: Nat) -> App {
    made(vpc_with(nat))
}

fn target<'a>(resource: &'a Resource, path: &str) -> &'a str {
    let node = resource.properties().at(path).and_then(Node::as_reference);
    node.expect("a reference").target.logical_id()
}

#[test]
fn a_good_network_has_no_finding() {
    assert_eq!(findings(program::<Prod>(vpc, |_, _| {})), []);
    assert_eq!(findings(program::<Dev>(vpc, |_, _| {})), []);
}

#[test]
fn subnets_are_named_by_tier_and_zone_and_placed_by_zone_id() {
    let app = made(vpc);
    let subnets = of_type(network(&app), "AWS::EC2::Subnet");
    assert_eq!(subnets.len(), 15);
    let subnet = network(&app).resource("VpcDataAz2").expect("a subnet of the data tier");
    assert_eq!(text(subnet, "AvailabilityZoneId"), "euw1-az2");
    assert_eq!(text(subnet, "CidrBlock"), "10.30.137.0/24");
}

#[test]
fn a_gateway_in_each_zone_serves_its_own() {
    let app = with_nat(Nat::PerZone);
    let stack = network(&app);
    for zone in ["Az1", "Az2", "Az3"] {
        let route = stack.resource(&format!("VpcPrivate{zone}DefaultRoute")).expect("a route");
        assert_eq!(target(route, "NatGatewayId"), format!("VpcNat{zone}"));
        let gateway = stack.resource(&format!("VpcNat{zone}")).expect("a gateway");
        assert_eq!(target(gateway, "SubnetId"), format!("VpcPublic{zone}"));
    }
}

#[test]
fn changing_how_nat_is_done_keeps_the_routes() {
    let routes = |nat| -> Vec<String> {
        let app = with_nat(nat);
        let routes = of_type(network(&app), "AWS::EC2::Route").into_iter();
        routes.map(|route| route.logical_id().to_owned()).collect()
    };
    assert_eq!(routes(Nat::Regional), routes(Nat::PerZone));
    assert_eq!(routes(Nat::Regional), routes(Nat::One));
    assert_eq!(routes(Nat::None), ["VpcPublicDefaultRoute"]);
}

#[test]
fn what_needs_the_internet_gateway_waits_for_its_attachment() {
    let app = with_nat(Nat::PerZone);
    let waiting = ["VpcPublicDefaultRoute", "VpcNatAz1", "VpcNatAz1Address"];
    for id in waiting {
        let resource = network(&app).resource(id).expect(id);
        let waits_for: Vec<&str> =
            resource.depends_on().iter().map(innovate_core::Address::logical_id).collect();
        assert!(waits_for.contains(&"VpcInternetGatewayAttachment"), "{id}: {waits_for:?}");
    }
}

#[test]
fn a_gateway_of_one_zone_waits_for_the_way_out_of_its_subnet() {
    for nat in [Nat::PerZone, Nat::One] {
        let app = with_nat(nat);
        let gateway = network(&app).resource("VpcNatAz1").expect("a gateway");
        let waits_for: Vec<&str> =
            gateway.depends_on().iter().map(innovate_core::Address::logical_id).collect();
        for id in
            ["VpcPublicDefaultRoute", "VpcPublicAz1RouteTableAssociation", "VpcPublicAclEgress130"]
        {
            assert!(waits_for.contains(&id), "{nat:?}: {id} is not in {waits_for:?}");
        }
    }
}

#[test]
fn the_public_tier_lets_out_only_what_passes_it() {
    let entries = |nat| -> Vec<String> {
        let app = with_nat(nat);
        let entries = of_type(network(&app), "AWS::EC2::NetworkAclEntry").into_iter();
        let ids = entries.map(|entry| entry.logical_id().to_owned());
        ids.filter_map(|id| Some(id.strip_prefix("VpcPublicAcl")?.to_owned())).collect()
    };
    // Replies to HTTP leave by the entry of those to HTTPS.
    let balancers = ["Ingress100", "Egress100", "Ingress110", "Ingress120", "Egress120"];
    assert_eq!(entries(Nat::Regional), balancers);
    assert_eq!(entries(Nat::None), balancers);
    let zonal = entries(Nat::PerZone);
    assert_eq!(zonal[..5], balancers);
    assert_eq!(zonal[5..], ["Ingress130", "Egress130"]);
}

#[test]
fn gateway_endpoints_serve_the_private_tier_alone() {
    let app = made(vpc);
    for id in ["VpcEndpointS3", "VpcEndpointDynamoDb"] {
        let endpoint = network(&app).resource(id).expect(id);
        let tables = endpoint.properties().at("RouteTableIds").and_then(Node::as_list).unwrap();
        let tables: Vec<&str> =
            tables.iter().map(|table| table.as_reference().unwrap().target.logical_id()).collect();
        let private =
            ["VpcPrivateAz1RouteTable", "VpcPrivateAz2RouteTable", "VpcPrivateAz3RouteTable"];
        assert_eq!(tables, private);
    }
}

#[test]
fn a_node_can_wait_for_all_that_it_needs_to_reach_the_internet() {
    let app = program::<Prod>(vpc, |stack, vpc: &VpcHandle| {
        let instance = ec2::Instance::new().depends_on_all(vpc.egress_ready());
        stack.add("Node", instance);
    });
    let node = network(&app).resource("Node").expect("the node");
    let waits_for: Vec<&str> =
        node.depends_on().iter().map(innovate_core::Address::logical_id).collect();
    for id in [
        "VpcPrivateAz1DefaultRoute",
        "VpcPrivateAz3RouteTableAssociation",
        "VpcPrivateAz2AclAssociation",
        "VpcPrivateAclEgress110",
        "VpcEndpointS3",
        "VpcEndpointEcrDkr",
    ] {
        assert!(waits_for.contains(&id), "{id} is not in {waits_for:?}");
    }
}

#[test]
fn endpoints_are_those_of_the_profile_and_those_added() {
    let app = made(|logs| {
        Vpc::builder()
            .cidr(vpc_cidr!("10.30.0.0/16"))
            .zones(zones!(EuWest1: az1, az2, az3))
            .endpoints(Endpoints::Minimal)
            .additional_endpoints([EndpointService::Xray, EndpointService::EcrApi])
            .flow_logs(flow_logs(logs))
            .build()
    });
    let mut services: Vec<&str> = of_type(network(&app), "AWS::EC2::VPCEndpoint")
        .into_iter()
        .map(|endpoint| {
            text(endpoint, "ServiceName").trim_start_matches("com.amazonaws.eu-west-1.")
        })
        .collect();
    services.sort_unstable();
    assert_eq!(services, ["dynamodb", "ecr.api", "ecr.dkr", "s3", "secretsmanager", "xray"]);
}

#[test]
fn private_subnets_carry_the_tag_of_the_cluster_that_karpenter_looks_for() {
    let tag = |app: &App| {
        let subnet = network(app).resource("VpcPrivateAz1").expect("a private subnet");
        let tags = subnet.properties().at("Tags").and_then(Node::as_list).unwrap_or_default();
        let tag = tags
            .iter()
            .find(|tag| tag.get("Key").and_then(Node::as_text) == Some("karpenter.sh/discovery"));
        tag.and_then(|tag| tag.get("Value")?.as_text().map(str::to_owned))
    };
    assert_eq!(tag(&made(vpc)).as_deref(), Some("innovate-prod"));
    let named = made(|logs| {
        Vpc::builder()
            .cidr(vpc_cidr!("10.30.0.0/16"))
            .zones(zones!(EuWest1: az1, az2, az3))
            .cluster(name!(ClusterName: "blue"))
            .flow_logs(flow_logs(logs))
            .build()
    });
    assert_eq!(tag(&named).as_deref(), Some("blue"));
}

#[test]
fn flow_logs_keep_to_a_group_with_a_key_and_a_retention() {
    let app = made(vpc);
    let group = network(&app).resource("VpcFlowLogLogGroup").expect("the log group");
    assert_eq!(group.properties().at("RetentionInDays"), Some(&Node::Integer(365)));
    assert_eq!(target(group, "KmsKeyId"), "Logs");
    let log = network(&app).resource("VpcFlowLog").expect("the flow log");
    assert_eq!(text(log, "TrafficType"), "ALL");
    assert_eq!(log.properties().at("MaxAggregationInterval"), Some(&Node::Integer(60)));
    assert!(text(log, "LogFormat").contains("${pkt-srcaddr}"));
}

#[test]
fn the_program_yields_templates() {
    let assembly = assembly(made(vpc));
    let network = assembly.index().stacks.iter().find(|each| each.name == "innovate-prod-network");
    assert_eq!(network.expect("the network").depends_on, ["innovate-prod-keys"]);
}
