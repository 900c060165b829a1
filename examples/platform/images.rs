//! Images: where the pipeline pushes them, scanned again whenever a vulnerability becomes known, with copies
//! in the recovery region; and those of others that the cluster's own pods run.

use innovate::{aws::registry::RepositoryHandle, prelude::*};

use super::{choices::Choices, cluster::Compute, keys::Keys, recovery::Recovery};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    recovery: &Recovery,
    cluster: &Compute,
) -> (Stack<S>, RepositoryHandle) {
    let mut images = environment.stack("images");
    images.add("Scanning", RegistryScanning::enhanced());
    images.add("Copies", RegistryReplication::to(&recovery.images));
    let api = Repository::builder().name(name!(RepositoryName: "innovate/api")).key(&keys.images);
    let api = S::PROMOTED_TO.into_iter().fold(api, |api, next| api.pulled_by(next));
    let api = images.add("Api", api.build());

    let public = PullThroughCache::builder().upstream(Upstream::EcrPublic).key(&keys.images);
    let public = images.add("Public", public.build());
    let nodes = [cluster.eks.core_node_role(), cluster.karpenter.node_role()];
    images.add("Policy", RegistryPolicy::of(RegistryPermission::filling(&public, nodes)));
    (images, api)
}
