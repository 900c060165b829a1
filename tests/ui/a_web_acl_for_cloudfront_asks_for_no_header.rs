//! Viewers come to CloudFront themselves: nothing before it could show a secret.

use innovate_aws::{
    load_balancer::OriginHeader,
    security::{CloudFront, WebAcl},
};

fn protection(header: &OriginHeader) -> WebAcl<CloudFront> {
    WebAcl::<CloudFront>::builder().origin_header(header).build()
}

fn main() {}
