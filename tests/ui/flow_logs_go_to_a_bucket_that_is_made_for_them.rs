//! The policy of a bucket for trails lets no log delivery in.

use innovate::{aws::storage::LogBucketHandle, prelude::*};

fn flow_logs(bucket: &LogBucketHandle<CloudTrail>) -> FlowLogs {
    FlowLogs::to_bucket(bucket)
}

fn main() {}
