//! `KAR-04`: nodes boot an image that somebody chose.

use innovate_core::{
    Rule, Severity, StageKind,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::view::{items, text, title};

pub(crate) static AMI_IS_PINNED: Rule = Rule {
    code: "KAR-04",
    title: "in staging and production, nodes boot a pinned release of their image",
    explanation: "With `@latest`, Karpenter replaces all nodes as soon as AWS publishes an image: an \
image that nobody has tested reaches production on its own, at a time that nobody chose. Pin the \
release, and let a change of the program roll it through the stages.\n\nSource: \"Managing AMIs\", \
Karpenter documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        if objects.set().site().stage() == StageKind::Dev {
            continue;
        }
        for class in objects.of_kind("EC2NodeClass") {
            for (at, term) in items(class.object(), "/spec/amiSelectorTerms").enumerate() {
                let alias = text(term, "/alias");
                if alias.ends_with("@latest") {
                    let message = format!("{} boots whatever image is the newest", title(class));
                    findings.report(
                        objects
                            .finding("KAR-04", Severity::Error, class, message)
                            .setter("ami")
                            .property(format!("spec/amiSelectorTerms/{at}/alias"))
                            .given(alias)
                            .allowed("a release, such as bottlerocket@v1.53.0"),
                    );
                }
            }
        }
    }
}
