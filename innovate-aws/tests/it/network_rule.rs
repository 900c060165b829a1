//! Each rule on networks, by a good program broken in just this way.

use innovate_aws::{
    keys::{Key, Logs},
    network::{
        Connect, Endpoints, Nat, Port, PublicLoadBalancerGroup, SecurityGroup, Vpc, VpcCidr,
        VpcHandle, ZoneOutage,
    },
    vpc_cidr, zones,
};
use innovate_cfn::{
    Tag, ec2, eks, elasticloadbalancingv2 as elb,
    kind::{RoleArn, TransitGatewayId},
};
use innovate_core::{
    App, Dev, Diagnostic, Prod, ResourceRef, Severity, Stack, Stage, Staging, Value, cidr,
};

use crate::program::{database, environment, findings, flow_logs, keys, program, vpc, vpc_with};

/// The good program with more in its network's stack.
fn with(more: impl FnOnce(&mut Stack<Prod>, &VpcHandle)) -> App {
    program::<Prod>(vpc, more)
}

/// What the rules on networks find.
fn on_networks(app: App) -> Vec<Diagnostic> {
    findings(app).into_iter().filter(|found| found.code().starts_with("NET-")).collect()
}

fn codes(app: App) -> Vec<&'static str> {
    on_networks(app).iter().map(Diagnostic::code).collect()
}

/// The findings with a code, and that there are no others.
fn only(code: &str, app: App) -> Vec<Diagnostic> {
    let found = on_networks(app);
    assert!(found.iter().all(|finding| finding.code() == code), "{found:#?}");
    found
}

/// Exactly one finding, with that code.
fn one(code: &str, app: App) -> Diagnostic {
    let mut found = only(code, app);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn with_nat<S: Stage>(nat: Nat) -> App {
    program::<S>(vpc_with(nat), |_, _| {})
}

#[test]
fn a_subnet_outside_its_vpcs_block_is_refused() {
    let found = one(
        "NET-01",
        with(|stack, vpc| {
            stack.add("Stray", ec2::Subnet::new(vpc).cidr_block(cidr!("10.31.0.0/24")));
        }),
    );
    assert_eq!(found.given_value(), Some("10.31.0.0/24"));
    assert_eq!(found.allowed_values(), Some("a part of 10.30.0.0/16"));
}

#[test]
fn subnets_that_overlap_are_refused_with_both_lines() {
    let found = one(
        "NET-01",
        with(|stack, vpc| {
            stack.add("Stray", ec2::Subnet::new(vpc).cidr_block(cidr!("10.30.64.0/20")));
        }),
    );
    assert_eq!(found.message(), "the subnets `Stray` and `VpcPrivateAz3` overlap");
    assert_eq!(found.related_places().len(), 1);
}

#[test]
fn networks_that_overlap_are_warned_of_and_refused_if_peered() {
    let two = |peered: bool| {
        let prod = environment::<Prod>();
        let (made, logs) = keys(&prod);
        let (mut one, mut other) = (prod.stack("network"), prod.stack("other"));
        let ours = one.add("Vpc", vpc(&logs));
        let theirs = other.add("Vpc", vpc(&logs));
        if peered {
            one.add("Peering", ec2::VPCPeeringConnection::new(&theirs, &ours));
        }
        App::new("test").stack(made).stack(one).stack(other)
    };
    for (peered, severity) in [(false, Severity::Warning), (true, Severity::Error)] {
        let found = on_networks(two(peered));
        let found: Vec<_> = found.iter().filter(|found| found.code() == "NET-01").collect();
        assert_eq!(found[0].severity(), severity, "{found:#?}");
    }
}

/// An environment with one network.
fn with_block<S: Stage>(block: VpcCidr) -> App {
    let make = move |logs: &Key<Logs>| {
        Vpc::builder()
            .cidr(block)
            .zones(zones!(EuWest1: az1, az2, az3))
            .flow_logs(flow_logs(logs))
            .build()
    };
    program::<S>(make, |_, _| {})
}

#[test]
fn two_environments_of_one_program_share_no_address() {
    let (prod, dev) = (environment::<Prod>(), environment::<Dev>());
    let ((prod_keys, prod_logs), (dev_keys, dev_logs)) = (keys(&prod), keys(&dev));
    let (mut ours, mut theirs) = (prod.stack("network"), dev.stack("network"));
    ours.add("Vpc", vpc(&prod_logs));
    theirs.add("Vpc", vpc(&dev_logs));
    let found =
        one("NET-01", App::new("test").stack(prod_keys).stack(ours).stack(dev_keys).stack(theirs));
    assert_eq!(found.severity(), Severity::Error);
    assert_eq!(found.stack(), Some("innovate-dev-network"));
}

#[test]
fn an_environment_shares_no_address_with_the_one_that_it_mirrors() {
    let staging = |block| {
        with_block::<Staging>(block).mirrors(with_block::<Prod>(vpc_cidr!("10.30.0.0/16")), [])
    };
    let found = on_networks(staging(vpc_cidr!("10.20.0.0/16")));
    assert!(found.iter().all(|found| found.code() != "NET-01"), "{found:#?}");
    let found = one("NET-01", staging(vpc_cidr!("10.30.64.0/18")));
    assert_eq!(found.severity(), Severity::Error);
    assert_eq!(
        (found.stack(), found.setter_name()),
        (Some("innovate-staging-network"), Some("cidr"))
    );
    assert_eq!(found.given_value(), Some("10.30.64.0/18"));
    assert_eq!(found.allowed_values(), Some("a block that shares no address with 10.30.0.0/16"));
}

#[test]
fn a_service_block_that_overlaps_the_vpc_is_refused() {
    let found = on_networks(with(|stack, vpc| {
        let network =
            eks::cluster::KubernetesNetworkConfig::new().service_ipv4_cidr("10.30.200.0/22");
        let placement = eks::cluster::ResourcesVpcConfig::new(vpc.intra().ids());
        let role = Value::<RoleArn>::literal("arn:aws:iam::444455556666:role/cluster");
        let cluster = eks::Cluster::new(placement, role);
        stack.add("Cluster", cluster.kubernetes_network_config(network));
    }));
    let found: Vec<_> = found.iter().filter(|found| found.code() == "NET-01").collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].given_value(), Some("10.30.200.0/22"));
}

#[test]
fn a_tier_in_two_zones_is_refused_in_production_and_warned_of_elsewhere() {
    fn cache_tier<S: Stage>() -> App {
        program::<S>(vpc, |stack, vpc| {
            for (id, block, zone) in [
                ("CacheOne", cidr!("10.30.192.0/24"), "euw1-az1"),
                ("CacheTwo", cidr!("10.30.193.0/24"), "euw1-az2"),
            ] {
                let subnet = ec2::Subnet::new(vpc)
                    .cidr_block(block)
                    .availability_zone_id(zone)
                    .tags([Tag::new("tier", "cache")]);
                stack.add(id, subnet);
            }
        })
    }
    let found = one("NET-02", cache_tier::<Prod>());
    assert_eq!(found.severity(), Severity::Error);
    assert_eq!(found.given_value(), Some("2 of 2 (euw1-az1, euw1-az2)"));
    assert_eq!(one("NET-02", cache_tier::<Dev>()).severity(), Severity::Warning);
}

#[test]
fn a_private_route_to_the_internet_gateway_is_refused() {
    let found = one(
        "NET-03",
        with(|stack, vpc| {
            let route = ec2::Route::new(&vpc.private().route_tables()[0])
                .destination_cidr_block(cidr!("203.0.113.0/24"))
                .gateway_id(vpc.internet_gateway());
            stack.add("Shortcut", route);
        }),
    );
    assert_eq!(found.message(), "the private tier has a route to an internet gateway");
    assert_eq!(found.path(), Some("Shortcut"));
}

#[test]
fn a_default_route_of_the_data_tier_is_refused() {
    let app = with(|stack, vpc| {
        let route = ec2::Route::new(&vpc.data().route_tables()[0])
            .destination_cidr_block(cidr!("0.0.0.0/0"))
            .transit_gateway_id(Value::<TransitGatewayId>::literal("tgw-0123456789abcdef0"));
        stack.add("WayOut", route);
    });
    assert_eq!(one("NET-04", app).message(), "the data tier has a default route");
}

#[test]
fn one_nat_gateway_in_production_must_be_accepted() {
    let found = one("NET-05", with_nat::<Prod>(Nat::One));
    assert_eq!(found.setter_name(), Some("nat"));
    assert_eq!(
        found.given_value(),
        Some("a NAT gateway of one zone that also serves euw1-az2, euw1-az3")
    );
    assert_eq!(codes(with_nat::<Prod>(Nat::OneAccepting(ZoneOutage))), [""; 0]);
    assert_eq!(codes(with_nat::<Dev>(Nat::One)), [""; 0]);
    assert_eq!(codes(with_nat::<Prod>(Nat::PerZone)), [""; 0]);
    assert_eq!(codes(with_nat::<Prod>(Nat::None)), [""; 0]);
}

#[test]
fn an_endpoint_without_private_dns_or_open_beyond_the_vpc_is_refused() {
    let app = with(|stack, _| {
        stack.override_property("VpcEndpointKms", "PrivateDnsEnabled", false);
        stack.override_property("VpcEndpointSecurityGroupIngress", "CidrIp", "10.0.0.0/8");
    });
    let found = only("NET-06", app);
    let messages: Vec<&str> = found.iter().map(Diagnostic::message).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages.contains(&"the endpoint `VpcEndpointKms` has no private DNS, so nobody uses it")
    );
    let open = found.iter().find(|found| found.given_value().is_some()).unwrap();
    assert_eq!(open.given_value(), Some("10.0.0.0/8 on ports 443 to 443"));
    assert_eq!(open.allowed_values(), Some("TCP 443 from 10.30.0.0/16"));
}

#[test]
fn an_endpoint_in_one_zone_is_refused_in_production() {
    let app = with(|stack, _| {
        stack.override_property("VpcEndpointSts", "SubnetIds", ["subnet-0123456789abcdef0"]);
    });
    assert_eq!(one("NET-06", app).property_path(), Some("SubnetIds"));
}

#[test]
fn a_private_table_without_the_s3_gateway_is_warned_of() {
    let app = with(|stack, _| {
        stack.override_property("VpcEndpointS3", "RouteTableIds", ["rtb-0123456789abcdef0"]);
    });
    let found = only("NET-07", app);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|found| found.severity() == Severity::Warning));
}

#[test]
fn no_group_but_the_load_balancers_lets_the_internet_in() {
    let open = |block: &'static str| {
        with(move |stack, vpc| {
            let group = SecurityGroup::builder().vpc(vpc).description("The API").build();
            let group = stack.add("Api", group);
            let rule = ec2::SecurityGroupIngress::new("tcp")
                .group_id(&group)
                .cidr_ip(block.parse::<innovate_core::Cidr>().unwrap())
                .from_port(443)
                .to_port(443)
                .description("HTTPS");
            stack.add("Open", rule);
        })
    };
    let found = one("NET-09", open("0.0.0.0/0"));
    assert_eq!(found.message(), "`Api` lets the whole internet in");
    assert_eq!(one("NET-09", open("0.0.0.0/1")).given_value(), Some("0.0.0.0/1"));
    assert_eq!(codes(open("203.0.113.0/24")), [""; 0]);
    let balancer = with(|stack, vpc| {
        stack.add("Balancer", PublicLoadBalancerGroup::builder().vpc(vpc).build());
    });
    assert_eq!(codes(balancer), [""; 0]);
    let too_open = with(|stack, vpc| {
        stack.add("Balancer", PublicLoadBalancerGroup::builder().vpc(vpc).build());
        stack.override_property("BalancerHttp", "ToPort", 8080);
    });
    assert_eq!(one("NET-09", too_open).message(), "`Balancer` lets the whole internet in");
}

#[test]
fn an_inline_rule_is_looked_at_too() {
    let app = with(|stack, vpc| {
        let rule = ec2::security_group::Ingress::new("-1").cidr_ipv6("::/0").description("All");
        let group = ec2::SecurityGroup::new("Anything").vpc_id(vpc).security_group_ingress([rule]);
        stack.add("Anything", group);
    });
    let found = one("NET-09", app);
    assert_eq!(found.property_path(), Some("SecurityGroupIngress/0"));
    assert_eq!(found.given_value(), Some("::/0"));
}

#[test]
fn a_rule_without_a_description_is_refused() {
    let app = with(|stack, vpc| {
        let group = SecurityGroup::builder().vpc(vpc).description("The API").build();
        let group = stack.add("Api", group);
        let rule = ec2::SecurityGroupIngress::new("tcp")
            .group_id(&group)
            .source_security_group_id(&group)
            .from_port(7946)
            .to_port(7946);
        stack.add("Gossip", rule);
    });
    assert_eq!(one("NET-10", app).property_path(), Some("Description"));
}

#[test]
fn the_default_security_group_is_used_by_nothing() {
    let app = with(|stack, vpc| {
        let own = ec2::VPCRef::from(AsRef::<ResourceRef>::as_ref(vpc).clone());
        let endpoint = ec2::VPCEndpoint::new(vpc)
            .vpc_endpoint_type(ec2::vpc_endpoint::VpcEndpointType::INTERFACE)
            .service_name("com.amazonaws.eu-west-1.email-smtp")
            .subnet_ids(vpc.endpoint().ids())
            .private_dns_enabled(true)
            .security_group_ids([own.default_security_group()]);
        stack.add("Mail", endpoint);
    });
    assert_eq!(one("NET-10", app).message(), "`Mail` uses the VPC's default security group");
}

fn ingress(
    group: &innovate_aws::network::SecurityGroupHandle,
    block: &str,
) -> ec2::SecurityGroupIngress {
    ec2::SecurityGroupIngress::new("tcp")
        .group_id(group)
        .cidr_ip(block.parse::<innovate_core::Cidr>().unwrap())
        .from_port(5432)
        .to_port(5432)
        .description("PostgreSQL")
}

#[test]
fn a_database_lets_in_groups_and_no_blocks() {
    let app = with(|stack, vpc| {
        let group = database(stack, vpc);
        stack.add("Office", ingress(&group, "10.30.0.0/17"));
    });
    let found = one("NET-10", app);
    assert_eq!(found.message(), "the database `Database` lets in a block of addresses");
    let connected = with(|stack, vpc| {
        let group = database(stack, vpc);
        let api = SecurityGroup::builder().vpc(vpc).description("The API").build();
        let api = stack.add("Api", api);
        stack.allow(&api, Port::POSTGRES, &group);
    });
    assert_eq!(codes(connected), [""; 0]);
}

#[test]
fn an_acl_that_lets_no_replies_back_is_refused() {
    let app = with(|stack, _| {
        stack.override_property("VpcDataAclEgress110", "PortRange/From", 32768);
    });
    let found = only("NET-11", app);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].path(), Some("Vpc/Data/Acl/Ingress110"));
}

#[test]
fn two_acl_entries_with_one_number_are_refused() {
    let app = with(|stack, _| {
        stack.override_property("VpcPublicAclIngress110", "RuleNumber", 100);
    });
    let found = one("NET-11", app);
    assert_eq!(found.message(), "two entries of the network ACL `VpcPublicAcl` share a number");
}

#[test]
fn more_acl_entries_than_the_quota_are_refused() {
    let app = program::<Prod>(
        |logs| {
            Vpc::builder()
                .cidr(vpc_cidr!("10.30.0.0/16"))
                .zones(zones!(EuWest1: az1, az2, az3))
                .internet_ports((8000..8020).map(Port::tcp))
                .flow_logs(flow_logs(logs))
                .build()
        },
        |_, _| {},
    );
    assert!(only("NET-11", app).iter().all(|found| found.message().contains("too many")));
}

#[test]
fn a_vpc_without_flow_logs_and_a_subnet_with_public_addresses_are_refused() {
    let app = with(|stack, vpc| {
        stack.add("Bare", ec2::VPC::new().cidr_block(cidr!("10.99.0.0/16")));
        let subnet =
            ec2::Subnet::new(vpc).cidr_block(cidr!("10.30.200.0/24")).map_public_ip_on_launch(true);
        stack.add("Open", subnet);
    });
    let found = only("NET-12", app);
    let paths: Vec<_> = found.iter().filter_map(Diagnostic::path).collect();
    assert_eq!(paths, ["Bare", "Open"]);
}

#[test]
fn karpenter_may_start_nodes_in_private_subnets_only() {
    let tagged = with(|stack, _| {
        let tags = serde_json::json!([{"Key": "tier", "Value": "data"},
            {"Key": "karpenter.sh/discovery", "Value": "innovate-prod"}]);
        stack.override_property("VpcDataAz1", "Tags", tags);
    });
    assert_eq!(
        one("NET-16", tagged).message(),
        "Karpenter would start nodes in `VpcDataAz1`, which is not private"
    );
}

#[test]
fn the_load_balancer_controller_must_find_the_subnets() {
    let app = with(|stack, vpc| {
        let placement = eks::cluster::ResourcesVpcConfig::new(vpc.intra().ids());
        let role = Value::<RoleArn>::literal("arn:aws:iam::444455556666:role/cluster");
        stack.add("Cluster", eks::Cluster::new(placement, role));
        let tags = serde_json::json!([{"Key": "tier", "Value": "public"}]);
        stack.override_property("VpcPublicAz1", "Tags", tags);
    });
    let found = one("NET-16", app);
    assert_eq!(found.allowed_values(), Some("the tag kubernetes.io/role/elb with the value 1"));
}

#[test]
fn a_cluster_without_a_way_out_needs_endpoints() {
    let isolated = |endpoints, nat| {
        let make = |logs: &_| {
            Vpc::builder()
                .cidr(vpc_cidr!("10.30.0.0/16"))
                .zones(zones!(EuWest1: az1, az2, az3))
                .nat(nat)
                .endpoints(endpoints)
                .flow_logs(flow_logs(logs))
                .build()
        };
        program::<Prod>(make, |stack, vpc| {
            let placement = eks::cluster::ResourcesVpcConfig::new(vpc.intra().ids());
            let role = Value::<RoleArn>::literal("arn:aws:iam::444455556666:role/cluster");
            stack.add("Cluster", eks::Cluster::new(placement, role));
        })
    };
    let found = one("NET-08", isolated(Endpoints::Minimal, Nat::None));
    assert_eq!(
        found.given_value(),
        Some("no default route, and no endpoint for ec2, eks, eks-auth, sts")
    );
    assert_eq!(codes(isolated(Endpoints::PrivateEks, Nat::None)), [""; 0]);
    assert_eq!(codes(isolated(Endpoints::Minimal, Nat::Regional)), [""; 0]);
}

#[test]
fn zones_of_another_region_are_refused_at_their_setter() {
    let app = program::<Prod>(
        |logs| {
            Vpc::builder()
                .cidr(vpc_cidr!("10.30.0.0/16"))
                .zones(zones!(UsEast2: az1, az2, az3))
                .flow_logs(flow_logs(logs))
                .build()
        },
        |_, _| {},
    );
    let found = one("NET-15", app);
    assert_eq!(found.setter_name(), Some("zones"));
    assert_eq!(found.given_value(), Some("use2-az1, use2-az2, use2-az3"));
    assert_eq!(found.allowed_values(), Some("zones of eu-west-1"));
}

#[test]
fn a_port_that_only_the_security_group_opens_is_not_reached() {
    let connected = |port: Port| {
        with(move |stack, vpc| {
            let database = database(stack, vpc);
            let caller = SecurityGroup::builder().vpc(vpc).description("A caller").build();
            let caller = stack.add("Caller", caller);
            stack.allow(&caller, port, &database);
        })
    };
    assert_eq!(codes(connected(Port::POSTGRES)), [""; 0]);
    let found = one("NET-18", connected(Port::tcp(5433)));
    assert_eq!(
        found.message(),
        "the network ACL shuts out what the security group of `Database` lets in"
    );
    assert_eq!(found.given_value(), Some("port 5433 at `VpcDataAz1`"));

    let opened = |logs: &Key<Logs>| {
        Vpc::builder()
            .cidr(vpc_cidr!("10.30.0.0/16"))
            .zones(zones!(EuWest1: az1, az2, az3))
            .database_ports([Port::tcp(5433)])
            .flow_logs(flow_logs(logs))
            .build()
    };
    let app = program::<Prod>(opened, |stack, vpc| {
        let database = database(stack, vpc);
        let caller = SecurityGroup::builder().vpc(vpc).description("A caller").build();
        let caller = stack.add("Caller", caller);
        stack.allow(&caller, Port::tcp(5433), &database);
    });
    assert_eq!(codes(app), [""; 0]);
}

/// The codes of the findings about a database of which some of three locks are open: the route, the
/// ACL and the group.
fn unlocked(route: bool, acl: bool, group: bool) -> Vec<&'static str> {
    let mut found = codes(with(|stack, vpc| {
        let security_group = database(stack, vpc);
        if route {
            let route = ec2::Route::new(&vpc.data().route_tables()[0])
                .destination_cidr_block(cidr!("0.0.0.0/0"))
                .gateway_id(vpc.internet_gateway());
            stack.add("Route", route);
        }
        if acl {
            for entry in ["Ingress", "Egress"] {
                let id = format!("VpcDataAcl{entry}110");
                stack.override_property(&id, "CidrBlock", "0.0.0.0/0");
            }
        }
        if group {
            stack.add("World", ingress(&security_group, "0.0.0.0/0"));
        }
    }));
    found.dedup();
    found
}

#[test]
fn the_internet_reaches_a_database_only_if_all_three_locks_are_open() {
    for locks in 0..8 {
        let (route, acl, group) = (locks & 1 != 0, locks & 2 != 0, locks & 4 != 0);
        let reached = unlocked(route, acl, group).contains(&"NET-14");
        assert_eq!(reached, locks == 7, "route {route}, ACL {acl}, group {group}");
    }
}

#[test]
fn a_load_balancer_that_hands_connections_on_is_a_path_to_the_database() {
    let balanced = |acl_open: bool| {
        with(move |stack, vpc| {
            let group = database(stack, vpc);
            let public = stack.add("Public", PublicLoadBalancerGroup::builder().vpc(vpc).build());
            let balancer = elb::LoadBalancer::new()
                .subnets(vpc.public().ids())
                .security_groups([public.group_id()]);
            stack.add("Balancer", balancer);
            stack.allow(&public, Port::POSTGRES, &group);
            if acl_open {
                for (tier, number) in [("Data", 110), ("Public", 120)] {
                    for entry in ["Ingress", "Egress"] {
                        let id = format!("Vpc{tier}Acl{entry}{number}");
                        stack.override_property(&id, "CidrBlock", "10.30.0.0/16");
                    }
                }
            }
        })
    };
    assert_eq!(codes(balanced(false)), [""; 0]);
    let found = one("NET-14", balanced(true));
    assert_eq!(found.message(), "the internet reaches `Database`");
    assert_eq!(found.given_value(), Some("internet -> Balancer -> Database, on port 5432"));
    assert_eq!(found.related_places().len(), 2);
}
