//! EKS doesn't place its control plane in every zone.

use innovate::prelude::*;

fn main() {
    let _ = zones!(UsEast1: az1, az2, az3);
}
