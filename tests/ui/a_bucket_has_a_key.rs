//! What is in a bucket is encrypted with a key of the account, unless a waiver says why not.

use innovate::{aws::storage::AccessLogBucketHandle, prelude::*};

fn uploads(logs: &AccessLogBucketHandle) -> Bucket {
    Bucket::builder().access_logs(logs).build()
}

fn main() {}
