//! Viewers come to CloudFront themselves: a header with their address would be their own word.

use innovate_aws::security::{ClientIp, CloudFront, WebAcl};

fn protection() -> WebAcl<CloudFront> {
    WebAcl::<CloudFront>::builder().client_ip(ClientIp::ForwardedFor).build()
}

fn main() {}
