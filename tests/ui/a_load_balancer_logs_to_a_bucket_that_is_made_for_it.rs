//! A load balancer writes to no bucket that a key of KMS encrypts, as most are, and needs a policy that
//! lets it write.

use innovate_aws::{
    load_balancer::{Internal, LoadBalancer, Scheme},
    storage::BucketHandle,
};

fn balancer(scheme: Scheme<Internal>, bucket: &BucketHandle) {
    let _ = LoadBalancer::builder().scheme(scheme).access_logs(bucket);
}

fn main() {}
