//! Without private DNS nobody uses an endpoint, and beyond the network nobody has use of it: neither can
//! be said.

use innovate::prelude::*;

fn main() {
    let _ = Vpc::builder().endpoints(Endpoints::PrivateEks).private_dns(false);
    let _ = Vpc::builder().endpoints(Endpoints::PrivateEks).endpoint_access(cidr!("0.0.0.0/0"));
}
