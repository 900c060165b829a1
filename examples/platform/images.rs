//! Images: where the pipeline pushes them, scanned again whenever a vulnerability becomes known, with copies
//! in the recovery region.

use innovate::{aws::registry::RepositoryHandle, prelude::*};

use super::{choices::Choices, keys::Keys, recovery::Recovery};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    recovery: &Recovery,
) -> (Stack<S>, RepositoryHandle) {
    let mut images = environment.stack("images");
    images.add("Scanning", RegistryScanning::enhanced());
    images.add("Copies", RegistryReplication::to(&recovery.images));
    let api = Repository::builder().name(name!(RepositoryName: "innovate/api")).key(&keys.images);
    let api = images.add("Api", api.build());
    (images, api)
}
