//! What a scraper collects by default.

use innovate_core::{Text, Value, text};

use crate::name::ClusterName;

/// The jobs of a cluster on EKS: pods that ask for it by their annotations, what runs on the nodes, the
/// nodes themselves, and the control plane. Of the histograms of Kubernetes' own programs, which are most
/// of the series and are paid for by the sample, sums and counts alone are kept.
///
/// The only host that a managed scraper resolves is `kubernetes.default.svc`, and the only way it proves
/// who it is is this file: so kubelets are asked through the API server.
///
/// Sources: "Scraper configuration", Amazon Managed Service for Prometheus User Guide; "Fetch control plane
/// raw metrics in Prometheus format", Amazon EKS User Guide.
const JOBS: &str = r#"scrape_configs:
  - job_name: pods
    kubernetes_sd_configs:
      - role: pod
    relabel_configs:
      - action: keep
        source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
        regex: "true"
      - action: drop
        source_labels: [__meta_kubernetes_pod_phase]
        regex: Pending|Succeeded|Failed
      - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scheme]
        regex: (https?)
        target_label: __scheme__
      - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path]
        regex: (.+)
        target_label: __metrics_path__
      - source_labels: [__address__, __meta_kubernetes_pod_annotation_prometheus_io_port]
        regex: ([^:]+)(?::\d+)?;(\d+)
        replacement: $1:$2
        target_label: __address__
      - source_labels: [__meta_kubernetes_namespace]
        target_label: namespace
      - source_labels: [__meta_kubernetes_pod_name]
        target_label: pod
      - source_labels: [__meta_kubernetes_pod_node_name]
        target_label: node
  - job_name: cadvisor
    scheme: https
    authorization:
      type: Bearer
      credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
    kubernetes_sd_configs:
      - role: node
    relabel_configs:
      - replacement: kubernetes.default.svc:443
        target_label: __address__
      - source_labels: [__meta_kubernetes_node_name]
        regex: (.+)
        replacement: /api/v1/nodes/$1/proxy/metrics/cadvisor
        target_label: __metrics_path__
      - source_labels: [__meta_kubernetes_node_name]
        target_label: node
  - job_name: kubelet
    scheme: https
    authorization:
      type: Bearer
      credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
    kubernetes_sd_configs:
      - role: node
    relabel_configs:
      - replacement: kubernetes.default.svc:443
        target_label: __address__
      - source_labels: [__meta_kubernetes_node_name]
        regex: (.+)
        replacement: /api/v1/nodes/$1/proxy/metrics
        target_label: __metrics_path__
      - source_labels: [__meta_kubernetes_node_name]
        target_label: node
    metric_relabel_configs:
      - action: drop
        source_labels: [__name__]
        regex: (apiserver|etcd|kubelet|rest_client|scheduler|storage_operation|workqueue)_.+_bucket
  - job_name: kubernetes-apiservers
    scheme: https
    authorization:
      type: Bearer
      credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
    kubernetes_sd_configs:
      - role: endpoints
    relabel_configs:
      - action: keep
        source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_service_name, __meta_kubernetes_endpoint_port_name]
        regex: default;kubernetes;https
    metric_relabel_configs:
      - action: drop
        source_labels: [__name__]
        regex: (apiserver|etcd|kubelet|rest_client|scheduler|storage_operation|workqueue)_.+_bucket
"#;

/// The controllers of the control plane, which the API server passes on.
const CONTROLLERS: [(&str, &str); 2] =
    [("kube-scheduler", "ksh"), ("kube-controller-manager", "kcm")];

/// The configuration of a cluster's scraper.
pub(super) fn of_cluster(cluster: &ClusterName, seconds: u16) -> Value<Text> {
    let mut yaml = format!(
        "global:\n  scrape_interval: {seconds}s\n  scrape_timeout: 20s\n  external_labels:\n    cluster: {cluster}\n"
    );
    yaml.push_str(JOBS);
    for (job, path) in CONTROLLERS {
        yaml.push_str(&format!(
            r"  - job_name: {job}
    scheme: https
    metrics_path: /apis/metrics.eks.amazonaws.com/v1/{path}/container/metrics
    authorization:
      type: Bearer
      credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
    kubernetes_sd_configs:
      - role: endpoints
    relabel_configs:
      - action: keep
        source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_service_name, __meta_kubernetes_endpoint_port_name]
        regex: default;kubernetes;https
    metric_relabel_configs:
      - action: drop
        source_labels: [__name__]
        regex: (apiserver|etcd|kubelet|rest_client|scheduler|storage_operation|workqueue)_.+_bucket
"
        ));
    }
    text![yaml]
}
