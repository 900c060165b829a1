//! `ECR-07`: images are replicated to another region, into repositories like their own.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, Site,
    check::{Check, Findings, Model},
};

use super::{TEMPLATE, is_for};
use crate::{
    identity::{
        document::policies_of,
        statement::{allows, is_about},
    },
    rules::read::{each, list},
};

/// `ECR-07`.
pub static REPLICA_IS_A_REPOSITORY_OF_ITS_OWN: Rule = Rule {
    code: "ECR-07",
    title: "images are replicated to another region, into repositories that a template describes",
    explanation: "A registry replicates to other registries, never to itself. ECR makes the repositories \
there, and copies no setting of theirs: without a template for replicas in that region their tags can be \
moved, their images are encrypted with a key of AWS and stay for ever. The same holds where the registry's \
policy lets another account replicate. A registry replicates to 25 places at most, in ten rules.\n\nSource: \"Private image replication in Amazon ECR\", Amazon ECR User Guide.",
    check: Check::Model(check),
};

const MOST_PLACES: usize = 25;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (stack, policy) in each(model, "AWS::ECR::RegistryPolicy") {
        let lets_in = policies_of(policy).iter().any(|document| {
            document
                .statements()
                .iter()
                .any(|statement| allows(statement) && is_about(statement, "ecr:ReplicateImage"))
        });
        if lets_in && !is_described(model, stack.site(), stack.site().region()) {
            findings.report(undescribed(policy, stack.site().region()));
        }
    }
    for (stack, setting) in each(model, "AWS::ECR::ReplicationConfiguration") {
        let site = stack.site();
        let mut places = Vec::new();
        for (rule, node) in list(setting, "ReplicationConfiguration/Rules").iter().enumerate() {
            let destinations = node.get("Destinations").and_then(Node::as_list).unwrap_or_default();
            for (index, destination) in destinations.iter().enumerate() {
                let Some(region) = destination.get("Region").and_then(Node::as_text) else {
                    continue;
                };
                let account = destination.get("RegistryId").and_then(Node::as_text);
                let own = account.is_none_or(|account| account == site.account());
                let path =
                    format!("ReplicationConfiguration/Rules/{rule}/Destinations/{index}/Region");
                findings.extend(
                    misdirected(model, setting, site, own, region)
                        .map(|found| found.property(path)),
                );
                let place = (region, account);
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        if places.len() > MOST_PLACES {
            findings.report(
                Diagnostic::error("ECR-07", "a registry replicates to more places than ECR takes")
                    .on(setting)
                    .given(places.len())
                    .allowed(format!("up to {MOST_PLACES}")),
            );
        }
    }
}

fn misdirected(
    model: &Model<'_>,
    setting: &Resource,
    site: &Site,
    own: bool,
    region: &str,
) -> Option<Diagnostic> {
    if !own {
        return None;
    }
    if region == site.region() {
        return Some(
            Diagnostic::error("ECR-07", "a registry replicates to itself")
                .on(setting)
                .given(region)
                .allowed("another region")
                .help("name the recovery region"),
        );
    }
    (!is_described(model, site, region)).then(|| undescribed(setting, region))
}

/// Whether a template of the account says what replicas in the region are like.
fn is_described(model: &Model<'_>, site: &Site, region: &str) -> bool {
    each(model, TEMPLATE).any(|(stack, template)| {
        let there = stack.site();
        there.account() == site.account()
            && there.region() == region
            && is_for(template, "REPLICATION")
    })
}

fn undescribed(setting: &Resource, region: &str) -> Diagnostic {
    Diagnostic::warning("ECR-07", "nothing says what the replicas' repositories are like")
        .on(setting)
        .given(format!("no template for replicas in {region}"))
        .allowed("a template in the region that is replicated to")
        .help("add `RepositoryTemplate::for_replicas(&key)` to a stack of that region")
}
