//! The add-ons that EKS offers.

use innovate_cfn::kind::ManagedPolicyArn;
use innovate_core::{Value, text, value::pseudo};

use crate::{name::ServiceAccountRef, service_account};

/// When an add-on is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before the first node: without it no node becomes ready.
    BeforeNodes,
    /// Once there are nodes: it is only installed when its pods run.
    AfterNodes,
}

macro_rules! addons {
    ($($(#[$doc:meta])* $addon:ident $name:literal $phase:ident;)*) => {
        /// An add-on that EKS installs and AWS keeps.
        ///
        /// Source: "Amazon EKS add-ons" and "AWS add-ons", Amazon EKS User Guide.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Addon {
            $($(#[$doc])* $addon,)*
        }

        impl Addon {
            /// Every add-on that this version knows.
            pub const ALL: &'static [Self] = &[$(Self::$addon),*];

            /// The name that EKS knows it by.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$addon => $name,)*
                }
            }

            /// What it is called in logical ids.
            pub(crate) const fn id(self) -> &'static str {
                match self {
                    $(Self::$addon => stringify!($addon),)*
                }
            }

            /// How its role is described.
            pub(crate) const fn role_description(self) -> &'static str {
                match self {
                    $(Self::$addon => concat!("The add-on ", $name),)*
                }
            }

            /// When it is installed.
            pub const fn phase(self) -> Phase {
                match self {
                    $(Self::$addon => Phase::$phase,)*
                }
            }
        }
    };
}

addons! {
    /// Gives pods addresses of the VPC, and enforces network policies.
    VpcCni "vpc-cni" BeforeNodes;
    /// Routes the addresses of services to pods.
    KubeProxy "kube-proxy" BeforeNodes;
    /// Hands pods the credentials of their roles.
    PodIdentityAgent "eks-pod-identity-agent" BeforeNodes;
    /// Resolves the names of services.
    CoreDns "coredns" AfterNodes;
    /// Tells the autoscaler of pods their CPU and memory.
    MetricsServer "metrics-server" AfterNodes;
    /// Volumes of EBS.
    EbsCsiDriver "aws-ebs-csi-driver" AfterNodes;
    /// File systems of EFS.
    EfsCsiDriver "aws-efs-csi-driver" AfterNodes;
    /// Container Insights, logs and traces to CloudWatch and X-Ray.
    CloudWatchObservability "amazon-cloudwatch-observability" AfterNodes;
    /// Reports what is wrong with a node, so that it is repaired.
    NodeMonitoringAgent "eks-node-monitoring-agent" AfterNodes;
    /// Snapshots of volumes.
    SnapshotController "snapshot-controller" AfterNodes;
    /// Certificates inside the cluster.
    CertManager "cert-manager" AfterNodes;
    /// Records in Route 53 for services and ingresses. It acts on the zones that the program lets it:
    /// bind a role to `external-dns/external-dns` with [`PodIdentity`](crate::identity::PodIdentity).
    ExternalDns "external-dns" AfterNodes;
}

impl Addon {
    /// The add-on that EKS knows by `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|addon| addon.name() == name)
    }

    /// The service account that acts on AWS, with the policies that AWS manages for it. `None` for
    /// an add-on that doesn't, or whose permissions depend on the program.
    ///
    /// Sources: "AWS add-ons", Amazon EKS User Guide; "AmazonEBSCSIDriverPolicyV2", AWS Managed Policy
    /// Reference Guide.
    pub(crate) fn identity(self) -> Option<Identity> {
        let (service_account, policies): (_, &[&str]) = match self {
            Self::VpcCni => {
                (service_account!("kube-system", "aws-node"), &["AmazonEKS_CNI_Policy"])
            }
            // The second version reaches only volumes and snapshots that the driver has tagged as its
            // own; the one for a single cluster knows the nodes of node groups alone, not Karpenter's.
            Self::EbsCsiDriver => (
                service_account!("kube-system", "ebs-csi-controller-sa"),
                &["AmazonEBSCSIDriverPolicyV2"],
            ),
            Self::EfsCsiDriver => (
                service_account!("kube-system", "efs-csi-controller-sa"),
                &["service-role/AmazonEFSCSIDriverPolicy"],
            ),
            Self::CloudWatchObservability => (
                service_account!("amazon-cloudwatch", "cloudwatch-agent"),
                &["CloudWatchAgentServerPolicy", "AWSXrayWriteOnlyAccess"],
            ),
            _ => return None,
        };
        Some(Identity { service_account, policies })
    }
}

/// What an add-on is to AWS.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// Its service account.
    pub(crate) service_account: ServiceAccountRef,
    policies: &'static [&'static str],
}

impl Identity {
    /// The ARNs of its policies.
    pub(crate) fn policy_arns(&self) -> Vec<Value<ManagedPolicyArn>> {
        self.policies.iter().copied().map(aws_managed_policy).collect()
    }
}

/// The ARN of a policy that AWS manages, by its path and name.
pub(crate) fn aws_managed_policy(name: &'static str) -> Value<ManagedPolicyArn> {
    text!["arn:", pseudo::partition(), ":iam::aws:policy/", name].assume()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_add_on_reads_back() {
        for addon in Addon::ALL {
            assert_eq!(Addon::from_name(addon.name()), Some(*addon));
        }
        assert_eq!(Addon::from_name("kube-proxi"), None);
    }
}
