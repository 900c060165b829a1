//! The volumes that pods claim.

use innovate_core::{Prod, Severity};
use innovate_k8s::{ObjectName, ReclaimPolicy, StorageClass, object_name};
use serde_json::{Value, json};

use crate::{
    program::{Program, files},
    rule::told,
};

#[test]
fn a_class_encrypts_with_the_clusters_volume_key() {
    let mut program = Program::<Prod>::new();
    let class = StorageClass::builder()
        .name(object_name!("gp3"))
        .cluster(&program.cluster)
        .default_class()
        .build();
    program.manifests.add(class);
    let kept = StorageClass::builder()
        .name(object_name!("kept"))
        .cluster(&program.cluster)
        .reclaim(ReclaimPolicy::Retain)
        .build();
    program.manifests.add(kept);
    let key = program.cluster.volume_key().alias_name().to_string();
    let synthesis = program.synth();
    assert_eq!(synthesis.report.findings(), []);
    let files = files(&synthesis);
    let read = |name: &str| serde_saphyr::from_str::<Value>(&files[name]).unwrap();
    let class = read("cluster/storageclass-gp3.yaml");
    assert_eq!(
        class["parameters"],
        json!({
            "encrypted": "true",
            "kmsKeyId": format!("arn:aws:kms:eu-west-1:444455556666:{key}"),
            "type": "gp3",
        })
    );
    assert_eq!(
        class["metadata"]["annotations"],
        json!({ "storageclass.kubernetes.io/is-default-class": "true" })
    );
    assert_eq!(class["volumeBindingMode"], "WaitForFirstConsumer");
    assert_eq!(class["allowVolumeExpansion"], true);
    assert_eq!(class["reclaimPolicy"], "Delete");
    let kept = read("cluster/storageclass-kept.yaml");
    assert_eq!(kept["reclaimPolicy"], "Retain");
    assert_eq!(kept["metadata"]["annotations"], Value::Null);
}

#[test]
fn a_class_is_made_with_its_own_cluster() {
    let mut program = Program::<Prod>::new().of_another_cluster();
    let class = StorageClass::builder().name(object_name!("gp3")).cluster(&program.cluster);
    program.manifests.add(class.build());
    let finding = program.only_finding();
    assert_eq!((finding.code(), finding.setter_name()), ("K8S-04", Some("cluster")));
}

#[test]
fn a_raw_class_of_ebs_encrypts() {
    let class = |provisioner: &str, parameters: Value| {
        Program::<Prod>::new().with(json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
            "metadata": { "name": "raw" },
            "provisioner": provisioner, "parameters": parameters,
        }))
    };
    for (provisioner, parameters, given) in [
        ("ebs.csi.aws.com", json!({ "type": "gp3" }), "nothing"),
        ("ebs.csi.aws.com", json!({ "encrypted": "false" }), "\"false\""),
        ("kubernetes.io/aws-ebs", json!({ "type": "gp2" }), "nothing"),
    ] {
        let finding = class(provisioner, parameters).only_finding();
        assert_eq!(
            told(&finding),
            (
                "K8S-16",
                Severity::Error,
                "StorageClass raw makes volumes that aren't encrypted",
                given
            )
        );
    }
    assert_eq!(class("ebs.csi.aws.com", json!({ "Encrypted": "true" })).findings(), []);
    assert_eq!(class("fsx.csi.aws.com", json!({})).findings(), []);
}

/// A cluster without more add-ons than it must have, and a class of the construct.
fn without_driver() -> Program<Prod> {
    let mut program = Program::<Prod>::with_core_addons();
    let class = StorageClass::builder().name(object_name!("gp3")).cluster(&program.cluster);
    program.manifests.add(class.build());
    program
}

#[test]
fn a_class_is_of_a_driver_that_the_cluster_has() {
    let finding = without_driver().only_finding();
    assert_eq!(
        told(&finding),
        (
            "K8S-21",
            Severity::Error,
            "nothing in the cluster makes the volumes of StorageClass gp3",
            "ebs.csi.aws.com, without the add-on `aws-ebs-csi-driver`"
        )
    );
    assert!(finding.help_texts()[0].contains("Addon::EbsCsiDriver"), "{finding:?}");
    let efs = Program::<Prod>::new().with(json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": { "name": "shared" }, "provisioner": "efs.csi.aws.com",
    }));
    assert_eq!(
        told(&efs.only_finding()).3,
        "efs.csi.aws.com, without the add-on `aws-efs-csi-driver`"
    );
}

#[test]
fn a_driver_may_come_with_the_manifests() {
    let driver = json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver",
        "metadata": { "name": "ebs.csi.aws.com" }, "spec": { "attachRequired": true },
    });
    let chart = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": { "name": "ebs", "namespace": "argocd" },
        "spec": {
            "source": { "chart": "aws-ebs-csi-driver" },
            "destination": { "namespace": "kube-system" },
        },
    });
    let spec = json!({
        "sources": [{ "path": "values" }, { "chart": "aws-ebs-csi-driver" }],
        "destination": { "namespace": "kube-system" },
    });
    let several = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": { "name": "ebs", "namespace": "argocd" }, "spec": spec,
    });
    let set = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet",
        "metadata": { "name": "ebs", "namespace": "argocd" },
        "spec": {
            "generators": [],
            "template": { "metadata": { "name": "ebs" }, "spec": spec },
        },
    });
    for installed in [driver, chart, several, set] {
        assert_eq!(without_driver().with(installed).findings(), []);
    }
}

#[test]
fn one_class_is_the_default_one() {
    let mut program = Program::<Prod>::new();
    let class = |name: ObjectName| StorageClass::builder().name(name).cluster(&program.cluster);
    let names = [object_name!("one"), object_name!("other")];
    for class in names.map(|name| class(name).default_class().build()) {
        program.manifests.add(class);
    }
    let finding = program.only_finding();
    assert_eq!(
        told(&finding),
        (
            "K8S-20",
            Severity::Warning,
            "StorageClass other is the second default one",
            "one and other"
        )
    );
}
