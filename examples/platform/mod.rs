//! What every environment of Innovate Inc. is made of: one program, generic over the stage.
//!
//! * [`choices`]: what differs between development, staging and production; nothing else does,
//! * [`keys`]: one for each class of data,
//! * [`network`]: the VPC,
//! * [`names`]: the zone of the domain,
//! * [`mod@storage`]: where load balancers and buckets log,
//! * [`cluster`]: EKS, and what the controllers in it may do,
//! * [`data`]: the database,
//! * [`images`]: the repository of the API, and those of others,
//! * [`ingress`]: the load balancer with its web ACL,
//! * [`edge`]: CloudFront and the site,
//! * [`application`]: the API, from its role to its pods,
//! * [`nodes`]: which machines run the pods, and where they keep their files,
//! * [`monitoring`]: alarms, and an overview,
//! * [`backup`]: the plan, its vault, the proof that they restore, and Velero,
//! * [`recovery`]: what the recovery region has.

mod application;
mod backup;
mod choices;
mod cluster;
mod data;
mod edge;
mod images;
mod ingress;
mod keys;
mod monitoring;
mod names;
mod network;
mod nodes;
mod recovery;
mod storage;

use choices::Choices;
use innovate::prelude::*;

/// The environment of the stage `S`.
pub(crate) fn app<S: Choices>() -> App {
    let environment = Environment::<S>::builder()
        .application(name!("innovate"))
        .account(S::ACCOUNT)
        .region(Region::EuWest1)
        .recovery_region(recovery::REGION)
        .domain(S::DOMAIN)
        .owner("platform")
        .build();

    let (names, zone) = names::stack(&environment);
    let (recovery_stack, recovery) = recovery::stack(&environment);
    let (keys_stack, keys) = keys::stack(&environment);
    let (network, vpc) = network::stack(&environment, &keys);
    let (storage_stack, storage) = storage::stack(&environment);
    let (compute, cluster) = cluster::stack(&environment, &keys, &vpc);
    let (data_stack, data) = data::stack(&environment, &keys, &vpc, &cluster);
    let (ingress, way_in) = ingress::stack(&environment, &keys, &zone, &vpc, &storage, &cluster);
    let edge = edge::stack(&environment, &zone, &way_in);
    let (api, session) = application::stack(&environment, &keys, &recovery, &cluster, &data);
    let (images, image) = images::stack(&environment, &keys, &recovery, &cluster);
    let (backup, backups) =
        backup::stack(&environment, &keys, &recovery, &storage, &cluster, &data);
    let monitoring =
        monitoring::stack(&environment, &keys, &vpc, &cluster, &data, &way_in, &backups);

    let mut manifests = environment.manifests(&cluster.eks, &vpc);
    nodes::add(&mut manifests, &cluster);
    application::add(&mut manifests, &cluster, &data, &session, &image, &way_in);
    backup::add(&mut manifests, &backups, &recovery);

    let app = App::new(S::KIND.name())
        .stacks([keys_stack, network, storage_stack, compute, data_stack])
        .stacks([images, ingress, api, monitoring, backup])
        .stacks([names, edge])
        .stack(recovery_stack)
        .manifests(manifests);
    S::held(app)
}
