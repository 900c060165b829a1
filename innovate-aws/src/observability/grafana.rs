//! Where people look at metrics.

use innovate_cfn::{
    grafana::{self, workspace as gw},
    iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{
    AnyStack, Construct, Diagnostic, Gives, Literal, MAIN, ResourceRef, Scope, Str, Text, Value,
    text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::PrometheusWorkspaceHandle;
use crate::{identity::Permissions, name::name_of};

/// How people sign in to a Grafana.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrafanaAuthentication {
    /// Through IAM Identity Center, which the organization must have. Who may sign in, and as what, is
    /// said afterwards: in the console, or by `aws grafana update-permissions`.
    IdentityCenter,
    /// Through another identity provider, by SAML 2.0.
    Saml {
        /// Where the provider's metadata are.
        metadata_url: Str,
        /// The attribute of an assertion that holds a person's roles.
        role_attribute: Str,
        /// The values of that attribute which make an administrator.
        administrators: Vec<Str>,
    },
}

/// From where a Grafana can be reached.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum GrafanaNetworkAccess {
    /// From the internet, by whoever can sign in.
    #[default]
    Anywhere,
    /// From the addresses of these customer-managed prefix lists, and through these VPC endpoints of
    /// `grafana-workspace`: up to five of each.
    From {
        /// The ids of prefix lists.
        prefix_lists: Vec<Value<Text>>,
        /// The ids of VPC endpoints.
        endpoints: Vec<Value<Text>>,
    },
}

/// A workspace of Amazon Managed Grafana.
///
/// People sign in through IAM Identity Center by default. It may ask the workspaces of Prometheus that it is
/// given and no others; of CloudWatch and X-Ray, of which a Grafana can't be given a part, it reads metrics, logs and
/// traces of its account and region. Nobody adds plugins to it. Its data sources and dashboards are no part
/// of a template: they are added in Grafana, or by its own API. Its address is an output of the stack.
///
/// AWS encrypts it with a key of its own: CloudFormation can't name another.
///
/// Sources: "Create an Amazon Managed Grafana workspace", "Amazon Managed Grafana permissions and policies for
/// AWS data sources" and "Configure network access to your Amazon Managed Grafana workspace", Amazon Managed
/// Grafana User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct GrafanaWorkspace {
    /// How people sign in. [`GrafanaAuthentication::IdentityCenter`] by default.
    #[builder(default = GrafanaAuthentication::IdentityCenter)]
    authentication: GrafanaAuthentication,
    /// The workspaces of Prometheus that it may ask. None by default.
    #[builder(default, setter(
        fn transform<'a>(
            workspaces: impl IntoIterator<Item = &'a PrometheusWorkspaceHandle>,
        ) -> Vec<PrometheusWorkspaceHandle> {
            workspaces.into_iter().cloned().collect()
        }
    ))]
    prometheus: Vec<PrometheusWorkspaceHandle>,
    /// Lets it read metrics, alarms and logs of CloudWatch. By default it doesn't.
    #[builder(setter(strip_bool))]
    cloudwatch: bool,
    /// Lets it read the traces of X-Ray. By default it doesn't.
    #[builder(setter(strip_bool))]
    x_ray: bool,
    /// From where it can be reached. From anywhere by default.
    #[builder(default)]
    network_access: GrafanaNetworkAccess,
    /// Its version, such as `10.4`. By default the newest when it is made. It is never taken back to an
    /// older one.
    #[builder(default, setter(transform = |version: impl Into<Str>| Some(version.into())))]
    version: Option<Str>,
}

impl Construct for GrafanaWorkspace {
    type Handle = GrafanaWorkspaceHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> GrafanaWorkspaceHandle {
        self.check(scope);
        let name = name_of(scope);
        let role = self.role(scope);
        let provider = match &self.authentication {
            GrafanaAuthentication::IdentityCenter => gw::AuthenticationProviderTypes::AWS_SSO,
            GrafanaAuthentication::Saml { .. } => gw::AuthenticationProviderTypes::SAML,
        };
        let mut workspace = grafana::Workspace::new(
            gw::AccountAccessType::CURRENT_ACCOUNT,
            [provider],
            gw::PermissionType::CUSTOMER_MANAGED,
        )
        .name(name)
        .plugin_admin_enabled(false)
        .role_arn(role.arn());
        let sources = self.sources();
        if !sources.is_empty() {
            workspace = workspace.data_sources(sources);
        }
        if let GrafanaAuthentication::Saml { metadata_url, role_attribute, administrators } =
            self.authentication
        {
            workspace = workspace.saml_configuration(
                gw::SamlConfiguration::new(gw::IdpMetadata::new().url(metadata_url))
                    .assertion_attributes(gw::AssertionAttributes::new().role(role_attribute))
                    .role_values(gw::RoleValues::new().admin(administrators)),
            );
        }
        if let GrafanaNetworkAccess::From { prefix_lists, endpoints } = self.network_access {
            workspace = workspace.network_access_control(
                gw::NetworkAccessControl::new().prefix_list_ids(prefix_lists).vpce_ids(endpoints),
            );
        }
        if let Some(version) = self.version {
            workspace = workspace.grafana_version(version);
        }
        let workspace = scope.add(MAIN, workspace);
        scope.output("Endpoint", workspace.endpoint()).describe("Where Grafana is");
        GrafanaWorkspaceHandle { workspace }
    }
}

/// The most prefix lists that a Grafana can be reached from, and the most endpoints. Source: "Configure network
/// access to your Amazon Managed Grafana workspace", Amazon Managed Grafana User Guide.
const MOST: usize = 5;

impl GrafanaWorkspace {
    fn sources(&self) -> Vec<Literal<gw::DataSourceType>> {
        let all = [
            (!self.prometheus.is_empty(), gw::DataSourceType::PROMETHEUS),
            (self.cloudwatch, gw::DataSourceType::CLOUDWATCH),
            (self.x_ray, gw::DataSourceType::XRAY),
        ];
        all.into_iter().filter(|(asked, _)| *asked).map(|(_, source)| source).collect()
    }

    /// The role in which it asks.
    fn role(&self, scope: &mut Scope<'_>) -> iam::RoleRef {
        let (region, account) =
            (scope.site().region().to_owned(), scope.site().account().to_owned());
        let arn = |rest: String| text!["arn:", pseudo::partition(), rest];
        let mut permissions = Permissions::none();
        if !self.prometheus.is_empty() {
            permissions.extend([Statement::allow(["aps:ListWorkspaces"])
                .sid("ListPrometheus")
                .on(arn(format!(":aps:{region}:{account}:/workspaces")))]);
        }
        for (number, workspace) in (1..).zip(&self.prometheus) {
            let describe = Statement::allow(["aps:DescribeWorkspace"])
                .sid(format!("FindPrometheus{number}"))
                .on(workspace.arn());
            let query = workspace.query().sid(format!("QueryPrometheus{number}"));
            let decrypt = workspace.key().decrypt_through("aps", workspace.site().region());
            permissions.extend([describe, query, decrypt]);
        }
        if self.cloudwatch {
            permissions.extend([
                Statement::allow(CLOUDWATCH).sid("ReadCloudWatch").on_all(),
                Statement::allow(LOGS)
                    .sid("ReadLogs")
                    .on(arn(format!(":logs:{region}:{account}:log-group:*"))),
                Statement::allow(["logs:GetQueryResults", "logs:StopQuery"])
                    .sid("ReadResults")
                    .on_all(),
            ]);
        }
        if self.x_ray {
            permissions.extend([Statement::allow(X_RAY).sid("ReadTraces").on_all()]);
        }
        scope.within("Role", |scope| {
            let policies = permissions.add_to(scope, "What a Grafana may ask");
            let source = arn(format!(":grafana:{region}:{account}:/workspaces/*"));
            let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
                .to(Principal::service("grafana.amazonaws.com"))
                .when(Condition::string_equals("aws:SourceAccount", account))
                .when(Condition::arn_like("aws:SourceArn", source))]);
            let mut role = iam::Role::new(trust).description("A Grafana");
            if !policies.is_empty() {
                role = role.managed_policy_arns(policies);
            }
            scope.add(MAIN, role)
        })
    }

    fn check(&self, scope: &mut Scope<'_>) {
        if let GrafanaNetworkAccess::From { prefix_lists, endpoints } = &self.network_access {
            if prefix_lists.is_empty() && endpoints.is_empty() {
                scope.report(
                    Diagnostic::error("AMG-01", "nobody could reach the Grafana")
                        .setter("network_access")
                        .given("no prefix list and no endpoint")
                        .allowed("one of either at least")
                        .help("if whoever signs in may come from anywhere, leave the line out"),
                );
            }
            let lists = [("prefix lists", prefix_lists.len()), ("endpoints", endpoints.len())];
            for (kind, count) in lists.into_iter().filter(|(_, count)| *count > MOST) {
                let message = format!("a Grafana takes no more than {MOST} {kind}");
                scope.report(
                    Diagnostic::error("AMG-01", message)
                        .setter("network_access")
                        .given(format!("{count} {kind}"))
                        .allowed(format!("up to {MOST}")),
                );
            }
        }
        if let GrafanaAuthentication::Saml { metadata_url, administrators, .. } =
            &self.authentication
        {
            if !metadata_url.starts_with("https://") {
                scope.report(
                    Diagnostic::error("AMG-01", "whom a Grafana believes would come without TLS")
                        .setter("authentication")
                        .given(metadata_url)
                        .allowed("a URL that begins with `https://`"),
                );
            }
            if administrators.is_empty() {
                scope.report(
                    Diagnostic::error("AMG-01", "nobody could administer the Grafana")
                        .setter("authentication")
                        .given("no value that makes an administrator")
                        .allowed("one value of the role's attribute at least"),
                );
            }
        }
        if let Some(version) = &self.version {
            let is_number =
                |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
            if !version.split_once('.').is_some_and(|(one, two)| is_number(one) && is_number(two)) {
                scope.report(
                    Diagnostic::error("AMG-01", "that is no version of a Grafana")
                        .setter("version")
                        .given(version)
                        .allowed("two numbers, such as `10.4`")
                        .help("`aws grafana list-versions` lists them"),
                );
            }
        }
    }
}

/// What Grafana's data source of CloudWatch asks, of which nothing takes an ARN.
const CLOUDWATCH: [&str; 11] = [
    "cloudwatch:DescribeAlarmHistory",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:DescribeAlarmsForMetric",
    "cloudwatch:GetInsightRuleReport",
    "cloudwatch:GetMetricData",
    "cloudwatch:GetMetricStatistics",
    "cloudwatch:ListMetrics",
    "ec2:DescribeInstances",
    "ec2:DescribeRegions",
    "ec2:DescribeTags",
    "tag:GetResources",
];

const LOGS: [&str; 5] = [
    "logs:DescribeLogGroups",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogGroupFields",
    "logs:StartQuery",
];

/// What Grafana's data source of X-Ray asks. A trace has no ARN.
const X_RAY: [&str; 12] = [
    "ec2:DescribeRegions",
    "xray:BatchGetTraces",
    "xray:GetGroup",
    "xray:GetGroups",
    "xray:GetInsight",
    "xray:GetInsightEvents",
    "xray:GetInsightImpactGraph",
    "xray:GetInsightSummaries",
    "xray:GetServiceGraph",
    "xray:GetTimeSeriesServiceStatistics",
    "xray:GetTraceGraph",
    "xray:GetTraceSummaries",
];

/// A Grafana that is in a stack.
#[derive(Clone, Debug)]
pub struct GrafanaWorkspaceHandle {
    workspace: grafana::WorkspaceRef,
}

impl GrafanaWorkspaceHandle {
    /// Its id.
    pub fn id(&self) -> Value<Text> {
        self.workspace.id()
    }

    /// The host that people visit by HTTPS.
    pub fn host(&self) -> Value<Text> {
        self.workspace.endpoint()
    }
}

impl Gives<Text> for &GrafanaWorkspaceHandle {
    fn give(self) -> Value<Text> {
        self.id()
    }
}

impl AsRef<ResourceRef> for GrafanaWorkspaceHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.workspace.as_ref()
    }
}
