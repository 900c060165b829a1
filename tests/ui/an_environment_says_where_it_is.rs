//! Without an account nothing could be deployed.

use innovate_aws::{Environment, Region, domain, name};
use innovate_core::Prod;

fn main() {
    let _ = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .region(Region::EuWest1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
}
