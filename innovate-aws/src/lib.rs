//! Constructs for AWS, by the noun that a platform team says, and the rules that a program is
//! checked against.
//!
//! * [`environment`]: stage, account, region and tags; it makes the stacks,
//! * [`region`]: AWS's regions and their availability zones,
//! * [`mod@name`]: names that templates and manifests share, checked by the compiler,
//! * [`backup`]: vaults, plans and what a region's loss leaves,
//! * [`cluster`]: Kubernetes on EKS,
//! * [`identity`]: roles, their permissions, and the policies that say so,
//! * [`keys`]: customer-managed keys, each for one use,
//! * [`load_balancer`]: Application Load Balancers that CloudFormation owns,
//! * [`messaging`]: queues between what asks for work and what does it,
//! * [`network`]: the VPC, its tiers, security groups and the links between them,
//! * [`observability`]: log groups,
//! * [`database`]: PostgreSQL on Aurora and RDS,
//! * [`plan`]: what a deployment would open,
//! * [`registry`]: container images in ECR,
//! * [`secrets`]: secrets whose values no program knows,
//! * [`edge`]: zones, certificates and CloudFront,
//! * [`security`]: AWS WAF,
//! * [`stack_set`]: one template in many accounts and regions,
//! * [`mod@storage`]: buckets, and what may be done with what is in them,
//! * [`mod@days`]: numbers of days that the compiler knows,
//! * [`schedule`]: times of day, time zones, and what is done when,
//! * [`mod@percent`]: shares of a whole,
//! * [`rules`]: what a good program holds to, one policy a file.

pub mod backup;
pub mod cluster;
pub mod database;
pub mod days;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod edge;
pub mod environment;
pub mod identity;
pub mod keys;
pub mod load_balancer;
pub mod messaging;
pub mod name;
pub mod network;
pub mod observability;
pub mod percent;
pub mod plan;
pub mod region;
pub mod registry;
pub mod rules;
pub mod schedule;
pub mod secrets;
pub mod security;
pub mod stack_set;
pub mod storage;

pub use environment::{DataClassification, Environment};
pub use region::{Region, Zone, Zones};

#[doc(hidden)]
pub use innovate_core::literal;
