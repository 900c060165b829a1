//! The tiers of a network as types: what belongs into one takes only subnets of that one.

use std::{fmt, marker::PhantomData};

use innovate_cfn::{
    ec2,
    kind::{RouteTableId, SubnetId, VpcId},
};
use innovate_core::{Cidr, Gives, ResourceRef, Text, Value};

use crate::region::Zone;

/// A tier of a network.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tier of a network",
    note = "the tiers are `Public`, `Private`, `Data`, `Intra` and `Endpoint`"
)]
pub trait Tier: 'static {
    /// The tier when the program runs.
    const KIND: TierKind;
}

/// A tier when the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TierKind {
    /// See [`Private`].
    Private,
    /// See [`Public`].
    Public,
    /// See [`Data`].
    Data,
    /// See [`Endpoint`].
    Endpoint,
    /// See [`Intra`].
    Intra,
}

impl TierKind {
    /// Every tier, in the order of the plan.
    pub const ALL: [Self; 5] =
        [Self::Private, Self::Public, Self::Data, Self::Endpoint, Self::Intra];

    /// The name, as it stands in logical ids and in the tag `tier`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "Private",
            Self::Public => "Public",
            Self::Data => "Data",
            Self::Endpoint => "Endpoint",
            Self::Intra => "Intra",
        }
    }
}

/// Load balancers and NAT gateways: routed to and from the internet.
#[derive(Clone, Copy, Debug)]
pub enum Public {}
/// Nodes and pods: out to the internet through NAT, nothing in from there.
#[derive(Clone, Copy, Debug)]
pub enum Private {}
/// Databases: no route out of the network.
#[derive(Clone, Copy, Debug)]
pub enum Data {}
/// The control plane's network interfaces: no route out of the network.
#[derive(Clone, Copy, Debug)]
pub enum Intra {}
/// Interface endpoints of AWS's services: no route out of the network.
#[derive(Clone, Copy, Debug)]
pub enum Endpoint {}

impl Tier for Public {
    const KIND: TierKind = TierKind::Public;
}
impl Tier for Private {
    const KIND: TierKind = TierKind::Private;
}
impl Tier for Data {
    const KIND: TierKind = TierKind::Data;
}
impl Tier for Intra {
    const KIND: TierKind = TierKind::Intra;
}
impl Tier for Endpoint {
    const KIND: TierKind = TierKind::Endpoint;
}

/// The subnets of one tier, one in each zone of the network.
pub struct Subnets<T> {
    pub(super) vpc_id: Value<VpcId>,
    pub(super) block: Cidr,
    pub(super) subnets: Vec<Subnet>,
    pub(super) tables: Vec<Value<RouteTableId>>,
    pub(super) egress: Vec<ResourceRef>,
    pub(super) tier: PhantomData<fn() -> T>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Subnet {
    pub(super) zone: Zone,
    pub(super) subnet: ec2::SubnetRef,
}

impl<T: Tier> Subnets<T> {
    /// Their ids, in the order of the zones' ids.
    pub fn ids(&self) -> Vec<Value<SubnetId>> {
        self.subnets.iter().map(|each| each.subnet.reference()).collect()
    }

    /// The id of the one in a zone.
    pub fn in_zone(&self, zone: Zone) -> Option<Value<SubnetId>> {
        self.subnets.iter().find(|each| each.zone == zone).map(|each| each.subnet.reference())
    }

    /// The names of the zones that they are in, as the account knows them: known at deployment.
    pub fn zone_names(&self) -> Vec<Value<Text>> {
        self.subnets.iter().map(|each| each.subnet.availability_zone()).collect()
    }

    /// The zones that they are in.
    pub fn zones(&self) -> impl Iterator<Item = Zone> + '_ {
        self.subnets.iter().map(|each| each.zone)
    }

    /// The block that the plan reserves for the tier: all of its subnets, and room for one more.
    pub const fn block(&self) -> Cidr {
        self.block
    }

    /// The network that they are in.
    pub fn vpc_id(&self) -> Value<VpcId> {
        self.vpc_id.clone()
    }

    /// Their route tables, for routes to other networks: one a zone in the private tier, one in all
    /// in the others.
    pub fn route_tables(&self) -> &[Value<RouteTableId>] {
        &self.tables
    }

    /// The subnets, for what must wait for them.
    pub fn resources(&self) -> impl Iterator<Item = &ResourceRef> {
        self.subnets.iter().map(|each| each.subnet.as_ref())
    }

    /// What must exist before an instance in one of them reaches what it needs: routes, NAT
    /// gateways, endpoints. CloudFormation doesn't infer it; hand it to `depends_on_all`.
    pub fn egress_ready(&self) -> &[ResourceRef] {
        &self.egress
    }

    /// The tier.
    pub const fn kind(&self) -> TierKind {
        T::KIND
    }
}

impl<T> Clone for Subnets<T> {
    fn clone(&self) -> Self {
        Self {
            vpc_id: self.vpc_id.clone(),
            block: self.block,
            subnets: self.subnets.clone(),
            tables: self.tables.clone(),
            egress: self.egress.clone(),
            tier: PhantomData,
        }
    }
}

impl<T: Tier> fmt::Debug for Subnets<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subnets<{}>{:?}", T::KIND.name(), self.subnets)
    }
}

impl<T: Tier> Gives<VpcId> for &Subnets<T> {
    fn give(self) -> Value<VpcId> {
        self.vpc_id()
    }
}
