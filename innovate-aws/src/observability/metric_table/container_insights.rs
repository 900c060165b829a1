//! What the agent of CloudWatch publishes of a cluster as Container Insights.

use super::{Namespace, one, regional};

const NODE: &[&str] = &["ClusterName", "ClusterName InstanceId NodeName"];
const POD: &[&str] = &[
    "ClusterName",
    "ClusterName Namespace",
    "ClusterName Namespace Service",
    "ClusterName Namespace PodName",
    "ClusterName FullPodName Namespace PodName",
];
const CONTAINER: &[&str] = &[
    "ClusterName",
    "ClusterName ContainerName Namespace PodName",
    "ClusterName ContainerName FullPodName Namespace PodName",
];

/// Sources: "Enhanced Container Insights (Classic) metric reference", Amazon CloudWatch User Guide; the
/// declarations of metrics of the agent, in `aws/amazon-cloudwatch-agent`.
pub(super) const NAMESPACE: Namespace = regional(
    "ContainerInsights",
    &[
        one(
            "cluster_failed_node_count cluster_node_count cluster_number_of_running_pods",
            &["ClusterName"],
        ),
        one(
            "node_cpu_limit node_cpu_reserved_capacity node_cpu_usage_total \
node_cpu_utilization node_diskio_io_service_bytes_total node_diskio_io_serviced_total \
node_filesystem_inodes node_filesystem_inodes_free node_filesystem_utilization \
node_interface_network_rx_dropped node_interface_network_tx_dropped node_memory_limit \
node_memory_reserved_capacity node_memory_utilization node_memory_working_set \
node_network_total_bytes node_number_of_running_containers node_number_of_running_pods \
node_status_allocatable_pods node_status_capacity_pods node_status_condition_disk_pressure \
node_status_condition_memory_pressure node_status_condition_network_unavailable \
node_status_condition_pid_pressure node_status_condition_ready node_status_condition_unknown",
            NODE,
        ),
        one(
            "pod_container_status_running pod_container_status_terminated \
pod_container_status_terminated_reason_oom_killed pod_container_status_waiting \
pod_container_status_waiting_reason_crash_loop_back_off \
pod_container_status_waiting_reason_create_container_config_error \
pod_container_status_waiting_reason_create_container_error \
pod_container_status_waiting_reason_image_pull_error \
pod_container_status_waiting_reason_start_error pod_cpu_limit pod_cpu_request \
pod_cpu_reserved_capacity pod_cpu_usage_total pod_cpu_utilization \
pod_cpu_utilization_over_pod_limit pod_interface_network_rx_dropped \
pod_interface_network_tx_dropped pod_memory_limit pod_memory_request pod_memory_reserved_capacity \
pod_memory_utilization pod_memory_utilization_over_pod_limit pod_memory_working_set \
pod_network_rx_bytes pod_network_tx_bytes pod_number_of_container_restarts \
pod_number_of_containers pod_number_of_running_containers pod_status_failed pod_status_pending \
pod_status_ready pod_status_running pod_status_scheduled pod_status_succeeded pod_status_unknown",
            POD,
        ),
        one(
            "container_cpu_limit container_cpu_request container_cpu_utilization \
container_cpu_utilization_over_container_limit container_filesystem_available container_filesystem_usage container_filesystem_utilization \
container_memory_failures_total container_memory_limit container_memory_request \
container_memory_utilization container_memory_utilization_over_container_limit",
            CONTAINER,
        ),
        one(
            "daemonset_status_number_available daemonset_status_number_unavailable \
replicas_desired replicas_ready status_replicas_available status_replicas_unavailable",
            &["ClusterName", "ClusterName Namespace PodName"],
        ),
        one("namespace_number_of_running_pods", &["ClusterName", "ClusterName Namespace"]),
        one("service_number_of_running_pods", &["ClusterName", "ClusterName Namespace Service"]),
        // The control plane, as the agent scrapes it.
        one(
            "apiserver_storage_db_total_size_in_bytes apiserver_storage_size_bytes \
etcd_db_total_size_in_bytes",
            &["ClusterName", "ClusterName endpoint"],
        ),
        one(
            "apiserver_longrunning_requests apiserver_storage_list_duration_seconds \
apiserver_storage_objects",
            &["ClusterName", "ClusterName resource"],
        ),
        one(
            "apiserver_request_duration_seconds rest_client_request_duration_seconds",
            &["ClusterName", "ClusterName verb"],
        ),
        one(
            "apiserver_request_total apiserver_request_total_5xx",
            &["ClusterName", "ClusterName code verb"],
        ),
        one(
            "apiserver_admission_controller_admission_duration_seconds \
apiserver_admission_step_admission_duration_seconds etcd_request_duration_seconds",
            &["ClusterName", "ClusterName operation"],
        ),
        one("rest_client_requests_total", &["ClusterName", "ClusterName code method"]),
        one(
            "apiserver_current_inflight_requests apiserver_current_inqueue_requests",
            &["ClusterName", "ClusterName request_kind"],
        ),
        one(
            "apiserver_admission_webhook_admission_duration_seconds",
            &["ClusterName", "ClusterName name"],
        ),
        one("apiserver_requested_deprecated_apis", &["ClusterName", "ClusterName group"]),
        one(
            "apiserver_flowcontrol_rejected_requests_total",
            &["ClusterName", "ClusterName reason"],
        ),
        one(
            "apiserver_flowcontrol_request_concurrency_limit",
            &["ClusterName", "ClusterName priority_level"],
        ),
        // Accelerators and their network.
        one(
            "node_gpu_limit node_gpu_memory_total node_gpu_memory_used \
node_gpu_memory_utilization node_gpu_power_draw node_gpu_reserved_capacity node_gpu_temperature \
node_gpu_usage_total node_gpu_utilization",
            &[
                "ClusterName",
                "ClusterName InstanceId NodeName",
                "ClusterName GpuDevice InstanceId InstanceType NodeName",
            ],
        ),
        one(
            "pod_gpu_limit pod_gpu_memory_total pod_gpu_memory_used pod_gpu_memory_utilization \
pod_gpu_power_draw pod_gpu_request pod_gpu_reserved_capacity pod_gpu_temperature \
pod_gpu_usage_total pod_gpu_utilization",
            POD,
        ),
        one(
            "pod_gpu_memory_total pod_gpu_memory_used pod_gpu_memory_utilization \
pod_gpu_power_draw pod_gpu_temperature pod_gpu_utilization",
            &["ClusterName FullPodName GpuDevice Namespace PodName"],
        ),
        one(
            "container_gpu_memory_total container_gpu_memory_used \
container_gpu_memory_utilization container_gpu_power_draw container_gpu_temperature \
container_gpu_utilization",
            CONTAINER,
        ),
        one(
            "container_gpu_memory_total container_gpu_memory_used \
container_gpu_memory_utilization container_gpu_power_draw container_gpu_temperature \
container_gpu_utilization",
            &["ClusterName ContainerName FullPodName GpuDevice Namespace PodName"],
        ),
        one(
            "node_neuron_execution_errors_total node_neuron_execution_latency \
node_neuroncore_memory_usage_constants node_neuroncore_memory_usage_model_code \
node_neuroncore_memory_usage_model_shared_scratchpad node_neuroncore_memory_usage_runtime_memory \
node_neuroncore_memory_usage_tensors node_neuroncore_memory_usage_total \
node_neuroncore_utilization node_neurondevice_hw_ecc_events_total \
node_neurondevice_runtime_memory_used_bytes",
            NODE,
        ),
        one(
            "pod_neuroncore_memory_usage_constants pod_neuroncore_memory_usage_model_code \
pod_neuroncore_memory_usage_model_shared_scratchpad pod_neuroncore_memory_usage_runtime_memory \
pod_neuroncore_memory_usage_tensors pod_neuroncore_memory_usage_total pod_neuroncore_utilization \
pod_neurondevice_hw_ecc_events_total",
            POD,
        ),
        one(
            "container_neuroncore_memory_usage_constants \
container_neuroncore_memory_usage_model_code \
container_neuroncore_memory_usage_model_shared_scratchpad \
container_neuroncore_memory_usage_runtime_memory container_neuroncore_memory_usage_tensors \
container_neuroncore_memory_usage_total container_neuroncore_utilization \
container_neurondevice_hw_ecc_events_total",
            CONTAINER,
        ),
        one(
            "node_efa_rdma_read_bytes node_efa_rdma_write_bytes node_efa_rdma_write_recv_bytes \
node_efa_rx_bytes node_efa_rx_dropped node_efa_tx_bytes",
            NODE,
        ),
        one(
            "pod_efa_rdma_read_bytes pod_efa_rdma_write_bytes pod_efa_rdma_write_recv_bytes \
pod_efa_rx_bytes pod_efa_rx_dropped pod_efa_tx_bytes",
            POD,
        ),
        one(
            "container_efa_rdma_read_bytes container_efa_rdma_write_bytes \
container_efa_rdma_write_recv_bytes container_efa_rx_bytes container_efa_rx_dropped \
container_efa_tx_bytes",
            CONTAINER,
        ),
    ],
);
