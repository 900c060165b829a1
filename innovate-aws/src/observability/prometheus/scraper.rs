//! The construct of a scraper, and its handle.

use innovate_cfn::{
    aps::{self, scraper as asc},
    iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{
    AnyStack, Construct, Diagnostic, Gives, MAIN, ResourceRef, ResourceType as _, Scope, Text,
    Value, text,
    value::{intrinsic::base64, pseudo},
};
use typed_builder::TypedBuilder;

use super::{PrometheusWorkspaceHandle, scrape_configuration, workspace::log_group};
use crate::{
    cluster::Cluster,
    identity::Permissions,
    keys::{Key, Logs},
    name::name_of,
    network::{Connection, HasSecurityGroup, Port, Protocol, SecurityGroup, SecurityGroupHandle},
    observability::Retention,
};

/// The shortest interval that the service takes. Source: "Scraper configuration", Amazon Managed Service for
/// Prometheus User Guide.
const SHORTEST: u16 = 30;

/// Collects the metrics of a cluster and writes them to a workspace, without an agent in the cluster.
///
/// It has an address in each zone of the cluster's node subnets and a security group of its own, from which
/// it may reach the Kubernetes API and the ports of pods from 1024 up, and nothing else. Its access entry in
/// the cluster the service makes by itself, since the cluster takes access entries; it may read pods,
/// services, nodes and their metrics. As the workspace has a customer-managed key, the scraper writes by two
/// roles that nothing but scrapers of this account and region may assume.
///
/// By default it collects what API server, scheduler and controller manager, kubelets and cAdvisor tell, and
/// pods whose annotation `prometheus.io/scrape` is `true`, on the path and the port of `prometheus.io/path`
/// and `prometheus.io/port`. A network policy that closes these pods must let the node subnets in. What
/// stands still between two collections is told as it was; each sample is billed.
///
/// Sources: "Using an AWS managed collector", Amazon Managed Service for Prometheus User Guide;
/// "CreateScraper", Amazon Managed Service for Prometheus API Reference.
#[derive(Clone, Debug, TypedBuilder)]
pub struct Scraper {
    /// The cluster.
    #[builder(setter(transform = |cluster: &Cluster| cluster.clone()))]
    cluster: Cluster,
    /// Where its metrics go, in the cluster's account and region.
    #[builder(setter(transform = |workspace: &PrometheusWorkspaceHandle| workspace.clone()))]
    workspace: PrometheusWorkspaceHandle,
    /// What encrypts its log.
    #[builder(setter(transform = |key: &Key<Logs>| key.clone()))]
    logs_key: Key<Logs>,
    /// How long its log is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// How many seconds lie between two collections: 30 or more, 60 by default. A
    /// [`configuration`](ScraperBuilder::configuration) says its own.
    #[builder(default = 60)]
    interval_seconds: u16,
    /// What it collects, as YAML in the form of Prometheus's own configuration, in place of the default.
    #[builder(default, setter(
        fn transform(yaml: impl Gives<Text>) -> Option<Value<Text>> {
            Some(yaml.give())
        }
    ))]
    configuration: Option<Value<Text>>,
}

impl Construct for Scraper {
    type Handle = ScraperHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ScraperHandle {
        self.check(scope);
        let name = name_of(scope);
        let subnets = self.cluster.node_subnets();
        let group = SecurityGroup::builder()
            .vpc(subnets)
            .description(format!("The scraper {name}"))
            .build();
        let group = scope.add("SecurityGroup", group);
        let pods = Port::range(Protocol::Tcp, 1_024, u16::MAX);
        scope.add("ToApi", Connection::new(&group, Port::HTTPS, &self.cluster));
        scope.add("ToPods", Connection::new(&group, pods, &self.cluster));

        let retention = self.log_retention.unwrap_or_else(|| Retention::of_stage(scope.stage()));
        let log = scope.add("Logs", log_group(&name, retention, &self.logs_key));
        let components = [
            asc::ScraperComponentType::SERVICE_DISCOVERY,
            asc::ScraperComponentType::COLLECTOR,
            asc::ScraperComponentType::EXPORTER,
        ];
        let logging = asc::ScraperLoggingConfiguration::new(
            asc::ScraperLoggingDestination::new()
                .cloud_watch_logs(asc::CloudWatchLogDestination::new().log_group_arn(log.arn())),
            components.map(asc::ScraperComponent::new),
        );
        let destination = asc::DestinationAmpConfiguration::new(self.workspace.arn());
        let source = asc::SourceEksConfiguration::new(self.cluster.arn(), subnets.ids())
            .security_group_ids([group.group_id()]);
        let configuration = self.configuration.clone().unwrap_or_else(|| {
            scrape_configuration::of_cluster(self.cluster.name(), self.interval_seconds)
        });
        let (roles, allowed) = self.roles(scope);
        let scraper = aps::Scraper::new(
            asc::Destination::new().amp_configuration(destination),
            asc::ScrapeConfiguration::new(base64(configuration)),
            asc::Source::new().eks_configuration(source),
        )
        .alias(name)
        .role_configuration(roles)
        .scraper_logging_configuration(logging)
        .depends_on(&self.cluster)
        .depends_on(&allowed);
        ScraperHandle { scraper: scope.add(MAIN, scraper), group }
    }
}

impl Scraper {
    /// The roles by which it writes: one that the service assumes, and one that this one assumes.
    ///
    /// A scraper's ARN isn't known before there are its roles, so any scraper of the account and region may
    /// assume them.
    ///
    /// Source: "Cross-account setup" and "Creating scraper for workspaces enabled with customer managed
    /// keys", Amazon Managed Service for Prometheus User Guide.
    fn roles(&self, scope: &mut Scope<'_>) -> (asc::RoleConfiguration, ResourceRef) {
        let (region, account) =
            (scope.site().region().to_owned(), scope.site().account().to_owned());
        let scrapers = || {
            let scrapers = format!(":aps:{region}:{account}:scraper/*");
            text!["arn:", pseudo::partition(), scrapers]
        };
        let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
            .to(Principal::service("scraper.aps.amazonaws.com"))
            .when(Condition::string_equals("aws:SourceAccount", account.clone()))
            .when(Condition::arn_like("aws:SourceArn", scrapers()))]);
        let source = scope.add("Source", iam::Role::new(trust).description("A scraper"));

        let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
            .to(Principal::aws(source.arn()))
            .when(Condition::string_like("sts:ExternalId", scrapers()))]);
        let write =
            Statement::allow(["aps:RemoteWrite"]).sid("WriteMetrics").on(self.workspace.arn());
        let encrypt = self.workspace.key().encrypt_through("aps", &region);
        let target = scope.within("Target", |scope| {
            let policies =
                Permissions::from([write, encrypt]).add_to(scope, "Writes a cluster's metrics");
            let role = iam::Role::new(trust)
                .description("Writes a cluster's metrics")
                .managed_policy_arns(policies);
            scope.add(MAIN, role)
        });
        let assume = Statement::allow(["sts:AssumeRole"]).sid("AssumeWriter").on(target.arn());
        let assume = iam::RolePolicy::new("assume-writer", source.reference())
            .policy_document(PolicyDocument::new([assume]));
        let allowed = scope.add("SourcePolicy", assume);
        let roles = asc::RoleConfiguration::new()
            .source_role_arn(source.arn())
            .target_role_arn(target.arn());
        (roles, ResourceRef::clone(&allowed))
    }

    fn check(&self, scope: &mut Scope<'_>) {
        if self.interval_seconds < SHORTEST {
            scope.report(
                Diagnostic::error("AMP-02", "a scraper can't collect so often")
                    .setter("interval_seconds")
                    .given(format!("{} seconds", self.interval_seconds))
                    .allowed(format!("{SHORTEST} seconds or more")),
            );
        }
        if self.cluster.node_subnets().ids().len() < 2 {
            scope.report(
                Diagnostic::error("AMP-02", "a scraper needs subnets in two zones")
                    .setter("cluster")
                    .given("a cluster with nodes in one zone")
                    .allowed("two zones or more"),
            );
        }
        let place = |site: &innovate_core::Site| format!("{} of {}", site.region(), site.account());
        let here = place(scope.site());
        for (setter, site) in
            [("cluster", self.cluster.site()), ("workspace", self.workspace.site())]
        {
            let there = place(site);
            if there != here {
                scope.report(
                    Diagnostic::error("AMP-02", format!("a scraper is where its {setter} is"))
                        .setter(setter)
                        .given(format!("a {setter} in {there}, a scraper in {here}"))
                        .allowed("one account and region"),
                );
            }
        }
    }
}

/// A scraper that is in a stack.
#[derive(Clone, Debug)]
pub struct ScraperHandle {
    scraper: aps::ScraperRef,
    group: SecurityGroupHandle,
}

impl ScraperHandle {
    /// Its ARN.
    pub fn arn(&self) -> Value<Text> {
        self.scraper.arn()
    }
}

impl HasSecurityGroup for ScraperHandle {
    /// The group of its own, for a port below 1024 that a pod tells its metrics on.
    fn security_group(&self) -> SecurityGroupHandle {
        self.group.clone()
    }
}

impl AsRef<ResourceRef> for ScraperHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.scraper.as_ref()
    }
}
