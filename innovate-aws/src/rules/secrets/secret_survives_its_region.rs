//! `SEC-04`: a secret is where it is needed when its region is lost.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, Site, StageKind,
    check::{Check, Findings, Model},
};

use super::SECRET;
use crate::rules::read::list;

/// `SEC-04`.
pub static SECRET_SURVIVES_ITS_REGION: Rule = Rule {
    code: "SEC-04",
    title: "a production secret has a replica in the recovery region, with a key of that region",
    explanation: "What is made up in one region is gone with it, and what was encrypted or signed with it \
can't be read any more. If a production environment has a recovery region, its secrets have replicas \
there. Where something answers is no such value: the recovered environment has hosts of its own.\n\nA \
replica is encrypted with a key of its own region: KMS refuses another.\n\nSource: \"Replicate AWS Secrets \
Manager secrets across Regions\", AWS Secrets Manager User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        let site = stack.site();
        for secret in stack.resources_of(SECRET) {
            let replicas = list(secret, "ReplicaRegions");
            for (index, replica) in replicas.iter().enumerate() {
                findings.extend(misplaced(model, secret, site, index, replica));
            }
            findings.extend(missing(secret, site, replicas));
        }
    }
}

fn misplaced(
    model: &Model<'_>,
    secret: &Resource,
    site: &Site,
    index: usize,
    replica: &Node,
) -> Option<Diagnostic> {
    let region = replica.get("Region").and_then(Node::as_text)?;
    if region == site.region() {
        return Some(
            Diagnostic::error("SEC-04", "a secret is replicated to its own region")
                .on(secret)
                .property(format!("ReplicaRegions/{index}/Region"))
                .given(region)
                .allowed("another region")
                .help("leave the replica out, or name the recovery region"),
        );
    }
    let key = model.target(replica.get("KmsKeyId")?)?;
    let at = model.graph().position(key.address().stack())?;
    let there = model.stacks().get(at)?.site().region();
    (there != region).then(|| {
        Diagnostic::error("SEC-04", "a replica is encrypted with a key of another region")
            .on(secret)
            .property(format!("ReplicaRegions/{index}/KmsKeyId"))
            .given(format!("a key in {there}"))
            .allowed(format!("a key in {region}"))
            .related(key.location(), "the key is made here")
            .help("make a key in a stack of the replica's region")
    })
}

fn missing(secret: &Resource, site: &Site, replicas: &[Node]) -> Option<Diagnostic> {
    let recovery = site.recovery_region().filter(|region| *region != site.region())?;
    let has = |replica: &Node| replica.get("Region").and_then(Node::as_text) == Some(recovery);
    let says_where = secret.properties().at("SecretString").is_some();
    if site.stage() != StageKind::Prod || says_where || replicas.iter().any(has) {
        return None;
    }
    Some(
        Diagnostic::warning("SEC-04", "this secret is lost with its region")
            .on(secret)
            .property("ReplicaRegions")
            .given("no replica in the recovery region")
            .allowed(format!("a replica in {recovery}"))
            .help("add `.replica(Region::.., &key)` with a key of the recovery region"),
    )
}
