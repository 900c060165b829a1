//! EKS knows an add-on by its name.

use innovate::prelude::*;

fn main() {
    let _ = Addons::platform().with(Addon::CorDns);
    let _ = Addons::platform().with(Addon::ClusterAutoscaler);
}
