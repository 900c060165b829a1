//! The VPC, its tiers, and who may connect to whom.
//!
//! * [`Vpc`]: the construct; [`VpcHandle`] is what the rest of the program needs of it,
//! * [`VpcCidr`]: its block, and the plan that divides it among tiers and zones,
//! * [`tier`]: the tiers as types, and [`Subnets`] of one of them,
//! * [`Nat`], [`Endpoints`], [`EndpointService`], [`FlowLogs`]: the choices that it takes,
//! * [`SecurityGroup`], [`PublicLoadBalancerGroup`]: security groups,
//! * [`PrivateZone`], [`PrivateRecord`]: names that only the network knows,
//! * [`NatMetric`], [`NetworkAlarm`]: what is measured, and what alarms watch,
//! * [`Connect`], [`Connection`], [`Port`]: links between what has one.

mod acl;
mod alarm;
mod connect;
mod endpoint;
mod flow_log;
mod handle;
mod metric;
mod nat;
mod plan;
mod port;
mod private_zone;
mod security_group;
pub mod tier;
mod vpc;

use innovate_core::{Cidr, cidr};

pub use alarm::NetworkAlarm;
pub use connect::{Connect, Connection};
pub use endpoint::{EndpointService, Endpoints};
pub use flow_log::FlowLogs;
pub use handle::VpcHandle;
pub use metric::NatMetric;
pub use nat::{Nat, ZoneOutage};
#[doc(hidden)]
pub use plan::overlap;
pub use plan::{VpcCidr, VpcCidrError};
pub use port::{Port, Protocol};
pub use private_zone::{PrivateRecord, PrivateZone, PrivateZoneHandle};
pub use security_group::{
    Egress, HasSecurityGroup, PublicLoadBalancerGroup, SecurityGroup, SecurityGroupHandle,
};
pub(crate) use security_group::{FACES, INTERNET};
pub use tier::Subnets;
pub use vpc::Vpc;

/// Every address.
const ANYWHERE: Cidr = cidr!("0.0.0.0/0");
