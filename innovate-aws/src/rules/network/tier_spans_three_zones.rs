//! `NET-02`: each tier spans three zones.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::topology::{Subnet, Topology};
use crate::rules::read::is_production;

/// `NET-02`.
pub static TIER_SPANS_THREE_ZONES: Rule = Rule {
    code: "NET-02",
    title: "each tier spans three zones",
    explanation: "When a zone fails, what is in two others goes on; with two zones in all, half is \
gone and nothing that needs a majority decides any more. A tier is what the subnets of a VPC say in \
their tag `tier`, or the subnets of a database's subnet group. An error in production, a warning \
elsewhere.\n\nSource: \"Deploy the workload to multiple locations\" (REL10-BP01), AWS Well-Architected \
Framework.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    let mut tiers: BTreeMap<(&Address, &str), Vec<&Subnet<'_>>> = BTreeMap::new();
    for subnet in &topology.subnets {
        if let (Some(vpc), Some(tier)) = (subnet.vpc, subnet.tier) {
            tiers.entry((vpc, tier)).or_default().push(subnet);
        }
    }
    for ((_, tier), subnets) in tiers {
        let mut zones: Vec<&Node> = Vec::new();
        for zone in subnets.iter().filter_map(|subnet| subnet.zone) {
            if !zones.contains(&zone) {
                zones.push(zone);
            }
        }
        // A subnet that names no zone is in whichever EC2 picks.
        let Some(first) = subnets.first().filter(|_| zones.len() < 3) else { continue };
        let message = format!("the {tier} tier does not span three zones");
        let finding = if is_production(model, first.resource) {
            Diagnostic::error("NET-02", message)
        } else {
            Diagnostic::warning("NET-02", message)
        };
        let named: Vec<&str> = zones.iter().filter_map(|zone| zone.as_text()).collect();
        findings.report(
            finding
                .on(first.resource)
                .given(format!("{} of {} ({})", zones.len(), subnets.len(), named.join(", ")))
                .allowed("subnets in three zones or more")
                .help("give each subnet an AvailabilityZoneId of its own"),
        );
    }
}
