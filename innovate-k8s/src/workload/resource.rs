//! What a container takes of its node.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ResourceRequirements;

use crate::quantity::{Cpu, Memory, quantity};

/// What a container requests, and the most that it gets.
///
/// The limit of memory is what it requests, so that a node never runs out of memory by pods that
/// grow. The limit of processor time is four times what it requests, so that pods can use what is
/// idle and none starves the others.
///
/// Source: "Resource Management for Pods and Containers", Kubernetes documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resources {
    cpu: Cpu,
    cpu_limit: Cpu,
    memory: Memory,
    scratch: Memory,
}

/// What a container takes of its node, stated in full.
#[diagnostic::on_unimplemented(
    message = "a container states its processor time and its memory, and `{Self}` isn't both",
    label = "no statement of both",
    note = "state the memory as well: `Resources::cpu_millis(250).memory_mib(256)`"
)]
pub trait StatedResources {
    /// What the container takes.
    fn stated(self) -> Resources;
}

impl StatedResources for Resources {
    fn stated(self) -> Self {
        self
    }
}

/// Processor time without memory: `.memory_mib(..)` is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourcesWithoutMemory {
    cpu: Cpu,
}

impl Resources {
    /// Processor time in thousandths of a core; the memory follows.
    pub const fn cpu_millis(millis: u32) -> ResourcesWithoutMemory {
        ResourcesWithoutMemory { cpu: Cpu::millis(millis) }
    }

    /// Processor time in cores; the memory follows.
    pub const fn cpu_cores(cores: u32) -> ResourcesWithoutMemory {
        ResourcesWithoutMemory { cpu: Cpu::cores(cores) }
    }

    /// The most processor time that it gets, if not four times what it requests.
    #[must_use]
    pub const fn cpu_limit(mut self, limit: Cpu) -> Self {
        self.cpu_limit = limit;
        self
    }

    /// The size of `/tmp`, the only folder that it can write to. 64 MiB by default.
    #[must_use]
    pub const fn scratch(mut self, size: Memory) -> Self {
        self.scratch = size;
        self
    }

    pub(super) const fn scratch_size(&self) -> Memory {
        self.scratch
    }

    pub(super) fn requirements(&self) -> ResourceRequirements {
        let amounts = |cpu: Cpu, memory: Memory| {
            Some(BTreeMap::from([
                ("cpu".to_owned(), quantity(cpu)),
                ("memory".to_owned(), quantity(memory)),
            ]))
        };
        ResourceRequirements {
            requests: amounts(self.cpu, self.memory),
            limits: amounts(self.cpu_limit, self.memory),
            claims: None,
        }
    }
}

impl ResourcesWithoutMemory {
    /// Memory in MiB.
    pub const fn memory_mib(self, mib: u32) -> Resources {
        Resources {
            cpu: self.cpu,
            cpu_limit: self.cpu.times(4),
            memory: Memory::mib(mib),
            scratch: Memory::mib(64),
        }
    }

    /// Memory in GiB.
    pub const fn memory_gib(self, gib: u32) -> Resources {
        self.memory_mib(gib.saturating_mul(1024))
    }
}
