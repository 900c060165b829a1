//! What everyone reaches is behind a web ACL, and a load balancer takes a regional one.

use innovate::{
    aws::{load_balancer::InternetFacing, network::VpcHandle, security::WebAclHandle},
    prelude::*,
};

fn bare(vpc: &VpcHandle) -> Scheme<InternetFacing> {
    Scheme::internet(vpc)
}

fn behind_that_of_cloudfront(
    vpc: &VpcHandle,
    acl: &WebAclHandle<CloudFront>,
) -> Scheme<InternetFacing> {
    Scheme::internet(vpc, acl)
}

fn main() {}
