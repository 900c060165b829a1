//! Where a load balancer writes down each request.

use innovate_core::ResourceRef;

use crate::{name::BucketName, storage::LoadBalancerLogBucketHandle};

/// Where a load balancer writes down each request.
#[derive(Clone, Debug)]
pub struct AccessLogs {
    pub(super) bucket: BucketName,
    pub(super) ready: Option<ResourceRef>,
}

impl AccessLogs {
    /// A bucket by its name, known before deployment, and what must exist before anything is written to
    /// it: its policy.
    pub(crate) fn to(bucket: BucketName, ready: Option<ResourceRef>) -> Self {
        Self { bucket, ready }
    }
}

/// A bucket that a load balancer can write its access logs to: one that S3 encrypts with keys of its
/// own, since load balancers can use none of KMS, and whose policy lets them.
///
/// Source: "Enable access logs for your Application Load Balancer", Elastic Load Balancing User
/// Guide.
#[diagnostic::on_unimplemented(
    message = "a load balancer can't write access logs to `{Self}`",
    label = "not a bucket for a load balancer's access logs",
    note = "load balancers write to no bucket that a key of KMS encrypts, and need a policy that lets them: `LoadBalancerLogBucket` makes one"
)]
pub trait TakesAccessLogs {
    /// Where they are written.
    fn access_logs(&self) -> AccessLogs;
}

/// A bucket that is made elsewhere, such as one of the account that keeps all logs.
impl TakesAccessLogs for BucketName {
    fn access_logs(&self) -> AccessLogs {
        AccessLogs::to(self.clone(), None)
    }
}

impl TakesAccessLogs for LoadBalancerLogBucketHandle {
    fn access_logs(&self) -> AccessLogs {
        let ready: &ResourceRef = self.as_ref();
        AccessLogs::to(self.bucket().bucket_name().clone(), Some(ready.clone()))
    }
}
