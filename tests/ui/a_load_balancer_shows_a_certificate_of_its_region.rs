//! A certificate for CloudFront is in us-east-1, and a load balancer shows one of its own region.

use innovate_aws::{
    edge::CertificateHandle,
    load_balancer::{Internal, LoadBalancer, Scheme},
    security::CloudFront,
};

fn balancer(scheme: Scheme<Internal>, certificate: &CertificateHandle<CloudFront>) {
    let _ = LoadBalancer::builder().scheme(scheme).certificate(certificate);
}

fn main() {}
