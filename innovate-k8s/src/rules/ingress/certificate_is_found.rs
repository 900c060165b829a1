//! `K8S-19`: the load balancer controller finds a certificate for each host.

use innovate_aws::{edge::CertificateName, rules::edge::certificate_names};
use innovate_core::{
    Diagnostic, Manifest, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::{super::clusters, annotation, ingresses, names_certificate, of_the_cluster};
use crate::view::{Objects, items, text, title};

pub(crate) static CERTIFICATE_IS_FOUND: Rule = Rule {
    code: "K8S-19",
    title: "a certificate covers each host of an ingress",
    explanation: "An ingress names no certificate: the load balancer controller looks for one in ACM, of the \
cluster's account and region, that covers the host. `*.innovate.example` covers `www.innovate.example`, and \
neither `innovate.example` nor `a.b.innovate.example`. If it finds none, it makes no load balancer, and changes \
nothing of one that is there, for all ingresses of the group.\n\nWhere the program makes certificates in this \
account and region, a host that none of them covers is an error; where it makes none, a warning. A certificate \
that another program makes is accepted with a reason: `.suppress(\"K8S-19\", \"..\")`.\n\nSource: \"Certificate \
Discovery\", AWS Load Balancer Controller documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let certificates: Vec<&Resource> =
            of_the_cluster(model, objects, "AWS::CertificateManager::Certificate").collect();
        // What a certificate covers may be known only at deployment.
        let Some(known) = certificates
            .iter()
            .map(|found| certificate_names(found))
            .collect::<Option<Vec<Vec<CertificateName>>>>()
        else {
            continue;
        };
        let known: Vec<CertificateName> = known.into_iter().flatten().collect();
        for ingress in ingresses(objects).filter(|ingress| discovers(objects, ingress)) {
            let hosts = hosts(ingress);
            if hosts.is_empty() {
                findings.report(
                    finding(
                        objects,
                        Severity::Error,
                        ingress,
                        "has no host to find a certificate by",
                    )
                    .property("spec/rules")
                    .allowed("a host in `spec.rules` or `spec.tls`")
                    .help("make it with `Ingress`, which leads the requests for a host"),
                );
            }
            for (path, host) in hosts {
                let covered = CertificateName::parse(host)
                    .is_some_and(|host| known.iter().any(|name| name.covers(&host)));
                if !covered {
                    findings.report(
                        uncovered(objects, ingress, &certificates, &known, host).property(path),
                    );
                }
            }
        }
    }
}

/// Whether the controller looks for the certificates of an ingress.
fn discovers(objects: Objects<'_>, ingress: &Manifest) -> bool {
    !names_certificate(objects, ingress)
        && annotation(ingress, "listen-ports").is_some_and(|ports| ports.contains("\"HTTPS\""))
}

/// The hosts of an ingress, each once, with the path of the first field that names it.
fn hosts(ingress: &Manifest) -> Vec<(String, &str)> {
    let object = ingress.object();
    let of_rules = items(object, "/spec/rules")
        .enumerate()
        .map(|(at, rule)| (format!("spec/rules/{at}/host"), text(rule, "/host")));
    let of_tls = items(object, "/spec/tls").enumerate().flat_map(|(at, tls)| {
        items(tls, "/hosts").enumerate().filter_map(move |(host, value)| {
            Some((format!("spec/tls/{at}/hosts/{host}"), Value::as_str(value)?))
        })
    });
    let mut hosts: Vec<(String, &str)> = Vec::new();
    for (path, host) in of_rules.chain(of_tls) {
        if !host.is_empty() && hosts.iter().all(|(_, known)| *known != host) {
            hosts.push((path, host));
        }
    }
    hosts
}

fn finding(objects: Objects<'_>, severity: Severity, ingress: &Manifest, what: &str) -> Diagnostic {
    let message = format!("{} {what}", title(ingress));
    objects.finding("K8S-19", severity, ingress, message).setter("host")
}

fn uncovered(
    objects: Objects<'_>,
    ingress: &Manifest,
    certificates: &[&Resource],
    known: &[CertificateName],
    host: &str,
) -> Diagnostic {
    let site = objects.set().site();
    let help = format!(
        "add a `Certificate::<Regional>` with `.host(..)` for `{host}` to a stack in {}",
        site.region()
    );
    let Some(first) = certificates.first() else {
        return finding(
            objects,
            Severity::Warning,
            ingress,
            "leads a host for which the program has no certificate",
        )
        .given(host)
        .allowed(format!("a host of a certificate in {}/{}", site.account(), site.region()))
        .help(help);
    };
    let mut names: Vec<String> = known.iter().map(ToString::to_string).collect();
    names.sort();
    names.dedup();
    finding(objects, Severity::Error, ingress, "leads a host that no certificate covers")
        .given(host)
        .allowed(names.join(", "))
        .related(first.location(), "a certificate is made here")
        .help(help)
}
