//! What holds for every network that a program can ask for.

use std::collections::{BTreeMap, BTreeSet};

use innovate_aws::{
    Environment, Region, Zones, account, domain, name,
    network::{
        Connect, EndpointService, Endpoints, Nat, Port, SecurityGroup, Vpc, VpcCidr, ZoneOutage,
        tier::TierKind,
    },
};
use innovate_cfn::kind::VpcId;
use innovate_core::{App, Cidr, Dev, Prod, Resource, Stage, Value};
use proptest::{prelude::*, sample::subsequence};

use crate::program::{assembly, findings, flow_logs, keys, of_type, text};

/// The choices that a network takes.
#[derive(Clone, Debug)]
struct Choices {
    region: Region,
    zones: Vec<u8>,
    block: VpcCidr,
    nat: Nat,
    endpoints: Endpoints,
    additional: Vec<EndpointService>,
    ports: Vec<u16>,
    database_ports: Vec<u16>,
}

/// The regions in which a network has room for three zones.
fn regions() -> Vec<Region> {
    let usable = |region: &Region| zones_of(*region).len() >= Zones::FEWEST;
    Region::ALL.iter().copied().filter(usable).collect()
}

/// The zones of a region that can stand side by side.
fn zones_of(region: Region) -> Vec<u8> {
    let mut numbers: Vec<u8> = region.zone_numbers().to_vec();
    numbers.retain(|number| !region.zones_without_eks().contains(number));
    numbers.truncate(Zones::MOST);
    numbers
}

fn block() -> impl Strategy<Value = VpcCidr> {
    (VpcCidr::LARGEST..=VpcCidr::SMALLEST, any::<u32>()).prop_map(|(prefix, seed)| {
        let addresses = 1u32 << (32 - prefix);
        let first = cidr_of(0x0a00_0000 | (seed & 0x00ff_ffff & !(addresses - 1)), prefix);
        VpcCidr::new(first).unwrap()
    })
}

fn cidr_of(address: u32, prefix: u8) -> Cidr {
    let [a, b, c, d] = address.to_be_bytes();
    format!("{a}.{b}.{c}.{d}/{prefix}").parse().unwrap()
}

fn choices() -> impl Strategy<Value = Choices> {
    let zones = prop::sample::select(regions()).prop_flat_map(|region| {
        let all = zones_of(region);
        let most = all.len();
        (Just(region), subsequence(all, Zones::FEWEST..=most).prop_shuffle())
    });
    let nat = prop::sample::select(vec![
        Nat::Regional,
        Nat::PerZone,
        Nat::OneAccepting(ZoneOutage),
        Nat::None,
    ]);
    let endpoints = prop::sample::select(vec![
        Endpoints::Gateways,
        Endpoints::Minimal,
        Endpoints::PrivateEks,
        Endpoints::Isolated,
    ]);
    let additional = subsequence(EndpointService::ALL.to_vec(), 0..4);
    let ports = |range| prop::collection::btree_set(1u16..=65535, range);
    (zones, block(), nat, endpoints, additional, ports(1..6), ports(1..4)).prop_map(
        |((region, zones), block, nat, endpoints, additional, ports, database_ports)| Choices {
            region,
            zones,
            block,
            nat,
            endpoints,
            additional,
            ports: ports.into_iter().collect(),
            database_ports: database_ports.into_iter().collect(),
        },
    )
}

fn environment<S: Stage>(region: Region) -> Environment<S> {
    Environment::<S>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(region)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

/// The program of the choices; `noise` adds unrelated constructs before the network.
fn app<S: Stage>(choices: &Choices, noise: bool) -> App {
    let environment = environment::<S>(choices.region);
    let (keys, logs) = keys(&environment);
    let mut stack = environment.stack("network");
    if noise {
        let elsewhere = || Value::<VpcId>::literal("vpc-0123456789abcdef0");
        let group = |what| SecurityGroup::builder().vpc(elsewhere()).description(what).build();
        let one = stack.add("Another", group("Another"));
        let other = stack.add("Yet/Another", group("Yet another"));
        stack.allow(&one, Port::POSTGRES, &other);
    }
    let vpc = Vpc::builder()
        .cidr(choices.block)
        .zones(Zones::new(choices.region, &choices.zones).unwrap())
        .nat(choices.nat)
        .endpoints(choices.endpoints)
        .additional_endpoints(choices.additional.clone())
        .internet_ports(choices.ports.iter().copied().map(Port::tcp))
        .database_ports(choices.database_ports.iter().copied().map(Port::tcp))
        .flow_logs(flow_logs(&logs))
        .build();
    stack.add("Vpc", vpc);
    App::new("test").stack(keys).stack(stack)
}

/// The block of each subnet by its logical id.
fn subnets(app: &App) -> BTreeMap<String, Cidr> {
    of_type(&app.stack_models()[1], "AWS::EC2::Subnet")
        .into_iter()
        .map(|subnet| (subnet.logical_id().to_owned(), text(subnet, "CidrBlock").parse().unwrap()))
        .collect()
}

/// What EC2 tells the entries of network ACLs apart by (ACL, direction, number), by logical id.
/// CloudFormation replaces an entry in which one of the three changes.
fn acl_entries(app: &App) -> BTreeMap<String, (String, bool, i64)> {
    let entry = |entry: &Resource| {
        let property = |name| entry.properties().at(name).unwrap();
        let acl = property("NetworkAclId").as_reference().unwrap().target.logical_id().to_owned();
        let outward = property("Egress").as_bool().unwrap();
        (acl, outward, property("RuleNumber").as_integer().unwrap())
    };
    let entries = of_type(&app.stack_models()[1], "AWS::EC2::NetworkAclEntry").into_iter();
    entries.map(|each| (each.logical_id().to_owned(), entry(each))).collect()
}

fn ids(app: &App) -> BTreeSet<String> {
    let resources = app.stack_models()[1].resources().iter();
    resources.map(|resource| resource.logical_id().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_rule_finds_anything_wrong_with_a_network(choices in choices()) {
        prop_assert_eq!(findings(app::<Prod>(&choices, false)), []);
        prop_assert_eq!(findings(app::<Dev>(&choices, false)), []);
    }

    #[test]
    fn subnets_are_inside_the_vpc_and_disjoint(choices in choices()) {
        let blocks: Vec<Cidr> = subnets(&app::<Prod>(&choices, false)).into_values().collect();
        for (at, block) in blocks.iter().enumerate() {
            prop_assert!(choices.block.cidr().contains(*block));
            prop_assert!(blocks.iter().skip(at + 1).all(|other| !block.overlaps(*other)));
        }
    }

    #[test]
    fn every_tier_has_a_subnet_in_each_of_three_zones_or_more(choices in choices()) {
        let app = app::<Prod>(&choices, false);
        for tier in TierKind::ALL {
            let zones: BTreeSet<&str> = of_type(&app.stack_models()[1], "AWS::EC2::Subnet")
                .into_iter()
                .filter(|subnet| subnet.logical_id().starts_with(&format!("Vpc{}Az", tier.name())))
                .map(|subnet| text(subnet, "AvailabilityZoneId"))
                .collect();
            prop_assert_eq!(zones.len(), choices.zones.len());
            prop_assert!(zones.len() >= 3);
        }
    }

    #[test]
    fn a_fourth_zone_moves_no_subnet(choices in choices(), left_out in 0usize..4) {
        let all = zones_of(choices.region);
        prop_assume!(all.len() == Zones::MOST);
        let four = Choices { zones: all, ..choices };
        let mut three = four.clone();
        three.zones.remove(left_out);
        let (before, after) =
            (app::<Prod>(&three, false), app::<Prod>(&four, false));
        let after_subnets = subnets(&after);
        for (id, block) in subnets(&before) {
            prop_assert_eq!(after_subnets.get(&id), Some(&block), "{}", id);
        }
        // The only gateway is in the first zone, so a zone that comes before it takes it over.
        let one = matches!(four.nat, Nat::OneAccepting(_)) && left_out == 0;
        prop_assert!(one || ids(&before).is_subset(&ids(&after)));
    }

    #[test]
    fn nothing_but_block_and_zones_moves_a_subnet(one in choices(), other in choices()) {
        let other = Choices { region: one.region, zones: one.zones.clone(), block: one.block, ..other };
        prop_assert_eq!(subnets(&app::<Prod>(&one, false)), subnets(&app::<Prod>(&other, false)));
    }

    #[test]
    fn an_entry_of_an_acl_is_never_created_beside_the_one_that_it_replaces(
        before in choices(),
        after in choices(),
    ) {
        let before = acl_entries(&app::<Prod>(&before, false));
        let after = acl_entries(&app::<Prod>(&after, false));
        prop_assert!(!before.is_empty());
        for (id, entry) in &before {
            for (other_id, other) in before.iter().chain(&after) {
                prop_assert_eq!(id == other_id, entry == other, "{} and {}", id, other_id);
            }
        }
    }

    #[test]
    fn the_order_of_zones_and_unrelated_constructs_change_no_id(choices in choices()) {
        let mut reversed = choices.clone();
        reversed.zones.reverse();
        reversed.additional.reverse();
        let plain = app::<Prod>(&choices, false);
        prop_assert_eq!(ids(&plain), ids(&app::<Prod>(&reversed, false)));
        prop_assert!(ids(&plain).is_subset(&ids(&app::<Prod>(&choices, true))));
        let (one, other) = (assembly(plain), assembly(app::<Prod>(&reversed, false)));
        prop_assert!(one.files().eq(other.files()), "the same network in other words");
    }
}
