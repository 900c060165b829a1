//! No bucket is without versions, public access block or TLS because somebody wrote `false`.

use innovate::{aws::storage::AccessLogBucketHandle, prelude::*};

fn scratch(key: &Key<S3>, logs: &AccessLogBucketHandle) -> Bucket {
    Bucket::builder()
        .key(key)
        .access_logs(logs)
        .versioning(false)
        .public_access_block(false)
        .tls_only(false)
        .build()
}

fn main() {}
