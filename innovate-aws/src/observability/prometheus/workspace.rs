//! The construct of a workspace, and its handle.

use innovate_cfn::{
    aps::{self, workspace as aw},
    policy::Statement,
};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope,
    Site, StageKind, Text, Value, text,
};
use typed_builder::TypedBuilder;

use super::RuleGroup;
use crate::{
    identity::{Grant, Grantee},
    keys::{Key, Logs, Prometheus},
    name::{LogGroupName, name_of},
    observability::{LogGroup, Publisher, Retention, TopicHandle},
};

/// The most days that a workspace keeps a metric. Source: "Configure your workspace", Amazon Managed
/// Service for Prometheus User Guide.
const LONGEST: u16 = 1_095;

/// A workspace of Amazon Managed Service for Prometheus: where metrics are kept, asked for by PromQL and
/// alerted on.
///
/// It is encrypted with a customer-managed key, which can't be changed later. What its rules and its alert
/// manager fail at is logged in a log group that is made before, whose name keeps it out of the account's
/// limited resource policies. In production the workspace stays when it leaves its stack.
///
/// A [`Scraper`](super::Scraper) fills it with the metrics of a cluster; a collector in the cluster, such as
/// that of OpenTelemetry, writes to [`remote_write_url`](PrometheusWorkspaceHandle::remote_write_url) with
/// the right that [`grant_remote_write`](PrometheusWorkspaceHandle::grant_remote_write) gives.
///
/// ```
/// use innovate_aws::{
///     cluster::Cluster,
///     keys::{Key, KmsKey, Logs, Prometheus},
///     observability::{
///         GrafanaWorkspace, PrometheusAlert, PrometheusWorkspace, RuleGroup, Scraper, TopicHandle,
///     },
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn metrics(monitoring: &mut Stack<Prod>, cluster: &Cluster, logs: &Key<Logs>, topic: &TopicHandle) {
///     let key = monitoring.add("MetricsKey", KmsKey::<Prometheus>::new());
///     let restarts = PrometheusAlert::when("PodIsDown", "up{job=\"pods\"} == 0").pending_minutes(10);
///     let metrics = monitoring.add(
///         "Metrics",
///         PrometheusWorkspace::builder()
///             .key(&key)
///             .logs_key(logs)
///             // A topic whose `.publishers(..)` name `Publisher::PrometheusAlerts`.
///             .alerts_to(topic)
///             .rules([RuleGroup::new("pods").alert(restarts)])
///             .build(),
///     );
///     let scraper = Scraper::builder().cluster(cluster).workspace(&metrics).logs_key(logs).build();
///     monitoring.add("Scraper", scraper);
///     monitoring.add("Grafana", GrafanaWorkspace::builder().prometheus([&metrics]).build());
/// }
/// ```
///
/// Sources: "Encryption at rest", "Configure your workspace", "Monitor Amazon Managed Service for
/// Prometheus events with CloudWatch Logs" and "Managing and forwarding alerts with alert manager", Amazon
/// Managed Service for Prometheus User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct PrometheusWorkspace {
    /// What encrypts it. It can't be changed later; who revokes a grant of the key loses the metrics.
    #[builder(setter(transform = |key: &Key<Prometheus>| key.clone()))]
    key: Key<Prometheus>,
    /// What encrypts its log.
    #[builder(setter(transform = |key: &Key<Logs>| key.clone()))]
    logs_key: Key<Logs>,
    /// For how many days it keeps a metric: 1 to 1,095. By default a year in production and a month
    /// elsewhere.
    #[builder(default, setter(strip_option))]
    retention_days: Option<u16>,
    /// How long its log is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// Whom its alert manager tells. Nobody by default. The topic lets
    /// [`Publisher::PrometheusAlerts`] publish, and is in the workspace's region.
    #[builder(default, setter(transform = |topic: &TopicHandle| Some(topic.clone())))]
    alerts_to: Option<TopicHandle>,
    /// What it reckons and alerts on. Nothing by default.
    #[builder(default, setter(
        fn transform(groups: impl IntoIterator<Item = RuleGroup>) -> Vec<RuleGroup> {
            groups.into_iter().collect()
        }
    ))]
    rules: Vec<RuleGroup>,
}

impl Construct for PrometheusWorkspace {
    type Handle = PrometheusWorkspaceHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> PrometheusWorkspaceHandle {
        self.check(scope);
        let (name, site) = (name_of(scope), scope.site().clone());
        let by_stage = Retention::of_stage(scope.stage());
        let log = log_group(&name, self.log_retention.unwrap_or(by_stage), &self.logs_key);
        let log = scope.add("Logs", log);

        let days = self.retention_days.unwrap_or_else(|| by_stage.days());
        let mut workspace = aps::Workspace::new()
            .alias(name)
            .kms_key_arn(self.key.arn())
            .logging_configuration(aw::LoggingConfiguration::new().log_group_arn(log.arn()))
            .workspace_configuration(
                aw::WorkspaceConfiguration::new().retention_period_in_days(i64::from(days)),
            )
            .removal_policy(match scope.stage() {
                StageKind::Prod => DeletionPolicy::RetainExceptOnCreate,
                StageKind::Dev | StageKind::Staging => DeletionPolicy::Delete,
            });
        if let Some(topic) = &self.alerts_to {
            workspace = workspace
                .alert_manager_definition(alert_manager(topic, site.region()))
                .depends_on(topic.policy());
        }
        let workspace = scope.add(MAIN, workspace);
        for group in &self.rules {
            let rules = aps::RuleGroupsNamespace::new(
                group.yaml(),
                group.name().to_owned(),
                workspace.arn(),
            );
            scope.add(format!("Rules-{}", group.name()), rules);
        }
        PrometheusWorkspaceHandle { workspace, key: self.key, site }
    }
}

/// The log group of a workspace or scraper.
pub(super) fn log_group(name: &str, retention: Retention, key: &Key<Logs>) -> LogGroup {
    LogGroup::builder()
        .name(LogGroupName::trusted(format!("/aws/vendedlogs/prometheus/{name}")))
        .retention(retention)
        .key(key)
        .build()
}

/// An alert manager that tells one topic, also when what it told is over.
fn alert_manager(topic: &TopicHandle, region: &str) -> Value<Text> {
    let before = "alertmanager_config: |\n  route:\n    receiver: topic\n    group_by: [alertname, cluster, namespace]\n  receivers:\n    - name: topic\n      sns_configs:\n        - topic_arn: ";
    let after = format!(
        "\n          sigv4:\n            region: {region}\n          send_resolved: true\n"
    );
    text![before, topic.arn(), after]
}

impl PrometheusWorkspace {
    fn check(&self, scope: &mut Scope<'_>) {
        if let Some(days) = self.retention_days.filter(|days| !(1..=LONGEST).contains(days)) {
            scope.report(
                Diagnostic::error("AMP-02", "a workspace can't keep metrics for such a time")
                    .setter("retention_days")
                    .given(format!("{days} days"))
                    .allowed(format!("1 to {LONGEST} days")),
            );
        }
        let mut names: Vec<&str> = self.rules.iter().map(RuleGroup::name).collect();
        names.sort_unstable();
        let twice = names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next);
        if let Some((name, _)) = twice {
            scope.report(
                Diagnostic::error("AMP-02", "a workspace has two groups of rules of one name")
                    .setter("rules")
                    .given(format!("`{name}` twice"))
                    .allowed("a name of its own for each"),
            );
        }
        for finding in self.rules.iter().flat_map(RuleGroup::findings) {
            scope.report(finding);
        }
        let Some(topic) = &self.alerts_to else { return };
        if !topic.lets_publish(Publisher::PrometheusAlerts) {
            scope.report(
                Diagnostic::error("AMP-02", "the topic drops what the alert manager tells it")
                    .setter("alerts_to")
                    .given(format!("the topic `{}`", topic.name()))
                    .allowed("a topic that lets `Publisher::PrometheusAlerts` publish")
                    .help("add `Publisher::PrometheusAlerts` to its `.publishers(..)`, which names all of them"),
            );
        }
        if topic.region() != scope.site().region() {
            let region = scope.site().region().to_owned();
            scope.report(
                Diagnostic::error(
                    "AMP-02",
                    "an alert manager tells topics of its own region alone",
                )
                .setter("alerts_to")
                .given(format!("a topic in {}", topic.region()))
                .allowed(format!("one in {region}")),
            );
        }
    }
}

/// A workspace that is in a stack.
#[derive(Clone, Debug)]
pub struct PrometheusWorkspaceHandle {
    workspace: aps::WorkspaceRef,
    key: Key<Prometheus>,
    site: Site,
}

impl PrometheusWorkspaceHandle {
    /// Its ARN.
    pub fn arn(&self) -> Value<Text> {
        self.workspace.arn()
    }

    /// Where collectors write to by remote write, with requests that are signed for `aps`.
    ///
    /// Source: "Ingest metrics to your Amazon Managed Service for Prometheus workspace", Amazon Managed
    /// Service for Prometheus User Guide.
    pub fn remote_write_url(&self) -> Value<Text> {
        text![self.workspace.prometheus_endpoint(), "api/v1/remote_write"]
    }

    /// Where it is asked, by what speaks the API of Prometheus and signs its requests for `aps`.
    pub fn query_url(&self) -> Value<Text> {
        self.workspace.prometheus_endpoint()
    }

    /// Where it is: account, region, stage and tags.
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Lets a role write metrics to it: that of a collector's pods.
    ///
    /// Source: "AWS managed policies for Amazon Managed Service for Prometheus"
    /// (AmazonPrometheusRemoteWriteAccess), Amazon Managed Service for Prometheus User Guide.
    pub fn grant_remote_write(&self, to: &impl Grantee) -> Grant {
        let write = Statement::allow(["aps:RemoteWrite"]).sid("WriteMetrics").on(self.arn());
        Grant::new(to, &self.site, [write]).encrypting(&self.key, "aps", &self.site)
    }

    /// Lets a role ask for its metrics: that of a Grafana in the cluster, or of KEDA.
    ///
    /// Source: "AWS managed policies for Amazon Managed Service for Prometheus"
    /// (AmazonPrometheusQueryAccess), Amazon Managed Service for Prometheus User Guide.
    pub fn grant_query(&self, to: &impl Grantee) -> Grant {
        Grant::new(to, &self.site, [self.query()]).decrypting(&self.key, "aps", &self.site)
    }

    /// The statement that lets ask for its metrics.
    pub(crate) fn query(&self) -> Statement {
        Statement::allow([
            "aps:GetLabels",
            "aps:GetMetricMetadata",
            "aps:GetSeries",
            "aps:QueryMetrics",
        ])
        .sid("QueryMetrics")
        .on(self.arn())
    }

    pub(crate) const fn key(&self) -> &Key<Prometheus> {
        &self.key
    }
}

impl AsRef<ResourceRef> for PrometheusWorkspaceHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.workspace.as_ref()
    }
}
