//! The network: `NET-01` to `NET-13` of every environment.

use std::collections::{BTreeMap, BTreeSet};

use innovate::core::Cidr;
use proptest::prelude::*;
use serde_json::Value;

use crate::template::{Templates, items, text};

const TIERS: [&str; 5] = ["Public", "Private", "Data", "Intra", "Endpoint"];

fn subnets(templates: &Templates) -> impl Iterator<Item = (&str, &Value)> {
    templates.of_type("AWS::EC2::Subnet").map(|(_, id, subnet)| (id, &subnet["Properties"]))
}

fn tier_of(id: &str) -> Option<&'static str> {
    TIERS.into_iter().find(|tier| id.starts_with(&format!("Vpc{tier}Az")))
}

/// The same three zones or more in every tier, each once.
pub(crate) fn every_tier_spans_three_zones(templates: &Templates) -> Result<(), TestCaseError> {
    let zones_of = |tier| -> Vec<&str> {
        let mut zones: Vec<&str> = subnets(templates)
            .filter(|(id, _)| tier_of(id) == Some(tier))
            .map(|(_, subnet)| text(&subnet["AvailabilityZoneId"]))
            .collect();
        zones.sort_unstable();
        zones
    };
    let zones = zones_of("Public");
    prop_assert!(zones.len() >= 3, "{:?}", zones);
    prop_assert_eq!(zones.iter().collect::<BTreeSet<_>>().len(), zones.len());
    for tier in TIERS {
        prop_assert_eq!(&zones_of(tier), &zones, "{}", tier);
    }
    Ok(())
}

pub(crate) fn subnets_are_inside_and_disjoint(templates: &Templates) -> Result<(), TestCaseError> {
    let cidr = |node: &Value| Cidr::parse(text(node)).unwrap();
    let (_, _, vpc) = templates.of_type("AWS::EC2::VPC").next().unwrap();
    let vpc = cidr(&vpc["Properties"]["CidrBlock"]);
    let blocks: Vec<Cidr> =
        subnets(templates).map(|(_, subnet)| cidr(&subnet["CidrBlock"])).collect();
    for (at, block) in blocks.iter().enumerate() {
        prop_assert!(vpc.contains(*block), "{} is outside of {}", block, vpc);
        for other in &blocks[at + 1..] {
            prop_assert!(!block.overlaps(*other), "{} overlaps {}", block, other);
        }
    }
    let (_, _, cluster) = templates.one("AWS::EKS::Cluster");
    let services = &cluster["Properties"]["KubernetesNetworkConfig"]["ServiceIpv4Cidr"];
    prop_assert!(!cidr(services).overlaps(vpc), "services have addresses of {}", vpc);
    Ok(())
}

/// The routes of each subnet, over its route table.
fn routes(templates: &Templates) -> BTreeMap<&str, Vec<&Value>> {
    let mut routes: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (_, _, association) in templates.of_type("AWS::EC2::SubnetRouteTableAssociation") {
        let table = &association["Properties"]["RouteTableId"];
        let of_table = templates
            .of_type("AWS::EC2::Route")
            .map(|(_, _, route)| &route["Properties"])
            .filter(|route| route["RouteTableId"] == *table);
        let subnet = text(&association["Properties"]["SubnetId"]["Ref"]);
        assert!(routes.insert(subnet, of_table.collect()).is_none(), "{subnet} has two tables");
    }
    routes
}

/// Public subnets lead to the internet gateway, private ones to a NAT gateway at most, and to that of
/// their own zone unless one is for all; no other tier leads anywhere.
pub(crate) fn routes_lead_where_their_tier_may(templates: &Templates) -> Result<(), TestCaseError> {
    let routes = routes(templates);
    for (id, _) in subnets(templates) {
        let tier = tier_of(id);
        let out = routes.get(id).map_or(&[][..], Vec::as_slice);
        let to = |kind: &str| out.iter().filter(|route| !route[kind].is_null()).count();
        match tier {
            Some("Public") => {
                prop_assert_eq!((out.len(), to("GatewayId")), (1, 1), "{}", id);
            }
            Some("Private") => {
                prop_assert_eq!((to("GatewayId"), to("NatGatewayId")), (0, out.len()), "{}", id);
                prop_assert!(out.len() <= 1, "{}", id);
            }
            _ => prop_assert!(out.is_empty(), "{} has a way out", id),
        }
    }
    let (stack, ..) = templates.one("AWS::EC2::VPC");
    let gateways = templates.of_type("AWS::EC2::NatGateway").count();
    for (id, subnet) in subnets(templates).filter(|(id, _)| tier_of(id) == Some("Private")) {
        let Some(route) = routes.get(id).and_then(|routes| routes.first()) else { continue };
        let (_, _, gateway) = templates.target(stack, &route["NatGatewayId"]).unwrap();
        if gateways > 1 {
            let (_, _, public) =
                templates.target(stack, &gateway["Properties"]["SubnetId"]).unwrap();
            let zone = &public["Properties"]["AvailabilityZoneId"];
            prop_assert_eq!(zone, &subnet["AvailabilityZoneId"], "{}", id);
        }
    }
    Ok(())
}

/// Interface endpoints answer under the services' own names, in several zones, to the network alone;
/// gateways serve every table of the private tier and no other.
pub(crate) fn endpoints_are_private(templates: &Templates) -> Result<(), TestCaseError> {
    let (_, _, vpc) = templates.one("AWS::EC2::VPC");
    let vpc = &vpc["Properties"];
    prop_assert_eq!(&vpc["EnableDnsSupport"], &Value::Bool(true));
    prop_assert_eq!(&vpc["EnableDnsHostnames"], &Value::Bool(true));
    let tables: BTreeSet<&str> = templates
        .of_type("AWS::EC2::SubnetRouteTableAssociation")
        .map(|(_, _, found)| &found["Properties"])
        .filter(|found| tier_of(text(&found["SubnetId"]["Ref"])) == Some("Private"))
        .map(|found| text(&found["RouteTableId"]["Ref"]))
        .collect();
    let mut s3 = 0;
    for (stack, id, endpoint) in templates.of_type("AWS::EC2::VPCEndpoint") {
        let endpoint = &endpoint["Properties"];
        if endpoint["VpcEndpointType"] == "Gateway" {
            let served: BTreeSet<&str> =
                items(&endpoint["RouteTableIds"]).map(|table| text(&table["Ref"])).collect();
            prop_assert_eq!(&served, &tables, "{}", id);
            s3 += usize::from(text(&endpoint["ServiceName"]).ends_with(".s3"));
            continue;
        }
        prop_assert_eq!(&endpoint["PrivateDnsEnabled"], &Value::Bool(true), "{}", id);
        let subnets: Vec<&str> =
            items(&endpoint["SubnetIds"]).map(|subnet| text(&subnet["Ref"])).collect();
        prop_assert!(subnets.len() >= 2, "{}", id);
        prop_assert!(subnets.iter().all(|id| tier_of(id) == Some("Endpoint")), "{}", id);
        for group in items(&endpoint["SecurityGroupIds"]) {
            let (_, group, _) = templates.target(stack, group).unwrap();
            for rule in ingress(templates, group) {
                prop_assert_eq!(&rule["CidrIp"], &vpc["CidrBlock"], "{}", id);
                prop_assert_eq!((&rule["FromPort"], &rule["ToPort"]), (&443.into(), &443.into()));
            }
        }
    }
    prop_assert_eq!(s3, 1);
    Ok(())
}

/// What a security group lets in.
pub(crate) fn ingress<'a>(
    templates: &'a Templates,
    group: &'a str,
) -> impl Iterator<Item = &'a Value> {
    templates.of_type("AWS::EC2::SecurityGroupIngress").filter_map(move |(stack, _, rule)| {
        let (_, id, _) = templates.target(stack, &rule["Properties"]["GroupId"])?;
        (id == group).then_some(&rule["Properties"])
    })
}

/// No security group lets the internet in, and each says what it is for, as does each rule.
pub(crate) fn no_group_lets_the_internet_in(templates: &Templates) -> Result<(), TestCaseError> {
    let alone = templates.of_type("AWS::EC2::SecurityGroupIngress");
    let mut rules: Vec<&Value> = alone.map(|(_, _, rule)| &rule["Properties"]).collect();
    for (_, id, group) in templates.of_type("AWS::EC2::SecurityGroup") {
        let group = &group["Properties"];
        prop_assert!(!text(&group["GroupDescription"]).is_empty(), "{}", id);
        rules.extend(items(&group["SecurityGroupIngress"]));
    }
    prop_assert!(!rules.is_empty());
    for rule in rules {
        prop_assert!(!text(&rule["Description"]).is_empty(), "{}", rule);
        prop_assert!(!text(&rule["CidrIp"]).ends_with("/0"), "{}", rule);
        prop_assert!(rule["CidrIpv6"].is_null(), "{}", rule);
    }
    Ok(())
}

/// What a network ACL lets through one way, it lets back the other way.
pub(crate) fn network_acls_let_replies_back(templates: &Templates) -> Result<(), TestCaseError> {
    let mut entries: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (_, _, entry) in templates.of_type("AWS::EC2::NetworkAclEntry") {
        let acl = text(&entry["Properties"]["NetworkAclId"]["Ref"]);
        entries.entry(acl).or_default().push(&entry["Properties"]);
    }
    prop_assert_eq!(entries.len(), TIERS.len());
    let outward = |entry: &Value| entry["Egress"] == true;
    let ports = |entry: &Value| match entry["Protocol"].as_i64() {
        Some(-1) => (0, 65_535),
        _ => {
            let bound = |name| entry["PortRange"][name].as_i64().unwrap();
            (bound("From"), bound("To"))
        }
    };
    for (acl, entries) in &entries {
        let mut numbers = BTreeSet::new();
        for entry in entries {
            prop_assert_eq!(&entry["RuleAction"], "allow");
            prop_assert!(numbers.insert((outward(entry), entry["RuleNumber"].as_i64())), "{}", acl);
            let ephemeral = (1_024, 65_535);
            let answered = entries.iter().any(|other| {
                let (from, to) = ports(other);
                outward(other) != outward(entry)
                    && (other["Protocol"] == entry["Protocol"] || other["Protocol"] == -1)
                    && other["CidrBlock"] == entry["CidrBlock"]
                    // A way for replies is there for the requests that it answers.
                    && (ports(entry) == ephemeral || (from <= ephemeral.0 && ephemeral.1 <= to))
            });
            prop_assert!(answered, "{}: no way back for {}", acl, entry);
        }
        for direction in [false, true] {
            let count = entries.iter().filter(|entry| outward(entry) == direction).count();
            prop_assert!(count <= 20, "{}", acl);
        }
    }
    Ok(())
}

/// Every flow of every network is logged, and no subnet gives public addresses.
pub(crate) fn flows_are_logged(templates: &Templates) -> Result<(), TestCaseError> {
    for (_, id, _) in templates.of_type("AWS::EC2::VPC") {
        let logged = templates.of_type("AWS::EC2::FlowLog").any(|(_, _, log)| {
            let log = &log["Properties"];
            log["ResourceId"]["Ref"] == *id && log["TrafficType"] == "ALL"
        });
        prop_assert!(logged, "{}", id);
    }
    for (id, subnet) in subnets(templates) {
        prop_assert_eq!(&subnet["MapPublicIpOnLaunch"], &Value::Bool(false), "{}", id);
    }
    Ok(())
}

/// Load balancers find their subnets by tags, and Karpenter private ones only.
pub(crate) fn subnets_are_found_by_their_tags(templates: &Templates) -> Result<(), TestCaseError> {
    let (_, _, cluster) = templates.one("AWS::EKS::Cluster");
    let name = text(&cluster["Properties"]["Name"]);
    for (id, subnet) in subnets(templates) {
        let tag = |key: &str| {
            items(&subnet["Tags"]).find(|tag| tag["Key"] == *key).map(|tag| text(&tag["Value"]))
        };
        let tier = tier_of(id);
        let on = |wanted: &str| (tier == Some(wanted)).then_some("1");
        prop_assert_eq!(tag("kubernetes.io/role/elb"), on("Public"), "{}", id);
        prop_assert_eq!(tag("kubernetes.io/role/internal-elb"), on("Private"), "{}", id);
        let discovered = (tier == Some("Private")).then_some(name);
        prop_assert_eq!(tag("karpenter.sh/discovery"), discovered, "{}", id);
    }
    for class in templates.of_kind("EC2NodeClass") {
        let selected = &class["spec"]["subnetSelectorTerms"][0]["tags"]["karpenter.sh/discovery"];
        prop_assert_eq!(selected, name);
    }
    Ok(())
}

/// A cluster whose private subnets lead nowhere has an endpoint for each service without which no node
/// becomes ready: those of "Private clusters", Karpenter documentation, and that of Pod Identity.
pub(crate) fn isolated_clusters_reach_their_services(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    if templates.of_type("AWS::EC2::NatGateway").next().is_some() {
        return Ok(());
    }
    let offered: BTreeSet<&str> = templates
        .of_type("AWS::EC2::VPCEndpoint")
        .map(|(_, _, endpoint)| text(&endpoint["Properties"]["ServiceName"]))
        .collect();
    for service in ["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "s3", "sqs", "ssm", "sts"] {
        let end = format!(".{service}");
        prop_assert!(
            offered.iter().any(|name| name.ends_with(&end)),
            "no endpoint for {}",
            service
        );
    }
    Ok(())
}
