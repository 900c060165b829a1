//! There is no default that would let everything in.

use innovate_aws::{
    edge::{CertificateHandle, Distribution},
    name::Hostname,
    security::CloudFront,
    storage::SiteBucketHandle,
};

fn distribution(
    host: Hostname,
    certificate: &CertificateHandle<CloudFront>,
    site: &SiteBucketHandle,
) -> Distribution {
    Distribution::builder().aliases([host]).certificate(certificate).frontend(site).build()
}

fn main() {}
