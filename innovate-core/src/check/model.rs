//! What a rule looks at.

use super::Registry;
use crate::{
    app::App,
    graph::Graph,
    manifest::ManifestSet,
    stack::{Address, Resource, StackModel},
    value::{Node, Reference},
};

/// The whole program: every stack and every manifest.
#[derive(Clone, Copy)]
pub struct Model<'app> {
    app: &'app App,
    graph: &'app Graph,
    registry: &'app dyn Registry,
}

impl std::fmt::Debug for Model<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.app.fmt(f)
    }
}

impl<'app> Model<'app> {
    pub(crate) const fn new(
        app: &'app App,
        graph: &'app Graph,
        registry: &'app dyn Registry,
    ) -> Self {
        Self { app, graph, registry }
    }

    /// The stacks, in the order in which the program added them.
    pub fn stacks(&self) -> &'app [StackModel] {
        self.app.stack_models()
    }

    /// The manifests, one set a cluster.
    pub fn manifests(&self) -> &'app [ManifestSet] {
        self.app.manifest_sets()
    }

    /// The facts about resource types.
    pub const fn registry(&self) -> &'app dyn Registry {
        self.registry
    }

    /// The references between stacks.
    pub const fn graph(&self) -> &'app Graph {
        self.graph
    }

    /// Every resource of every stack.
    pub fn resources(&self) -> impl Iterator<Item = &'app Resource> + use<'app> {
        self.app.stack_models().iter().flat_map(StackModel::resources)
    }

    /// The resources of one type, in all stacks.
    pub fn resources_of<'a>(&self, type_name: &'a str) -> impl Iterator<Item = &'app Resource> + 'a
    where
        'app: 'a,
    {
        self.resources().filter(move |resource| resource.type_name() == type_name)
    }

    /// The resource at an address.
    pub fn resource(&self, address: &Address) -> Option<&'app Resource> {
        self.graph.resource(self.app.stack_models(), address)
    }

    /// The resource that a bare `Ref` or `Fn::GetAtt` points to, in whichever stack.
    pub fn target(&self, node: &Node) -> Option<&'app Resource> {
        self.resource(&node.as_reference()?.target)
    }

    /// The resources of one type that refer to `target` in the property `property`: the routes of
    /// a route table, the rules of a security group.
    pub fn referrers<'a>(
        &self,
        type_name: &'a str,
        property: &'a str,
        target: &'a Address,
    ) -> impl Iterator<Item = &'app Resource> + 'a
    where
        'app: 'a,
    {
        self.resources_of(type_name).filter(move |resource| {
            let mut refers = false;
            if let Some(node) = resource.properties().at(property) {
                node.visit_references(&mut |reference: &Reference| {
                    refers |= reference.target == *target;
                });
            }
            refers
        })
    }
}
