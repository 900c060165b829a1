//! What controllers in a cluster made in AWS: CloudFormation doesn't know of it, and with the cluster
//! goes whoever would delete it.

use serde_json::Value;

use super::{
    Found,
    RemnantKind::{After, Before, Obstacle},
    Said, Subject,
    service::log_group,
};

/// Who in a cluster makes what: how the templates show that it runs, what it makes, why that stays, and
/// what to do while it runs.
struct Maker {
    /// Names of service accounts that are given a role.
    service_accounts: &'static [&'static str],
    /// Names of add-ons.
    add_ons: &'static [&'static str],
    /// The property of the cluster that turns it on, as EKS Auto Mode has them.
    property: Option<&'static str>,
    what: &'static str,
    why: &'static str,
    advice: &'static str,
}

/// Sources: the deletion of clusters and Auto Mode in the Amazon EKS User Guide; the documentation of the AWS
/// Load Balancer Controller, of Karpenter, of the Amazon EBS CSI driver and of ExternalDNS.
const MAKERS: &[Maker] = &[
    Maker {
        service_accounts: &["aws-load-balancer-controller"],
        add_ons: &["aws-load-balancer-controller"],
        property: Some("KubernetesNetworkConfig/ElasticLoadBalancing/Enabled"),
        what: "load balancers, target groups and their security groups",
        why: "the controller made them for Ingresses, Gateways and Services, and deletes them with those; without it they are paid for, and hold on to subnets, security groups and the network",
        advice: "pause GitOps, so that nothing comes back; delete every Ingress, Gateway and Service of type LoadBalancer; wait until they are gone (`kubectl get ingress,svc -A`)",
    },
    Maker {
        service_accounts: &["karpenter"],
        add_ons: &[],
        property: None,
        what: "instances with their volumes and network interfaces, launch templates, instance profiles",
        why: "Karpenter made them, and deletes them with their NodePools and NodeClasses; without it they run on, are paid for, and hold on to subnets and roles",
        advice: "`kubectl delete nodepools --all`, wait until `kubectl get nodeclaims` is empty, then `kubectl delete ec2nodeclasses --all`",
    },
    Maker {
        service_accounts: &["ebs-csi-controller-sa"],
        add_ons: &["aws-ebs-csi-driver"],
        property: Some("StorageConfig/BlockStorage/Enabled"),
        what: "EBS volumes and snapshots of PersistentVolumes",
        why: "the driver made them, and deletes them with their claims if the reclaim policy is Delete; those of Retain stay in any case",
        advice: "delete what uses PersistentVolumeClaims, then the claims and VolumeSnapshots; wait until `kubectl get pv` is empty but for what is retained",
    },
    Maker {
        service_accounts: &["external-dns"],
        add_ons: &["external-dns"],
        property: None,
        what: "records in hosted zones",
        why: "ExternalDNS made them for Ingresses and Services, and deletes them with those unless its policy is `upsert-only`; what stays points at addresses that others may get",
        advice: "delete Ingresses, Gateways and Services first, and look into the zones for what is left, with the TXT records of its ownership",
    },
    Maker {
        service_accounts: &["velero-server", "velero"],
        add_ons: &[],
        property: None,
        what: "EBS snapshots of Velero's backups",
        why: "they outlive the cluster, and Velero deletes them with their backups",
        advice: "keep them if they are to be restored elsewhere, else `velero backup delete --all` while it runs",
    },
];

/// The log groups of Container Insights.
///
/// Source: "Set up Fluent Bit as a DaemonSet to send logs to CloudWatch Logs", Amazon CloudWatch User Guide.
const CONTAINER_INSIGHTS: [&str; 4] = ["application", "dataplane", "host", "performance"];

pub(super) fn of(cluster: &Subject<'_>, all: &[Subject<'_>], found: Found<'_>) {
    if cluster.type_name() != "AWS::EKS::Cluster" {
        return;
    }
    let here = |subject: &&Subject<'_>| belongs(subject, cluster);
    let (mut service_accounts, mut add_ons) = (Vec::new(), Vec::new());
    for subject in all.iter().filter(here) {
        match subject.type_name() {
            "AWS::EKS::PodIdentityAssociation" => {
                service_accounts.extend(subject.text("ServiceAccount"))
            }
            "AWS::EKS::Addon" => add_ons.extend(subject.text("AddonName")),
            _ => {}
        }
    }
    let has = |names: &[&str], there: &[&str]| names.iter().any(|name| there.contains(name));
    let runs = |maker: &Maker| {
        has(maker.service_accounts, &service_accounts)
            || has(maker.add_ons, &add_ons)
            || trusts(all, cluster, maker.service_accounts)
            || maker.property.is_some_and(|path| cluster.is_on(path) != Some(false))
    };
    for maker in MAKERS.iter().filter(|maker| runs(maker)) {
        found(Before, Said::new(maker.what, maker.why, maker.advice));
    }
    if !MAKERS.first().is_some_and(runs) {
        found(
            Before,
            Said::new(
                "load balancers and security groups of Services of type LoadBalancer",
                "the control plane made them and deletes them with those Services; without it they are paid for, and hold on to the network",
                "delete every Service of type LoadBalancer, and wait until they are gone (`kubectl get svc -A`)",
            ),
        );
    }
    found(
        Obstacle,
        Said::new(
            "network interfaces of pods, with descriptions that begin with `aws-K8S-`",
            "the CNI plugin made them; what a node doesn't give back before it ends, nobody deletes, and subnets and security groups can't go",
            "if a subnet or security group fails, delete the interfaces that are available, then destroy again",
        ),
    );
    if add_ons.contains(&"amazon-cloudwatch-observability")
        && let Some(name) = cluster.name("Name")
    {
        for kind in CONTAINER_INSIGHTS {
            let group = format!("/aws/containerinsights/{name}/{kind}");
            log_group(&group, "the agent of Container Insights makes it", all, found);
        }
    }
    if add_ons.contains(&"adot") {
        found(
            After,
            Said::new(
                "log groups that collectors wrote to",
                "collectors make the groups that their configuration names",
                "look for groups without a stack",
            ),
        );
    }
}

/// Whether something is part of a cluster, as far as its template says: what names its cluster by a
/// function that leads to another stack may be part of any.
fn belongs(subject: &Subject<'_>, cluster: &Subject<'_>) -> bool {
    let (one, other) = (&subject.stack.id, &cluster.stack.id);
    if (&one.account, &one.region) != (&other.account, &other.region) {
        return false;
    }
    match subject.at("ClusterName") {
        Some(Value::Object(call))
            if call.contains_key("Ref") && subject.text("ClusterName").is_none() =>
        {
            one == other
                && call.get("Ref").and_then(Value::as_str) == Some(&cluster.change.logical_id)
        }
        Some(Value::Object(_)) if subject.text("ClusterName").is_none() => true,
        Some(_) => subject.text("ClusterName") == cluster.name("Name"),
        None => false,
    }
}

/// Whether a role trusts one of these service accounts, by the cluster's OpenID Connect provider.
fn trusts(all: &[Subject<'_>], cluster: &Subject<'_>, names: &[&str]) -> bool {
    let account = &cluster.stack.id.account;
    all.iter()
        .filter(|subject| subject.type_name() == "AWS::IAM::Role")
        .filter(|subject| subject.stack.id.account == *account)
        .filter_map(|subject| subject.at("AssumeRolePolicyDocument"))
        .map(Value::to_string)
        .any(|trust| {
            names.iter().any(|name| {
                trust.contains("system:serviceaccount:") && trust.contains(&format!(":{name}\""))
            })
        })
}
