//! `ECR-09`: an image of the program's registry is of a repository that is in it.

use std::collections::{BTreeMap, BTreeSet};

use innovate_core::{
    Node, Rule, Severity, StackModel,
    check::{Check, Findings, Model, suggest::nearest},
};

use super::super::clusters;
use crate::view::{text, title};

pub(crate) static IMAGE_HAS_ITS_REPOSITORY: Rule = Rule {
    code: "ECR-09",
    title: "an image of the program's registry is of a repository that the program has",
    explanation: "A repository that isn't there has no images, and its pods never start \
(ImagePullBackOff). An image whose repository has nearly the name of one that the program makes, in the \
same account and region, is taken for a misspelt one; so is one below nearly the prefix of a pull-through \
cache, whose repositories come with the first pull. `Image::of(api.uri(), &digest)` and \
`Image::of(&cache.uri(&name), &digest)` can't be misspelt.\n\nSources: \"Troubleshooting Amazon ECR\" and \
\"Sync an upstream registry with an Amazon ECR private registry\", Amazon ECR User Guide.",
    check: Check::Model(check),
};

/// What a registry has.
#[derive(Default)]
struct Registry<'m> {
    repositories: BTreeSet<&'m str>,
    /// What the names of cached repositories begin with.
    prefixes: BTreeSet<&'m str>,
}

impl<'m> Registry<'m> {
    /// What `name` is nearly the name of, and what may stand there instead. None if the registry has it,
    /// or it is like nothing there.
    fn misspelt(&self, name: &str) -> Option<(String, String)> {
        let below =
            |prefix: &&str| name.strip_prefix(*prefix).is_some_and(|rest| rest.starts_with('/'));
        if self.repositories.contains(name) || self.prefixes.iter().any(below) {
            return None;
        }
        let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
        if let Some(meant) = nearest(name, self.repositories.iter().copied()) {
            return Some((meant.to_owned(), list(&self.repositories)));
        }
        // A prefix may have slashes itself: as many names as it has.
        self.prefixes.iter().find_map(|prefix| {
            let end = name.match_indices('/').nth(prefix.matches('/').count())?.0;
            let (given, rest) = name.split_at(end);
            let meant = nearest(given, [*prefix])?;
            let allowed = format!("names below {}", list(&self.prefixes));
            Some((format!("{meant}{rest}"), allowed))
        })
    }
}

/// The registries in which the program makes repositories or caches, by their hosts.
fn registries<'m>(model: &Model<'m>) -> BTreeMap<String, Registry<'m>> {
    let mut found: BTreeMap<String, Registry<'m>> = BTreeMap::new();
    for stack in model.stacks() {
        let texts = |type_name: &'static str, property: &'static str| {
            stack
                .resources_of(type_name)
                .filter_map(move |made| made.properties().at(property).and_then(Node::as_text))
        };
        let repositories: Vec<&str> = texts("AWS::ECR::Repository", "RepositoryName").collect();
        let prefixes: Vec<&str> =
            texts("AWS::ECR::PullThroughCacheRule", "EcrRepositoryPrefix").collect();
        if !(repositories.is_empty() && prefixes.is_empty()) {
            let registry = found.entry(host(stack)).or_default();
            registry.repositories.extend(repositories);
            registry.prefixes.extend(prefixes);
        }
    }
    found
}

fn host(stack: &StackModel) -> String {
    let site = stack.site();
    format!("{}.dkr.ecr.{}.amazonaws.com", site.account(), site.region())
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    let known = registries(model);
    if known.is_empty() {
        return;
    }
    for objects in clusters(model) {
        for workload in objects.workloads() {
            for container in workload.containers() {
                let image = text(container.value, "/image");
                let Some((host, rest)) = image.split_once('/') else { continue };
                let Some(registry) = known.get(host) else { continue };
                let name = rest.split(['@', ':']).next().unwrap_or_default();
                let Some((meant, allowed)) = registry.misspelt(name) else { continue };
                let message = format!(
                    "the image of container `{}` of {} is of no repository",
                    container.name(),
                    title(workload.manifest)
                );
                findings.report(
                    objects
                        .finding("ECR-09", Severity::Error, workload.manifest, message)
                        .setter("image")
                        .property(format!("{}/image", container.path))
                        .given(name)
                        .allowed(allowed)
                        .help(format!("did you mean `{meant}`? `Image::of(..)` with a handle's `uri` can't be misspelt")),
                );
            }
        }
    }
}
