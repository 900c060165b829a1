//! Public zones.

use innovate_cfn::{kind::HostedZoneId, route53};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, Diagnostic, Gives, List, MAIN, ResourceRef,
    ResourceType as _, Scope, Text, Value, value::intrinsic,
};
use typed_builder::TypedBuilder;

use super::{
    Delegation, HostedZoneMetric, Record,
    record::{CertificateAuthority, RecordData},
};
use crate::{
    name::{DelegationSigner, DomainName, Hostname},
    observability::Metric,
};

/// The public zone of a domain: where the names in it are looked up.
///
/// Only Amazon issues certificates for its names, unless the program says who else may. With a parent
/// of the same account the zone is delegated at once; a parent elsewhere gets a [`Delegation`]. It
/// stays when it leaves its stack, since a new one would have other name servers.
///
/// Its answers can be signed, so that nobody can forge them: [`ZoneSigning`](super::ZoneSigning). Who asks
/// for what in it is written down by a [`QueryLog`](super::QueryLog). Both are in us-east-1.
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
    /// Which key signs it, for the zone that it is a part of: with it, lookups of names in this one are
    /// verified. It is known once the zone is signed. None by default.
    #[builder(default, setter(strip_option))]
    signer: Option<DelegationSigner>,
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
        match (&self.parent, self.signer) {
            (Some(parent), signer) => {
                let delegation = Delegation::new(&handle, parent);
                let delegation = match signer {
                    Some(signer) => delegation.signer(signer),
                    None => delegation,
                };
                handle.delegation = Some(scope.add("Delegation", delegation));
            }
            (None, Some(signer)) => scope.report(
                Diagnostic::error("DNS-05", "no zone of the program is told which key signs this one")
                    .setter("signer")
                    .given(signer)
                    .help("say which zone it is a part of, `.parent(&zone)`, or tell its registrar by hand"),
            ),
            (None, None) => {}
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

    /// What Route 53 measures about it. The metrics are in us-east-1, and so must be the alarms on them.
    pub fn metric(&self, metric: HostedZoneMetric) -> Metric {
        let zone = ("HostedZoneId", self.zone_id().give());
        Metric::new("AWS/Route53", metric.name(), [zone]).in_unit(metric.unit())
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
