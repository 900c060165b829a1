//! `CF-07`: an origin on the internet is shown a secret.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    DISTRIBUTION,
    origin::{host, is_bucket, is_deferred, origins},
};
use crate::rules::read::items;

/// `CF-07`.
pub static ORIGIN_IS_SHOWN_A_SECRET: Rule = Rule {
    code: "CF-07",
    title: "a distribution shows its origins on the internet a secret",
    explanation: "\
Whoever finds the host of an origin on the internet asks it directly, and goes around the distribution's web \
ACL. CloudFront's addresses are those of all its customers, so a security group that lets in them alone \
isn't enough: the distribution adds a header with a secret, and the load balancer refuses requests without \
it. A load balancer behind a VPC origin isn't on the internet at all.

The secret's value is read when the stacks are deployed (`{{resolve:secretsmanager:..}}`), so the secret \
must be in us-east-1 too. `Origin::load_balancer` takes an `OriginHeader` that has one, and `Origin::vpc` \
needs none. CloudFormation reads it again only when it changes what holds it: after a rotation the one that is \
changed first knows a value that the other doesn't, and every request is refused. Another secret replaces \
it without that: `.accepting(..)` of `OriginHeader`.

Sources: \"Restrict access to Application Load Balancers\" and \"Restrict access with VPC origins\", Amazon \
CloudFront Developer Guide; \"Get a secret or secret value from Secrets Manager\", AWS CloudFormation User \
Guide.",
    check: Check::Model(check),
};

/// Parts of the hosts of services that have access control of their own.
const SERVICES: [&str; 3] = [".execute-api.", ".lambda-url.", ".mediapackagev2."];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for distribution in model.resources_of(DISTRIBUTION) {
        for (path, origin) in origins(distribution) {
            let own = host(origin).is_some_and(|host| {
                SERVICES.iter().any(|service| host.contains(service))
                    || host.contains(".s3-website")
            });
            if origin.get("CustomOriginConfig").is_none() || own || is_bucket(model, origin) {
                continue;
            }
            check_headers(distribution, &path, origin, findings);
            check_rotation(model, distribution, &path, origin, findings);
        }
    }
}

fn check_headers(distribution: &Resource, path: &str, origin: &Node, findings: &mut Findings) {
    let headers = origin.get("OriginCustomHeaders").map(items).unwrap_or_default();
    let name =
        |header: &Node| header.get("HeaderName").and_then(Node::as_text).unwrap_or("?").to_owned();
    let property = format!("{path}/OriginCustomHeaders");
    if headers.is_empty() {
        findings.report(
            Diagnostic::error("CF-07", "anyone reaches an origin beside its distribution")
                .on(distribution)
                .property(property)
                .given(format!("`{}` without a secret header", host(origin).unwrap_or("the origin")))
                .help("use `Origin::load_balancer(host, &header)`, or an internal load balancer with `Origin::vpc(..)`"),
        );
        return;
    }
    let secret = |header: &Node| header.get("HeaderValue").is_some_and(is_deferred);
    if !headers.iter().any(secret) {
        let names: Vec<String> = headers.iter().map(name).collect();
        findings.report(
            Diagnostic::error("CF-07", "what an origin asks for is no secret")
                .on(distribution)
                .property(property)
                .given(format!("`{}`, whose value is in the template", names.join("`, `")))
                .allowed("a value of Secrets Manager: `OriginHeader::of(&secret)`"),
        );
    }
}

/// What a header shows stays what the load balancer asks for.
fn check_rotation(
    model: &Model<'_>,
    distribution: &Resource,
    path: &str,
    origin: &Node,
    findings: &mut Findings,
) {
    for header in origin.get("OriginCustomHeaders").map(items).unwrap_or_default() {
        let Some(value) = header.get("HeaderValue").and_then(Node::as_text) else { continue };
        let schedule =
            model.resources_of("AWS::SecretsManager::RotationSchedule").find(|schedule| {
                let secret = schedule.properties().get("SecretId").and_then(|id| model.target(id));
                let name = secret.and_then(|secret| secret.properties().get("Name")?.as_text());
                name.is_some_and(|name| {
                    value.contains(&format!("{{{{resolve:secretsmanager:{name}:"))
                })
            });
        if let Some(schedule) = schedule {
            findings.report(
                Diagnostic::error("CF-07", "the secret of an origin's header is rotated, which CloudFormation doesn't see")
                    .on(distribution)
                    .property(format!("{path}/OriginCustomHeaders"))
                    .given(value)
                    .allowed("a secret that nothing rotates")
                    .related(schedule.location(), "this rotates it")
                    .help("replace it by another secret: `OriginHeader::of(&new).accepting(&old)`, and say so, `.rotation(Rotation::none_because(\"..\"))`"),
            );
        }
    }
}
