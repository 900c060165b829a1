//! One for load balancers protects no distribution.

use innovate_aws::{
    edge::Distribution,
    security::{Regional, WebAclHandle},
};

fn distribution(acl: &WebAclHandle<Regional>) {
    let _ = Distribution::builder().web_acl(acl);
}

fn main() {}
