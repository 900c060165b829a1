//! `ALM-02`: what production runs on is watched.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StageKind,
    check::{Check, Findings, Model},
};

use crate::rules::read::{is_production, items, list, pattern, region_of, text};

/// `ALM-02`.
pub static ENVIRONMENT_IS_WATCHED: Rule = Rule {
    code: "ALM-02",
    title: "each cluster, database, load balancer, distribution, web ACL and vault of production has its \
alarms",
    explanation: "What nobody watches fails unseen. In production a cluster needs an alarm on the CPU \
and one on the memory of its nodes, a database one on its CPU, a web ACL one on what it blocks, a \
load balancer and a distribution one on answers with a code from 500, a vault one on backups or copies \
that fail or don't come; ingresses, whose load balancers \
are known only when they are made, need a query over all of them. `alarms()` of each handle, and \
`ingress_alarms()` of a cluster's, have these and more. It is the same in a program that has no alarm \
at all: where another program watches, `suppress` says so.\n\nSource: \"Recommended alarms\", Amazon \
CloudWatch User Guide.",
    check: Check::Model(check),
};

/// What an alarm is looked for on: a namespace, one of some metrics, and the dimension that names the
/// resource.
struct Need {
    what: &'static str,
    namespace: &'static str,
    metrics: &'static [&'static str],
    dimension: &'static str,
    help: &'static str,
}

const fn need(
    what: &'static str,
    namespace: &'static str,
    metrics: &'static [&'static str],
    dimension: &'static str,
    help: &'static str,
) -> Need {
    Need { what, namespace, metrics, dimension, help }
}

const CLUSTER: &str = "add `cluster.alarms().notify(&topic)`";
const DATABASE: &str = "add `database.alarms().notify(&topic)`";
const ERRORS: [&str; 2] = ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"];

fn needs(resource: &Resource) -> &'static [Need] {
    const CLUSTERS: [Need; 2] = [
        need(
            "its nodes' CPU",
            "ContainerInsights",
            &["node_cpu_utilization"],
            "ClusterName",
            CLUSTER,
        ),
        need(
            "its nodes' memory",
            "ContainerInsights",
            &["node_memory_utilization"],
            "ClusterName",
            CLUSTER,
        ),
    ];
    const AURORA: [Need; 1] = [need(
        "its CPU",
        "AWS/RDS",
        &["CPUUtilization", "ACUUtilization", "DBLoad"],
        "DBClusterIdentifier",
        DATABASE,
    )];
    const INSTANCE: [Need; 1] = [need(
        "its CPU",
        "AWS/RDS",
        &["CPUUtilization", "DBLoad"],
        "DBInstanceIdentifier",
        DATABASE,
    )];
    const BALANCER: [Need; 1] = [need(
        "answers with a code from 500",
        "AWS/ApplicationELB",
        &ERRORS,
        "LoadBalancer",
        "add `balancer.alarms().notify(&topic)`",
    )];
    const DISTRIBUTION: [Need; 1] = [need(
        "answers with a code from 500",
        "AWS/CloudFront",
        &["5xxErrorRate", "TotalErrorRate"],
        "DistributionId",
        "add `distribution.alarms().notify(&topic)`",
    )];
    const WEB_ACL: [Need; 1] = [need(
        "what it blocks",
        "AWS/WAFV2",
        &["BlockedRequests"],
        "WebACL",
        "add `acl.alarms().notify(&topic)`",
    )];
    const VAULT: [Need; 1] = [need(
        "whether backups come to it",
        "AWS/Backup",
        &[
            "NumberOfBackupJobsFailed",
            "NumberOfBackupJobsCompleted",
            "NumberOfCopyJobsFailed",
            "NumberOfCopyJobsCompleted",
        ],
        "BackupVaultName",
        "add `vault.alarms().notify(&topic)`",
    )];
    const AIR_GAPPED: [Need; 1] = [need(
        "whether copies come to it",
        "AWS/Backup",
        &["NumberOfCopyJobsFailed", "NumberOfCopyJobsCompleted"],
        "BackupVaultName",
        "add `vault.alarms().notify(&topic)`",
    )];
    match resource.type_name() {
        "AWS::Backup::BackupVault" => &VAULT,
        "AWS::Backup::LogicallyAirGappedBackupVault" => &AIR_GAPPED,
        "AWS::EKS::Cluster" => &CLUSTERS,
        "AWS::RDS::DBCluster" => &AURORA,
        // What belongs to a cluster is watched with it.
        "AWS::RDS::DBInstance" if text(resource, "DBClusterIdentifier").is_none() => {
            let of_cluster = resource.properties().at("DBClusterIdentifier").is_some();
            if of_cluster { &[] } else { &INSTANCE }
        }
        "AWS::ElasticLoadBalancingV2::LoadBalancer"
            if matches!(text(resource, "Type"), None | Some("application")) =>
        {
            &BALANCER
        }
        "AWS::CloudFront::Distribution" => &DISTRIBUTION,
        "AWS::WAFv2::WebACL" => &WEB_ACL,
        _ => &[],
    }
}

fn check(model: &Model<'_>, findings: &mut Findings) {
    let alarms: Vec<_> = model.resources_of("AWS::CloudWatch::Alarm").collect();
    for resource in model.resources() {
        let needs = needs(resource);
        if needs.is_empty() || !is_production(model, resource) {
            continue;
        }
        // The metrics of CloudFront are in one region, wherever the stack of the distribution is.
        let region = match resource.type_name() {
            "AWS::CloudFront::Distribution" => Some("us-east-1"),
            _ => region_of(model, resource),
        };
        let near = alarms.iter().filter(|alarm| region_of(model, alarm) == region);
        let near: Vec<_> = near.flat_map(|alarm| watched(alarm)).collect();
        for need in needs.iter().filter(|need| !near.iter().any(|each| each.meets(need, resource)))
        {
            let id = resource.logical_id();
            let metric = need.metrics.first().copied().unwrap_or_default();
            findings.report(
                Diagnostic::warning("ALM-02", format!("of `{id}` no alarm watches {}", need.what))
                    .on(resource)
                    .allowed(format!("an alarm on `{metric}` of `{}`", need.namespace))
                    .help(need.help),
            );
        }
    }
    ingresses(model, &alarms, findings);
}

/// A metric that an alarm watches: with dimensions, or found by a query.
enum Watched<'a> {
    Metric { namespace: &'a str, name: &'a str, dimensions: &'a [Node] },
    Query(String),
}

fn watched(alarm: &Resource) -> Vec<Watched<'_>> {
    let properties = alarm.properties();
    let mut found = Vec::new();
    if let (Some(namespace), Some(name)) = (text(alarm, "Namespace"), text(alarm, "MetricName")) {
        found.push(Watched::Metric { namespace, name, dimensions: list(alarm, "Dimensions") });
    }
    for query in properties.at("Metrics").and_then(Node::as_list).unwrap_or_default() {
        let text = |path: &str| query.at(path).and_then(Node::as_text);
        if let (Some(namespace), Some(name)) =
            (text("MetricStat/Metric/Namespace"), text("MetricStat/Metric/MetricName"))
        {
            let dimensions = query.at("MetricStat/Metric/Dimensions").map_or(&[][..], items);
            found.push(Watched::Metric { namespace, name, dimensions });
        }
        found.extend(query.get("Expression").map(|query| Watched::Query(pattern(query))));
    }
    found
}

impl Watched<'_> {
    fn meets(&self, need: &Need, resource: &Resource) -> bool {
        match self {
            Self::Metric { namespace, name, dimensions } => {
                *namespace == need.namespace
                    && need.metrics.contains(name)
                    && dimensions.iter().any(|each| names(each, need.dimension, resource))
            }
            Self::Query(query) => selects(query, need.namespace, need.metrics),
        }
    }
}

/// Whether a query looks at all resources that have one of the metrics.
fn selects(query: &str, namespace: &str, metrics: &[&str]) -> bool {
    query.contains(&format!("\"{namespace}\""))
        && !query.contains(" WHERE ")
        && metrics.iter().any(|metric| query.contains(&format!("({metric})")))
}

/// Whether a dimension is about the resource: by a reference to it, or by its name.
fn names(dimension: &Node, name: &str, resource: &Resource) -> bool {
    if dimension.get("Name").and_then(Node::as_text) != Some(name) {
        return false;
    }
    let Some(value) = dimension.get("Value") else { return false };
    if let Some(reference) = value.as_reference() {
        return reference.target == *resource.address();
    }
    let own = match resource.type_name() {
        "AWS::Backup::BackupVault" | "AWS::Backup::LogicallyAirGappedBackupVault" => {
            "BackupVaultName"
        }
        "AWS::RDS::DBCluster" => "DBClusterIdentifier",
        "AWS::RDS::DBInstance" => "DBInstanceIdentifier",
        _ => "Name",
    };
    value.as_text().is_some_and(|value| text(resource, own) == Some(value))
}

/// The load balancers of ingresses have no name yet, so only a query finds them.
fn ingresses(model: &Model<'_>, alarms: &[&Resource], findings: &mut Findings) {
    let found = |region: &str| {
        let near = alarms.iter().filter(|alarm| region_of(model, alarm) == Some(region));
        near.flat_map(|alarm| watched(alarm)).any(|each| match each {
            Watched::Query(query) => selects(&query, "AWS/ApplicationELB", &ERRORS),
            Watched::Metric { .. } => false,
        })
    };
    for set in model.manifests().iter().filter(|set| set.site().stage() == StageKind::Prod) {
        let ingress = set.manifests().iter().find(|manifest| manifest.kind() == "Ingress");
        let Some(ingress) = ingress.filter(|_| !found(set.site().region())) else { continue };
        let message = "no alarm watches answers with a code from 500 of ingresses' load balancers";
        findings.report(
            Diagnostic::warning("ALM-02", message)
                .on_manifest(set.cluster(), ingress)
                .allowed("an alarm with a query over all load balancers")
                .help("add `cluster.ingress_alarms().notify(&topic)`"),
        );
    }
}
