//! What is installed today is installed tomorrow.

use innovate_aws::{
    addon_version,
    cluster::{Addon, Addons},
};

fn addons() -> Addons {
    Addons::platform().with_version(Addon::CoreDns, addon_version!("latest"))
}

fn main() {}
