//! An association without a cluster binds nothing.

use innovate_aws::{identity::PodIdentity, service_account};

fn identity() -> PodIdentity {
    PodIdentity::builder().service_account(service_account!("api", "api")).build()
}

fn main() {}
