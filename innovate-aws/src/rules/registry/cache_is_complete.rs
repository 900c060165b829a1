//! `ECR-08`: a cache reaches its registry.

use innovate_core::{
    Diagnostic, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use crate::rules::read::{each, text};

/// `ECR-08`.
pub static CACHE_IS_COMPLETE: Rule = Rule {
    code: "ECR-08",
    title: "a cache of another registry has the host and the credential that the registry asks for",
    explanation: "Docker Hub, GitHub, GitLab, Azure and Chainguard ask who pulls: without a credential every \
pull fails. ECR reads the credential from a secret of its own account and region, whose name begins with \
ecr-pullthroughcache/, already as the cache is made: a secret whose value somebody brings is in a stack that \
is deployed before. To fetch from a private registry of another account, ECR needs a role. A registry is \
found by its host.\n\nSource: \"Creating a pull through cache rule in \
Amazon ECR\", Amazon ECR User Guide.",
    check: Check::Model(check),
};

/// Each registry, its host where it is always the same, and whether it asks who pulls.
const UPSTREAMS: [(&str, Option<&str>, bool); 9] = [
    ("azure-container-registry", None, true),
    ("chainguard", Some("cgr.dev"), true),
    ("docker-hub", Some("registry-1.docker.io"), true),
    ("ecr", None, false),
    ("ecr-public", Some("public.ecr.aws"), false),
    ("github-container-registry", Some("ghcr.io"), true),
    ("gitlab-container-registry", Some("registry.gitlab.com"), true),
    ("k8s", Some("registry.k8s.io"), false),
    ("quay", Some("quay.io"), false),
];

/// What a secret's name begins with for ECR to read it.
const PREFIX: &str = "ecr-pullthroughcache/";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (stack, rule) in each(model, "AWS::ECR::PullThroughCacheRule") {
        let upstream = upstream(rule);
        if let Some((name, host, asks)) = upstream {
            let url = text(rule, "UpstreamRegistryUrl");
            if let (Some(host), Some(url)) = (host, url)
                && host != url
            {
                findings.report(
                    Diagnostic::error(
                        "ECR-08",
                        "a cache looks for its registry in the wrong place",
                    )
                    .on(rule)
                    .property("UpstreamRegistryUrl")
                    .given(url)
                    .allowed(host),
                );
            }
            if asks && rule.properties().at("CredentialArn").is_none() {
                findings.report(
                    Diagnostic::error(
                        "ECR-08",
                        "this registry asks who pulls, and the cache doesn't say",
                    )
                    .on(rule)
                    .property("CredentialArn")
                    .given(name)
                    .allowed("the ARN of a secret named ecr-pullthroughcache/..")
                    .help("make the secret with `UpstreamCredential`"),
                );
            }
        }
        findings.extend(credential(model, rule));
        findings.extend(private(stack, rule));
    }
}

/// The registry, by its name or its host.
fn upstream(rule: &Resource) -> Option<(&'static str, Option<&'static str>, bool)> {
    let (name, url) = (text(rule, "UpstreamRegistry"), text(rule, "UpstreamRegistryUrl"));
    UPSTREAMS.iter().copied().find(|(known, host, _)| match name {
        Some(name) => name == *known,
        None => host.is_some() && *host == url,
    })
}

/// A cache of a private registry is of another one, and of another account in a role.
fn private(stack: &StackModel, rule: &Resource) -> Option<Diagnostic> {
    let url = text(rule, "UpstreamRegistryUrl")?;
    let (account, rest) = url.split_once(".dkr.ecr.")?;
    let region = rest.split('.').next()?;
    let site = stack.site();
    if (account, region) == (site.account(), site.region()) {
        return Some(
            Diagnostic::error("ECR-08", "a cache keeps the images of its own registry")
                .on(rule)
                .property("UpstreamRegistryUrl")
                .setter("upstream")
                .given(url)
                .allowed("a registry of another account or region"),
        );
    }
    let alone = account != site.account() && rule.properties().at("CustomRoleArn").is_none();
    alone.then(|| {
        Diagnostic::error("ECR-08", "ECR has no role in which to fetch from another account")
            .on(rule)
            .property("CustomRoleArn")
            .given(url)
            .allowed("a role that pullthroughcache.ecr.amazonaws.com may assume")
            .help("make the cache with `PullThroughCache` of `Upstream::EcrPrivate`, which makes the role")
    })
}

/// CloudFormation leaves nobody the time to bring a value between two resources of one stack.
fn too_late(rule: &Resource, secret: &Resource) -> Option<Diagnostic> {
    let stack = rule.address().stack();
    let contents = ["GenerateSecretString", "SecretString"];
    let is_empty = contents.iter().all(|name| secret.properties().get(name).is_none());
    (is_empty && secret.address().stack() == stack).then(|| {
        Diagnostic::error("ECR-08", "nobody can bring the credential of a cache before ECR reads it")
            .on(rule)
            .property("CredentialArn")
            .setter("upstream")
            .given(format!("a secret without a value, in the cache's own stack `{stack}`"))
            .allowed("a secret of a stack that is deployed before")
            .related(secret.location(), "the secret is made here")
            .help("add the credential to a stack of its own, and bring its value before the cache's is deployed")
    })
}

fn credential(model: &Model<'_>, rule: &Resource) -> Option<Diagnostic> {
    let node = rule.properties().at("CredentialArn")?;
    let name = match model.target(node) {
        Some(secret) => {
            if let Some(finding) = too_late(rule, secret) {
                return Some(finding);
            }
            text(secret, "Name")?
        }
        None => node.as_text()?.split_once(":secret:")?.1,
    };
    (!name.starts_with(PREFIX)).then(|| {
        Diagnostic::error("ECR-08", "ECR doesn't read the credential of this cache")
            .on(rule)
            .property("CredentialArn")
            .given(name)
            .allowed(format!("a secret whose name begins with {PREFIX}"))
            .help("make the secret with `UpstreamCredential`")
    })
}
