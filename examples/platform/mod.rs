//! What every environment of Innovate Inc. is made of: one program, generic over the stage.
//!
//! * [`choices`]: what differs between development, staging and production, side by side; nothing else does,
//! * [`keys`]: one for each class of data,
//! * [`network`]: the VPC,
//! * [`cluster`]: EKS, and the controllers that AWS's side knows of,
//! * [`data`]: the database,
//! * [`protection`]: the web ACL,
//! * [`nodes`]: which machines run the pods, and where they keep their files,
//! * [`application`]: the API, from the pods to the load balancer.

mod application;
mod choices;
mod cluster;
mod data;
mod keys;
mod network;
mod nodes;
mod protection;

use choices::Choices;
use innovate::prelude::*;

/// The environment of the stage `S`.
pub(crate) fn app<S: Choices>() -> App {
    let environment = Environment::<S>::builder()
        .application(name!("innovate"))
        .account(S::ACCOUNT)
        .region(Region::EuWest1)
        .domain(S::DOMAIN)
        .owner("platform")
        .build();

    let (keys_stack, keys) = keys::stack(&environment);
    let (network, vpc) = network::stack(&environment, &keys);
    let (compute, cluster) = cluster::stack(&environment, &keys, &vpc);
    let (data, database) = data::stack(&environment, &keys, &vpc, &cluster);
    let (protection, web_acl) = protection::stack(&environment, &keys);

    let mut manifests = environment.manifests(&cluster.eks, &vpc);
    nodes::add(&mut manifests, &cluster);
    application::add(&mut manifests, &environment, &database, &web_acl);

    App::new(S::KIND.name())
        .stacks([keys_stack, network, compute, data, protection])
        .manifests(manifests)
}
