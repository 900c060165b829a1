//! EKS knows an add-on by its name.

use innovate_aws::cluster::{Addon, Addons};

fn addons() -> Addons {
    Addons::platform().with(Addon::ClusterAutoscaler)
}

fn main() {}
