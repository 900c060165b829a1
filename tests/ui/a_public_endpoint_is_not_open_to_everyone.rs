//! The Kubernetes API is for the VPC, and for addresses that are listed.

use innovate::prelude::*;

fn main() {
    let _ = Endpoint::public_to(allow_list!["203.0.113.0/24", "0.0.0.0/0"]);
}
