//! CloudFront reaches a load balancer through its VPC in order that nobody else reaches it.

use innovate_aws::{
    edge::Origin,
    load_balancer::{InternetFacing, LoadBalancerHandle},
    name::Hostname,
};

fn origin(host: Hostname, balancer: &LoadBalancerHandle<InternetFacing>) -> Origin {
    Origin::vpc(host, balancer)
}

fn main() {}
