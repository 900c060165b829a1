//! `CF-01`: a distribution speaks modern TLS with viewers and origins.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    CERTIFICATE, DISTRIBUTION, certificate_names,
    origin::{behaviors, listed, origins, text},
};
use crate::{edge::CertificateName, rules::read::items};

/// `CF-01`.
pub static VIEWER_AND_ORIGIN_SPEAK_TLS: Rule = Rule {
    code: "CF-01",
    title: "a distribution speaks TLS 1.2 or newer, with a certificate that covers its hosts, and so do its origins",
    explanation: "\
With CloudFront's own certificate a distribution speaks TLS 1.0. A certificate of one's own must be in \
us-east-1 and cover each alias: `*.innovate.example` covers `www.innovate.example`, and neither \
`innovate.example` nor `a.b.innovate.example`. CloudFront refuses the distribution otherwise. Viewers that \
come by HTTP are redirected or refused, and origins are asked by HTTPS with TLS 1.2 alone.

`Distribution` takes a `Certificate<CloudFront>` and `Origin`s that speak TLS.

Sources: \"Requirements for using SSL/TLS certificates with CloudFront\", \"Supported protocols and ciphers \
between viewers and CloudFront\" and \"Require HTTPS for communication between CloudFront and your custom \
origin\", Amazon CloudFront Developer Guide; controls CloudFront.3, CloudFront.7, CloudFront.9, \
CloudFront.10 and CloudFront.15, AWS Security Hub User Guide.",
    check: Check::Model(check),
};

/// What viewers must speak at least.
const PROTOCOLS: [&str; 3] = ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"];
const VIEWER: &str = "DistributionConfig/ViewerCertificate";
/// How the code of `Distribution` begins the list of hosts that it leads to another.
const MOVED: &str = "var MOVED = ";
const TLS: &str = "TLSv1.2";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for distribution in model.resources_of(DISTRIBUTION) {
        check_viewers(distribution, findings);
        check_certificate(model, distribution, findings);
        for (path, behavior) in behaviors(distribution) {
            if text(behavior, "ViewerProtocolPolicy") == Some("allow-all") {
                let message = "the distribution answers in the clear";
                findings.report(
                    report(distribution, format!("{path}/ViewerProtocolPolicy"), message)
                        .given("allow-all")
                        .allowed("redirect-to-https, or https-only")
                        .help("redirect: who types a host without a scheme begins with HTTP"),
                );
            }
        }
        for (path, origin) in origins(distribution) {
            if let Some(config) = origin.get("CustomOriginConfig") {
                check_origin(distribution, &format!("{path}/CustomOriginConfig"), config, findings);
            }
        }
    }
    for origin in model.resources_of("AWS::CloudFront::VpcOrigin") {
        let path = "VpcOriginEndpointConfig";
        if let Some(config) = origin.properties().get(path) {
            check_origin(origin, path, config, findings);
        }
    }
}

fn report(resource: &Resource, property: impl Into<String>, message: &str) -> Diagnostic {
    Diagnostic::error("CF-01", message).on(resource).property(property)
}

fn check_viewers(distribution: &Resource, findings: &mut Findings) {
    let at = |name: &str| distribution.properties().at(&format!("{VIEWER}/{name}"));
    if at("AcmCertificateArn").is_none() && at("IamCertificateId").is_none() {
        findings.report(
            report(distribution, VIEWER, "the distribution has no certificate of its own")
                .given("CloudFront's, with which it speaks TLS 1.0")
                .help("give it a `Certificate<CloudFront>` and a host of your own"),
        );
        return;
    }
    let version = at("MinimumProtocolVersion");
    let known = version.is_none_or(|version| version.as_text().is_some());
    let version = version.and_then(Node::as_text).unwrap_or("TLSv1, the default");
    if known && !PROTOCOLS.contains(&version) {
        findings.report(
            report(
                distribution,
                format!("{VIEWER}/MinimumProtocolVersion"),
                "the distribution speaks old versions of TLS",
            )
            .given(version)
            .allowed(PROTOCOLS.join(", "))
            .help("`ViewerTls` names them"),
        );
    }
}

/// The region in an ARN.
fn region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

fn check_certificate(model: &Model<'_>, distribution: &Resource, findings: &mut Findings) {
    let property = format!("{VIEWER}/AcmCertificateArn");
    let Some(arn) = distribution.properties().at(&property) else { return };
    let certificate = model.target(arn).filter(|found| found.type_name() == CERTIFICATE);
    let place = match certificate {
        Some(certificate) => model
            .stacks()
            .iter()
            .find(|stack| stack.name() == certificate.address().stack())
            .map(|stack| stack.site().region()),
        None => arn.as_text().and_then(region),
    };
    if let Some(place) = place.filter(|place| *place != "us-east-1") {
        let finding =
            report(distribution, &*property, "the distribution's certificate is in another region")
                .setter("certificate")
                .given(place)
                .allowed("us-east-1")
                .help("make a `Certificate<CloudFront>`, in a stack made by `environment.us_east_1_stack(..)`");
        findings.report(match certificate {
            Some(found) => finding.related(found.location(), "the certificate is made here"),
            None => finding,
        });
    }
    let Some(certificate) = certificate else { return };
    let Some(names) = certificate_names(certificate) else { return };
    for (path, alias) in listed(distribution, "DistributionConfig/Aliases") {
        let Some(host) = alias.as_text() else { continue };
        let covered = CertificateName::parse(host)
            .is_some_and(|host| names.iter().any(|name| name.covers(&host)));
        if !covered {
            let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            findings.report(
                report(
                    distribution,
                    path,
                    "the distribution's certificate doesn't cover one of its hosts",
                )
                .setter(if leads_away(model, distribution, host) { "redirect" } else { "aliases" })
                .given(host)
                .allowed(format!("what the certificate covers: {}", shown.join(", ")))
                .related(certificate.location(), "the certificate is made here")
                .help(format!("let it cover the host: `.host(..)` for `{host}`")),
            );
        }
    }
}

/// Whether a function of the distribution names a host: that of `Distribution` does so to lead it to
/// another.
fn leads_away(model: &Model<'_>, distribution: &Resource, host: &str) -> bool {
    let named = format!("\"{host}\"");
    behaviors(distribution).first().is_some_and(|(_, behavior)| {
        let functions = behavior.get("FunctionAssociations").map(items).unwrap_or_default();
        let codes = functions.iter().filter_map(|function| {
            let function = model.target(function.get("FunctionARN")?)?;
            function.properties().at("FunctionCode").and_then(Node::as_text)
        });
        codes
            .filter_map(|code| code.lines().find(|line| line.starts_with(MOVED)))
            .any(|line| line.contains(&named))
    })
}

fn check_origin(resource: &Resource, path: &str, config: &Node, findings: &mut Findings) {
    let policy = config.get("OriginProtocolPolicy");
    let known = policy.is_none_or(|policy| policy.as_text().is_some());
    let policy = policy.and_then(Node::as_text).unwrap_or("match-viewer, the default");
    if known && policy != "https-only" {
        findings.report(
            report(
                resource,
                format!("{path}/OriginProtocolPolicy"),
                "an origin may be asked in the clear",
            )
            .given(policy)
            .allowed("https-only"),
        );
    }
    let Some(protocols) = config.get("OriginSSLProtocols").and_then(Node::as_list) else { return };
    let old: Vec<&str> =
        protocols.iter().filter_map(Node::as_text).filter(|version| *version != TLS).collect();
    if !old.is_empty() {
        findings.report(
            report(
                resource,
                format!("{path}/OriginSSLProtocols"),
                "an origin may be asked with old versions of TLS",
            )
            .given(old.join(", "))
            .allowed(TLS),
        );
    }
}
