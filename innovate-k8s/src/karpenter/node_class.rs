//! How a node is made.

use std::collections::BTreeMap;

use innovate_aws::cluster::KarpenterHandle;
use serde::Serialize;
use typed_builder::TypedBuilder;

use super::{AmiFamily, CLASS_API, NodeImage};
use crate::{
    ManifestConstruct, ManifestScope, ObjectName,
    meta::{CustomObject, cluster_metadata},
};

/// How nodes are made: their image, subnets, security groups, identity and volumes. What they share
/// with the AWS side comes from its own handle.
///
/// Instances give out credentials by the second version of the metadata service only, and to no pod;
/// volumes are gp3, encrypted with the cluster's key, and vanish with their instance; instances get
/// the environment's tags.
///
/// Source: "NodeClasses", Karpenter documentation; "Protecting the infrastructure", Amazon EKS Best
/// Practices Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct EC2NodeClass<A> {
    name: ObjectName,
    /// What Karpenter has on the AWS side.
    #[builder(setter(transform = |karpenter: &KarpenterHandle| karpenter.clone()))]
    karpenter: KarpenterHandle,
    /// What its nodes boot: staging and production pin one release.
    ami: A,
    /// The size of the volume for images, logs and temporary files, in GiB: 1 to 59,000. 50 by
    /// default.
    #[builder(default = 50)]
    data_volume_gib: u16,
}

/// A node class of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EC2NodeClassRef {
    name: ObjectName,
}

impl EC2NodeClassRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }
}

impl From<&Self> for EC2NodeClassRef {
    fn from(class: &Self) -> Self {
        class.clone()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    instance_profile: String,
    ami_selector_terms: [AmiTerm; 1],
    subnet_selector_terms: [TagTerm; 1],
    security_group_selector_terms: [TagTerm; 1],
    kubelet: Kubelet,
    metadata_options: MetadataOptions,
    block_device_mappings: Vec<BlockDevice>,
    tags: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct AmiTerm {
    alias: String,
}

#[derive(Serialize)]
struct TagTerm {
    tags: BTreeMap<String, String>,
}

impl TagTerm {
    fn of((key, value): (&str, &str)) -> Self {
        Self { tags: BTreeMap::from([(key.to_owned(), value.to_owned())]) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kubelet {
    max_pods: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MetadataOptions {
    http_endpoint: &'static str,
    #[serde(rename = "httpProtocolIPv6")]
    http_protocol_ipv6: &'static str,
    http_put_response_hop_limit: u8,
    http_tokens: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BlockDevice {
    device_name: &'static str,
    ebs: Volume,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Volume {
    volume_size: String,
    volume_type: &'static str,
    encrypted: bool,
    #[serde(rename = "kmsKeyID")]
    kms_key_id: String,
    delete_on_termination: bool,
}

impl<A: NodeImage> EC2NodeClass<A> {
    /// Bottlerocket keeps itself on one volume and everything else on another.
    fn volumes(&self) -> Vec<BlockDevice> {
        let device = |device_name: &'static str, gib: u16| BlockDevice {
            device_name,
            ebs: Volume {
                volume_size: format!("{gib}Gi"),
                volume_type: "gp3",
                encrypted: true,
                kms_key_id: self.karpenter.cluster().volume_key().alias_name().to_string(),
                delete_on_termination: true,
            },
        };
        match self.ami.family() {
            AmiFamily::Bottlerocket => {
                vec![device("/dev/xvda", 4), device("/dev/xvdb", self.data_volume_gib)]
            }
            AmiFamily::Al2023 => vec![device("/dev/xvda", self.data_volume_gib)],
        }
    }
}

impl<A: NodeImage> ManifestConstruct for EC2NodeClass<A> {
    type Handle = EC2NodeClassRef;
    type Needs = A::Needs;

    fn build(self, scope: &mut ManifestScope<'_>) -> EC2NodeClassRef {
        scope.check_cluster(self.karpenter.cluster_name().as_str(), "karpenter");
        let tags = scope.site().tags().iter();
        let tags = tags.map(|(key, value)| (key.to_string(), value.to_string())).collect();
        scope.add(&CustomObject {
            api_version: CLASS_API,
            kind: "EC2NodeClass",
            metadata: cluster_metadata(&self.name),
            spec: Spec {
                instance_profile: self.karpenter.instance_profile_name().to_string(),
                ami_selector_terms: [AmiTerm { alias: self.ami.alias() }],
                subnet_selector_terms: [TagTerm::of(self.karpenter.discovery_tag())],
                security_group_selector_terms: [TagTerm::of(self.karpenter.security_group_tag())],
                // The network plugin hands out addresses by prefix, so interfaces don't bound the
                // number of pods; 110 is what Kubernetes is tested with.
                kubelet: Kubelet { max_pods: 110 },
                metadata_options: MetadataOptions {
                    http_endpoint: "enabled",
                    http_protocol_ipv6: "disabled",
                    http_put_response_hop_limit: 1,
                    http_tokens: "required",
                },
                block_device_mappings: self.volumes(),
                tags,
            },
        });
        EC2NodeClassRef { name: self.name }
    }
}
