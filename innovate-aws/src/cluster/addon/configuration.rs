//! What each add-on is told: its `ConfigurationValues`.
//!
//! An add-on becomes active only when its pods run, and before Karpenter makes nodes there are only
//! the core nodes. So whatever isn't a daemon on every node is sent there and tolerates their taint.

use serde_json::{Value, json};

use super::{
    super::nodes::{CORE_LABEL, CORE_TAINT},
    Addon,
};

/// The JSON that an add-on is configured with, or `None` for its defaults.
///
/// Source: `aws eks describe-addon-configuration` has the schema of each; the pages of the add-ons in
/// the Amazon EKS User Guide and the Amazon EKS Best Practices Guide say what to set.
pub(crate) fn configuration(addon: Addon) -> Option<Value> {
    let (label, role) = CORE_LABEL;
    let tolerations = json!([{ "key": CORE_TAINT, "operator": "Exists" }]);
    let node_selector = json!({ label: role });
    Some(match addon {
        Addon::VpcCni => json!({
            "enableNetworkPolicy": "true",
            "env": { "ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1" },
        }),
        Addon::CoreDns => json!({
            "nodeSelector": node_selector,
            "replicaCount": 3,
            "tolerations": tolerations,
            "topologySpreadConstraints": [{
                "labelSelector": { "matchLabels": { "k8s-app": "kube-dns" } },
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
            }],
        }),
        Addon::MetricsServer => json!({
            "nodeSelector": node_selector,
            "replicas": 2,
            "tolerations": tolerations,
        }),
        // Its agents tolerate every taint, the manager that makes them none. Source: the values of the
        // chart `amazon-cloudwatch-observability`, which the add-on is made from.
        Addon::CloudWatchObservability => json!({ "manager": { "tolerations": tolerations } }),
        // Volumes are mounted on every node, whatever taints its pool has.
        Addon::EbsCsiDriver => json!({
            "controller": { "nodeSelector": node_selector, "tolerations": tolerations },
            "node": { "tolerateAllTaints": true },
        }),
        Addon::EfsCsiDriver => json!({
            "controller": { "nodeSelector": node_selector, "tolerations": tolerations },
        }),
        Addon::SnapshotController | Addon::ExternalDns => json!({
            "nodeSelector": node_selector,
            "tolerations": tolerations,
        }),
        Addon::CertManager => json!({
            "cainjector": { "nodeSelector": node_selector, "tolerations": tolerations },
            "nodeSelector": node_selector,
            "tolerations": tolerations,
            "webhook": { "nodeSelector": node_selector, "tolerations": tolerations },
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::Phase, *};

    #[test]
    fn what_runs_on_some_nodes_only_tolerates_the_taint_of_the_core_nodes() {
        for addon in Addon::ALL.iter().filter(|addon| addon.phase() == Phase::AfterNodes) {
            if *addon != Addon::NodeMonitoringAgent {
                let values = configuration(*addon).unwrap().to_string();
                assert!(values.contains(CORE_TAINT), "{addon:?}: {values}");
            }
        }
    }
}
