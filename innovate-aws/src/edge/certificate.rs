//! Certificates.

use std::{fmt, marker::PhantomData};

use innovate_cfn::{
    certificatemanager::{self, certificate},
    kind::CertificateArn,
};
use innovate_core::{
    AnyStack, Construct, Gives, MAIN, ResourceType as _, Scope, StackInUsEast1, Value,
};
use typed_builder::TypedBuilder;

use super::HostedZoneHandle;
use crate::{
    name::{DomainName, Hostname},
    security::{CloudFront, Regional},
};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Regional {}
    impl Sealed for super::CloudFront {}
}

/// What a certificate is for: [`CloudFront`], or load balancers of its region ([`Regional`]).
#[diagnostic::on_unimplemented(
    message = "a certificate can't be for `{Self}`",
    label = "neither `CloudFront` nor `Regional`",
    note = "a distribution takes a `Certificate<CloudFront>`, a load balancer a `Certificate<Regional>`"
)]
pub trait CertificatePlace: sealed::Sealed + 'static {
    /// What such a certificate needs of its stack.
    type Needs;
}

impl CertificatePlace for Regional {
    type Needs = AnyStack;
}

impl CertificatePlace for CloudFront {
    type Needs = StackInUsEast1;
}

/// A name that a certificate covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateName {
    /// One host.
    Host(Hostname),
    /// Every host directly in a domain, but not the domain itself: `*.innovate.example` covers
    /// `www.innovate.example`, and not `a.b.innovate.example`.
    Wildcard(DomainName),
}

/// What checkov is told of a wildcard.
const OF_ONE_ENVIRONMENT: &str = "its hosts are those of one environment's own domain, all in one \
account, and its private key never leaves ACM";

impl CertificateName {
    const fn is_wildcard(&self) -> bool {
        matches!(self, Self::Wildcard(_))
    }

    /// The name as a certificate, a distribution or an ingress has it, if the text is one.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("*.") {
            Some(domain) => DomainName::new(domain.to_owned()).ok().map(Self::Wildcard),
            None => Hostname::new(text.to_owned()).ok().map(Self::Host),
        }
    }

    /// Whether whoever asks for `other` can be shown this name.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Wildcard(domain), Self::Host(host)) => {
                host.as_str().split_once('.').is_some_and(|(_, rest)| rest == domain.as_str())
            }
            (one, other) => one == other,
        }
    }

    /// The domain in which it is proven that the name is ours.
    fn base(&self) -> &str {
        match self {
            Self::Host(host) => host.as_str(),
            Self::Wildcard(domain) => domain.as_str(),
        }
    }
}

impl From<Hostname> for CertificateName {
    fn from(host: Hostname) -> Self {
        Self::Host(host)
    }
}

impl fmt::Display for CertificateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => host.fmt(f),
            Self::Wildcard(domain) => write!(f, "*.{domain}"),
        }
    }
}

/// The kind of key that a certificate for `P` has.
///
/// Sources: "Key algorithms", AWS Certificate Manager User Guide; "Requirements for using SSL/TLS
/// certificates with CloudFront", Amazon CloudFront Developer Guide.
pub struct KeyAlgorithm<P> {
    name: &'static str,
    place: PhantomData<fn() -> P>,
}

impl<P: CertificatePlace> KeyAlgorithm<P> {
    /// RSA with 2,048 bits, which every client knows.
    pub const RSA_2048: Self = Self::of("RSA_2048");
    /// The elliptic curve P-256: as strong as RSA with 3,072 bits, and faster.
    pub const EC_PRIME256V1: Self = Self::of("EC_prime256v1");

    const fn of(name: &'static str) -> Self {
        Self { name, place: PhantomData }
    }
}

impl KeyAlgorithm<Regional> {
    /// The elliptic curve P-384, which CloudFront doesn't take.
    pub const EC_SECP384R1: Self = Self::of("EC_secp384r1");
}

impl<P> Clone for KeyAlgorithm<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for KeyAlgorithm<P> {}

impl<P> fmt::Debug for KeyAlgorithm<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A public certificate of AWS Certificate Manager, for CloudFront or for load balancers of its
/// region.
///
/// CloudFormation proves by records in the zone that the names are ours, waits for the certificate,
/// and AWS renews it as long as the records are there. The zone must be in the certificate's account,
/// and delegated. The certificate is written into the public transparency logs, without which
/// browsers refuse it.
///
/// By default it covers the zone's domain and every host directly in it. With `host` and `wildcard`
/// it covers what they say and nothing else. A certificate for [`CloudFront`] goes into a stack in
/// us-east-1.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::{edge::{Certificate, HostedZone}, security::{CloudFront, Regional}};
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
///
/// let mut dns = prod.stack("dns");
/// let zone = dns.add("Zone", HostedZone::builder().domain(prod.domain()).build());
/// let api = Certificate::<Regional>::builder().zone(&zone).host(prod.host("api")).build();
/// let api = dns.add("ApiCertificate", api);
/// assert!(api.covers(&prod.host("api")) && !api.covers(&prod.host("www")));
///
/// let mut edge = prod.us_east_1_stack("edge");
/// let site = edge.add("Certificate", Certificate::<CloudFront>::builder().zone(&zone).build());
/// assert!(site.covers(&prod.host("www")));
/// ```
///
/// Sources: "DNS validation" and "Certificate characteristics and limitations", AWS Certificate
/// Manager User Guide; AWS::CertificateManager::Certificate, AWS CloudFormation Template Reference
/// Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Covers a host. May be called for each.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn host(&mut self, host: impl Into<Hostname>) {
        self.names.push(CertificateName::Host(host.into()));
    }
    /// Covers every host directly in a domain, but not the domain itself.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn wildcard(&mut self, domain: &DomainName) {
        self.names.push(CertificateName::Wildcard(domain.clone()));
    }
))]
pub struct Certificate<P: CertificatePlace> {
    /// The zone of its names.
    #[builder(setter(transform = |zone: &HostedZoneHandle| zone.clone()))]
    zone: HostedZoneHandle,
    /// The kind of its key: [`KeyAlgorithm::RSA_2048`] by default.
    #[builder(default = KeyAlgorithm::RSA_2048)]
    key_algorithm: KeyAlgorithm<P>,
    #[builder(via_mutators)]
    names: Vec<CertificateName>,
}

impl<P: CertificatePlace> Construct for Certificate<P> {
    type Handle = CertificateHandle<P>;
    type Needs = P::Needs;

    fn build(self, scope: &mut Scope<'_>) -> CertificateHandle<P> {
        let domain = self.zone.domain();
        let (first, more) = match self.names.split_first() {
            Some((first, more)) => (first.clone(), more.to_vec()),
            None => (
                CertificateName::Host(domain.into()),
                vec![CertificateName::Wildcard(domain.clone())],
            ),
        };
        let names: Vec<CertificateName> = [&first].into_iter().chain(&more).cloned().collect();
        for name in &names {
            self.zone.check(&name.to_string(), scope);
        }
        let alternatives: Vec<String> = more.iter().map(ToString::to_string).collect();
        let mut certificate = certificatemanager::Certificate::new(first.to_string())
            .validation_method("DNS")
            .domain_validation_options(self.validation(&names))
            .key_algorithm(self.key_algorithm.name)
            .certificate_transparency_logging_preference(
                certificate::CertificateTransparencyLoggingPreference::ENABLED,
            );
        if !alternatives.is_empty() {
            certificate = certificate.subject_alternative_names(alternatives);
        }
        if let Some(delegation) = self.zone.delegation() {
            certificate = certificate.depends_on(delegation);
        }
        CertificateHandle {
            arn: match names.iter().any(CertificateName::is_wildcard) {
                true => scope.add(MAIN, certificate.suppress("CKV2_AWS_71", OF_ONE_ENVIRONMENT)),
                false => scope.add(MAIN, certificate),
            }
            .reference(),
            names,
            region: scope.site().region().to_owned(),
            place: PhantomData,
        }
    }
}

impl<P: CertificatePlace> Certificate<P> {
    /// Where each name is proven to be ours. A wildcard and its domain are proven by one record,
    /// which CloudFormation would otherwise try to make twice.
    fn validation(&self, names: &[CertificateName]) -> Vec<certificate::DomainValidationOption> {
        let mut proven: Vec<&str> = Vec::new();
        let mut options = Vec::new();
        for name in names {
            if proven.contains(&name.base()) {
                continue;
            }
            proven.push(name.base());
            options.push(
                certificate::DomainValidationOption::new()
                    .domain_name(name.to_string())
                    .hosted_zone_id(self.zone.zone_id()),
            );
        }
        options
    }
}

/// A certificate for `P` that is in a stack, or that exists outside the program.
pub struct CertificateHandle<P> {
    arn: Value<CertificateArn>,
    names: Vec<CertificateName>,
    region: String,
    place: PhantomData<fn() -> P>,
}

impl<P: CertificatePlace> CertificateHandle<P> {
    /// A certificate that exists outside the program, by its ARN, in `region`, which covers `names`.
    /// Nothing compares the names with those that it really has.
    pub fn existing(
        arn: impl Gives<CertificateArn>,
        region: crate::Region,
        names: impl IntoIterator<Item = impl Into<CertificateName>>,
    ) -> Self {
        Self {
            arn: arn.give(),
            names: names.into_iter().map(Into::into).collect(),
            region: region.code().to_owned(),
            place: PhantomData,
        }
    }
}

impl<P> CertificateHandle<P> {
    /// Its ARN.
    pub fn arn(&self) -> Value<CertificateArn> {
        self.arn.clone()
    }

    /// What it covers.
    pub fn names(&self) -> &[CertificateName] {
        &self.names
    }

    /// The region that it is in.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Whether it covers a host.
    pub fn covers(&self, host: &Hostname) -> bool {
        let host = CertificateName::Host(host.clone());
        self.names.iter().any(|name| name.covers(&host))
    }
}

impl<P> CertificateHandle<P> {
    /// Whether a certificate that exists outside the program doesn't cover a host. Of the program's
    /// own a rule finds it.
    pub(super) fn misses(&self, host: &Hostname) -> bool {
        self.arn.node().as_reference().is_none() && !self.covers(host)
    }

    /// What it covers, for a message.
    pub(super) fn covered(&self) -> String {
        let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    }
}

impl<P> Clone for CertificateHandle<P> {
    fn clone(&self) -> Self {
        Self {
            arn: self.arn.clone(),
            names: self.names.clone(),
            region: self.region.clone(),
            place: PhantomData,
        }
    }
}

impl<P> fmt::Debug for CertificateHandle<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateHandle")
            .field("names", &self.names)
            .field("region", &self.region)
            .finish()
    }
}
