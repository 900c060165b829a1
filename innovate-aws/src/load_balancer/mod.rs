//! Application Load Balancers that CloudFormation owns, as an alternative to those that the AWS Load
//! Balancer Controller makes of ingresses.
//!
//! * [`LoadBalancer`]: the construct; [`LoadBalancerHandle`] is what the rest of the program needs of it,
//! * [`Scheme`]: who reaches it, which decides on its subnets and its security group,
//! * [`TargetGroup`]: which requests go to which pods; [`TargetGroupHandle`] is what a binding in the
//!   cluster takes,
//! * [`TakesAccessLogs`]: where it writes down each request,
//! * [`TlsPolicy`], [`OriginHeader`]: what clients must speak, and what CloudFront must show,
//! * [`LoadBalancerMetric`], [`TargetGroupMetric`]: what is measured; [`LoadBalancerAlarm`],
//!   [`TargetGroupAlarm`]: what alarms watch,
//! * [`origin_facing`]: CloudFront's addresses.

mod access_logs;
mod alarm;
mod application;
mod handle;
mod metric;
mod origin_facing;
mod origin_header;
mod scheme;
mod target_group;
mod tls_policy;

pub use access_logs::{AccessLogs, TakesAccessLogs};
pub use alarm::{LoadBalancerAlarm, TargetGroupAlarm};
pub use application::LoadBalancer;
pub use handle::LoadBalancerHandle;
pub use metric::{LoadBalancerMetric, TargetGroupMetric};
pub(crate) use origin_facing::is_origin_facing;
pub use origin_facing::origin_facing;
pub use origin_header::OriginHeader;
pub use scheme::{Internal, InternetFacing, Reach, Scheme};
pub use target_group::{TargetGroup, TargetGroupHandle};
pub use tls_policy::TlsPolicy;
