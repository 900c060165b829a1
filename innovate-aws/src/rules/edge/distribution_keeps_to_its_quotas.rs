//! `CF-08`: a distribution keeps to CloudFront's quotas.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    DISTRIBUTION,
    origin::{listed, text},
};

/// `CF-08`.
pub static DISTRIBUTION_KEEPS_TO_ITS_QUOTAS: Rule = Rule {
    code: "CF-08",
    title: "a distribution, its headers and its functions keep to CloudFront's quotas",
    explanation: "\
The header `Content-Security-Policy` has up to 1,783 characters, a header of one's own as many, and a function \
up to 10,240 bytes. A distribution answers for up to 100 hosts, leads up to 75 patterns elsewhere, and has up \
to 100 origins. What exceeds a quota is refused when it is deployed.

A long policy gets shorter by a domain in place of its hosts: `Source::Subdomains(domain)`. AWS raises the \
quotas for who asks, but for that of functions; then `.suppress(\"CF-08\", \"reason\")` accepts the finding.

Source: \"Quotas\", Amazon CloudFront Developer Guide.",
    check: Check::Model(check),
};

const POLICY: &str = "AWS::CloudFront::ResponseHeadersPolicy";
const FUNCTION: &str = "AWS::CloudFront::Function";
/// The most characters of the value of a header.
const HEADER: usize = 1_783;
/// The most bytes of a function.
const CODE: usize = 10_240;
const CONFIG: &str = "ResponseHeadersPolicyConfig";

/// A list of a distribution: its property, the method that fills it, the most that it takes, and of what.
const LISTS: [(&str, &str, usize, &str); 3] = [
    ("Aliases", "aliases", 100, "hosts"),
    ("CacheBehaviors", "route", 75, "patterns"),
    ("Origins", "route", 100, "origins"),
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for policy in model.resources_of(POLICY) {
        check_headers(policy, findings);
    }
    for function in model.resources_of(FUNCTION) {
        let code = function.properties().at("FunctionCode").and_then(Node::as_text);
        if let Some(length) = code.map(str::len).filter(|length| *length > CODE) {
            findings.report(
                report(function, "FunctionCode", "CloudFront doesn't take so long a function")
                    .setter("redirect")
                    .given(format!("{length} bytes"))
                    .allowed(format!("{CODE} bytes")),
            );
        }
    }
    for distribution in model.resources_of(DISTRIBUTION) {
        for (property, setter, most, what) in LISTS {
            let property = format!("DistributionConfig/{property}");
            let count = listed(distribution, &property).len();
            if count > most {
                let message = format!("a distribution doesn't take so many {what}");
                findings.report(
                    report(distribution, property, message)
                        .setter(setter)
                        .given(count)
                        .allowed(format!("{most}, unless AWS has raised the quota")),
                );
            }
        }
    }
}

fn report(
    resource: &Resource,
    property: impl Into<String>,
    message: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error("CF-08", message.into()).on(resource).property(property.into())
}

fn check_headers(policy: &Resource, findings: &mut Findings) {
    let security = format!("{CONFIG}/SecurityHeadersConfig/ContentSecurityPolicy");
    let security = format!("{security}/ContentSecurityPolicy");
    let content = policy.properties().at(&security).and_then(Node::as_text);
    let content = content.map(|value| (security, "Content-Security-Policy", value));
    let custom = listed(policy, &format!("{CONFIG}/CustomHeadersConfig/Items"));
    let custom = custom.iter().filter_map(|(path, header)| {
        Some((format!("{path}/Value"), text(header, "Header")?, text(header, "Value")?))
    });
    for (property, name, value) in content.into_iter().chain(custom) {
        let length = value.chars().count();
        if length > HEADER {
            findings.report(
                report(policy, property, format!("CloudFront doesn't take so long a `{name}`"))
                    .setter("headers")
                    .given(format!("{length} characters"))
                    .allowed(format!("{HEADER} characters, unless AWS has raised the quota"))
                    .help("name a domain in place of its hosts: `Source::Subdomains(domain)`"),
            );
        }
    }
}
