//! S3 delivers access logs to no bucket that a key of KMS encrypts.

use innovate::{aws::storage::BucketHandle, prelude::*};

fn uploads(key: &Key<S3>, other: &BucketHandle) -> Bucket {
    Bucket::builder().key(key).access_logs(other).build()
}

fn main() {}
