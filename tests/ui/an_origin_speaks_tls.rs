//! There is no way to ask an origin in the clear.

use innovate_aws::{edge::Origin, load_balancer::OriginHeader, name::Hostname};

fn origin(host: Hostname, header: &OriginHeader) -> Origin {
    Origin::load_balancer(host, header).http()
}

fn main() {}
