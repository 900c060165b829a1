//! Buckets: where load balancers log the requests that they get, and buckets those that they get.

use innovate::{
    aws::storage::{AccessLogBucketHandle, LoadBalancerLogBucketHandle},
    prelude::*,
};

use super::choices::Choices;

pub(crate) struct Storage {
    pub(crate) of_buckets: AccessLogBucketHandle,
    pub(crate) of_load_balancers: LoadBalancerLogBucketHandle,
}

pub(crate) fn stack<S: Choices>(environment: &Environment<S>) -> (Stack<S>, Storage) {
    let mut storage = environment.stack("storage");
    let of_buckets = storage.add("AccessLogs", AccessLogBucket::builder().build());
    let of_load_balancers = storage
        .add("LoadBalancerLogs", LoadBalancerLogBucket::builder().access_logs(&of_buckets).build());
    (storage, Storage { of_buckets, of_load_balancers })
}
