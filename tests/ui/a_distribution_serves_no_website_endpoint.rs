//! It speaks no TLS, and everyone could read the bucket.

use innovate_aws::edge::Distribution;

fn distribution() {
    let _ = Distribution::builder().frontend("innovate-site.s3-website-eu-west-1.amazonaws.com");
}

fn main() {}
