//! Monitoring: what watches the environment, and who is told when something is not as it should be.

use innovate::{
    aws::{
        cluster::ClusterMetric, database::AuroraMetric, network::VpcHandle,
        observability::TopicHandle,
    },
    core::Place,
    prelude::*,
};

use super::{
    backup::Backups, choices::Choices, cluster::Compute, data::Data, ingress::WayIn, keys::Keys,
};

/// Who is told, of the alarms in the region of a stack.
pub(crate) fn alerts<S: Choices, P: Place>(stack: &mut Stack<S, P>) -> TopicHandle {
    let on_call = Subscriber::email(email!("oncall@ops.example"));
    stack.add("Alerts", AlarmTopic::builder().subscribers([on_call]).build())
}

/// Who is woken up, by what users notice in the region of a stack: once for whatever is behind it.
pub(crate) fn pager<S: Choices, P: Place>(stack: &mut Stack<S, P>) -> TopicHandle {
    let pager = Subscriber::https("https://pager.ops.example/alarms");
    stack.add("Pager", AlarmTopic::builder().subscribers([pager]).build())
}

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    vpc: &VpcHandle,
    cluster: &Compute,
    data: &Data<S>,
    way_in: &WayIn,
    backups: &Backups,
) -> Stack<S> {
    let mut monitoring = environment.stack("monitoring");
    let alerts = alerts(&mut monitoring);
    monitoring.add("Network", vpc.alarms().notify(&alerts));
    monitoring.add("Cluster", cluster.eks.alarms().notify(&alerts));
    monitoring.add("Karpenter", cluster.karpenter.alarms().notify(&alerts));
    let database = monitoring.add("Database", data.database.alarms().notify(&alerts));
    monitoring.add("Certificate", way_in.certificate.alarms().notify(&alerts));
    monitoring.add("WebAcl", way_in.web_acl.alarms().notify(&alerts));
    let load_balancer =
        monitoring.add("LoadBalancer", way_in.load_balancer.alarms().notify(&alerts));
    monitoring.add("DatabaseEvents", DatabaseEvents::of(&data.database, &alerts));
    let api = monitoring.add("Api", way_in.api.alarms().notify(&alerts));
    let pods = monitoring.add("ApiPods", cluster.eks.service_alarms("api", "api").notify(&alerts));
    monitoring.add("Backups", backups.vault.alarms().notify(&alerts));
    monitoring.add("Velero", backups.cluster_objects.bucket().alarms().notify(&alerts));

    let pager = pager(&mut monitoring);
    let outage = [
        load_balancer.alarm(LoadBalancerAlarm::ServerErrors),
        load_balancer.alarm(LoadBalancerAlarm::ElbServerErrors),
        load_balancer.alarm(LoadBalancerAlarm::Latency),
        api.alarm(TargetGroupAlarm::NoHealthyHost),
        pods.alarm(ServiceAlarm::NoPod),
        database.alarm(AuroraAlarm::Connections),
        database.alarm(AuroraAlarm::Capacity),
    ];
    let outage = CompositeAlarm::any(outage.into_iter().flatten());
    monitoring.add("Outage", outage.describe("Users see errors, or will soon").notify(&pager));

    let namespace = FieldPattern::is("$.kubernetes.namespace_name", "api");
    let level = |level| FieldPattern::is("$.log_processed.level", level);
    let errors = namespace.and(level("error").or(level("ERROR")));
    let errors = monitoring.add("Errors", LogMetric::count(errors, cluster.eks.application_logs()));
    monitoring.add(
        "ManyErrors",
        Alarm::when(errors.clone().sum(), Condition::Above(10.0), MissingData::NotBreaching)
            .describe("The API logs errors: `kubectl --namespace api logs deployment/api`")
            .notify(&alerts),
    );
    monitoring.add("Tracing", Tracing::builder().logs_key(&keys.logs).build());
    // Questions about the pods' health are no traces that anyone looks for.
    for (priority, id, path) in [(10, "Readiness", "/readyz"), (11, "Liveness", "/livez")] {
        let none = SamplingRule::builder().priority(priority).per_second(0).percent(0.0);
        monitoring.add(id, none.path(path).build());
    }
    // Metrics of nodes, the control plane, and pods that say in their annotations where they have some.
    let metrics = PrometheusWorkspace::builder().key(&keys.metrics).logs_key(&keys.logs).build();
    let metrics = monitoring.add("Metrics", metrics);
    let scraper = Scraper::builder().cluster(&cluster.eks).workspace(&metrics).logs_key(&keys.logs);
    monitoring.add("Scraper", scraper.build());
    let grafana = GrafanaWorkspace::builder().prometheus([&metrics]).cloudwatch().x_ray();
    monitoring.add("Grafana", grafana.build());

    let database = |metric| data.database.metric(metric);
    let nodes = [ClusterMetric::NodeCpu, ClusterMetric::NodeMemory];
    let nodes = nodes.map(|metric| cluster.eks.metric(metric).average());
    let busy = database(AuroraMetric::CpuUtilization).average();
    let clients = database(AuroraMetric::DatabaseConnections).maximum();
    monitoring.add(
        "Overview",
        Dashboard::new()
            .section("API", [Widget::line("Errors", [errors.sum()])])
            .section("Cluster", [Widget::line("Nodes", nodes)])
            .section(
                "Database",
                [Widget::line("Processors", [busy]), Widget::line("Clients", [clients])],
            ),
    );
    monitoring
}
