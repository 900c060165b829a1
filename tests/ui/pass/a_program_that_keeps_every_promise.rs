//! A program that compiles. As long as one is here, trybuild builds the others too and doesn't only
//! check them, so that errors of constants are seen.

use innovate::prelude::*;

fn main() {
    let prod = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
    let mut keys = prod.stack("keys");
    keys.add("Database", KmsKey::<Rds>::new());
}
