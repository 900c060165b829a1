//! Whom a security group lets in, for rules that look at more than AWS.

use innovate_core::{Cidr, check::Model, stack::Address};

use super::firewall::{Firewall, Peer, Transport};

/// Whom the security groups of a program let in.
pub struct Admissions<'m>(Firewall<'m>);

/// Who opens a connection: the security groups that it is in (for a cluster's own, the cluster), and
/// the blocks that its address is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller<'m> {
    /// Its security groups.
    pub groups: Vec<&'m Address>,
    /// The blocks of its subnets.
    pub blocks: Vec<Cidr>,
}

impl std::fmt::Debug for Admissions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admissions").finish_non_exhaustive()
    }
}

impl<'m> Admissions<'m> {
    /// Reads the rules of all groups.
    pub fn of(model: &Model<'m>) -> Self {
        Self(Firewall::of(model))
    }

    /// Whether `group` lets the caller connect to a TCP port from wherever it is. A rule for someone
    /// who is known only at deployment is taken to mean the caller.
    pub fn admits(&self, group: &Address, port: u16, caller: &Caller<'_>) -> bool {
        let port = i64::from(port);
        let of_the_port = self.0.ingress(group).filter(|rule| {
            matches!(rule.protocol, Transport::Every | Transport::Number(6))
                && (rule.ports.0..=rule.ports.1).contains(&port)
        });
        let mut blocks = Vec::new();
        for rule in of_the_port {
            match rule.peer {
                Peer::Group(group) if caller.groups.contains(&group) => return true,
                Peer::Other => return true,
                Peer::Block(block) => blocks.push(block),
                Peer::Group(_) | Peer::EveryIpv6 | Peer::CloudFront => {}
            }
        }
        let let_in = |own: &Cidr| blocks.iter().any(|block| block.contains(*own));
        !caller.blocks.is_empty() && caller.blocks.iter().all(let_in)
    }
}
