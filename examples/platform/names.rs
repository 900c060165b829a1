//! Names: the zone of the environment's domain. What waits for the domain to be delegated to it is in
//! other stacks, so that it is there to be delegated to.

use innovate::prelude::*;

use super::choices::Choices;

pub(crate) fn stack<S: Choices>(environment: &Environment<S>) -> (Stack<S>, HostedZoneHandle) {
    let mut names = environment.stack("names");
    let zone = names.add("Zone", HostedZone::builder().domain(environment.domain()).build());
    (names, zone)
}
