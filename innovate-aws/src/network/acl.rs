//! Network ACLs: coarse, one a tier, each allowed flow with its way back.
//!
//! An ACL knows no connections, so what may go one way must be let back the other way, to the ports
//! from which clients connect. A flow is declared once and both entries are made from it.

use innovate_cfn::{ec2, kind::NetworkAclId};
use innovate_core::{Cidr, ResourceRef, Scope, Value};

use super::{ANYWHERE, Nat, plan::VpcCidr, port::Port, tier::TierKind};

/// The ports from which clients connect: Linux, NAT gateways and load balancers together. Source:
/// "Ephemeral ports", Amazon VPC User Guide.
const EPHEMERAL: (u16, u16) = (1024, 65535);

/// What may pass, by who opens the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    peer: Cidr,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The peer connects to these ports of the tier.
    In(Port),
    /// The tier connects to these ports of the peer.
    Out(Port),
    /// Everything, both ways.
    Both,
}

impl Flow {
    const fn new(peer: Cidr, way: Way) -> Self {
        Self { peer, way }
    }
}

/// What may pass to and from a tier.
pub(super) fn flows(
    tier: TierKind,
    block: VpcCidr,
    nat: Nat,
    internet: &[Port],
    database: &[Port],
) -> Vec<Flow> {
    let to_internet = || internet.iter().map(|port| Flow::new(ANYWHERE, Way::Out(*port)));
    let private = block.tier(TierKind::Private);
    match tier {
        TierKind::Private => {
            let mut flows = vec![Flow::new(block.cidr(), Way::Both)];
            flows.extend(to_internet());
            flows
        }
        TierKind::Public => {
            let mut flows = vec![
                Flow::new(ANYWHERE, Way::In(Port::HTTPS)),
                Flow::new(ANYWHERE, Way::In(Port::HTTP)),
                Flow::new(private, Way::Both),
            ];
            // What passes a regional gateway passes no subnet of this tier.
            if nat.is_in_subnets() {
                flows.extend(to_internet());
            }
            flows
        }
        TierKind::Data => {
            let mut flows = vec![Flow::new(block.tier(TierKind::Data), Way::Both)];
            flows.extend(database.iter().map(|port| Flow::new(private, Way::In(*port))));
            flows
        }
        TierKind::Endpoint => vec![Flow::new(block.cidr(), Way::In(Port::HTTPS))],
        TierKind::Intra => vec![Flow::new(private, Way::Both)],
    }
}

/// Makes both entries of each flow, but none twice: replies to several ports leave to the same ones.
///
/// An entry's id is its direction and number. CloudFormation creates an entry before it deletes
/// another, and EC2 refuses a second one with the same direction and number: were the ids those of
/// the flows, a flow that takes over another's number would fail at deployment. Peer, protocol and
/// ports change in place.
pub(super) fn add_entries(
    scope: &mut Scope<'_>,
    acl: &Value<NetworkAclId>,
    flows: &[Flow],
) -> Vec<ResourceRef> {
    let (mut made, mut known) = (Vec::new(), Vec::new());
    for (number, flow) in (100..).step_by(10).zip(flows) {
        let (ingress, egress) = match flow.way {
            Way::Both => (None, None),
            Way::In(port) => (Some(port), Some(back(port))),
            Way::Out(port) => (Some(back(port)), Some(port)),
        };
        for (way, is_egress, ports) in [("Ingress", false, ingress), ("Egress", true, egress)] {
            let what = (is_egress, flow.peer, ports);
            if !known.contains(&what) {
                known.push(what);
                let entry = entry(acl, number, flow.peer, ports).egress(is_egress);
                made.push(scope.add(format!("{way}{number}"), entry).as_ref().clone());
            }
        }
    }
    made
}

const fn back(port: Port) -> Port {
    Port::range(port.protocol(), EPHEMERAL.0, EPHEMERAL.1)
}

fn entry(
    acl: &Value<NetworkAclId>,
    number: i32,
    peer: Cidr,
    ports: Option<Port>,
) -> ec2::NetworkAclEntry {
    use ec2::network_acl_entry::PortRange;
    let protocol = ports.map_or(-1, |port| i32::from(port.protocol().number()));
    let entry = ec2::NetworkAclEntry::new(acl, protocol, "allow", number).cidr_block(peer);
    match ports {
        Some(port) => entry.port_range(PortRange::new().from(port.from()).to(port.to())),
        None => entry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{network::ZoneOutage, vpc_cidr};

    #[test]
    fn the_data_tier_lets_in_its_ports_from_private_and_nothing_from_elsewhere() {
        let block = vpc_cidr!("10.30.0.0/16");
        let flows = flows(TierKind::Data, block, Nat::Regional, &[Port::HTTPS], &[Port::POSTGRES]);
        let (private, data) = (block.tier(TierKind::Private), block.tier(TierKind::Data));
        assert!(flows.iter().all(|flow| flow.peer == private || flow.peer == data));
        assert!(flows.contains(&Flow::new(private, Way::In(Port::POSTGRES))));
    }

    #[test]
    fn no_tier_but_the_public_one_lets_the_internet_connect() {
        let block = vpc_cidr!("10.30.0.0/16");
        for tier in TierKind::ALL {
            let open = flows(tier, block, Nat::PerZone, &[Port::HTTPS], &[Port::POSTGRES])
                .iter()
                .any(|flow| flow.peer == ANYWHERE && !matches!(flow.way, Way::Out(_)));
            assert_eq!(open, tier == TierKind::Public, "{tier:?}");
        }
    }

    #[test]
    fn the_public_tier_connects_to_the_internet_only_for_a_gateway_that_is_in_it() {
        let block = vpc_cidr!("10.30.0.0/16");
        for (nat, expected) in [
            (Nat::Regional, false),
            (Nat::None, false),
            (Nat::PerZone, true),
            (Nat::One, true),
            (Nat::OneAccepting(ZoneOutage), true),
        ] {
            let connects = flows(TierKind::Public, block, nat, &[Port::HTTPS], &[])
                .iter()
                .any(|flow| flow.peer == ANYWHERE && matches!(flow.way, Way::Out(_)));
            assert_eq!(connects, expected, "{nat:?}");
        }
    }
}
