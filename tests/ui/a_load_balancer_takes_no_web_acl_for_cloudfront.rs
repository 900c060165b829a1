//! A manifest names the web ACL of its load balancer, which must be a regional one.

use innovate_aws::{
    name::WebAclName,
    security::{CloudFront, WebAclHandle},
};

fn ingress(_: &WebAclName) {}

fn expose(acl: &WebAclHandle<CloudFront>) {
    ingress(acl.web_acl_name());
}

fn main() {}
