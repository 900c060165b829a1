//! DB-01: a database can't be reached from the internet.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE};

/// A database has no public address, and its subnets, in three zones, have no way out.
pub static DATABASE_IS_PRIVATE: Rule = Rule {
    code: "DB-01",
    title: "a database has no public address, and its subnets, in three zones, have no way out",
    explanation: "\
A database that can be reached from the internet is one password away from a breach, and one in \
fewer than three zones has nowhere to go when a zone fails while another is being repaired. An \
instance whose `PubliclyAccessible` isn't set gets a public address in every VPC that has an internet \
gateway.

Put it into the network's data tier: `.network(vpc.data())`. On a resource of your own, set \
`PubliclyAccessible` to false, and take subnets of three zones whose route tables have no default \
route.

Sources: RDS.2, AWS Foundational Security Best Practices; `PubliclyAccessible`, \
AWS::RDS::DBInstance, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

const ZONES: usize = 3;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for instance in model.resources_of(INSTANCE) {
        let public = instance.properties().get("PubliclyAccessible");
        if public.is_none() || public.and_then(Node::as_bool) == Some(true) {
            findings.report(public_address(instance, public.is_some()));
        }
    }
    for cluster in model.resources_of(CLUSTER) {
        let public = cluster.properties().get("PubliclyAccessible");
        if public.and_then(Node::as_bool) == Some(true) {
            findings.report(public_address(cluster, true));
        }
    }
    for group in model.resources_of("AWS::RDS::DBSubnetGroup") {
        check_subnets(model, group, findings);
    }
}

fn public_address(database: &Resource, set: bool) -> Diagnostic {
    let message = if set {
        "the database has a public address"
    } else {
        "the database may get a public address: `PubliclyAccessible` isn't set"
    };
    let finding = Diagnostic::error("DB-01", message).on(database).property("PubliclyAccessible");
    let finding = if set { finding.given("true") } else { finding };
    finding.allowed("false")
}

fn check_subnets(model: &Model<'_>, group: &Resource, findings: &mut Findings) {
    let Some(ids) = group.properties().get("SubnetIds").and_then(Node::as_list) else { return };
    let subnets: Vec<&Resource> = ids.iter().filter_map(|id| model.target(id)).collect();
    let zones: Option<BTreeSet<&str>> = subnets.iter().map(|subnet| zone(subnet)).collect();
    // Where a zone isn't known now, each subnet may have one of its own.
    let count = match zones {
        Some(zones) if subnets.len() == ids.len() => zones.len(),
        _ => ids.len(),
    };
    if count < ZONES {
        findings.report(
            Diagnostic::error("DB-01", "the database's subnets are in too few zones")
                .on(group)
                .property("SubnetIds")
                .given(if count == 1 { "1 zone".to_owned() } else { format!("{count} zones") })
                .allowed("3 zones or more")
                .help("give the construct the whole data tier: `.network(vpc.data())`"),
        );
    }
    for subnet in subnets {
        if let Some(route) = way_out(model, subnet) {
            let id = subnet.logical_id();
            findings.report(
                Diagnostic::error("DB-01", format!("the database's subnet `{id}` has a way out"))
                    .on(group)
                    .property("SubnetIds")
                    .related(route.location(), "this default route leads there")
                    .help(
                        "take subnets of the data tier, whose route tables have no default route",
                    ),
            );
        }
    }
}

fn zone(subnet: &Resource) -> Option<&str> {
    let properties = subnet.properties();
    let zone = properties.get("AvailabilityZoneId").or_else(|| properties.get("AvailabilityZone"));
    zone?.as_text()
}

/// A default route of the subnet's route table.
fn way_out<'app>(model: &Model<'app>, subnet: &Resource) -> Option<&'app Resource> {
    let association = "AWS::EC2::SubnetRouteTableAssociation";
    let mut associations = model.referrers(association, "SubnetId", subnet.address());
    let association = associations.next()?;
    let table = model.target(association.properties().get("RouteTableId")?)?;
    let mut routes = model.referrers("AWS::EC2::Route", "RouteTableId", table.address());
    routes.find(|route| {
        let is = |name: &str, block: &str| {
            route.properties().get(name).and_then(Node::as_text) == Some(block)
        };
        is("DestinationCidrBlock", "0.0.0.0/0") || is("DestinationIpv6CidrBlock", "::/0")
    })
}
