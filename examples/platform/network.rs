//! Network: three zones, no way from the internet to the data tier, AWS reached through endpoints.

use innovate::{aws::network::VpcHandle, prelude::*};

use super::{choices::Choices, keys::Keys};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
) -> (Stack<S>, VpcHandle) {
    let mut network = environment.stack("network");
    let vpc = network.add(
        "Vpc",
        Vpc::builder()
            .cidr(S::BLOCK)
            .zones(zones!(EuWest1: az1, az2, az3))
            .nat(S::NAT)
            .endpoints(S::ENDPOINTS)
            .flow_logs(FlowLogs::to(&keys.logs, S::LOGS))
            .build(),
    );
    (network, vpc)
}
