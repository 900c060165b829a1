//! `NET-11`: a network ACL lets replies back.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::topology::{Entry, Topology};

/// `NET-11`.
pub static ACL_LETS_REPLIES_BACK: Rule = Rule {
    code: "NET-11",
    title: "each flow that a network ACL allows is allowed its way back",
    explanation: "A network ACL knows no connections. Who lets requests in to port 443 must let the \
replies out to the ports that clients connect from (1024 to 65535), and the other way round; with \
only one half, connections time out. Two entries of one direction can't share a number, and an ACL \
has 20 entries a direction unless its quota was raised.\n\nSources: \"Network ACL rules\" and \
\"Ephemeral ports\", Amazon VPC User Guide.",
    check: Check::Model(check),
};

const EPHEMERAL: (i64, i64) = (1024, 65535);
const MOST: usize = 20;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (acl, entries) in Topology::of(model).acls() {
        for egress in [false, true] {
            let way: Vec<&Entry<'_>> =
                entries.iter().filter(|entry| entry.egress == egress).collect();
            for pair in way.windows(2) {
                if let [one, other] = pair
                    && one.number == other.number
                {
                    findings.report(same_number(one, other, acl));
                }
            }
            if let Some(entry) = way.get(MOST) {
                findings.report(too_many(entry, way.len(), acl));
            }
        }
        for entry in entries.iter().filter(|entry| entry.allow) {
            if entry.block.is_some() && !has_way_back(entry, entries) {
                findings.report(one_way(entry, acl));
            }
        }
    }
}

fn covers(entry: &Entry<'_>, ports: (i64, i64)) -> bool {
    entry.protocol == -1 || entry.ports.0 <= ports.0 && ports.1 <= entry.ports.1
}

/// Whether replies to what the entry allows pass, or it is itself what lets replies pass.
fn has_way_back(entry: &Entry<'_>, entries: &[Entry<'_>]) -> bool {
    // Only TCP and UDP have ports that replies go to.
    if !matches!(entry.protocol, -1 | 6 | 17) {
        return true;
    }
    let others = || {
        entries.iter().filter(|other| {
            other.allow
                && other.egress != entry.egress
                && (other.protocol == -1 || other.protocol == entry.protocol)
                && match (other.block, entry.block) {
                    (Some(other), Some(own)) => other.contains(own),
                    _ => false,
                }
        })
    };
    let replied = others().any(|other| covers(other, EPHEMERAL));
    let replies = is_for_replies(entry) && others().next().is_some();
    replied || replies
}

/// Whether the entry is meant for replies, even if it lets only some of them through: what lacks
/// the rest is then the request's entry.
fn is_for_replies(entry: &Entry<'_>) -> bool {
    let (from, to) = entry.ports;
    let many = from >= EPHEMERAL.0 && to.saturating_sub(from) >= 10_000;
    entry.protocol == -1 || many || covers(entry, EPHEMERAL)
}

fn one_way(entry: &Entry<'_>, acl: &Address) -> Diagnostic {
    let (way, back) = if entry.egress { ("out", "in") } else { ("in", "out") };
    let block = entry.block.map(|block| block.to_string()).unwrap_or_default();
    let (from, to) = entry.ports;
    let id = acl.logical_id();
    let message = format!("the network ACL `{id}` lets requests {way} and no replies back {back}");
    Diagnostic::error("NET-11", message)
        .on(entry.resource)
        .given(format!("ports {from} to {to}, {block}"))
        .allowed(format!("with it, ports 1024 to 65535 {back} for {block}"))
        .help(format!("add an entry that allows ports 1024 to 65535 {back}"))
}

fn same_number(one: &Entry<'_>, other: &Entry<'_>, acl: &Address) -> Diagnostic {
    let id = acl.logical_id();
    Diagnostic::error("NET-11", format!("two entries of the network ACL `{id}` share a number"))
        .on(other.resource)
        .property("RuleNumber")
        .given(other.number)
        .allowed("a number that no other entry of the direction has")
        .related(one.resource.location(), "the other entry is made here")
}

fn too_many(entry: &Entry<'_>, count: usize, acl: &Address) -> Diagnostic {
    let way = if entry.egress { "outbound" } else { "inbound" };
    let message = format!("the network ACL `{}` has too many {way} entries", acl.logical_id());
    Diagnostic::error("NET-11", message)
        .on(entry.resource)
        .given(count)
        .allowed(format!("{MOST}, unless the quota \"Rules per network ACL\" was raised"))
}
