//! Distributions and what they get from where, as the rules read them.

use innovate_core::{Node, Resource, check::Model};

use crate::rules::read::items;

/// The origins of a distribution, each with its path in the properties.
pub(super) fn origins(distribution: &Resource) -> Vec<(String, &Node)> {
    listed(distribution, "DistributionConfig/Origins")
}

/// The items of a list in the properties, each with its path.
pub(super) fn listed<'m>(resource: &'m Resource, path: &str) -> Vec<(String, &'m Node)> {
    let items = resource.properties().at(path).and_then(Node::as_list).unwrap_or_default();
    items.iter().enumerate().map(|(index, item)| (format!("{path}/{index}"), item)).collect()
}

/// The behaviors of a distribution, the default first, each with its path.
pub(super) fn behaviors(distribution: &Resource) -> Vec<(String, &Node)> {
    let path = "DistributionConfig/DefaultCacheBehavior";
    let default = distribution.properties().at(path).map(|node| (path.to_owned(), node));
    default.into_iter().chain(listed(distribution, "DistributionConfig/CacheBehaviors")).collect()
}

/// The text under a key of a property.
pub(super) fn text<'m>(node: &'m Node, path: &str) -> Option<&'m str> {
    node.at(path).and_then(Node::as_text)
}

/// The host of an origin, if it is known now.
pub(super) fn host(origin: &Node) -> Option<&str> {
    text(origin, "DomainName")
}

/// Whether an origin is a bucket.
pub(super) fn is_bucket(model: &Model<'_>, origin: &Node) -> bool {
    origin.get("S3OriginConfig").is_some() || bucket(model, origin).is_some()
}

/// The bucket of the program that an origin is.
pub(crate) fn bucket<'m>(model: &Model<'m>, origin: &Node) -> Option<&'m Resource> {
    let domain = origin.get("DomainName")?;
    if let Some(target) = model.target(domain) {
        return (target.type_name() == "AWS::S3::Bucket").then_some(target);
    }
    let (name, rest) = domain.as_text()?.split_once(".s3.")?;
    let is_it = |bucket: &&Resource| {
        bucket.properties().get("BucketName").and_then(Node::as_text) == Some(name)
    };
    if rest.ends_with("amazonaws.com") {
        model.resources_of("AWS::S3::Bucket").find(is_it)
    } else {
        None
    }
}

/// The headers by which a distribution proves to its origins that it is itself, each with its value: those
/// whose value is in no template.
pub(crate) fn shown_secrets(distribution: &Resource) -> Vec<(&str, &Node)> {
    let origins = origins(distribution).into_iter();
    let headers = origins
        .flat_map(|(_, origin)| origin.get("OriginCustomHeaders").map(items).unwrap_or_default());
    headers
        .filter_map(|header| Some((text(header, "HeaderName")?, header.get("HeaderValue")?)))
        .filter(|(_, value)| is_deferred(value))
        .collect()
}

/// Whether a value is known only at deployment.
pub(crate) fn is_deferred(value: &Node) -> bool {
    match value {
        Node::Text(text) => text.contains("{{resolve:"),
        Node::Intrinsic(_) => true,
        _ => false,
    }
}
