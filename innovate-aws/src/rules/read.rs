//! How the rules read properties: what is written in more than one way, and what a reference
//! leads to.

use std::collections::BTreeMap;

use innovate_core::{
    Cidr, Node, Resource, Site, StackModel, StageKind, check::Model, stack::Address,
    value::Intrinsic,
};

/// The resources of some type, each with its stack.
pub(crate) fn each<'m>(
    model: &Model<'m>,
    type_name: &'static str,
) -> impl Iterator<Item = (&'m StackModel, &'m Resource)> + use<'m> {
    let stacks = model.stacks().iter();
    stacks.flat_map(move |stack| stack.resources_of(type_name).map(move |found| (stack, found)))
}

/// What there may be one of under each key: a name in an account's region, a priority of a listener.
pub(crate) struct OneOfEach<'m, K>(BTreeMap<K, Vec<&'m Resource>>);

impl<'m, K: Ord> OneOfEach<'m, K> {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a resource. The first under the key that may exist together with it, if there is one.
    pub(crate) fn add(
        &mut self,
        model: &Model<'m>,
        key: K,
        resource: &'m Resource,
    ) -> Option<&'m Resource> {
        let known = self.0.entry(key).or_default();
        let first = known.iter().copied().find(|known| model.may_both_exist(known, resource));
        known.push(resource);
        first
    }
}

/// A number, also where it is written as text.
pub(crate) fn number(node: &Node) -> Option<i64> {
    node.as_integer().or_else(|| node.as_text()?.parse().ok())
}

/// A number with or without a fraction, also where it is written as text.
pub(crate) fn decimal(node: &Node) -> Option<f64> {
    node.as_number().or_else(|| node.as_text()?.parse().ok())
}

/// The text of a property; `None` if it isn't set or known only at deployment.
pub(crate) fn text<'m>(resource: &'m Resource, property: &str) -> Option<&'m str> {
    resource.properties().at(property).and_then(Node::as_text)
}

/// Whether a property is `true` or `false`, also where it is written as text; `None` if it isn't set
/// or known only at deployment.
pub(crate) fn truth(resource: &Resource, property: &str) -> Option<bool> {
    let node = resource.properties().at(property)?;
    node.as_bool().or_else(|| match node.as_text()? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

/// The items of a list, or the one node where a list is expected.
pub(crate) fn items(node: &Node) -> &[Node] {
    node.as_list().unwrap_or(std::slice::from_ref(node))
}

/// The property's items, none if it isn't set.
pub(crate) fn list<'m>(resource: &'m Resource, property: &str) -> &'m [Node] {
    resource.properties().at(property).map_or(&[], items)
}

/// What the property refers to, if it is a bare reference.
pub(crate) fn target<'m>(resource: &'m Resource, property: &str) -> Option<&'m Address> {
    Some(&resource.properties().at(property)?.as_reference()?.target)
}

/// The block: a literal, or the block of a VPC or subnet that it refers to.
pub(crate) fn block(model: &Model<'_>, node: &Node) -> Option<Cidr> {
    if let Some(text) = node.as_text() {
        return text.parse().ok();
    }
    let reference = node.as_reference()?;
    if reference.attribute.as_deref() != Some("CidrBlock") {
        return None;
    }
    let owner = model.resource(&reference.target)?;
    owner.properties().at("CidrBlock")?.as_text()?.parse().ok()
}

/// Whether the resource is of production.
pub(crate) fn is_production(model: &Model<'_>, resource: &Resource) -> bool {
    model.stack_of(resource).is_some_and(|stack| stack.site().stage() == StageKind::Prod)
}

/// Where a resource is deployed to.
pub(crate) fn site_of<'m>(model: &Model<'m>, resource: &Resource) -> Option<&'m Site> {
    model.stack_of(resource).map(StackModel::site)
}

/// The region that a resource is deployed to.
pub(crate) fn region_of<'m>(model: &Model<'m>, resource: &Resource) -> Option<&'m str> {
    site_of(model, resource).map(Site::region)
}

/// The text, where each part that is known only at deployment is `*`.
pub(crate) fn pattern(node: &Node) -> String {
    match node {
        Node::Text(text) => text.to_string(),
        Node::Intrinsic(intrinsic) => match &**intrinsic {
            Intrinsic::Concat(parts) => parts.iter().map(pattern).collect(),
            Intrinsic::Sub { template, .. } => {
                let mut text = String::new();
                let mut rest = template.as_ref();
                while let Some((before, after)) = rest.split_once("${") {
                    text.push_str(before);
                    text.push('*');
                    rest = after.split_once('}').map_or("", |(_, rest)| rest);
                }
                text + rest
            }
            _ => "*".to_owned(),
        },
        _ => "*".to_owned(),
    }
}
