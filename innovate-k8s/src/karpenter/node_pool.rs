//! Which nodes may be made.

use std::collections::BTreeMap;

use serde::Serialize;
use typed_builder::TypedBuilder;

use super::{
    Budget, CAPACITY_TYPE, CLASS_GROUP, Consolidation, EC2NodeClassRef, POOL_API,
    requirement::Requirement,
};
use crate::{
    AnyCluster, Architecture, Cpu, Label, ManifestConstruct, ManifestScope, Memory, ObjectName,
    Taint,
    meta::{CustomObject, cluster_metadata},
    workload::ARCH,
};

/// How the nodes of a pool are paid for.
///
/// Source: "Spot consolidation" and "Well-known labels", Karpenter documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purchase {
    /// Spot while there is any, and on demand when there is none.
    SpotThenOnDemand,
    /// Spot only, for work that can wait.
    Spot,
    /// On demand only, for pods that must not be interrupted.
    OnDemand,
}

impl Purchase {
    const fn capacity_types(self) -> &'static [&'static str] {
        match self {
            Self::SpotThenOnDemand => &["spot", "on-demand"],
            Self::Spot => &["spot"],
            Self::OnDemand => &["on-demand"],
        }
    }
}

/// A kind of instances.
///
/// Source: "Amazon EC2 instance type naming conventions".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceCategory {
    /// Compute optimized: 2 GiB a core.
    Compute,
    /// General purpose: 4 GiB a core.
    General,
    /// Memory optimized: 8 GiB a core.
    Memory,
}

impl InstanceCategory {
    const fn letter(self) -> &'static str {
        match self {
            Self::Compute => "c",
            Self::General => "m",
            Self::Memory => "r",
        }
    }
}

/// The most that all nodes of a pool have together: what a runaway autoscaler can cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    cpu: Cpu,
    memory: Memory,
}

impl Limits {
    /// Cores, and memory in GiB.
    pub const fn new(cores: u32, memory_gib: u32) -> Self {
        Self { cpu: Cpu::cores(cores), memory: Memory::gib(memory_gib) }
    }
}

/// A pool of nodes of one architecture, of the instance kinds c, m and r from the sixth generation.
///
/// Nodes live for 14 days, so that each runs a system that is patched; they get a day to move their
/// pods away, whatever a disruption budget says. A tenth of them may be replaced at once. A pool that
/// buys on the spot market chooses each node from at least 15 instance types, without which Karpenter
/// moves no pods from one spot node to a cheaper one.
///
/// Of two pools that could both launch a pod's node, the one with the greater weight does.
///
/// Source: "NodePools" and "Disruption", Karpenter documentation; "Karpenter", Amazon EKS Best
/// Practices Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Keeps away pods that don't tolerate the taint. A workload that names the pool does.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn taint(&mut self, taint: Taint) {
        self.taints.push(taint);
    }

    /// Gives the nodes a label.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn label(&mut self, label: Label) {
        self.labels.insert(label.key().to_owned(), label.value().to_owned());
    }
))]
pub struct NodePool {
    name: ObjectName,
    /// How its nodes are made.
    #[builder(setter(into))]
    node_class: EC2NodeClassRef,
    /// The architecture of its nodes.
    arch: Architecture,
    /// How its nodes are paid for.
    purchase: Purchase,
    /// From 1 to 100: which pool goes first where several could launch a node. By default the last.
    #[builder(default, setter(strip_option))]
    weight: Option<u8>,
    /// The most that all its nodes have together.
    limits: Limits,
    /// Which kinds of instances. Compute, general and memory by default.
    #[builder(
        default = vec![
            InstanceCategory::Compute,
            InstanceCategory::General,
            InstanceCategory::Memory,
        ],
        setter(into)
    )]
    categories: Vec<InstanceCategory>,
    /// The oldest generation of instances. The sixth by default.
    #[builder(default = 6)]
    generation: u16,
    /// The days that a node lives: 14 by default.
    #[builder(default = 14)]
    expire_after_days: u16,
    /// The hours that a node gets to move its pods away: 24 by default.
    #[builder(default = 24)]
    termination_grace_hours: u16,
    /// Which nodes are taken away to save money.
    #[builder(default)]
    consolidation: Consolidation,
    /// How long a node must have been dispensable before it is taken away, in minutes: 5 by default.
    #[builder(default = 5)]
    consolidate_after_minutes: u16,
    /// How many nodes may be taken away at once. A tenth by default.
    #[builder(default = vec![Budget::percent(10)], setter(into))]
    budgets: Vec<Budget>,
    #[builder(via_mutators)]
    taints: Vec<Taint>,
    #[builder(via_mutators)]
    labels: BTreeMap<String, String>,
}

/// A node pool of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodePoolRef {
    name: ObjectName,
    taints: Vec<Taint>,
}

impl NodePoolRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }

    /// What its nodes are tainted with.
    pub fn taints(&self) -> &[Taint] {
        &self.taints
    }
}

impl From<&Self> for NodePoolRef {
    fn from(pool: &Self) -> Self {
        pool.clone()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    template: Template,
    limits: BTreeMap<&'static str, String>,
    weight: Option<u8>,
    disruption: Disruption,
}

#[derive(Serialize)]
struct Template {
    metadata: Option<TemplateMetadata>,
    spec: NodeSpec,
}

#[derive(Serialize)]
struct TemplateMetadata {
    labels: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeSpec {
    node_class_ref: ClassRef,
    requirements: Vec<Requirement>,
    taints: Option<Vec<TaintSpec>>,
    expire_after: String,
    termination_grace_period: String,
}

#[derive(Serialize)]
struct ClassRef {
    group: &'static str,
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
struct TaintSpec {
    key: String,
    value: String,
    effect: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Disruption {
    consolidation_policy: Consolidation,
    consolidate_after: String,
    budgets: Vec<Budget>,
}

impl NodePool {
    fn requirements(&self) -> Vec<Requirement> {
        let letters = self.categories.iter().map(|category| category.letter());
        let purchase = self.purchase.capacity_types().iter().copied();
        let mut requirements = vec![
            Requirement::any_of(ARCH, [self.arch.label()]),
            Requirement::any_of("kubernetes.io/os", ["linux"]),
            Requirement::any_of(CAPACITY_TYPE, purchase),
            Requirement::any_of("karpenter.k8s.aws/instance-category", letters),
            Requirement::at_least("karpenter.k8s.aws/instance-generation", self.generation),
            Requirement::at_least("karpenter.k8s.aws/instance-cpu", 2),
        ];
        if self.purchase != Purchase::OnDemand {
            requirements.push(Requirement::choice("node.kubernetes.io/instance-type", 15));
        }
        requirements
    }
}

impl ManifestConstruct for NodePool {
    type Handle = NodePoolRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> NodePoolRef {
        let taints = self.taints.iter().map(|taint| TaintSpec {
            key: taint.label().key().to_owned(),
            value: taint.label().value().to_owned(),
            effect: taint.effect(),
        });
        scope.add(&CustomObject {
            api_version: POOL_API,
            kind: "NodePool",
            metadata: cluster_metadata(&self.name),
            spec: Spec {
                template: Template {
                    spec: NodeSpec {
                        node_class_ref: ClassRef {
                            group: CLASS_GROUP,
                            kind: "EC2NodeClass",
                            name: self.node_class.name().to_string(),
                        },
                        requirements: self.requirements(),
                        taints: Some(taints.collect()).filter(|_| !self.taints.is_empty()),
                        expire_after: format!("{}h", u32::from(self.expire_after_days) * 24),
                        termination_grace_period: format!("{}h", self.termination_grace_hours),
                    },
                    metadata: Some(TemplateMetadata { labels: self.labels })
                        .filter(|metadata| !metadata.labels.is_empty()),
                },
                limits: BTreeMap::from([
                    ("cpu", self.limits.cpu.to_string()),
                    ("memory", self.limits.memory.to_string()),
                ]),
                weight: self.weight,
                disruption: Disruption {
                    consolidation_policy: self.consolidation,
                    consolidate_after: format!("{}m", self.consolidate_after_minutes),
                    budgets: self.budgets,
                },
            },
        });
        NodePoolRef { name: self.name, taints: self.taints }
    }
}
