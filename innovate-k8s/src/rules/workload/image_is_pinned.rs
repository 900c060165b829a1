//! `EKS-13`: a container runs what was tested.

use innovate_core::{
    Rule, Severity, StageKind,
    check::{Check, Findings, Model},
};

use super::super::clusters;
use crate::view::{text, title};

pub(crate) static IMAGE_IS_PINNED: Rule = Rule {
    code: "EKS-13",
    title: "an image is named by its digest in production, and never by `latest`",
    explanation: "A tag can be moved: two nodes may then run two programs under one name, and a \
rollback gets what it was to undo. A digest is the image. Outside of production, a tag of an \
immutable repository will do; `latest`, or no tag, never does.\n\nSource: \"Image security\", Amazon \
EKS Best Practices Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let production = objects.set().site().stage() == StageKind::Prod;
        for workload in objects.workloads() {
            for container in workload.containers() {
                let image = text(container.value, "/image");
                if image.contains("@sha256:") {
                    continue;
                }
                let tag = image.rsplit('/').next().and_then(|name| name.split_once(':'));
                let moving = tag.is_none_or(|(_, tag)| tag == "latest");
                if !(production || moving) {
                    continue;
                }
                let allowed = match production {
                    true => "an image by its digest: `registry.example/app@sha256:..`",
                    false => "an image by its digest, or by a tag other than `latest`",
                };
                let message = format!(
                    "the container `{}` of {} runs whatever its image's tag points to",
                    container.name(),
                    title(workload.manifest)
                );
                findings.report(
                    objects
                        .finding("EKS-13", Severity::Error, workload.manifest, message)
                        .setter("image")
                        .property(format!("{}/image", container.path))
                        .given(image)
                        .allowed(allowed)
                        .help("`docker buildx imagetools inspect` shows the digest of a tag"),
                );
            }
        }
    }
}
