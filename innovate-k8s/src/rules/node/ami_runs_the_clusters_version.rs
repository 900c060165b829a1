//! `KAR-09`: the release of a node's image has the cluster's version of Kubernetes.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::{
    cluster,
    view::{items, text, title},
};

pub(crate) static AMI_RUNS_THE_CLUSTERS_VERSION: Rule = Rule {
    code: "KAR-09",
    title: "a release of Bottlerocket has a variant for the cluster's version of Kubernetes",
    explanation: "Bottlerocket is built for each version of Kubernetes, and a version's variants begin \
with the release in which they were added. Karpenter looks for the image of the pinned release and the \
cluster's own version: where there is none, it finds no image, makes no node, and pods stay pending. Pin a \
release that has the version, before the cluster is upgraded.\n\nSources: \"Managing AMIs\", Karpenter \
documentation; the release notes of Bottlerocket 1.39.0, 1.47.0 and 1.53.0.",
    check: Check::Model(check),
};

/// Minor versions of Kubernetes, with the minor version of the first release of Bottlerocket for them.
const FIRST_RELEASES: [(u16, u16); 4] = [
    (33, 39),
    (34, 47),
    (35, 53),
    // Kubernetes 1.36 is younger than 1.53, which is the latest that is known to be too old for it.
    (36, 54),
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let version = cluster::minor_version(model, objects.set().cluster());
        let known = version.and_then(|version| {
            FIRST_RELEASES.iter().rev().find(|(kubernetes, _)| *kubernetes <= version)
        });
        let (Some(version), Some((_, first))) = (version, known) else { continue };
        for class in objects.of_kind("EC2NodeClass") {
            for (at, term) in items(class.object(), "/spec/amiSelectorTerms").enumerate() {
                let alias = text(term, "/alias");
                if minor_release(alias).is_none_or(|release| release >= *first) {
                    continue;
                }
                let message =
                    format!("{} boots a release without Kubernetes 1.{version}", title(class));
                findings.report(
                    objects
                        .finding("KAR-09", Severity::Error, class, message)
                        .setter("ami")
                        .property(format!("spec/amiSelectorTerms/{at}/alias"))
                        .given(alias)
                        .allowed(format!("bottlerocket@v1.{first}.0 or later")),
                );
            }
        }
    }
}

/// The number of the minor version of a release of Bottlerocket 1.
fn minor_release(alias: &str) -> Option<u16> {
    let (minor, _) = alias.strip_prefix("bottlerocket@v1.")?.split_once('.')?;
    minor.parse().ok()
}
