//! `CF-02`: only its own distribution reads the bucket of a site.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    DISTRIBUTION,
    origin::{bucket, host, is_bucket, origins, text},
};
use crate::{
    identity::{
        document::policies_of,
        statement::{allows, is_about, principal_patterns},
    },
    rules::read::{items, pattern},
};

/// `CF-02`.
pub static SITE_IS_READ_BY_ITS_DISTRIBUTION_ALONE: Rule = Rule {
    code: "CF-02",
    title: "a bucket that a distribution serves is read by that distribution alone",
    explanation: "\
A website endpoint of S3 speaks no TLS, and serves everyone what the bucket holds. An origin access control \
signs CloudFront's requests, so that the bucket can be closed to everyone else; its older kin, the origin \
access identity, can't read what a key of KMS encrypts. The bucket's policy names the one distribution in \
`aws:SourceArn`: without that, a distribution of anyone would read it.

`SiteBucket` and `Distribution` do all of it.

Sources: \"Restrict access to an Amazon S3 origin\", Amazon CloudFront Developer Guide; controls \
CloudFront.12, CloudFront.13 and CloudFront.16, AWS Security Hub User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for distribution in model.resources_of(DISTRIBUTION) {
        for (path, origin) in origins(distribution) {
            let report =
                |property: &str, message: &str| report(distribution, &path, property, message);
            if let Some(host) = host(origin).filter(|host| host.contains(".s3-website")) {
                findings.report(
                    report("DomainName", "an origin is a website endpoint, which speaks no TLS")
                        .given(host)
                        .allowed("the bucket's host: `<name>.s3.<region>.amazonaws.com`"),
                );
                continue;
            }
            if !is_bucket(model, origin) {
                continue;
            }
            check_access(model, origin, &report, findings);
            if let Some(bucket) = bucket(model, origin) {
                check_policy(model, distribution, bucket, &report, findings);
            }
        }
    }
}

fn report(resource: &Resource, path: &str, property: &str, message: &str) -> Diagnostic {
    Diagnostic::error("CF-02", message).on(resource).property(format!("{path}/{property}"))
}

fn check_access(
    model: &Model<'_>,
    origin: &Node,
    report: &impl Fn(&str, &str) -> Diagnostic,
    findings: &mut Findings,
) {
    let Some(control) = origin.get("OriginAccessControlId") else {
        let identity = text(origin, "S3OriginConfig/OriginAccessIdentity");
        let given = match identity.filter(|identity| !identity.is_empty()) {
            Some(identity) => format!("`{identity}`, an origin access identity"),
            None => "no access control".to_owned(),
        };
        findings.report(
            report("OriginAccessControlId", "CloudFront reads a bucket without access control")
                .given(given)
                .allowed("an AWS::CloudFront::OriginAccessControl"),
        );
        return;
    };
    let Some(control) = model.target(control) else { return };
    let property = "OriginAccessControlConfig/SigningBehavior";
    let behavior = control.properties().at(property).and_then(Node::as_text);
    if let Some(behavior) = behavior.filter(|behavior| *behavior != "always") {
        findings.report(
            Diagnostic::error("CF-02", "CloudFront doesn't sign each request for a bucket")
                .on(control)
                .property(property)
                .given(behavior)
                .allowed("always")
                .help("set it to always: the bucket answers signed requests alone"),
        );
    }
}

/// Whether a statement lets CloudFront read.
fn reads(statement: &Node) -> bool {
    allows(statement)
        && principal_patterns(statement, "Service").iter().any(|name| name == CLOUDFRONT)
        && is_about(statement, "s3:GetObject")
}

const CLOUDFRONT: &str = "cloudfront.amazonaws.com";

/// The ARNs that a statement asks the caller to come from.
fn sources(statement: &Node) -> Vec<&Node> {
    let operators = statement.get("Condition").and_then(Node::as_map).unwrap_or_default();
    operators
        .iter()
        .filter(|(operator, _)| !operator.contains("Not") && !operator.ends_with("IfExists"))
        .flat_map(|(_, keys)| keys.as_map().unwrap_or_default())
        .filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"))
        .flat_map(|(_, values)| items(values))
        .collect()
}

fn check_policy(
    model: &Model<'_>,
    distribution: &Resource,
    bucket: &Resource,
    report: &impl Fn(&str, &str) -> Diagnostic,
    findings: &mut Findings,
) {
    let name = bucket.properties().get("BucketName").and_then(Node::as_text);
    let policies = model.resources_of("AWS::S3::BucketPolicy").filter(|policy| {
        let of = policy.properties().get("Bucket");
        of.is_some_and(|of| match model.target(of) {
            Some(target) => target.address() == bucket.address(),
            None => of.as_text().is_some() && of.as_text() == name,
        })
    });
    let mut let_in = false;
    let mut known = true;
    for policy in policies {
        let documents = policies_of(policy);
        known &= !documents.is_empty();
        for statement in documents.iter().flat_map(|document| document.statements()) {
            if !reads(statement) {
                continue;
            }
            let sources = sources(statement);
            // Whatever is deferred but the distribution's own id is taken for what it should be.
            let open = |source: &&Node| source.as_text().is_some_and(|arn| arn.contains('*'));
            if sources.is_empty() || sources.iter().any(open) {
                let given = match sources.first() {
                    Some(source) => pattern(source),
                    None => "no condition on aws:SourceArn".to_owned(),
                };
                findings.report(
                    Diagnostic::error("CF-02", "any distribution may read the bucket of a site")
                        .on(policy)
                        .property("PolicyDocument")
                        .given(given)
                        .allowed("aws:SourceArn is the distribution's ARN")
                        .related(distribution.location(), "the distribution is made here"),
                );
            }
            let_in |=
                sources.is_empty() || sources.iter().any(|source| is_of(source, distribution));
        }
    }
    if known && !let_in {
        let message = "the bucket's policy doesn't let the distribution read";
        findings.report(
            report("DomainName", message)
                .given(format!("the bucket `{}`", bucket.logical_id()))
                .related(bucket.location(), "the bucket is made here")
                .help("use `SiteBucket`, and give it to a `Distribution` as its frontend"),
        );
    }
}

/// Whether an ARN may be the distribution's.
fn is_of(source: &Node, distribution: &Resource) -> bool {
    if source.as_text().is_some() {
        return true;
    }
    let (mut any, mut own) = (false, false);
    source.visit_references(&mut |reference| {
        any = true;
        own |= reference.target == *distribution.address();
    });
    own || !any
}
