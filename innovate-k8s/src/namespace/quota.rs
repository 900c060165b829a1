//! What a namespace may take of the cluster.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{LimitRange, LimitRangeItem, LimitRangeSpec, ResourceQuota, ResourceQuotaSpec},
    apimachinery::pkg::{api::resource::Quantity, apis::meta::v1::ObjectMeta},
};

use crate::quantity::{Cpu, Memory, quantity};

/// What the pods of a namespace may request together. Load balancers and node ports are always
/// refused: what faces the outside goes through an ingress.
///
/// Source: "Resource Quotas", Kubernetes documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    cpu: Option<Cpu>,
    memory: Option<Memory>,
    pods: Option<u32>,
}

impl Quota {
    /// Bounds the requests of processor time.
    #[must_use]
    pub const fn cpu(mut self, cpu: Cpu) -> Self {
        self.cpu = Some(cpu);
        self
    }

    /// Bounds the requests of memory.
    #[must_use]
    pub const fn memory(mut self, memory: Memory) -> Self {
        self.memory = Some(memory);
        self
    }

    /// Bounds the number of pods.
    #[must_use]
    pub const fn pods(mut self, pods: u32) -> Self {
        self.pods = Some(pods);
        self
    }

    pub(super) fn object(self, metadata: ObjectMeta) -> ResourceQuota {
        let mut hard: BTreeMap<String, Quantity> = ["services.loadbalancers", "services.nodeports"]
            .map(|kind| (kind.to_owned(), quantity(0)))
            .into();
        hard.extend(self.cpu.map(|cpu| ("requests.cpu".to_owned(), quantity(cpu))));
        hard.extend(self.memory.map(|memory| ("requests.memory".to_owned(), quantity(memory))));
        hard.extend(self.pods.map(|pods| ("pods".to_owned(), quantity(pods))));
        ResourceQuota {
            metadata,
            spec: Some(ResourceQuotaSpec { hard: Some(hard), ..ResourceQuotaSpec::default() }),
            status: None,
        }
    }
}

/// What a container gets that states no resources.
pub(super) fn limit_range(metadata: ObjectMeta) -> LimitRange {
    let amounts = |cpu: Cpu, memory: Memory| {
        Some(BTreeMap::from([
            ("cpu".to_owned(), quantity(cpu)),
            ("memory".to_owned(), quantity(memory)),
        ]))
    };
    LimitRange {
        metadata,
        spec: Some(LimitRangeSpec {
            limits: vec![LimitRangeItem {
                type_: "Container".to_owned(),
                default_request: amounts(Cpu::millis(100), Memory::mib(128)),
                default: amounts(Cpu::millis(500), Memory::mib(128)),
                ..LimitRangeItem::default()
            }],
        }),
    }
}
