//! Addresses that are always let in, or never.

use innovate_cfn::wafv2::{self, web_acl as waf};
use innovate_core::{Cidr, Scope, Str};

use super::{
    WebAclScope,
    action::{self, Action},
    client_ip::{self, ClientIp},
};

/// A rule about a set of IPv4 addresses. AWS WAF takes blocks of every size but `/0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpRule {
    pub(super) name: Str,
    pub(super) blocks: Vec<Cidr>,
    action: Action,
}

impl IpRule {
    /// Refuses what comes from the blocks.
    pub fn block(name: impl Into<Str>, blocks: impl IntoIterator<Item = Cidr>) -> Self {
        Self { name: name.into(), blocks: blocks.into_iter().collect(), action: Action::Block }
    }

    /// Lets in what comes from the blocks, without a look at any rule that follows.
    pub fn allow(name: impl Into<Str>, blocks: impl IntoIterator<Item = Cidr>) -> Self {
        Self { action: Action::Allow, ..Self::block(name, blocks) }
    }

    pub(super) fn rule<S: WebAclScope>(
        &self,
        priority: u32,
        client_ip: ClientIp,
        set_name: String,
        scope: &mut Scope<'_>,
    ) -> waf::Rule {
        let addresses: Vec<String> = self.blocks.iter().map(Cidr::to_string).collect();
        let version = wafv2::ip_set::IPAddressVersion::IPV4;
        let set = wafv2::IPSet::new(addresses, version, S::IP_SET).name(set_name);
        let set = scope.add(format!("{}Addresses", self.name), set);
        let mut reference = waf::IPSetReferenceStatement::new(set.arn());
        if client_ip == ClientIp::ForwardedFor {
            reference = reference.ip_set_forwarded_ip_config(client_ip::forwarded_in_set());
        }
        let statement = waf::Statement::new().ip_set_reference_statement(reference);
        action::rule(self.name.clone(), priority, statement).action(self.action.property())
    }
}
