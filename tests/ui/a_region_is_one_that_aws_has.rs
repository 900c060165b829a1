//! A region is one of AWS's, not a text that may be misspelt.

use innovate::prelude::*;

fn main() {
    let _ = Environment::<Prod>::builder().region(Region::EuWest9);
    let _ = Environment::<Prod>::builder().region("eu-west-1");
}
