//! Public zones, and their delegation.

use innovate_cfn::{kind::HostedZoneId, route53};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, Diagnostic, Gives, List, MAIN, ResourceRef,
    ResourceType as _, Scope, Text, Value, value::intrinsic,
};
use typed_builder::TypedBuilder;

use super::{
    Record,
    record::{CertificateAuthority, RecordData, record_set},
};
use crate::name::{DomainName, Hostname};

/// How long resolvers keep a delegation, in seconds. An hour: long enough to be kept, short enough
/// to be mended.
const DELEGATION_TTL: u32 = 3_600;

/// The public zone of a domain: where the names in it are looked up.
///
/// Only Amazon issues certificates for its names, unless the program says who else may. With a parent
/// of the same account the zone is delegated at once; a parent elsewhere gets a [`Delegation`]. It
/// stays when it leaves its stack, since a new one would have other name servers.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Staging;
/// use innovate_aws::edge::HostedZone;
/// # let staging = Environment::<Staging>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("staging.innovate.example")).owner("platform").build();
///
/// let mut dns = staging.stack("dns");
/// let zone = dns.add("Zone", HostedZone::builder().domain(staging.domain()).build());
/// assert!(zone.contains(&staging.host("www")));
/// ```
///
/// Sources: "Working with public hosted zones" and "CAA record type", Amazon Route 53 Developer
/// Guide; "Certification Authority Authorization (CAA) records", AWS Certificate Manager User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct HostedZone {
    /// The domain, such as [`Environment::domain`](crate::Environment::domain).
    #[builder(setter(transform = |domain: &DomainName| domain.clone()))]
    domain: DomainName,
    /// The zone that this one is a part of, if the same account has it: its delegation is made
    /// there. None by default.
    #[builder(default, setter(transform = |parent: &HostedZoneHandle| Some(parent.clone())))]
    parent: Option<HostedZoneHandle>,
    /// Who may issue certificates for names in the zone. Amazon alone by default.
    #[builder(default = vec![CertificateAuthority::Amazon], setter(
        fn transform(authorities: impl IntoIterator<Item = CertificateAuthority>) -> Vec<CertificateAuthority> {
            authorities.into_iter().collect()
        }
    ))]
    certificate_authorities: Vec<CertificateAuthority>,
}

impl Construct for HostedZone {
    type Handle = HostedZoneHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> HostedZoneHandle {
        let zone = route53::HostedZone::new()
            .name(self.domain.as_str().to_owned())
            .removal_policy(DeletionPolicy::RetainExceptOnCreate);
        let zone = scope.add(MAIN, zone);
        let servers: Value<Text> = intrinsic::join(",", zone.name_servers());
        scope.output("DelegationNameServers", servers).describe("What the zone's delegation says");
        let mut handle = HostedZoneHandle {
            id: zone.reference(),
            domain: self.domain,
            name_servers: Some(zone.name_servers()),
            delegation: None,
        };
        let authorities = RecordData::Caa(self.certificate_authorities);
        let host = Hostname::from(&handle.domain);
        scope.add("Caa", Record::builder().zone(&handle).host(host).data(authorities).build());
        if let Some(parent) = &self.parent {
            handle.delegation = Some(scope.add("Delegation", Delegation::new(&handle, parent)));
        }
        handle
    }
}

/// A public zone that is in a stack, or that exists outside the program.
#[derive(Clone, Debug)]
pub struct HostedZoneHandle {
    id: Value<HostedZoneId>,
    domain: DomainName,
    name_servers: Option<Value<List<Text>>>,
    delegation: Option<ResourceRef>,
}

impl HostedZoneHandle {
    /// A zone that exists outside the program, by its id, such as `Z0123456789ABCDEFGHIJ`.
    pub fn existing(id: impl Gives<HostedZoneId>, domain: DomainName) -> Self {
        Self { id: id.give(), domain, name_servers: None, delegation: None }
    }

    /// Its id.
    pub fn zone_id(&self) -> Value<HostedZoneId> {
        self.id.clone()
    }

    /// Its domain.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// Its four name servers, if the program makes it.
    pub fn name_servers(&self) -> Option<Value<List<Text>>> {
        self.name_servers.clone()
    }

    /// Whether a host is in the zone: the domain itself, or a name that ends in it.
    pub fn contains(&self, host: &Hostname) -> bool {
        let before = host.as_str().strip_suffix(self.domain.as_str());
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }

    /// Reports a name that isn't in a zone outside the program. Of the program's own zones a rule
    /// finds it, which knows the others.
    pub(super) fn check(&self, name: &str, scope: &mut Scope<'_>) {
        let domain = self.domain.as_str();
        let host = Hostname::trusted(name.trim_start_matches("*.").to_owned());
        if self.name_servers.is_some() || self.contains(&host) {
            return;
        }
        scope.report(
            Diagnostic::error("DNS-01", format!("`{name}` is not in the zone `{domain}`"))
                .setter("host")
                .given(name)
                .allowed(format!("`{domain}`, or a name that ends in `.{domain}`"))
                .help("give it the zone that the name is in"),
        );
    }

    /// What a certificate of the zone waits for: until the zone is delegated, nobody can look up
    /// what proves that the domain is ours.
    pub(super) const fn delegation(&self) -> Option<&ResourceRef> {
        self.delegation.as_ref()
    }
}

/// Leads lookups of a zone's names to it: its name servers, in the zone that it is a part of.
///
/// It is added to a stack of the account that has the parent, which may be another than the zone's;
/// the zone's environment then needs a `reader_role`. Within one account,
/// `HostedZone::builder().parent(..)` makes it. Of a zone that exists outside the program the name
/// servers aren't known, and it is a finding.
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
}

impl Delegation {
    /// The delegation of `zone` in `parent`.
    pub fn new(zone: &HostedZoneHandle, parent: &HostedZoneHandle) -> Self {
        Self { domain: zone.domain.clone(), servers: zone.name_servers(), parent: parent.clone() }
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
        Self { domain, servers: Some(servers.give()), parent: parent.clone() }
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
        scope.add(MAIN, record).as_ref().clone()
    }
}
