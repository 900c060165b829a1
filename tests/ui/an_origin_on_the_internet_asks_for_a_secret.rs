//! Without it anyone goes around the distribution, and a value in the program is no secret.

use innovate_aws::{edge::Origin, name::Hostname};

fn origin(host: Hostname) -> Origin {
    Origin::load_balancer(host, "guess-me")
}

fn main() {}
