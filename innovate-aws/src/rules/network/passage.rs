//! Which packets a network ACL lets through.

use innovate_core::{Cidr, cidr};

use super::{
    firewall::Transport,
    topology::{Entry, Subnet, Topology},
};

/// Whether the subnet's ACL lets through packets to at least one of the ports.
pub(super) fn passes<'m>(
    topology: &Topology<'m>,
    subnet: &Subnet<'m>,
    egress: bool,
    protocol: Transport,
    ports: (i64, i64),
    peer: Cidr,
) -> bool {
    let Some(entries) = topology.acl(subnet) else { return true };
    let protocol = match protocol {
        Transport::Every => -1,
        Transport::Number(number) => number,
    };
    let entries: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.egress == egress).collect();
    // What an ACL says changes only where the ports of an entry begin or end.
    let edges = entries.iter().flat_map(|entry| [entry.ports.0, entry.ports.1.saturating_add(1)]);
    let mut candidates = edges.chain([ports.0]).filter(|port| ports.0 <= *port && *port <= ports.1);
    candidates.any(|port| decides(&entries, protocol, port, peer))
}

/// The first entry that is about a packet decides on it; without one it is dropped.
fn decides(entries: &[&Entry<'_>], protocol: i64, port: i64, peer: Cidr) -> bool {
    for entry in entries.iter().filter(|entry| entry.is_about(protocol, port)) {
        let Some(block) = entry.block.filter(|block| block.overlaps(peer)) else { continue };
        let shared = if block.contains(peer) { peer } else { block };
        // Of the internet's addresses only public ones come from there.
        if peer.prefix() == 0 && is_private(shared) {
            continue;
        }
        if entry.allow {
            return true;
        }
        if block.contains(peer) {
            return false;
        }
    }
    false
}

/// Whether no address of the block is the internet's. Source: "IANA IPv4 Special-Purpose Address
/// Registry".
pub(in crate::rules) fn is_private(block: Cidr) -> bool {
    const PRIVATE: [Cidr; 6] = [
        cidr!("10.0.0.0/8"),
        cidr!("172.16.0.0/12"),
        cidr!("192.168.0.0/16"),
        cidr!("100.64.0.0/10"),
        cidr!("169.254.0.0/16"),
        cidr!("127.0.0.0/8"),
    ];
    PRIVATE.iter().any(|private| private.contains(block))
}
