//! The cluster of some manifests, as the AWS side has it.

use innovate_core::{Node, Resource, check::Model};

/// The name of the cluster that a property of a resource holds or refers to.
pub(crate) fn name_in<'app>(model: &Model<'app>, node: &'app Node) -> Option<&'app str> {
    match node.as_text() {
        Some(name) => Some(name),
        None => model.target(node)?.properties().at("Name")?.as_text(),
    }
}

/// The resources of a type that belong to the cluster of this name, by their `ClusterName`.
pub(crate) fn resources_of<'app>(
    model: &Model<'app>,
    type_name: &'static str,
    cluster: &'app str,
) -> impl Iterator<Item = &'app Resource> {
    let model = *model;
    model.resources_of(type_name).filter(move |resource| {
        let node = resource.properties().at("ClusterName");
        node.and_then(|node| name_in(&model, node)) == Some(cluster)
    })
}

/// The cluster, if the program makes it.
pub(crate) fn resource<'app>(model: &Model<'app>, cluster: &str) -> Option<&'app Resource> {
    let named = |resource: &&Resource| {
        resource.properties().at("Name").and_then(Node::as_text) == Some(cluster)
    };
    model.resources_of("AWS::EKS::Cluster").find(named)
}

/// The number of the cluster's minor version, if the program makes the cluster.
pub(crate) fn minor_version(model: &Model<'_>, cluster: &str) -> Option<u16> {
    let resource = resource(model, cluster)?;
    let (_, minor) = resource.properties().at("Version")?.as_text()?.split_once('.')?;
    minor.parse().ok()
}
