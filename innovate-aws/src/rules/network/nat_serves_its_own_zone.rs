//! `NET-05`: a NAT gateway of one zone serves that zone.

use std::collections::{BTreeMap, BTreeSet};

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::topology::{Gateway, Topology};
use crate::rules::read::{is_production, target};

/// `NET-05`.
pub static NAT_SERVES_ITS_OWN_ZONE: Rule = Rule {
    code: "NET-05",
    title: "in production, a NAT gateway of one zone serves that zone only",
    explanation: "When the zone of the only NAT gateway fails, no private subnet reaches the \
internet, whichever zone it is in; and until then every byte from another zone costs extra. Use \
`Nat::Regional`, one gateway that AWS spreads over the zones, or `Nat::PerZone`. To save the cost of \
that all the same, `Nat::OneAccepting(ZoneOutage)` says so.\n\nSource: \"NAT gateway basics\", Amazon \
VPC User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let topology = Topology::of(model);
    let zones: BTreeMap<&Address, &Node> = topology
        .subnets
        .iter()
        .filter_map(|subnet| Some((subnet.resource.address(), subnet.zone?)))
        .collect();
    let mut strangers: BTreeMap<&Address, BTreeSet<&str>> = BTreeMap::new();
    for subnet in &topology.subnets {
        for route in topology.routes(subnet) {
            let Gateway::Nat(Some(gateway)) = route.gateway else { continue };
            let home = model
                .resource(gateway)
                .and_then(|gateway| target(gateway, "SubnetId"))
                .and_then(|home| zones.get(home));
            let (Some(home), Some(zone)) = (home, subnet.zone) else { continue };
            if *home != zone {
                let zone = zone.as_text().unwrap_or("another zone");
                strangers.entry(gateway).or_default().insert(zone);
            }
        }
    }
    for (gateway, zones) in strangers {
        let Some(gateway) = model.resource(gateway) else { continue };
        if !is_production(model, gateway) {
            continue;
        }
        let served: Vec<&str> = zones.into_iter().collect();
        let message =
            "one zone's failure would cut private subnets of other zones off the internet";
        findings.report(
            Diagnostic::error("NET-05", message)
                .on(gateway)
                .setter("nat")
                .given(format!("a NAT gateway of one zone that also serves {}", served.join(", ")))
                .allowed("`Nat::Regional`, `Nat::PerZone` or `Nat::None`")
                .help("to save the cost all the same, say `Nat::OneAccepting(ZoneOutage)`"),
        );
    }
}
