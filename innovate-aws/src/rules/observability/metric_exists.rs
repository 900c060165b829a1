//! What an alarm watches is published, and where the alarm is.

use innovate_core::{
    Diagnostic, Node, Resource,
    check::{Findings, Model, suggest},
};

use crate::{
    observability::metric_table::{Dimensions, NAMESPACES, Namespace},
    rules::read::{pattern, region_of, target, text},
};

/// A metric as an alarm names it, and where it does.
struct Named<'a> {
    property: String,
    namespace: &'a str,
    metric: &'a str,
    dimensions: Vec<(&'a str, Option<&'a str>)>,
    /// Whether the dimensions are all that the metric has.
    all: bool,
}

/// Looks at every metric of an alarm.
pub(super) fn check(model: &Model<'_>, alarm: &Resource, findings: &mut Findings) {
    let queries = alarm.properties().at("Metrics").and_then(Node::as_list).unwrap_or_default();
    let expressions: Vec<_> = queries
        .iter()
        .map(|query| query.get("Expression").map(pattern).unwrap_or_default())
        .collect();
    let mut named: Vec<Named<'_>> = Vec::new();
    if let (Some(namespace), Some(metric)) = (text(alarm, "Namespace"), text(alarm, "MetricName")) {
        let dimensions = dimensions(alarm.properties().at("Dimensions"));
        let property = "MetricName".to_owned();
        named.extend(dimensions.map(|dimensions| Named {
            property,
            namespace,
            metric,
            dimensions,
            all: true,
        }));
    }
    for (index, query) in queries.iter().enumerate() {
        let property = format!("Metrics/{index}");
        if let Some(metric) = query.at("MetricStat/Metric") {
            let name = |key: &str| metric.get(key).and_then(Node::as_text);
            let dimensions = dimensions(metric.get("Dimensions"));
            if let (Some(namespace), Some(metric), Some(dimensions)) =
                (name("Namespace"), name("MetricName"), dimensions)
            {
                named.push(Named { property, namespace, metric, dimensions, all: true });
            }
        } else if let Some(found) = expressions.get(index).and_then(|text| select(text)) {
            named.push(Named { property, ..found });
        }
    }
    for metric in &named {
        let finding = finding(metric, region_of(model, alarm)).or_else(|| collected(model, metric));
        if let Some(finding) = finding {
            findings.report(finding.on(alarm).property(&*metric.property));
        }
    }
}

/// The names of dimensions, and their values if they are known. `None` if a name isn't.
fn dimensions(node: Option<&Node>) -> Option<Vec<(&str, Option<&str>)>> {
    let items = node.map_or(Some(&[][..]), Node::as_list)?;
    items
        .iter()
        .map(|item| Some((item.get("Name")?.as_text()?, item.get("Value").and_then(Node::as_text))))
        .collect()
}

/// What a query of Metrics Insights selects.
fn select(query: &str) -> Option<Named<'_>> {
    let rest = query.trim_start().strip_prefix("SELECT ")?;
    let (_, rest) = rest.split_once('(')?;
    let (metric, rest) = rest.split_once(')')?;
    let (_, from) = rest.split_once("FROM ")?;
    let (schema, all) = match from.strip_prefix("SCHEMA(") {
        Some(schema) => (schema.split_once(')')?.0, true),
        None => (from.split_whitespace().next()?, false),
    };
    let mut parts = schema.split(',').map(|part| part.trim().trim_matches('"'));
    let namespace = parts.next()?;
    let dimensions = parts.map(|name| (name, None)).collect();
    Some(Named {
        property: String::new(),
        namespace,
        metric: metric.trim_matches('"'),
        dimensions,
        all,
    })
}

fn finding(named: &Named<'_>, region: Option<&str>) -> Option<Diagnostic> {
    let Named { namespace, metric, .. } = named;
    let error = |message: String| Diagnostic::error("ALM-01", message);
    let Some(known) = Namespace::of(namespace) else {
        let names = || NAMESPACES.iter().map(|known| known.name);
        let meant = names().find(|known| known.eq_ignore_ascii_case(namespace))?;
        return Some(
            error(format!("no service publishes to the namespace `{namespace}`"))
                .given(namespace)
                .help(format!("there is `{meant}`")),
        );
    };
    let allowed = known.dimensions(metric);
    if allowed.is_empty() {
        let finding = error(format!("`{namespace}` has no metric `{metric}`")).given(metric);
        return Some(match suggest::nearest(metric, known.metrics()) {
            Some(nearest) => finding.help(format!("there is `{nearest}`")),
            None => finding.help("its metrics are in the documentation of the service"),
        });
    }
    let names: Vec<&str> = named.dimensions.iter().map(|(name, _)| *name).collect();
    if named.all && !allowed.iter().any(|dimensions| dimensions.are(&names)) {
        let shown: Vec<_> = allowed.into_iter().flat_map(Dimensions::shown).collect();
        let given = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Some(
            error(format!("`{namespace}` has no metric `{metric}` with these dimensions"))
                .given(given)
                .allowed(
                    shown.iter().map(|set| format!("`{set}`")).collect::<Vec<_>>().join(" or "),
                ),
        );
    }
    let own = region?;
    let region = known.region.or_else(|| of_waf(named))?;
    (region != own).then(|| {
        error(format!("this metric of `{namespace}` is in another region than its alarm"))
            .given(own)
            .allowed(region)
            .help(format!("add the alarm to a stack in {region}"))
    })
}

/// Metrics of web ACLs for CloudFront are in us-east-1 and have no region; others name theirs.
fn of_waf<'a>(named: &Named<'a>) -> Option<&'a str> {
    if named.namespace != "AWS/WAFV2" || !named.all {
        return None;
    }
    match named.dimensions.iter().find(|(name, _)| *name == "Region") {
        Some((_, region)) => *region,
        None => named.dimensions.iter().any(|(name, _)| *name == "WebACL").then_some("us-east-1"),
    }
}

/// The add-on that collects the metrics of Container Insights.
const COLLECTOR: &str = "amazon-cloudwatch-observability";

/// What is measured of a cluster of the program is collected there. Whether something else than an add-on
/// does it, such as a chart of Helm, a program doesn't say.
fn collected(model: &Model<'_>, named: &Named<'_>) -> Option<Diagnostic> {
    if named.namespace != "ContainerInsights" {
        return None;
    }
    let (_, name) = named.dimensions.iter().find(|(name, _)| *name == "ClusterName")?;
    let name = (*name)?;
    let cluster =
        model.resources_of("AWS::EKS::Cluster").find(|found| text(found, "Name") == Some(name))?;
    let of_cluster = |addon: &Resource| {
        text(addon, "ClusterName") == Some(name)
            || target(addon, "ClusterName") == Some(cluster.address())
    };
    let mut addons = model.resources_of("AWS::EKS::Addon").filter(|addon| of_cluster(addon));
    if addons.any(|addon| text(addon, "AddonName") == Some(COLLECTOR)) {
        return None;
    }
    let message = format!("nothing collects `{}` of the cluster `{name}`", named.metric);
    Some(
        Diagnostic::warning("ALM-01", message)
            .given(format!("no add-on `{COLLECTOR}`"))
            .related(cluster.location(), "the cluster is made here")
            .help("add `Addon::CloudWatchObservability` to its add-ons or leave the alarm out, unless an agent is installed otherwise"),
    )
}
