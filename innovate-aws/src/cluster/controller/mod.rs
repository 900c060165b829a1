//! Controllers that act on AWS for a cluster: each a service account, a role and what it may do.
//!
//! * [`LoadBalancerController`]: makes load balancers of ingresses and services,
//! * [`ExternalSecrets`]: copies secrets of Secrets Manager into the cluster.

mod external_secrets;
mod load_balancer;

pub use external_secrets::{ExternalSecrets, ExternalSecretsHandle};
pub use load_balancer::LoadBalancerController;
