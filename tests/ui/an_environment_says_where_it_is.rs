//! Without an account nothing could be deployed.

use innovate::prelude::*;

fn main() {
    let _ = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .region(Region::EuWest1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
}
