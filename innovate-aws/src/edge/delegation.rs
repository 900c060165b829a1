//! How lookups get from one zone to another.

use innovate_core::{
    AnyStack, Construct, Diagnostic, Gives, List, MAIN, ResourceRef, Scope, Text, Value,
};

use super::{
    HostedZoneHandle, Record,
    record::{RecordData, record_set},
};
use crate::name::{DelegationSigner, DomainName, Hostname};

/// How long resolvers keep a delegation, in seconds. An hour: long enough to be kept, short enough
/// to be mended.
const DELEGATION_TTL: u32 = 3_600;
/// How long they keep which key signs a zone. Five minutes, since all lookups fail while it is wrong.
const SIGNER_TTL: u32 = 300;

/// Leads lookups of a zone's names to it: its name servers, in the zone that it is a part of.
///
/// It is added to a stack of the account that has the parent, which may be another than the zone's;
/// the zone's environment then needs a `reader_role`. Within one account,
/// `HostedZone::builder().parent(..)` makes it. Of a zone that exists outside the program the name
/// servers aren't known, and it is a finding.
///
/// Of a zone that [`ZoneSigning`](super::ZoneSigning) signs it can say by which key: `.signer(..)`.
///
/// ```
/// use innovate_aws::{domain, edge::{Delegation, HostedZoneHandle}};
/// use innovate_cfn::kind::HostedZoneId;
/// use innovate_core::{Prod, Stack};
///
/// fn delegate(shared: &mut Stack<Prod>, zone: &HostedZoneHandle) {
///     let id = HostedZoneId::literal("Z0123456789ABCDEFGHIJ");
///     let parent = HostedZoneHandle::existing(id, domain!("innovate.example"));
///     shared.add("Staging", Delegation::new(zone, &parent));
/// }
/// ```
///
/// Source: "Routing traffic for subdomains", Amazon Route 53 Developer Guide.
#[derive(Clone, Debug)]
pub struct Delegation {
    domain: DomainName,
    servers: Option<Value<List<Text>>>,
    parent: HostedZoneHandle,
    signer: Option<DelegationSigner>,
}

impl Delegation {
    /// The delegation of `zone` in `parent`.
    pub fn new(zone: &HostedZoneHandle, parent: &HostedZoneHandle) -> Self {
        Self::of(zone.domain().clone(), zone.name_servers(), parent)
    }

    /// The delegation of a zone that another program makes, in another account, by its four name
    /// servers: the output `<id>DelegationNameServers` of that zone's stack. They stay as long as the zone does.
    ///
    /// ```
    /// use innovate_aws::{domain, edge::{Delegation, HostedZoneHandle}, name};
    /// use innovate_core::{Prod, Stack};
    ///
    /// fn delegate(shared: &mut Stack<Prod>, parent: &HostedZoneHandle) {
    ///     let servers = [
    ///         name!(Hostname: "ns-1.awsdns-00.com"),
    ///         name!(Hostname: "ns-600.awsdns-11.net"),
    ///         name!(Hostname: "ns-1100.awsdns-22.org"),
    ///         name!(Hostname: "ns-1700.awsdns-33.co.uk"),
    ///     ];
    ///     let staging = domain!("staging.innovate.example");
    ///     shared.add("Staging", Delegation::to(staging, servers, parent));
    /// }
    /// ```
    pub fn to(domain: DomainName, servers: [Hostname; 4], parent: &HostedZoneHandle) -> Self {
        let servers: Vec<Value<Text>> = servers.iter().map(Gives::<Text>::give).collect();
        Self::of(domain, Some(servers.give()), parent)
    }

    fn of(
        domain: DomainName,
        servers: Option<Value<List<Text>>>,
        parent: &HostedZoneHandle,
    ) -> Self {
        Self { domain, servers, parent: parent.clone(), signer: None }
    }

    /// Says which key signs the zone, by a `DS` record that resolvers keep for five minutes. From then on
    /// who verifies answers refuses those that it hasn't signed, so the zone must have been signed for a
    /// day before, and stays signed until a day after the record is gone.
    ///
    /// Source: "Enabling DNSSEC signing and establishing a chain of trust" and "Disabling DNSSEC signing",
    /// Amazon Route 53 Developer Guide.
    #[must_use]
    pub fn signer(mut self, signer: DelegationSigner) -> Self {
        self.signer = Some(signer);
        self
    }
}

impl Construct for Delegation {
    type Handle = ResourceRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ResourceRef {
        self.parent.check(self.domain.as_str(), scope);
        let record = record_set(&self.parent, self.domain.as_str().to_owned(), "NS")
            .ttl(DELEGATION_TTL.to_string());
        let record = match self.servers {
            Some(servers) => record.resource_records(servers),
            None => {
                scope.report(
                    Diagnostic::error(
                        "DNS-02",
                        "the name servers of a zone outside the program aren't known",
                    )
                    .given(&self.domain)
                    .allowed("a zone that the program makes")
                    .help("name its name servers: `Delegation::to(domain, servers, &parent)`"),
                );
                record
            }
        };
        if let Some(signer) = self.signer {
            let data = RecordData::Ds(signer);
            let record = Record::builder().zone(&self.parent).host(&self.domain).data(data);
            scope.add("Signer", record.ttl_seconds(SIGNER_TTL).build());
        }
        scope.add(MAIN, record).as_ref().clone()
    }
}
