//! The bucket of a site lets in its distribution alone, by origin access control; others let in nobody.

use innovate::{aws::storage::BucketHandle, prelude::*};

fn distribution(uploads: &BucketHandle) {
    let _ = Distribution::builder().frontend(uploads);
}

fn main() {}
