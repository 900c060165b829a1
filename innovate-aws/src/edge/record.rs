//! Records of a zone.

use std::net::{Ipv4Addr, Ipv6Addr};

use innovate_cfn::{
    kind::HostedZoneId,
    route53::{self, record_set},
};
use innovate_core::{AnyStack, Construct, Gives, MAIN, ResourceRef, Scope, Str, Text, Value};
use typed_builder::TypedBuilder;

use super::HostedZoneHandle;
use crate::name::{DelegationSigner, DomainName, Hostname, RecordName};

/// The most bytes that one string of a `TXT` record holds.
const TXT_STRING: usize = 255;

/// Who may issue certificates, in a `CAA` record.
///
/// Sources: "Certification Authority Authorization (CAA) records", AWS Certificate Manager User
/// Guide; the documentation of each authority.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateAuthority {
    /// AWS Certificate Manager.
    Amazon,
    /// DigiCert.
    DigiCert,
    /// Google Trust Services.
    GoogleTrustServices,
    /// Let's Encrypt.
    LetsEncrypt,
    /// Another, by the domain that it goes by in such records.
    Other(DomainName),
}

impl CertificateAuthority {
    fn domain(&self) -> &str {
        match self {
            Self::Amazon => "amazon.com",
            Self::DigiCert => "digicert.com",
            Self::GoogleTrustServices => "pki.goog",
            Self::LetsEncrypt => "letsencrypt.org",
            Self::Other(domain) => domain.as_str(),
        }
    }
}

/// What a record says.
///
/// Source: "Supported DNS record types", Amazon Route 53 Developer Guide.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RecordData {
    /// `A`: IPv4 addresses.
    A(Vec<Ipv4Addr>),
    /// `AAAA`: IPv6 addresses.
    Aaaa(Vec<Ipv6Addr>),
    /// `CAA`: who may issue certificates, for single hosts and for all hosts.
    Caa(Vec<CertificateAuthority>),
    /// `CNAME`: the name is another name for that one. A zone's own domain can't have one.
    Cname(Value<Text>),
    /// `DS`: which key signs a part of the zone. A [`Delegation`](super::Delegation) writes it.
    Ds(DelegationSigner),
    /// `MX`: who takes mail, each with its preference; the lowest is tried first.
    Mx(Vec<(u16, Hostname)>),
    /// `NS`: the name servers of a part of the zone.
    Ns(Vec<Hostname>),
    /// `TXT`: any texts. Quotes are written around them, and long ones are cut, by itself.
    Txt(Vec<Str>),
}

impl RecordData {
    /// Texts.
    pub fn txt<T: Into<Str>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Txt(texts.into_iter().map(Into::into).collect())
    }

    /// Another name for `host`.
    pub fn cname(host: impl Gives<Text>) -> Self {
        Self::Cname(host.give())
    }

    const fn type_name(&self) -> &'static str {
        match self {
            Self::A(_) => "A",
            Self::Aaaa(_) => "AAAA",
            Self::Caa(_) => "CAA",
            Self::Cname(_) => "CNAME",
            Self::Ds(_) => "DS",
            Self::Mx(_) => "MX",
            Self::Ns(_) => "NS",
            Self::Txt(_) => "TXT",
        }
    }

    fn values(self) -> Vec<Value<Text>> {
        fn each<T>(items: Vec<T>, text: impl Fn(T) -> String) -> Vec<Value<Text>> {
            items.into_iter().map(|item| text(item).give()).collect()
        }
        match self {
            Self::A(addresses) => each(addresses, |address| address.to_string()),
            Self::Aaaa(addresses) => each(addresses, |address| address.to_string()),
            Self::Caa(authorities) => {
                each(authorities, |authority| format!("0 issue \"{}\"", authority.domain()))
            }
            Self::Cname(host) => vec![host],
            Self::Ds(signer) => each(vec![signer], |signer| signer.to_string()),
            Self::Mx(servers) => each(servers, |(preference, host)| format!("{preference} {host}")),
            Self::Ns(servers) => each(servers, |server| server.to_string()),
            Self::Txt(texts) => each(texts, |text| quoted(&text)),
        }
    }
}

/// The text as Route 53 takes it: in quotes, in strings of up to 255 bytes, with quotes,
/// backslashes and what isn't printable ASCII escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for (at, byte) in text.bytes().enumerate() {
        if at > 0 && at % TXT_STRING == 0 {
            quoted.push_str("\" \"");
        }
        match byte {
            b'"' | b'\\' => {
                quoted.push('\\');
                quoted.push(char::from(byte));
            }
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

/// A record of a zone. For a name that leads to a distribution or a load balancer there is
/// [`AliasRecord`].
///
/// ```
/// use innovate_aws::edge::{HostedZoneHandle, Record, RecordData};
/// use innovate_core::{Prod, Stack};
///
/// fn verify(dns: &mut Stack<Prod>, zone: &HostedZoneHandle) {
///     let record = Record::builder()
///         .zone(zone)
///         .host(zone.domain())
///         .data(RecordData::txt(["v=spf1 -all"]))
///         .build();
///     dns.add("Spf", record);
/// }
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct Record {
    /// The zone that it is in.
    #[builder(setter(transform = |zone: &HostedZoneHandle| zone.clone()))]
    zone: HostedZoneHandle,
    /// The name, in the zone's domain: a host's, or one that no host can have, as
    /// `zone.domain().record("_dmarc")` makes it.
    #[builder(setter(into))]
    host: RecordName,
    /// What it says.
    data: RecordData,
    /// How long resolvers keep it, in seconds: 300 by default.
    #[builder(default = 300)]
    ttl_seconds: u32,
}

impl Construct for Record {
    type Handle = route53::RecordSetRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> route53::RecordSetRef {
        self.zone.check(self.host.as_str(), scope);
        let record = record_set(&self.zone, self.host.to_string(), self.data.type_name())
            .ttl(self.ttl_seconds.to_string())
            .resource_records(self.data.values());
        scope.add(MAIN, record)
    }
}

pub(super) fn record_set(
    zone: &HostedZoneHandle,
    name: impl Gives<Text>,
    type_name: &'static str,
) -> route53::RecordSet {
    route53::RecordSet::new(name, type_name).hosted_zone_id(zone.zone_id())
}

/// Where an alias record leads.
#[derive(Clone, Debug, PartialEq)]
pub struct AliasEndpoint {
    /// The name that AWS gave it.
    pub dns_name: Value<Text>,
    /// The zone that this name is in: one of AWS's own.
    pub zone_id: Value<HostedZoneId>,
    /// Whether it is reached over IPv6 too.
    pub ipv6: bool,
    /// Whether Route 53 looks at its health before it answers with it. CloudFront has none to look
    /// at.
    pub evaluate_health: bool,
}

/// What an alias record can lead to.
#[diagnostic::on_unimplemented(
    message = "an alias record can't lead to `{Self}`",
    label = "no distribution and no load balancer",
    note = "it leads to the handle of a distribution or of a load balancer; for any other name there is `Record` with `RecordData::cname(..)`"
)]
pub trait AliasTarget {
    /// Where records lead.
    fn alias_endpoint(&self) -> AliasEndpoint;
}

/// A name of one's own for a distribution or a load balancer: records for IPv4, and for IPv6 if it
/// has that. Lookups of it cost nothing, and a zone's own domain can have it.
///
/// A distribution makes the records of its hosts itself if it is given their zone.
///
/// Source: "Choosing between alias and non-alias records", Amazon Route 53 Developer Guide.
#[derive(Clone, Debug)]
pub struct AliasRecord {
    zone: HostedZoneHandle,
    host: Hostname,
    endpoint: AliasEndpoint,
}

impl AliasRecord {
    /// Leads `host`, which is in `zone`, to `target`.
    pub fn new(
        zone: &HostedZoneHandle,
        host: impl Into<Hostname>,
        target: &impl AliasTarget,
    ) -> Self {
        Self { zone: zone.clone(), host: host.into(), endpoint: target.alias_endpoint() }
    }
}

impl Construct for AliasRecord {
    type Handle = Vec<ResourceRef>;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> Vec<ResourceRef> {
        let Self { zone, host, endpoint } = self;
        zone.check(host.as_str(), scope);
        let target = || {
            record_set::AliasTarget::new(endpoint.dns_name.clone(), endpoint.zone_id.clone())
                .evaluate_target_health(endpoint.evaluate_health)
        };
        let record = |kind| record_set(&zone, host.to_string(), kind).alias_target(target());
        let mut records = vec![scope.add(MAIN, record("A")).as_ref().clone()];
        if endpoint.ipv6 {
            records.push(scope.add("Ipv6", record("AAAA")).as_ref().clone());
        }
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_escaped_and_cut() {
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("say \"hi\\\""), "\"say \\\"hi\\\\\\\"\"");
        assert_eq!(quoted("é"), "\"\\303\\251\"");
        let long = quoted(&"a".repeat(300));
        assert_eq!(long, format!("\"{}\" \"{}\"", "a".repeat(255), "a".repeat(45)));
    }
}
