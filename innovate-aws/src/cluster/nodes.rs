//! The core nodes: the managed node group that runs what the cluster itself needs.

use innovate_cfn::{
    Tag,
    ec2::{self, launch_template as lt},
    eks::{self, nodegroup},
    iam,
    policy::{PolicyDocument, Principal},
};
use innovate_core::{Diagnostic, Literal, ResourceRef, ResourceType as _, Scope, value::Str};

use super::{KubernetesVersion, addon::aws_managed_policy};
use crate::{
    keys::{Ebs, Key},
    name::ClusterName,
    network::{Subnets, tier::Private},
};

/// The label of the core nodes, for the node selectors of what belongs there.
pub const CORE_LABEL: (&str, &str) = ("role", "core");
/// The key of the core nodes' taint. CoreDNS and Karpenter tolerate it by default.
pub const CORE_TAINT: &str = "CriticalAddonsOnly";

/// The processor architecture of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    /// Graviton.
    Arm64,
    /// Intel and AMD.
    Amd64,
}

impl Architecture {
    /// The value of the label `kubernetes.io/arch`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::Amd64 => "amd64",
        }
    }
}

/// The managed node group for Karpenter, CoreDNS and the other controllers: on demand, spread over
/// the zones, and tainted so that nothing else runs there. Karpenter makes all other nodes.
///
/// The nodes run Bottlerocket on encrypted gp3 volumes; pods can't reach the instance metadata.
///
/// Source: "Managed node groups", Amazon EKS User Guide; "Cluster Autoscaling: Karpenter", Amazon
/// EKS Best Practices Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct CoreNodes {
    architecture: Architecture,
    count: u16,
    instance_types: Vec<Str>,
    data_volume_gib: u16,
    release: Option<Str>,
}

impl CoreNodes {
    /// The fewest core nodes: with fewer, one that is replaced takes Karpenter and the DNS with it.
    pub const FEWEST: u16 = 2;

    /// `count` Graviton nodes, m7g.large or m6g.large. Three give each zone one.
    pub fn arm64(count: u16) -> Self {
        Self::of(Architecture::Arm64, count, &["m7g.large", "m6g.large"])
    }

    /// `count` x86 nodes, m7i.large or m6i.large.
    pub fn amd64(count: u16) -> Self {
        Self::of(Architecture::Amd64, count, &["m7i.large", "m6i.large"])
    }

    fn of(architecture: Architecture, count: u16, instance_types: &[&'static str]) -> Self {
        Self {
            architecture,
            count,
            instance_types: instance_types.iter().copied().map(Str::Borrowed).collect(),
            data_volume_gib: 50,
            release: None,
        }
    }

    /// The instance types, the preferred first. They must have the group's architecture.
    pub fn instance_types<T: Into<Str>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.instance_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// The size of the volume for images and containers, in GiB. 50 by default.
    pub const fn data_volume_gib(mut self, gib: u16) -> Self {
        self.data_volume_gib = gib;
        self
    }

    /// The release of Bottlerocket, such as `1.51.0-47438798`. By default the newest when the group
    /// is made or its Kubernetes version changes; EKS never changes it by itself.
    pub fn release(mut self, release: impl Into<Str>) -> Self {
        self.release = Some(release.into());
        self
    }

    /// An instance type that can't run the group's image.
    fn finding(&self) -> Option<Diagnostic> {
        let graviton = self.architecture == Architecture::Arm64;
        let odd = self.instance_types.iter().find(|name| is_graviton(name) != graviton)?;
        let message = "an instance type of another architecture than the group's";
        Some(
            Diagnostic::error("EKS-08", message)
                .setter("core_nodes")
                .given(odd)
                .allowed(format!("instance types of {}", self.architecture.label()))
                .help("a node whose image and processor differ never starts"),
        )
    }
}

impl Default for CoreNodes {
    /// Three Graviton nodes.
    fn default() -> Self {
        Self::arm64(3)
    }
}

/// Whether an instance type has a Graviton processor: its generation is followed by a `g`.
///
/// Source: "Amazon EC2 instance type naming conventions", Amazon EC2 User Guide.
pub(crate) fn is_graviton(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    let behind_letters = family.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    let attributes = behind_letters.trim_start_matches(|c: char| c.is_ascii_digit());
    family == "a1" || attributes.starts_with('g')
}

/// What the group needs of its cluster.
pub(super) struct Surroundings<'a> {
    pub(super) cluster: &'a eks::ClusterRef,
    pub(super) name: &'a ClusterName,
    pub(super) version: KubernetesVersion,
    pub(super) subnets: &'a Subnets<Private>,
    pub(super) key: &'a Key<Ebs>,
    /// The add-ons without which no node becomes ready.
    pub(super) before: &'a [ResourceRef],
}

impl CoreNodes {
    /// Adds the group with its role and launch template, and gives the group and the role.
    pub(super) fn add_to(
        self,
        scope: &mut Scope<'_>,
        around: Surroundings<'_>,
    ) -> (eks::NodegroupRef, iam::RoleRef) {
        if let Some(finding) = self.finding() {
            scope.report(finding);
        }
        let role = scope.add("Role", node_role("Core nodes of a cluster", &[]));
        let tags = node_tags(scope, around.name);
        let template = ec2::LaunchTemplate::new(launch_template(&self, around.key, &tags))
            .tag_specifications([lt::LaunchTemplateTagSpecification::new()
                .resource_type(lt::LaunchTemplateTagSpecificationResourceType::LAUNCH_TEMPLATE)
                .tags(tags)]);
        let template = scope.add("Template", template);
        let image = match self.architecture {
            Architecture::Arm64 => nodegroup::AmiType::BOTTLEROCKET_ARM_64,
            Architecture::Amd64 => nodegroup::AmiType::BOTTLEROCKET_X86_64,
        };
        let (label, value) = CORE_LABEL;
        let taint = nodegroup::Taint::new()
            .key(CORE_TAINT)
            .value("true")
            .effect(nodegroup::TaintEffect::NO_SCHEDULE);
        let mut group = eks::Nodegroup::new(around.cluster, role.arn(), around.subnets.ids())
            .ami_type(image)
            .capacity_type(nodegroup::CapacityType::ON_DEMAND)
            .instance_types(self.instance_types)
            .labels([(label, value)])
            .taints([taint])
            .launch_template(
                nodegroup::LaunchTemplateSpecification::new()
                    .id(template.launch_template_id())
                    .version(template.latest_version_number()),
            )
            .node_repair_config(nodegroup::NodeRepairConfig::new().enabled(true))
            .scaling_config(
                nodegroup::ScalingConfig::new()
                    .min_size(self.count)
                    .desired_size(self.count)
                    .max_size(self.count.saturating_mul(2)),
            )
            .update_config(nodegroup::UpdateConfig::new().max_unavailable_percentage(33))
            .version(around.version.as_str())
            .depends_on_all(around.subnets.egress_ready())
            .depends_on_all(around.before);
        if let Some(release) = self.release {
            group = group.release_version(release);
        }
        (scope.add(innovate_core::MAIN, group), role)
    }
}

/// A role for nodes: they join the cluster, pull images, and can be reached through Session Manager.
/// Pods get roles of their own.
pub(super) fn node_role(description: &'static str, more: &[&'static str]) -> iam::Role {
    let policies = [
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
    ];
    let policies: Vec<_> = policies.iter().chain(more).copied().map(aws_managed_policy).collect();
    let trust = PolicyDocument::assumable_by(Principal::service("ec2.amazonaws.com"));
    iam::Role::new(trust).description(description).managed_policy_arns(policies)
}

/// The tags of instances, volumes and interfaces. What CloudFormation tags a group with doesn't
/// reach them.
fn node_tags(scope: &Scope<'_>, cluster: &ClusterName) -> Vec<Tag> {
    let site = scope.site().tags().iter();
    let site = site.map(|(key, value)| Tag::new(key.clone(), value.clone()));
    std::iter::once(Tag::new("Name", format!("{cluster}-core"))).chain(site).collect()
}

fn launch_template(nodes: &CoreNodes, key: &Key<Ebs>, tags: &[Tag]) -> lt::LaunchTemplateData {
    let volume = || {
        lt::Ebs::new()
            .encrypted(true)
            .kms_key_id(key.arn())
            .volume_type(lt::EbsVolumeType::GP3)
            .delete_on_termination(true)
    };
    let device =
        |name: &'static str, ebs: lt::Ebs| lt::BlockDeviceMapping::new().device_name(name).ebs(ebs);
    let tagged = |resource: Literal<lt::TagSpecificationResourceType>| {
        lt::TagSpecification::new().resource_type(resource).tags(tags.to_vec())
    };
    lt::LaunchTemplateData::new()
        // Bottlerocket keeps itself on the first and everything else on the second.
        .block_device_mappings([
            device("/dev/xvda", volume()),
            device("/dev/xvdb", volume().volume_size(nodes.data_volume_gib)),
        ])
        .metadata_options(
            lt::MetadataOptions::new()
                .http_endpoint(lt::MetadataOptionsHttpEndpoint::ENABLED)
                .http_tokens(lt::MetadataOptionsHttpTokens::REQUIRED)
                .http_put_response_hop_limit(1),
        )
        .tag_specifications(
            [
                lt::TagSpecificationResourceType::INSTANCE,
                lt::TagSpecificationResourceType::VOLUME,
                lt::TagSpecificationResourceType::NETWORK_INTERFACE,
            ]
            .map(tagged),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graviton_is_told_by_the_instance_types_name() {
        for name in [
            "m7g.large",
            "c7gn.xlarge",
            "t4g.small",
            "im4gn.large",
            "x2gd.medium",
            "a1.large",
            "g5g.xlarge",
        ] {
            assert!(is_graviton(name), "{name}");
        }
        for name in ["m7i.large", "g5.xlarge", "m6a.large", "c5.large", "u-6tb1.metal", "t3.micro"]
        {
            assert!(!is_graviton(name), "{name}");
        }
    }
}
