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
    // The pipeline takes what it promotes from the environment before.
    let api = Repository::builder()
        .name(name!(RepositoryName: "innovate/api"))
        .key(&keys.images)
        .pulled_by(organization!("o-a1b2c3d4e5"));
    let api = images.add("Api", api.build());

    let public = PullThroughCache::builder().upstream(Upstream::EcrPublic).key(&keys.images);
    let public = images.add("Public", public.build());
    images.add("CorePull", public.grant_pull(cluster.eks.core_node_role()));
    (images, api)
}
