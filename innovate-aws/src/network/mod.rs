//! The VPC, its tiers, and who may connect to whom.
//!
//! * [`Vpc`]: the construct; [`VpcHandle`] is what the rest of the program needs of it,
//! * [`VpcCidr`]: its block, and the plan that divides it among tiers and zones,
//! * [`tier`]: the tiers as types, and [`Subnets`] of one of them,
//! * [`Nat`], [`Endpoints`], [`EndpointService`], [`FlowLogs`]: the choices that it takes,
//! * [`SecurityGroup`], [`PublicLoadBalancerGroup`]: security groups,
//! * [`Connect`], [`Connection`], [`Port`]: links between what has one.

mod connect;
mod port;
mod security_group;
pub mod tier;

pub use connect::{Connect, Connection};
pub use port::{Port, Protocol};
pub use security_group::{
    Egress, HasSecurityGroup, PublicLoadBalancerGroup, SecurityGroup, SecurityGroupHandle,
};
pub use tier::Subnets;
