//! What pods may connect to, and who may connect to them.

use std::panic::Location;

use innovate_aws::{database::PostgresEndpoint, network::HasSecurityGroup};
use innovate_core::{Cidr, Counterpart, Node};
use k8s_openapi::{
    api::networking::v1::{
        IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule,
        NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
    },
    apimachinery::pkg::{apis::meta::v1::LabelSelector, util::intstr::IntOrString},
};

use crate::{
    ManifestScope, NamespaceRef, ObjectName,
    manifests::ClusterNetwork,
    meta::{NAME, metadata, strings},
};

/// Where EKS Pod Identity's agent answers on every node.
///
/// Source: "How EKS Pod Identity works", Amazon EKS User Guide.
pub(crate) const POD_IDENTITY_AGENT: &str = "169.254.170.23/32";

/// Something that pods may connect to: another service of the cluster, a database,
/// [`AwsEndpoints`], the [`Internet`].
#[diagnostic::on_unimplemented(
    message = "pods can't be connected to `{Self}`",
    label = "not a destination",
    note = "a destination is a service of the cluster, a database, `AwsCredentials`, `AwsEndpoints` or `Internet`"
)]
pub trait Destination {
    /// What a network policy must let through.
    fn egress(&self) -> Vec<Egress>;
}

/// One port, and those who answer there.
#[derive(Clone, Debug, PartialEq)]
pub struct Egress {
    to: To,
    port: u16,
    /// The security group of those who answer, if they are no pods.
    group: Option<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum To {
    ClusterNetwork(Vec<Cidr>),
    Vpc,
    Agent,
    CloudWatchAgent,
    Internet,
    Pods(Admission),
}

impl Egress {
    /// TCP to a port in blocks of addresses.
    pub fn blocks(blocks: impl IntoIterator<Item = Cidr>, port: u16) -> Self {
        Self { to: To::ClusterNetwork(blocks.into_iter().collect()), port, group: None }
    }

    /// The same, to what has a security group. That group must let the cluster's nodes in
    /// (`stack.allow(&cluster, port, &destination)`); the program is refused if it doesn't.
    #[must_use]
    pub fn guarded_by(mut self, destination: &impl HasSecurityGroup) -> Self {
        self.group = Some(destination.security_group().group_id().into_node());
        self
    }

    pub(super) const fn cloudwatch_agent(port: u16) -> Self {
        Self::new(To::CloudWatchAgent, port)
    }

    const fn new(to: To, port: u16) -> Self {
        Self { to, port, group: None }
    }

    pub(crate) const fn pods(admission: Admission) -> Self {
        Self { port: admission.port, to: To::Pods(admission), group: None }
    }

    /// What the rule at `path` stands for, by the line that made the connection.
    pub(super) fn counterpart(
        &self,
        path: String,
        location: &'static Location<'static>,
    ) -> Option<Counterpart> {
        Some(Counterpart::new(path, self.group.clone()?, location))
    }

    pub(super) fn rule(&self, network: ClusterNetwork) -> NetworkPolicyEgressRule {
        let to = match &self.to {
            To::ClusterNetwork(blocks) => blocks.iter().map(block).collect(),
            To::Vpc => vec![block(&network.vpc)],
            To::Agent => vec![block(&POD_IDENTITY_AGENT)],
            // It may have the addresses of its node.
            To::CloudWatchAgent => vec![cloudwatch_agent(), block(&network.private)],
            To::Internet => vec![public_addresses()],
            To::Pods(pods) => vec![pods.peer()],
        };
        NetworkPolicyEgressRule { ports: Some(vec![tcp(self.port)]), to: Some(to) }
    }

    /// The pods that must let the connection in.
    pub(super) const fn admission(&self) -> Option<&Admission> {
        match &self.to {
            To::Pods(admission) => Some(admission),
            _ => None,
        }
    }
}

/// The services of AWS, through the VPC's interface endpoints, with credentials from EKS Pod
/// Identity. The service account needs an association with a role. What has a gateway endpoint
/// instead, such as S3, has public addresses: that is the [`Internet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsEndpoints;

impl Destination for AwsEndpoints {
    fn egress(&self) -> Vec<Egress> {
        vec![Egress::new(To::Vpc, 443), Egress::new(To::Agent, 80)]
    }
}

/// The credentials of the role that an EKS Pod Identity association gives the service account: what a
/// token is signed with by which a service logs in to a database. [`AwsEndpoints`] has them, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsCredentials;

impl Destination for AwsCredentials {
    fn egress(&self) -> Vec<Egress> {
        vec![Egress::new(To::Agent, 80)]
    }
}

/// Every kind of database, in the network's data tier. Its security group must let the cluster in as
/// well, and the program is refused if it doesn't: `stack.allow(&cluster, Port::POSTGRES, &database)`.
#[diagnostic::do_not_recommend]
impl<D: PostgresEndpoint> Destination for D {
    fn egress(&self) -> Vec<Egress> {
        vec![Egress::blocks([self.network()], self.port().from()).guarded_by(self)]
    }
}

/// Every public address, by HTTPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Internet;

impl Destination for Internet {
    fn egress(&self) -> Vec<Egress> {
        vec![Egress::new(To::Internet, 443)]
    }
}

/// The pods of a workload, and the port on which they may be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Admission {
    pub(crate) namespace: NamespaceRef,
    pub(crate) name: ObjectName,
    pub(crate) port: u16,
}

impl Admission {
    pub(crate) fn peer(&self) -> NetworkPolicyPeer {
        pods(&self.namespace, &self.name)
    }
}

pub(super) fn pods(namespace: &NamespaceRef, name: &ObjectName) -> NetworkPolicyPeer {
    NetworkPolicyPeer {
        namespace_selector: Some(namespace.selector()),
        pod_selector: Some(selector(name)),
        ip_block: None,
    }
}

/// Selects the pods of a workload.
pub(super) fn selector(name: &ObjectName) -> LabelSelector {
    LabelSelector { match_labels: strings([(NAME, name.as_str())]), match_expressions: None }
}

/// Lets `from` reach the pods: a network policy beside theirs, named after who comes in.
pub(crate) fn admit(
    scope: &mut ManifestScope<'_>,
    to: &Admission,
    from: &str,
    peers: Vec<NetworkPolicyPeer>,
) {
    let mut metadata = metadata(&to.namespace, &to.name);
    metadata.name = Some(format!("{}-from-{from}", to.name));
    scope.add(&NetworkPolicy {
        metadata,
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(selector(&to.name)),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(vec![NetworkPolicyIngressRule {
                from: Some(peers),
                ports: Some(vec![tcp(to.port)]),
            }]),
            egress: None,
        }),
    });
}

pub(crate) fn block(cidr: &impl ToString) -> NetworkPolicyPeer {
    NetworkPolicyPeer {
        ip_block: Some(IPBlock { cidr: cidr.to_string(), except: None }),
        ..NetworkPolicyPeer::default()
    }
}

/// All addresses but the private, the shared and the link-local ones.
fn public_addresses() -> NetworkPolicyPeer {
    let private =
        ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
    NetworkPolicyPeer {
        ip_block: Some(IPBlock {
            cidr: "0.0.0.0/0".to_owned(),
            except: Some(private.map(str::to_owned).into()),
        }),
        ..NetworkPolicyPeer::default()
    }
}

/// The pods of the CloudWatch agent, on each node.
fn cloudwatch_agent() -> NetworkPolicyPeer {
    let namespace = NamespaceRef::existing(ObjectName::checked("amazon-cloudwatch"));
    NetworkPolicyPeer {
        namespace_selector: Some(namespace.selector()),
        pod_selector: Some(selector(&ObjectName::checked("cloudwatch-agent"))),
        ip_block: None,
    }
}

fn tcp(port: u16) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(port.into())),
        protocol: Some("TCP".to_owned()),
        ..NetworkPolicyPort::default()
    }
}
