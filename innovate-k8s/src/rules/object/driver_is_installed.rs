//! `K8S-21`: what makes the volumes of a storage class is in the cluster.

use innovate_aws::cluster::Addon;
use innovate_core::{
    Manifest, Node, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::{
    cluster,
    storage_class::EBS_DRIVER,
    view::{Objects, title},
};

pub(crate) static DRIVER_IS_INSTALLED: Rule = Rule {
    code: "K8S-21",
    title: "the driver that makes the volumes of a storage class is in the cluster",
    explanation: "EKS installs no driver for storage by itself. Without the driver that a storage \
class names, the API server takes the class and the claims, and the claims stay pending with the pods that \
wait for them. The driver of EBS is the add-on `aws-ebs-csi-driver`, that of EFS is \
`aws-efs-csi-driver`. A driver that the manifests install is seen by its CSIDriver, or by an Application \
or ApplicationSet of Argo CD with its chart; accept the finding for one that comes in another way. Clusters of other programs \
are not looked at.\n\nSource: \"Use Kubernetes volume storage with Amazon EBS\" and \"Use elastic file \
system storage with Amazon EFS\", Amazon EKS User Guide.",
    check: Check::Model(check),
};

/// Who makes volumes, the driver that does so, and its add-on, whose name its chart has, too.
const DRIVERS: [(&str, &str, Addon); 3] = [
    (EBS_DRIVER, EBS_DRIVER, Addon::EbsCsiDriver),
    // The API server hands what it is asked for to the driver of EBS.
    ("kubernetes.io/aws-ebs", EBS_DRIVER, Addon::EbsCsiDriver),
    ("efs.csi.aws.com", "efs.csi.aws.com", Addon::EfsCsiDriver),
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let name = objects.set().cluster();
        let Some(of) = cluster::resource(model, name) else { continue };
        for class in objects.of_kind("StorageClass") {
            let provisioner = class.text("/provisioner");
            let Some((_, driver, addon)) = DRIVERS.iter().find(|(by, ..)| *by == provisioner)
            else {
                continue;
            };
            let mut addons = cluster::resources_of(model, "AWS::EKS::Addon", name);
            let installed = addons.any(|found| {
                found.properties().at("AddonName").and_then(Node::as_text) == Some(addon.name())
            });
            if installed || brought(objects, driver, addon.name()) {
                continue;
            }
            let message = format!("nothing in the cluster makes the volumes of {}", title(class));
            findings.report(
                objects
                    .finding("K8S-21", Severity::Error, class, message)
                    .property("provisioner")
                    .given(format!("{provisioner}, without the add-on `{}`", addon.name()))
                    .allowed("a class of a driver that the cluster has")
                    .related(of.location(), "the cluster is made here")
                    .help(format!("give the cluster the add-on: `.addons(Addons::platform().with(Addon::{addon:?}))`")),
            );
        }
    }
}

/// Whether the manifests install the driver.
fn brought(objects: Objects<'_>, driver: &str, chart: &str) -> bool {
    let charted = |found: &Manifest, spec: &str| {
        let spec = found.object().pointer(spec);
        let several = spec.and_then(|spec| spec.get("sources")?.as_array());
        let one = spec.and_then(|spec| spec.get("source"));
        let mut charts = one.into_iter().chain(several.into_iter().flatten());
        charts.any(|source| source.get("chart").and_then(Value::as_str) == Some(chart))
    };
    objects.of_kind("CSIDriver").any(|found| found.name() == driver)
        || objects.of_kind("Application").any(|found| charted(found, "/spec"))
        || objects.of_kind("ApplicationSet").any(|found| charted(found, "/spec/template/spec"))
}
