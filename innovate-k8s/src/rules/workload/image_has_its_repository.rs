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
same account and region, is taken for a misspelt one. `Image::of(api.uri(), &digest)` can't be misspelt.\
\n\nSource: \"Troubleshooting Amazon ECR\", Amazon ECR User Guide.",
    check: Check::Model(check),
};

/// The names of repositories by the host of their registry.
fn repositories<'m>(model: &Model<'m>) -> BTreeMap<String, BTreeSet<&'m str>> {
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for stack in model.stacks() {
        for repository in stack.resources_of("AWS::ECR::Repository") {
            let name = repository.properties().at("RepositoryName").and_then(Node::as_text);
            found.entry(host(stack)).or_default().extend(name);
        }
    }
    found
}

fn host(stack: &StackModel) -> String {
    let site = stack.site();
    format!("{}.dkr.ecr.{}.amazonaws.com", site.account(), site.region())
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    let known = repositories(model);
    if known.is_empty() {
        return;
    }
    for objects in clusters(model) {
        for workload in objects.workloads() {
            for container in workload.containers() {
                let image = text(container.value, "/image");
                let Some((host, rest)) = image.split_once('/') else { continue };
                let Some(names) = known.get(host) else { continue };
                let name = rest.split(['@', ':']).next().unwrap_or_default();
                if names.contains(name) {
                    continue;
                }
                let Some(meant) = nearest(name, names.iter().copied()) else { continue };
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
                        .allowed(names.iter().copied().collect::<Vec<_>>().join(", "))
                        .help(format!("did you mean `{meant}`? `Image::of(handle.uri(), &digest)` can't be misspelt")),
                );
            }
        }
    }
}
