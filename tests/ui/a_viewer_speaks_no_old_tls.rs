//! CloudFront would still speak TLS 1.0 and 1.1.

use innovate_aws::edge::{Distribution, ViewerTls};

fn distribution() {
    let _ = Distribution::builder().tls(ViewerTls::Tls10);
}

fn main() {}
