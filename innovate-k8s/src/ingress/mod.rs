//! How requests reach services from outside of the cluster.
//!
//! * [`IngressClass`]: what load balancers must be like: who reaches them, TLS, web ACL,
//! * [`Ingress`]: which host and path goes to which service, a [`Backend`],
//! * [`TargetGroupBinding`]: the same where CloudFormation owns the load balancer.

mod binding;
mod class;
mod route;

pub use binding::TargetGroupBinding;
pub use class::{AccessLogs, Exposure, IngressClass, IngressClassRef};
pub use innovate_aws::load_balancer::TlsPolicy;
pub use route::{Backend, Ingress};

/// What annotations for the AWS Load Balancer Controller begin with.
pub(crate) const ALB: &str = "alb.ingress.kubernetes.io";
