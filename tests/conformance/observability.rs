//! What watches: alarms of every kind, alone and combined, dashboards, counts of logs, and traces.

use innovate::{
    aws::{
        cluster::{Cluster, ClusterMetric, KarpenterHandle},
        database::{AuroraAlarm, AuroraMetric},
        edge::{CertificateHandle, DistributionHandle},
        network::{NatMetric, VpcHandle},
        observability::{
            CompositeAlarm, Datapoints, Percentile, Period, PromQlAlarm, Publisher, SamplingRule,
            TopicHandle, TraceGroup, TraceInsights, Widget,
        },
        security::WebAclHandle,
    },
    prelude::*,
};

use crate::{Keys, database::Watched};

/// What is watched, but for databases.
pub(crate) struct Compute<'a> {
    pub(crate) vpc: &'a VpcHandle,
    pub(crate) cluster: &'a Cluster,
    pub(crate) karpenter: &'a KarpenterHandle,
}

pub(crate) fn stack(
    staging: &Environment<Staging>,
    keys: &Keys,
    Compute { vpc, cluster, karpenter }: &Compute<'_>,
    databases: &Watched,
) -> Stack<Staging> {
    let mut stack = staging.stack("monitoring");
    let mail = AlarmTopic::builder()
        .key(&keys.topics)
        .subscribers([Subscriber::email(email!("oncall@innovate.example"))])
        .publishers([Publisher::Backup, Publisher::EventRules])
        .build();
    let mail = stack.add("Mail", mail);
    let pager = Subscriber::https("https://pager.example/hook");
    let pager = stack.add("Pager", AlarmTopic::builder().subscribers([pager]).build());

    stack.add("Network", vpc.alarms().notify(&mail));
    stack.add("Cluster", cluster.alarms().notify(&mail));
    stack.add("Ingress", cluster.ingress_alarms().notify(&mail));
    stack.add("Karpenter", karpenter.alarms().notify(&mail));
    let of_cluster = databases.cluster.alarms().threshold(AuroraAlarm::Cpu, 70.0);
    let of_cluster = of_cluster.without(AuroraAlarm::Deadlocks).notify(&mail);
    let of_cluster = stack.add("Database", of_cluster);
    stack.add("Instance", databases.instance.alarms().notify(&mail));
    for replica in databases.instance.replicas() {
        stack.add("Replica", replica.alarms().notify(&mail));
    }
    stack.add("Proxy", databases.proxy.alarms().notify(&mail).notify(&pager));

    let page = CompositeAlarm::any(of_cluster.all()).describe("Look at the database");
    let page = stack.add("Page", page.notify(&pager));
    let patched = AlarmMuteRule::during(weekly_window!("sun:04:00-sun:05:30"));
    let patched = patched.alarms(of_cluster.all()).composite(&page);
    stack.add("Patched", patched.describe("The database is patched"));
    let evening = Recurrence::workdays(time_of_day!("20:00"));
    let night = AlarmMuteRule::every(evening, time_zone!("Europe/Berlin"), 11 * 60);
    stack.add("Night", night.alarms(of_cluster.alarm(AuroraAlarm::Connections)));
    let both = [AuroraAlarm::Cpu, AuroraAlarm::Memory];
    let both = both.into_iter().filter_map(|kind| of_cluster.alarm(kind));
    stack.add("Exhausted", CompositeAlarm::all(both).notify(&pager));
    single(&mut stack, databases, &mail);
    logs(&mut stack, cluster, &mail);

    traces(&mut stack, keys);
    prometheus(&mut stack, cluster, keys);
    let metric = |metric| databases.cluster.metric(metric);
    let share = metric(AuroraMetric::Deadlocks).sum().or_else(0.0)
        / metric(AuroraMetric::DatabaseConnections).average();
    let nodes = [ClusterMetric::NodeCpu, ClusterMetric::NodeMemory];
    let nodes = nodes.map(|metric| cluster.metric(metric).average());
    let drops = vpc.nat_signal(NatMetric::PacketsDropped);
    stack.add(
        "Overview",
        Dashboard::new()
            .section("Alarms", [Widget::alarms("Database", of_cluster.all())])
            .section("Cluster", [Widget::line("Nodes", nodes)])
            .section("Network", drops.map(|drops| Widget::number("Drops", [drops])))
            .section("Database", [Widget::line("Deadlocks for each client", [share])]),
    );
    stack
}

/// Which requests are traced, and which traces are looked at together.
fn traces(stack: &mut Stack<Staging>, keys: &Keys) {
    stack.add("Tracing", Tracing::builder().logs_key(&keys.logs).indexed_percent(5).build());
    let probes = SamplingRule::builder().priority(10).path("/healthz").method("GET");
    stack.add("Probes", probes.per_second(0).percent(0.0).build());
    let orders = SamplingRule::builder().priority(20).service("orders").host("api.*");
    stack.add("Orders", orders.percent(12.5).build());
    let slow = TraceGroup::builder().filter("service(\"orders\") AND responsetime > 1");
    stack.add("Slow", slow.insights(TraceInsights::Told).build());
}

/// Metrics in the form of Prometheus: with rules of each kind, a scraper, a collector, and Grafanas of both
/// ways to sign in.
fn prometheus(stack: &mut Stack<Staging>, cluster: &Cluster, keys: &Keys) {
    let key = stack.add("MetricsKey", KmsKey::<Prometheus>::new());
    let topic = AlarmTopic::builder().publishers([Publisher::PrometheusAlerts]);
    let topic = stack.add("MetricAlerts", topic.key(&keys.topics).build());
    let down = PrometheusAlert::when("PodIsDown", "up{job=\"pods\"} == 0");
    let down = down.pending_minutes(10).label("severity", "critical").summary("A pod is down");
    let group = RuleGroup::new("pods").record("namespace:up:sum", "sum by (namespace) (up)");
    let metrics = PrometheusWorkspace::builder().key(&key).logs_key(&keys.logs);
    let metrics = metrics.retention_days(90).alerts_to(&topic).rules([group.alert(down)]);
    let metrics = stack.add("Metrics", metrics.build());
    let scraper = Scraper::builder().cluster(cluster).workspace(&metrics).logs_key(&keys.logs);
    stack.add("Scraper", scraper.interval_seconds(30).build());
    stack.add("WriteMetrics", metrics.grant_remote_write(cluster.core_node_role()));
    stack.add("QueryMetrics", metrics.grant_query(cluster.core_node_role()));
    let grafana = GrafanaWorkspace::builder().prometheus([&metrics]).cloudwatch().x_ray();
    stack.add("Grafana", grafana.version("10.4").build());
    let provider = GrafanaAuthentication::Saml {
        metadata_url: "https://login.innovate.example/metadata".into(),
        role_attribute: "role".into(),
        administrators: vec!["platform".into()],
    };
    let office = GrafanaNetworkAccess::From {
        prefix_lists: vec!["pl-0123456789abcdef0".give()],
        endpoints: Vec::new(),
    };
    let grafana = GrafanaWorkspace::builder().authentication(provider).network_access(office);
    stack.add("Private", grafana.build());
}

/// An alarm with each way to look at a metric.
fn single(stack: &mut Stack<Staging>, databases: &Watched, topic: &TopicHandle) {
    let latency = databases.cluster.metric(AuroraMetric::CommitLatency);
    let latency = latency.percentile(Percentile::P99);
    stack.add(
        "Latency",
        Alarm::when(latency, Condition::AtLeast(20.0), MissingData::NotBreaching)
            .datapoints(Datapoints::any(2, 3))
            .notify(topic),
    );
    let clients = databases.cluster.metric(AuroraMetric::DatabaseConnections).average();
    stack.add(
        "Clients",
        Alarm::when(clients, Condition::OutsideBand(2.0), MissingData::Ignore)
            .period(Period::OneHour)
            .notify(topic),
    );
    let restarts = "sum by (k8s_namespace_name) (increase(k8s_container_restarts[10m])) > 3";
    stack.add(
        "Restarts",
        PromQlAlarm::when(restarts)
            .pending(Period::OneMinute)
            .describe("Containers of a namespace start again and again")
            .notify(topic),
    );
}

/// What stands in the log of the applications, in each way to look for it.
fn logs(stack: &mut Stack<Staging>, cluster: &Cluster, topic: &TopicHandle) {
    for (id, pattern) in [
        ("Panics", LogPattern::text("panicked \"at\"")),
        ("Errors", LogPattern::field("$.log_processed.level", "error")),
        ("Refusals", LogPattern::field_at_least("$.log_processed.status", 500)),
    ] {
        let count = stack.add(id, LogMetric::count(pattern, cluster.application_logs()));
        let many = Alarm::when(count.sum(), Condition::Above(10.0), MissingData::NotBreaching);
        stack.add(format!("Many{id}"), many.notify(topic));
    }
}

/// The alarms of what is in us-east-1, where CloudFront's metrics are.
pub(crate) fn of_edge(
    edge: &mut Stack<Staging, UsEast1>,
    distribution: &DistributionHandle,
    acl: &WebAclHandle<CloudFront>,
    certificate: &CertificateHandle<CloudFront>,
    signing: &edge::ZoneSigningHandle,
) {
    let topic = edge.add("Alerts", AlarmTopic::builder().build());
    edge.add("ZoneAlarms", signing.alarms().notify(&topic));
    edge.add("DistributionAlarms", distribution.alarms().notify(&topic));
    edge.add("WebAclAlarms", acl.alarms().notify(&topic));
    edge.add("CertificateAlarms", certificate.alarms().notify(&topic));
}
