//! A second region would silently replace the first.

use innovate_aws::{Environment, Region};
use innovate_core::Prod;

fn main() {
    let _ = Environment::<Prod>::builder().region(Region::EuWest1).region(Region::UsEast1);
}
