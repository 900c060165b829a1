//! Zones and their records, as the rules read them.

use innovate_core::{Node, Resource, check::Model, stack::Address};

pub(super) const ZONE: &str = "AWS::Route53::HostedZone";

/// A name as the DNS compares it: in lower case, without the dot at its end.
pub(super) fn normal(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a name is the domain itself or below it.
pub(super) fn is_in(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The domain of a zone of the program.
pub(super) fn domain(zone: &Resource) -> Option<String> {
    zone.properties().get("Name").and_then(Node::as_text).map(normal)
}

/// Whether a zone of the program is public.
pub(super) fn is_public(zone: &Resource) -> bool {
    zone.properties().get("VPCs").is_none()
}

/// The domains of the program's zones, for a message.
pub(super) fn domains(model: &Model<'_>) -> String {
    let mut domains: Vec<String> =
        model.resources_of(ZONE).filter_map(domain).map(|domain| format!("`{domain}`")).collect();
    domains.sort();
    domains.dedup();
    domains.join(", ")
}

/// The zone that a record is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum In<'m> {
    /// One of the program.
    Zone(&'m Address),
    /// One that exists outside the program, by its id.
    Id(&'m str),
    /// One by its domain.
    Domain(String),
}

impl In<'_> {
    /// The zone's domain, as far as the program says it.
    pub(super) fn domain(&self, model: &Model<'_>) -> Option<String> {
        match self {
            Self::Zone(address) => domain(model.resource(address)?),
            Self::Id(_) => None,
            Self::Domain(domain) => Some(domain.clone()),
        }
    }
}

/// A record set, by itself or of a group.
#[derive(Debug)]
pub(super) struct Record<'m> {
    pub(super) resource: &'m Resource,
    /// The path to it in its resource, with a slash at its end if it is of a group.
    prefix: String,
    pub(super) zone: Option<In<'m>>,
}

impl<'m> Record<'m> {
    pub(super) fn property(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'m Node> {
        self.resource.properties().at(&self.property(name))
    }

    /// Its name, if it is known now.
    pub(super) fn name(&self) -> Option<String> {
        self.get("Name").and_then(Node::as_text).map(normal)
    }

    pub(super) fn kind(&self) -> Option<&'m str> {
        self.get("Type").and_then(Node::as_text)
    }
}

/// Every record set of the program.
pub(super) fn records<'m>(model: &Model<'m>) -> Vec<Record<'m>> {
    let single = model.resources_of("AWS::Route53::RecordSet").map(|resource| {
        let zone = zone_of(resource, "");
        Record { resource, prefix: String::new(), zone }
    });
    let mut records: Vec<Record<'m>> = single.collect();
    for group in model.resources_of("AWS::Route53::RecordSetGroup") {
        let sets = group.properties().get("RecordSets").and_then(Node::as_list);
        for index in 0..sets.unwrap_or_default().len() {
            let prefix = format!("RecordSets/{index}/");
            let zone = zone_of(group, &prefix).or_else(|| zone_of(group, ""));
            records.push(Record { resource: group, prefix, zone });
        }
    }
    records
}

/// Whether a record for IPv6 only repeats the one for IPv4: one mistake is one finding.
pub(super) fn is_twin(record: &Record<'_>, records: &[Record<'_>]) -> bool {
    record.kind() == Some("AAAA")
        && records.iter().any(|other| {
            other.kind() == Some("A") && other.zone == record.zone && other.name() == record.name()
        })
}

fn zone_of<'m>(resource: &'m Resource, prefix: &str) -> Option<In<'m>> {
    let at = |name: &str| resource.properties().at(&format!("{prefix}{name}"));
    match at("HostedZoneId") {
        Some(id) => zone_by_id(id),
        None => at("HostedZoneName")?.as_text().map(|name| In::Domain(normal(name))),
    }
}

/// The zone that a resource signs, or has a key of.
pub(super) fn signed(resource: &Resource) -> Option<In<'_>> {
    resource.properties().get("HostedZoneId").and_then(zone_by_id)
}

/// The zone that an id stands for.
pub(super) fn zone_by_id(id: &Node) -> Option<In<'_>> {
    match id.as_reference() {
        Some(reference) => Some(In::Zone(&reference.target)),
        None => id.as_text().map(In::Id),
    }
}
