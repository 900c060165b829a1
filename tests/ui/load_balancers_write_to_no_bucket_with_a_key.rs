//! Elastic Load Balancing writes access logs to no bucket that a key of KMS encrypts: the bucket for
//! them takes none, and no other bucket takes them.

use innovate::{
    aws::storage::{AccessLogBucketHandle, BucketHandle},
    prelude::*,
};

fn bucket(key: &Key<S3>, logs: &AccessLogBucketHandle) -> LoadBalancerLogBucket {
    LoadBalancerLogBucket::builder().key(key).access_logs(logs).build()
}

fn access_logs(uploads: &BucketHandle) -> AccessLogs {
    AccessLogs::to(uploads, "shop")
}

fn main() {}
