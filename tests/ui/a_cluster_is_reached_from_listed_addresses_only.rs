//! The Kubernetes API is no service for the internet.

use innovate_aws::{allow_list, cluster::Endpoint};

fn endpoint() -> Endpoint {
    Endpoint::public_to(allow_list!["203.0.113.0/24", "0.0.0.0/0"])
}

fn main() {}
