//! The policy of a key for databases lets nobody come through S3.

use innovate::{aws::storage::AccessLogBucketHandle, prelude::*};

fn uploads(key: &Key<Rds>, logs: &AccessLogBucketHandle) -> Bucket {
    Bucket::builder().key(key).access_logs(logs).build()
}

fn main() {}
