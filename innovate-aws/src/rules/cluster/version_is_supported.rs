//! `EKS-04`: versions that AWS supports, and that go together.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{ADDON, CLUSTER, NODE_GROUP, is_of};
use crate::cluster::{Addon, KubernetesVersion, version::minor_of};
use crate::rules::read::text;

/// `EKS-04`.
pub static VERSION_IS_SUPPORTED: Rule = Rule {
    code: "EKS-04",
    title: "the cluster's version is in standard support, and nodes and add-ons fit it",
    explanation: "\
A cluster past standard support costs six times as much in extended support; one that declines it \
(SupportType STANDARD) is upgraded by EKS on that day. So upgrade before, one minor version at a \
time: control plane, add-ons, then nodes. A node may be up to three minor versions behind the \
control plane and never ahead of it; kube-proxy likewise. Add-ons are pinned, so that a deployment \
does today what it did yesterday.

The rule compares with a list of versions and dates that this version has, not with the clock.

Source: \"Understand the Kubernetes version lifecycle on EKS\", Amazon EKS User Guide; \"Version Skew \
Policy\", Kubernetes documentation.",
    check: Check::Model(check),
};

/// How many days before the end of support a warning comes.
const NOTICE: i32 = 60;
/// How many minor versions a node may be behind.
const SKEW: u16 = 3;

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        findings.extend(support(cluster));
        let support_type = text(cluster, "UpgradePolicy/SupportType");
        if support_type != Some("STANDARD") {
            findings.report(
                Diagnostic::warning("EKS-04", "the cluster goes into paid extended support")
                    .on(cluster)
                    .property("UpgradePolicy/SupportType")
                    .given(support_type.unwrap_or("nothing, which means EXTENDED"))
                    .allowed("STANDARD")
                    .help("set SupportType to STANDARD"),
            );
        }
        let Some(minor) = text(cluster, "Version").and_then(minor_of) else { continue };
        for group in model.resources_of(NODE_GROUP).filter(|group| is_of(group, cluster)) {
            let version = text(group, "Version");
            findings.extend(skew(group, "Version", version, minor));
        }
    }
    for addon in model.resources_of(ADDON) {
        let cluster = model.resources_of(CLUSTER).find(|cluster| is_of(addon, cluster));
        let name = text(addon, "AddonName").unwrap_or_default();
        let version = text(addon, "AddonVersion");
        if addon.properties().get("AddonVersion").is_none() {
            findings.report(
                Diagnostic::error("EKS-04", format!("the add-on `{name}` is not pinned"))
                    .on(addon)
                    .property("AddonVersion")
                    .given("nothing, which means the default version of the day")
                    .help(format!(
                        "name a version that `aws eks describe-addon-versions --addon-name {name}` lists"
                    )),
            );
        }
        let minor = cluster.and_then(|cluster| text(cluster, "Version")).and_then(minor_of);
        if let (true, Some(minor)) = (name == Addon::KubeProxy.name(), minor) {
            findings.extend(skew(addon, "AddonVersion", version, minor));
        }
    }
}

fn support(cluster: &Resource) -> Option<Diagnostic> {
    let as_of = KubernetesVersion::AS_OF;
    let versions: Vec<&str> = KubernetesVersion::ALL.iter().map(|each| each.as_str()).collect();
    let finding = |finding: Diagnostic| {
        Some(
            finding
                .on(cluster)
                .setter("version")
                .property("Version")
                .allowed(format!("in standard support on {as_of}: {}", versions.join(", "))),
        )
    };
    if cluster.properties().get("Version").is_none() {
        return finding(
            Diagnostic::error("EKS-04", "the version of Kubernetes is not pinned")
                .given("nothing, which means the default version of the day")
                .help("name a version"),
        );
    }
    let version = text(cluster, "Version")?;
    let Some(known) = KubernetesVersion::parse(version) else {
        return finding(
            Diagnostic::error("EKS-04", "this version of Kubernetes is not in standard support")
                .given(version)
                .help("use the newest that the add-ons and manifests are tested with"),
        );
    };
    let end = known.end_of_standard_support();
    if as_of.days_until(end) > NOTICE {
        return None;
    }
    let message = format!("standard support of Kubernetes {version} ends on {end}");
    finding(
        Diagnostic::warning("EKS-04", message)
            .given(version)
            .help("upgrade before that day: EKS upgrades the control plane by itself then"),
    )
}

fn skew(
    resource: &Resource,
    property: &str,
    version: Option<&str>,
    control_plane: u16,
) -> Option<Diagnostic> {
    let version = version?;
    let minor = minor_of(version)?;
    let message = if minor > control_plane {
        "newer than the control plane"
    } else if minor + SKEW < control_plane {
        "more than three minor versions behind the control plane"
    } else {
        return None;
    };
    Some(
        Diagnostic::error("EKS-04", message)
            .on(resource)
            .property(property)
            .given(version)
            .allowed(format!("1.{} to 1.{control_plane}", control_plane.saturating_sub(SKEW)))
            .help("give it the control plane's version"),
    )
}
