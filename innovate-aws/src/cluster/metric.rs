//! What is measured of a cluster.

use innovate_core::{Gives as _, Str};

use super::Cluster;
use crate::observability::{Metric, Unit};

const INSIGHTS: &str = "ContainerInsights";
const EKS: &str = "AWS/EKS";

macro_rules! metrics {
    ($($(#[$doc:meta])* $metric:ident $namespace:ident $name:literal $unit:ident;)*) => {
        /// A metric of a cluster, over all of its nodes or pods: for the worst of them take the
        /// largest value.
        ///
        /// Those of nodes and pods are collected by Container Insights, for which the cluster needs
        /// the add-on [`CloudWatchObservability`](super::Addon::CloudWatchObservability); those of the
        /// control plane by EKS itself.
        ///
        /// Sources: "Enhanced Container Insights (Classic) metric reference", Amazon CloudWatch User
        /// Guide, with the dimensions that the agent of CloudWatch publishes; "Monitor cluster data
        /// with Amazon CloudWatch", Amazon EKS User Guide.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ClusterMetric {
            $($(#[$doc])* $metric,)*
        }

        impl ClusterMetric {
            const fn namespace(self) -> &'static str {
                match self {
                    $(Self::$metric => $namespace,)*
                }
            }

            const fn name(self) -> &'static str {
                match self {
                    $(Self::$metric => $name,)*
                }
            }

            const fn unit(self) -> Unit {
                match self {
                    $(Self::$metric => Unit::$unit,)*
                }
            }
        }
    };
}

metrics! {
    /// How many nodes there are.
    Nodes INSIGHTS "cluster_node_count" Count;
    /// How many nodes have a condition that makes them fail.
    FailedNodes INSIGHTS "cluster_failed_node_count" Count;
    /// How busy the processors of a node are.
    NodeCpu INSIGHTS "node_cpu_utilization" Percent;
    /// How much of a node's processors pods have reserved.
    NodeCpuReserved INSIGHTS "node_cpu_reserved_capacity" Percent;
    /// How much of a node's memory is used.
    NodeMemory INSIGHTS "node_memory_utilization" Percent;
    /// How much of a node's memory pods have reserved.
    NodeMemoryReserved INSIGHTS "node_memory_reserved_capacity" Percent;
    /// How many nodes are short of room on their disks, as the kubelet has it: 1 or 0 for each.
    DiskPressure INSIGHTS "node_status_condition_disk_pressure" Count;
    /// How much of a node's file systems is used. The read-only root of Bottlerocket is one of them,
    /// and always full.
    NodeDisk INSIGHTS "node_filesystem_utilization" Percent;
    /// How much of its limit of CPU a pod uses.
    PodCpuOverLimit INSIGHTS "pod_cpu_utilization_over_pod_limit" Percent;
    /// How much of its limit of memory a pod uses.
    PodMemoryOverLimit INSIGHTS "pod_memory_utilization_over_pod_limit" Percent;
    /// How often containers were started anew.
    ContainerRestarts INSIGHTS "pod_number_of_container_restarts" Count;
    /// How many pods run.
    RunningPods INSIGHTS "cluster_number_of_running_pods" Count;
    /// How many pods no node has room for.
    UnschedulablePods EKS "scheduler_pending_pods_UNSCHEDULABLE" Count;
    /// How many requests the Kubernetes API got.
    ApiRequests EKS "apiserver_request_total" Count;
    /// How many of them it answered with a code from 500.
    ApiErrors EKS "apiserver_request_total_5XX" Count;
    /// How many of them it turned away since there were too many.
    ApiThrottled EKS "apiserver_request_total_429" Count;
    /// How long 99 of 100 reading requests took at most.
    ApiGetLatency EKS "apiserver_request_duration_seconds_GET_P99" Seconds;
    /// How large the cluster's data is.
    StorageSize EKS "apiserver_storage_size_bytes" Bytes;
}

impl Cluster {
    /// One of its metrics.
    pub fn metric(&self, metric: ClusterMetric) -> Metric {
        let cluster = ("ClusterName", self.name().give());
        Metric::new(metric.namespace(), metric.name(), [cluster]).in_unit(metric.unit())
    }
}

/// A metric of the pods of one Kubernetes service, collected by Container Insights.
///
/// Source: "Enhanced Container Insights (Classic) metric reference", Amazon CloudWatch User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceMetric {
    /// How many of its pods run.
    RunningPods,
    /// How often their containers were started anew.
    ContainerRestarts,
    /// How much of its limit of CPU a pod uses.
    CpuOverLimit,
    /// How much of its limit of memory a pod uses.
    MemoryOverLimit,
}

impl ServiceMetric {
    const fn name(self) -> &'static str {
        match self {
            Self::RunningPods => "service_number_of_running_pods",
            Self::ContainerRestarts => "pod_number_of_container_restarts",
            Self::CpuOverLimit => "pod_cpu_utilization_over_pod_limit",
            Self::MemoryOverLimit => "pod_memory_utilization_over_pod_limit",
        }
    }

    const fn unit(self) -> Unit {
        match self {
            Self::RunningPods | Self::ContainerRestarts => Unit::Count,
            Self::CpuOverLimit | Self::MemoryOverLimit => Unit::Percent,
        }
    }
}

impl Cluster {
    /// A metric of the pods of a Kubernetes service, by its namespace and name.
    pub fn service_metric(
        &self,
        metric: ServiceMetric,
        namespace: impl Into<Str>,
        service: impl Into<Str>,
    ) -> Metric {
        let (namespace, service): (Str, Str) = (namespace.into(), service.into());
        let dimensions = [
            ("ClusterName", self.name().give()),
            ("Namespace", namespace.give()),
            ("Service", service.give()),
        ];
        Metric::new(INSIGHTS, metric.name(), dimensions).in_unit(metric.unit())
    }
}
