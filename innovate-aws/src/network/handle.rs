//! What the rest of a program needs of a VPC.

use innovate_cfn::{
    ec2,
    kind::{InternetGatewayId, NatGatewayId, VpcId},
};
use innovate_core::{Cidr, Gives, ResourceRef, Value};

use super::{
    EndpointService, Nat, SecurityGroupHandle, VpcCidr,
    tier::{Data, Endpoint, Intra, Private, Public, Subnets},
};
use crate::{name::ClusterName, region::Zones};

/// A VPC that is in a stack.
#[derive(Clone, Debug)]
pub struct VpcHandle {
    pub(super) vpc: ec2::VPCRef,
    pub(super) cidr: VpcCidr,
    pub(super) zones: Zones,
    pub(super) nat: Nat,
    pub(super) gateways: Vec<Value<NatGatewayId>>,
    pub(super) services: Vec<EndpointService>,
    pub(super) cluster: ClusterName,
    pub(super) endpoint_group: SecurityGroupHandle,
    pub(super) internet_gateway: Value<InternetGatewayId>,
    pub(super) public: Subnets<Public>,
    pub(super) private: Subnets<Private>,
    pub(super) data: Subnets<Data>,
    pub(super) intra: Subnets<Intra>,
    pub(super) endpoint: Subnets<Endpoint>,
}

impl VpcHandle {
    /// Its id.
    pub fn vpc_id(&self) -> Value<VpcId> {
        self.vpc.reference()
    }

    /// Its block.
    pub const fn cidr(&self) -> Cidr {
        self.cidr.cidr()
    }

    /// The zones that it spans.
    pub const fn zones(&self) -> &Zones {
        &self.zones
    }

    /// For load balancers.
    pub fn public(&self) -> Subnets<Public> {
        self.public.clone()
    }

    /// For nodes and pods.
    pub fn private(&self) -> Subnets<Private> {
        self.private.clone()
    }

    /// For databases.
    pub fn data(&self) -> Subnets<Data> {
        self.data.clone()
    }

    /// For the control plane's network interfaces.
    pub fn intra(&self) -> Subnets<Intra> {
        self.intra.clone()
    }

    /// For interface endpoints.
    pub fn endpoint(&self) -> Subnets<Endpoint> {
        self.endpoint.clone()
    }

    /// What must exist before a node in a private subnet reaches the internet and AWS's services:
    /// routes, NAT gateways, endpoints. CloudFormation doesn't infer it; hand it to
    /// `depends_on_all`.
    pub fn egress_ready(&self) -> &[ResourceRef] {
        self.private.egress_ready()
    }

    /// How private subnets reach the internet.
    pub const fn nat(&self) -> Nat {
        self.nat
    }

    /// Whether a service has an interface endpoint.
    pub fn has_endpoint(&self, service: EndpointService) -> bool {
        self.services.contains(&service)
    }

    /// Its internet gateway.
    pub fn internet_gateway(&self) -> Value<InternetGatewayId> {
        self.internet_gateway.clone()
    }

    /// The security group of the interface endpoints. It lets in HTTPS from the whole network.
    pub const fn endpoint_group(&self) -> &SecurityGroupHandle {
        &self.endpoint_group
    }

    /// The cluster whose name Karpenter finds the private subnets by.
    pub const fn cluster(&self) -> &ClusterName {
        &self.cluster
    }
}

impl Gives<VpcId> for &VpcHandle {
    fn give(self) -> Value<VpcId> {
        self.vpc_id()
    }
}

impl AsRef<ResourceRef> for VpcHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.vpc.as_ref()
    }
}
