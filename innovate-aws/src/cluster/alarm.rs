//! What a cluster's alarms watch.

use innovate_core::Str;

use super::{Cluster, ClusterMetric, ServiceMetric};
use crate::observability::{
    Alarms, Condition, Datapoints, MetricsQuery, MissingData, Percentile, Period, Statistic,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of a cluster: its nodes, its pods and its control plane.
    ///
    /// Those of nodes and pods need the add-on
    /// [`CloudWatchObservability`](super::Addon::CloudWatchObservability).
    ///
    /// Sources: "Recommended alarms" for Container Insights, Amazon CloudWatch User Guide; "Monitor
    /// control plane metrics", Amazon EKS Best Practices Guide.
    ClusterAlarm {
        /// The nodes' processors are busy: above 80 % on average for 15 minutes, outside of
        /// production above 90 %.
        NodeCpu,
        /// The nodes' memory is used: above 80 % on average for 15 minutes, outside of production
        /// above 90 %.
        NodeMemory,
        /// A node has too little room on its disks for 15 minutes, so that the kubelet evicts pods.
        ///
        /// How full file systems are says less: the root of Bottlerocket is read-only and always
        /// full.
        NodeDisk,
        /// A node fails for 10 minutes, or Container Insights doesn't say any more.
        FailedNodes,
        /// Containers were started anew more than 5 times in 15 minutes, outside of production more
        /// than 20 times.
        Restarts,
        /// One of ten pods uses more than 95 % of its limit of CPU for an hour. Those of one service are
        /// looked at by [`ServiceAlarm`].
        PodCpu,
        /// One of ten pods uses more than 85 % of its limit of memory for 15 minutes: above it, it is
        /// killed. Those of one service are looked at by [`ServiceAlarm`].
        PodMemory,
        /// There is no room for a pod for 15 minutes.
        UnschedulablePods,
        /// The Kubernetes API answers more than 1 % of its requests with a code from 500, for 15
        /// minutes.
        ApiErrors,
        /// The Kubernetes API turned more than 100 requests away in five minutes, for 15 minutes.
        ApiThrottled,
    }
}

alarm_kinds! {
    /// The alarms of the pods of one Kubernetes service.
    ///
    /// They need the add-on
    /// [`CloudWatchObservability`](super::Addon::CloudWatchObservability).
    ///
    /// Source: "Enhanced Container Insights (Classic) metric reference", Amazon CloudWatch User
    /// Guide.
    ServiceAlarm {
        /// No pod runs for 5 minutes.
        NoPod,
        /// Its containers were started anew more than 5 times in 15 minutes, outside of production
        /// more than 20 times.
        Restarts,
        /// Its pods use more than 90 % of their limit of CPU on average, for half an hour.
        Cpu,
        /// Its pods use more than 85 % of their limit of memory on average, for 15 minutes: above it,
        /// they are killed.
        Memory,
    }
}

alarm_kinds! {
    /// The alarms of the load balancers that the AWS Load Balancer Controller makes of ingresses.
    ///
    /// Their names are known only when they are made, so each alarm looks at all Application Load
    /// Balancers of the account and region.
    ///
    /// Source: "CloudWatch metrics for your Application Load Balancer", Elastic Load Balancing User
    /// Guide.
    IngressAlarm {
        /// Pods answered with a code from 500 more than 10 times in five minutes, for 10 minutes,
        /// outside of production more than 50 times.
        ServerErrors,
        /// A load balancer answered with a code from 500 by itself more than 10 times in five
        /// minutes, for 10 minutes, outside of production more than 50 times.
        ElbServerErrors,
        /// Pods take more than a second to begin their answer on average, for 15 minutes, outside of
        /// production more than 3 seconds.
        Latency,
        /// A target is unhealthy for 15 minutes.
        UnhealthyHosts,
        /// Connections were refused since a load balancer could open no more.
        RejectedConnections,
        /// A TLS handshake with pods failed for 10 minutes.
        TlsErrors,
    }
}

impl Cluster {
    /// The alarms that it comes with: [`ClusterAlarm`].
    pub fn alarms(&self) -> Alarms<ClusterAlarm> {
        let average = |metric| self.metric(metric).average();
        let worst = |metric| self.metric(metric).maximum();
        let most = |metric| self.metric(metric).percentile(Percentile::P90);
        let sum = |metric| self.metric(metric).sum();
        let quarter =
            |proposal: Proposal| proposal.over(Datapoints::in_a_row(3), Period::FiveMinutes);
        let share = sum(ClusterMetric::ApiErrors).or_else(0.0) / sum(ClusterMetric::ApiRequests);
        Alarms::of([
            (
                ClusterAlarm::NodeCpu,
                quarter(Proposal::when(
                    average(ClusterMetric::NodeCpu),
                    Condition::Above(80.0),
                    MissingData::Missing,
                ))
                .outside_production(90.0)
                .describe("The cluster's nodes are busy: look at the limits of the node pools"),
            ),
            (
                ClusterAlarm::NodeMemory,
                quarter(Proposal::when(
                    average(ClusterMetric::NodeMemory),
                    Condition::Above(80.0),
                    MissingData::Missing,
                ))
                .outside_production(90.0)
                .describe("The memory of the cluster's nodes is used: look at the limits of the node pools"),
            ),
            (
                ClusterAlarm::NodeDisk,
                quarter(Proposal::when(
                    worst(ClusterMetric::DiskPressure),
                    Condition::Above(0.0),
                    MissingData::Missing,
                ))
                .describe("A node runs out of disk and evicts pods: look for logs and images that fill it, or give the nodes larger volumes"),
            ),
            (
                ClusterAlarm::FailedNodes,
                Proposal::when(
                    worst(ClusterMetric::FailedNodes),
                    Condition::AtLeast(1.0),
                    MissingData::Breaching,
                )
                .over(Datapoints::in_a_row(2), Period::FiveMinutes)
                .describe("A node fails, or Container Insights has stopped reporting: look at `kubectl describe nodes`, and at the pods of the namespace amazon-cloudwatch"),
            ),
            (
                ClusterAlarm::Restarts,
                Proposal::when(
                    sum(ClusterMetric::ContainerRestarts),
                    Condition::Above(5.0),
                    MissingData::NotBreaching,
                )
                .outside_production(20.0)
                .over(Datapoints::in_a_row(1), Period::FifteenMinutes)
                .describe("Containers crash: `kubectl get events --all-namespaces` says which"),
            ),
            (
                ClusterAlarm::PodCpu,
                Proposal::when(
                    most(ClusterMetric::PodCpuOverLimit),
                    Condition::Above(95.0),
                    MissingData::NotBreaching,
                )
                .over(Datapoints::in_a_row(4), Period::FifteenMinutes)
                .describe("Pods are throttled: raise their limit of CPU, or let there be more of them"),
            ),
            (
                ClusterAlarm::PodMemory,
                quarter(Proposal::when(
                    most(ClusterMetric::PodMemoryOverLimit),
                    Condition::Above(85.0),
                    MissingData::NotBreaching,
                ))
                .describe("Pods are about to be killed for their memory: raise its limit, or find the leak"),
            ),
            (
                ClusterAlarm::UnschedulablePods,
                quarter(Proposal::when(
                    worst(ClusterMetric::UnschedulablePods),
                    Condition::AtLeast(1.0),
                    MissingData::NotBreaching,
                ))
                .describe("No node has room for a pod, and Karpenter makes none: look at its log"),
            ),
            (
                ClusterAlarm::ApiErrors,
                quarter(Proposal::when(share * 100.0, Condition::Above(1.0), MissingData::NotBreaching))
                    .describe("The Kubernetes API fails: look at the AWS Health Dashboard, and for admission webhooks that don't answer"),
            ),
            (
                ClusterAlarm::ApiThrottled,
                quarter(Proposal::when(
                    sum(ClusterMetric::ApiThrottled),
                    Condition::Above(100.0),
                    MissingData::NotBreaching,
                ))
                .describe("The Kubernetes API turns requests away: the audit log says which client asks too often"),
            ),
        ])
    }

    /// The alarms of the pods of one Kubernetes service: [`ServiceAlarm`].
    ///
    /// ```
    /// use innovate_aws::{cluster::Cluster, observability::TopicHandle};
    /// use innovate_core::{Prod, Stack};
    ///
    /// fn watch(monitoring: &mut Stack<Prod>, cluster: &Cluster, topic: &TopicHandle) {
    ///     monitoring.add("Api", cluster.service_alarms("shop", "api").notify(topic));
    /// }
    /// ```
    pub fn service_alarms(
        &self,
        namespace: impl Into<Str>,
        service: impl Into<Str>,
    ) -> Alarms<ServiceAlarm> {
        let (namespace, service) = (namespace.into(), service.into());
        let metric = |metric| self.service_metric(metric, namespace.clone(), service.clone());
        let none = Proposal::when(
            metric(ServiceMetric::RunningPods).minimum(),
            Condition::Below(1.0),
            MissingData::Breaching,
        )
        .over(Datapoints::in_a_row(5), Period::OneMinute)
        .describe("No pod of the service runs and nobody is served: look at its Deployment, and at the events of its namespace");
        let restarts = Proposal::when(
            metric(ServiceMetric::ContainerRestarts).sum(),
            Condition::Above(5.0),
            MissingData::NotBreaching,
        )
        .outside_production(20.0)
        .over(Datapoints::in_a_row(1), Period::FifteenMinutes)
        .describe("Containers of the service crash: look at the log of the one before");
        let busy = |name, percent, periods, description| {
            Proposal::when(
                metric(name).average(),
                Condition::Above(percent),
                MissingData::NotBreaching,
            )
            .over(Datapoints::in_a_row(periods), Period::FiveMinutes)
            .describe(description)
        };
        Alarms::of([
            (ServiceAlarm::NoPod, none),
            (ServiceAlarm::Restarts, restarts),
            (
                ServiceAlarm::Cpu,
                busy(
                    ServiceMetric::CpuOverLimit,
                    90.0,
                    6,
                    "The service's pods are throttled: raise their limit of CPU, or let there be more",
                ),
            ),
            (
                ServiceAlarm::Memory,
                busy(
                    ServiceMetric::MemoryOverLimit,
                    85.0,
                    3,
                    "The service's pods are about to be killed for their memory: raise its limit, or find the leak",
                ),
            ),
        ])
    }

    /// The alarms of the load balancers that the AWS Load Balancer Controller makes of the cluster's
    /// ingresses: [`IngressAlarm`].
    pub fn ingress_alarms(&self) -> Alarms<IngressAlarm> {
        let balancers = |metric, statistic| {
            MetricsQuery::new("AWS/ApplicationELB", metric, statistic).by(["LoadBalancer"])
        };
        let errors = |metric, description| {
            let errors = balancers(metric, Statistic::Sum);
            Proposal::when(errors, Condition::Above(10.0), MissingData::NotBreaching)
                .outside_production(50.0)
                .over(Datapoints::in_a_row(2), Period::FiveMinutes)
                .describe(description)
        };
        let latency = balancers("TargetResponseTime", Statistic::Average);
        let unhealthy =
            MetricsQuery::new("AWS/ApplicationELB", "UnHealthyHostCount", Statistic::Maximum)
                .by(["LoadBalancer", "TargetGroup"]);
        let rejected = balancers("RejectedConnectionCount", Statistic::Sum);
        let handshakes = balancers("TargetTLSNegotiationErrorCount", Statistic::Sum);
        Alarms::of([
            (
                IngressAlarm::ServerErrors,
                errors("HTTPCode_Target_5XX_Count", "Pods answer with a code from 500: look at the application's log, and at what was deployed last"),
            ),
            (
                IngressAlarm::ElbServerErrors,
                errors(
                    "HTTPCode_ELB_5XX_Count",
                    "A load balancer answers by itself with a code from 500: look whether pods are healthy, answer in time and keep connections open for longer than it does",
                ),
            ),
            (
                IngressAlarm::Latency,
                Proposal::when(latency, Condition::Above(1.0), MissingData::NotBreaching)
                    .outside_production(3.0)
                    .over(Datapoints::in_a_row(3), Period::FiveMinutes)
                    .describe("Pods answer slowly: look at their CPU, at the database, and at what was deployed last"),
            ),
            (
                IngressAlarm::UnhealthyHosts,
                Proposal::when(unhealthy, Condition::AtLeast(1.0), MissingData::NotBreaching)
                    .over(Datapoints::in_a_row(3), Period::FiveMinutes)
                    .describe("A pod fails the health check of its load balancer: look at its log, and whether the load balancer may reach its port"),
            ),
            (
                IngressAlarm::RejectedConnections,
                Proposal::when(rejected, Condition::Above(0.0), MissingData::NotBreaching)
                    .describe("A load balancer refused connections since it can open no more: look for a flood of clients, and for pods that are slow"),
            ),
            (
                IngressAlarm::TlsErrors,
                Proposal::when(handshakes, Condition::Above(0.0), MissingData::NotBreaching)
                    .over(Datapoints::in_a_row(2), Period::FiveMinutes)
                    .describe("Load balancers and pods find no common TLS: look at the pods' certificates"),
            ),
        ])
    }
}
