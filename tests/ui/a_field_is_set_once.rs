//! A second region would silently replace the first.

use innovate::prelude::*;

fn main() {
    let _ = Environment::<Prod>::builder().region(Region::EuWest1).region(Region::UsEast1);
}
