//! Names: the zone of the environment's domain, and the zones of others that are in it. What waits for the
//! domain to be delegated to it is in other stacks. It is in us-east-1, as the edge is, so that names lead on
//! when the environment's own region is lost.

use innovate::prelude::*;

use super::choices::{Choices, Part};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
) -> (Stack<S, UsEast1>, HostedZoneHandle) {
    let mut names = environment.us_east_1_stack("names");
    let zone = names.add("Zone", HostedZone::builder().domain(environment.domain()).build());
    for Part { id, domain, servers, signer } in S::PARTS {
        let delegation = Delegation::to(domain.clone(), servers.clone(), &zone);
        names.add(*id, signer.iter().cloned().fold(delegation, Delegation::signer));
    }
    (names, zone)
}
