//! A load balancer takes a web ACL of its own region.

use innovate::prelude::*;

use innovate::aws::security::WebAclHandle;

fn expose(acl: &WebAclHandle<CloudFront>) -> Exposure {
    Exposure::internet(acl.web_acl_name())
}

fn main() {}
