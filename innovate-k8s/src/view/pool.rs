//! Nodes that may be made, and nodes that pods ask for.

use std::collections::BTreeMap;

use innovate_core::{Manifest, Resource};
use serde_json::Value;

use super::{Values, Workload, items, text};
use crate::{karpenter::NODE_POOL, workload::ARCH};

/// Labels that every node has, with some value, whether its pool says which or not.
const KNOWN: [&str; 9] = [
    ARCH,
    "kubernetes.io/os",
    "kubernetes.io/hostname",
    "node.kubernetes.io/instance-type",
    "node.kubernetes.io/windows-build",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.k8s.aws/zone-id",
    crate::karpenter::CAPACITY_TYPE,
];

/// Nodes that may be made: a Karpenter node pool, or a managed node group.
pub(crate) struct Pool<'app> {
    pub(crate) name: &'app str,
    /// The node pool's object, unless it is a node group.
    pub(crate) manifest: Option<&'app Manifest>,
    pub(crate) labels: BTreeMap<&'app str, Values>,
    pub(crate) taints: Vec<Taint<'app>>,
    /// From how many values of a label each node must be chosen.
    choices: BTreeMap<&'app str, u64>,
}

/// A taint of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Taint<'app> {
    key: &'app str,
    value: &'app str,
    effect: &'app str,
}

impl<'app> Pool<'app> {
    /// A node pool.
    pub(crate) fn of(manifest: &'app Manifest) -> Self {
        let mut labels = BTreeMap::new();
        let mut narrow = |key: &'app str, values: Values| {
            let known = labels.entry(key).or_insert_with(Values::any);
            *known = known.and(&values);
        };
        narrow(NODE_POOL, Values::one(manifest.name()));
        let object = manifest.object();
        let fixed = object.pointer("/spec/template/metadata/labels").and_then(Value::as_object);
        for (key, value) in fixed.into_iter().flatten() {
            narrow(key, Values::one(value.as_str().unwrap_or_default()));
        }
        let mut choices = BTreeMap::new();
        for requirement in items(object, "/spec/template/spec/requirements") {
            if let Some(least) = requirement.get("minValues").and_then(Value::as_u64) {
                choices.insert(text(requirement, "/key"), least);
            }
            let values = Values::of(text(requirement, "/operator"), requirement.get("values"));
            narrow(text(requirement, "/key"), values);
        }
        let taints = items(object, "/spec/template/spec/taints").map(|taint| Taint {
            key: text(taint, "/key"),
            value: text(taint, "/value"),
            effect: text(taint, "/effect"),
        });
        let taints = taints.collect();
        Self { name: manifest.name(), manifest: Some(manifest), labels, taints, choices }
    }

    /// A managed node group.
    pub(crate) fn of_node_group(group: &'app Resource) -> Self {
        let text = |path: &str| group.properties().at(path).and_then(|node| node.as_text());
        let mut labels = BTreeMap::from([("kubernetes.io/os", Values::one("linux"))]);
        if let Some(ami) = text("AmiType") {
            let arch = if ami.contains("ARM_64") { "arm64" } else { "amd64" };
            labels.insert(ARCH, Values::one(arch));
        }
        let entries = group.properties().at("Labels").and_then(|node| node.as_map());
        for (key, value) in entries.into_iter().flatten() {
            labels.insert(key, value.as_text().map_or_else(Values::any, Values::one));
        }
        let taints = group.properties().at("Taints").and_then(|node| node.as_list());
        let taints = taints.into_iter().flatten().map(|taint| {
            let text = |field: &str| taint.get(field).and_then(|node| node.as_text());
            let effect = match text("Effect").unwrap_or_default() {
                "NO_EXECUTE" => "NoExecute",
                "PREFER_NO_SCHEDULE" => "PreferNoSchedule",
                _ => "NoSchedule",
            };
            let value = text("Value").unwrap_or_default();
            Taint { key: text("Key").unwrap_or_default(), value, effect }
        });
        let taints = taints.collect();
        let choices = BTreeMap::new();
        Self { name: group.logical_id(), manifest: None, labels, taints, choices }
    }

    /// Why none of its nodes takes the pods, or `None` if one may.
    pub(crate) fn refuses(&self, demand: &Demand<'_>) -> Option<String> {
        let hard = |taint: &&Taint<'_>| taint.effect != "PreferNoSchedule";
        if let Some(taint) = self.taints.iter().filter(hard).find(|taint| !demand.tolerates(taint))
        {
            let Taint { key, value, effect } = taint;
            return Some(format!("its taint {key}={value}:{effect} is not tolerated"));
        }
        let mut first = None;
        for term in &demand.terms {
            let clash = term.iter().find_map(|(key, wanted)| {
                let (key, wanted) = (*key, wanted);
                let offered = self.labels.get(key);
                let both = offered.map_or_else(|| wanted.clone(), |offered| offered.and(wanted));
                let few = u64::try_from(both.listed().count()).unwrap_or(u64::MAX);
                if let Some(least) = self.choices.get(key)
                    && both.is_list()
                    && few < *least
                {
                    return Some(format!(
                        "it chooses each node from at least {least} values of {key}, the pods ask for {wanted}"
                    ));
                }
                match offered {
                    Some(offered) if offered.and(wanted).is_empty() => {
                        Some(format!("its {key} is {offered}, the pods ask for {wanted}"))
                    }
                    None if !known(key) && !wanted.allows_absence() => {
                        Some(format!("its nodes have no label {key}, the pods ask for {wanted}"))
                    }
                    _ => None,
                }
            });
            match clash {
                None => return None,
                Some(clash) => first = first.or(Some(clash)),
            }
        }
        first
    }

    /// Whether some pods could run on either pool.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let mut taints = [self.taints.clone(), other.taints.clone()];
        taints.iter_mut().for_each(|taints| taints.sort());
        let [ours, theirs] = taints;
        let disjoint = |(key, offered): (&&str, &Values)| {
            *key != NODE_POOL
                && other.labels.get(*key).is_some_and(|others| others.and(offered).is_empty())
        };
        ours == theirs && !self.labels.iter().any(disjoint)
    }
}

fn known(key: &str) -> bool {
    KNOWN.contains(&key) || key.starts_with("karpenter.k8s.aws/")
}

/// The nodes that pods ask for.
pub(crate) struct Demand<'app> {
    /// One of the terms must hold: each is the values that labels must have.
    terms: Vec<BTreeMap<&'app str, Values>>,
    tolerations: Vec<&'app Value>,
}

impl<'app> Demand<'app> {
    pub(crate) fn of(workload: Workload<'app>) -> Self {
        const TERMS: &str = "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
        let pod = workload.pod();
        let mut selector: BTreeMap<&str, Values> = BTreeMap::new();
        for (key, value) in pod.get("nodeSelector").and_then(Value::as_object).into_iter().flatten()
        {
            selector.insert(key, Values::one(value.as_str().unwrap_or_default()));
        }
        let mut terms: Vec<BTreeMap<&str, Values>> = Vec::new();
        for term in items(pod, TERMS) {
            let mut labels = selector.clone();
            for expression in items(term, "/matchExpressions") {
                let values = Values::of(text(expression, "/operator"), expression.get("values"));
                let known = labels.entry(text(expression, "/key")).or_insert_with(Values::any);
                *known = known.and(&values);
            }
            terms.push(labels);
        }
        if terms.is_empty() {
            terms.push(selector);
        }
        Self { terms, tolerations: items(pod, "/tolerations").collect() }
    }

    fn tolerates(&self, taint: &Taint<'_>) -> bool {
        self.tolerations.iter().any(|toleration| {
            let [key, value, effect] =
                ["/key", "/value", "/effect"].map(|pointer| text(toleration, pointer));
            let exists = text(toleration, "/operator") == "Exists";
            (effect.is_empty() || effect == taint.effect)
                && (key == taint.key || key.is_empty() && exists)
                && (exists || value == taint.value)
        })
    }
}
