//! Metrics in the form of Prometheus: where they are kept, what collects them, and where people look at them.

use innovate_aws::{
    Environment, Region, account,
    cluster::Cluster,
    domain,
    identity::PodIdentity,
    keys::{Key, KmsKey, Logs, Prometheus},
    name,
    observability::{
        AlarmTopic, GrafanaAuthentication, GrafanaNetworkAccess, GrafanaWorkspace, PrometheusAlert,
        PrometheusWorkspace, PrometheusWorkspaceHandle, Publisher, RuleGroup, Scraper, TopicHandle,
    },
    service_account,
};
use innovate_cfn::aps;
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Node, Prod, ResourceType as _, Severity, Stack, Stage,
    value::Intrinsic,
};

use crate::program::{
    Platform, environment, findings, keys, problems, resource, synth_with_registry, text, with_code,
};

/// A stack for a workspace, with those that it needs.
struct Program<S: Stage> {
    needed: Vec<Stack<S>>,
    stack: Stack<S>,
    logs: Key<Logs>,
    key: Key<Prometheus>,
    topic: TopicHandle,
}

impl<S: Stage> Program<S> {
    fn new() -> Self {
        let (keys, logs) = keys(&environment::<S>());
        Self::with(vec![keys], logs)
    }

    fn with_cluster() -> (Self, Cluster) {
        let (platform, cluster, _) = Platform::<S>::new().with_cluster();
        let Platform { keys, network, compute, logs_key, .. } = platform;
        (Self::with(vec![keys, network, compute], logs_key), cluster)
    }

    fn with(needed: Vec<Stack<S>>, logs: Key<Logs>) -> Self {
        let mut stack = environment::<S>().stack("monitoring");
        let key = stack.add("MetricsKey", KmsKey::<Prometheus>::new());
        let topic = AlarmTopic::builder().publishers([Publisher::PrometheusAlerts]).build();
        let topic = stack.add("Alerts", topic);
        Self { needed, stack, logs, key, topic }
    }

    fn workspace(&mut self) -> PrometheusWorkspaceHandle {
        let workspace = PrometheusWorkspace::builder().key(&self.key).logs_key(&self.logs);
        self.stack.add("Metrics", workspace.build())
    }

    fn app(self) -> App {
        App::new("test").stacks(self.needed).stack(self.stack)
    }
}

#[test]
fn a_workspace_is_encrypted_and_logs_and_keeps_metrics_by_the_stage() {
    let mut program = Program::<Prod>::new();
    let restarts = PrometheusAlert::when("PodIsDown", "up{job=\"pods\"} == 0")
        .pending_minutes(10)
        .label("severity", "critical")
        .summary("{{ $labels.pod }} is \"down\"");
    let group = RuleGroup::new("pods")
        .record("namespace:up:sum", "sum by (namespace) (up)")
        .alert(restarts);
    let workspace = PrometheusWorkspace::builder()
        .key(&program.key)
        .logs_key(&program.logs)
        .alerts_to(&program.topic)
        .rules([group])
        .build();
    program.stack.add("Metrics", workspace);
    let workspace = resource(program.stack.model(), "Metrics");
    assert_eq!(text(workspace, "Alias"), "innovate-prod-monitoring-metrics");
    let target = |path: &str| {
        let reference = workspace.properties().at(path).and_then(Node::as_reference);
        reference.map(|reference| reference.target.logical_id().to_owned())
    };
    assert_eq!(target("KmsKeyArn").as_deref(), Some("MetricsKey"));
    assert_eq!(target("LoggingConfiguration/LogGroupArn").as_deref(), Some("MetricsLogs"));
    assert_eq!(
        workspace.properties().at("WorkspaceConfiguration/RetentionPeriodInDays"),
        Some(&Node::Integer(365))
    );
    assert_eq!(workspace.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    assert!(workspace.depends_on().iter().any(|other| other.logical_id() == "AlertsPolicy"));
    let logs = resource(program.stack.model(), "MetricsLogs");
    assert_eq!(
        text(logs, "LogGroupName"),
        "/aws/vendedlogs/prometheus/innovate-prod-monitoring-metrics"
    );
    let rules = resource(program.stack.model(), "MetricsRulesPods");
    assert_eq!(
        text(rules, "Data"),
        "groups:
  - name: \"pods\"
    rules:
      - record: \"namespace:up:sum\"
        expr: \"sum by (namespace) (up)\"
      - alert: \"PodIsDown\"
        expr: \"up{job=\\\"pods\\\"} == 0\"
        for: 10m
        labels:
          \"severity\": \"critical\"
        annotations:
          summary: \"{{ $labels.pod }} is \\\"down\\\"\"
"
    );
    let synthesis = synth_with_registry(program.app());
    assert_eq!(problems(&synthesis), Vec::<String>::new());
    let files = synthesis.assembly.unwrap();
    let template = files.files().iter().find(|(path, _)| path.contains("monitoring")).unwrap().1;
    assert!(
        template.contains("alertmanager_config: |\\n  route:\\n    receiver: topic"),
        "{template}"
    );
    assert!(
        template.contains("\\n          sigv4:\\n            region: eu-west-1\\n"),
        "{template}"
    );
}

#[test]
fn outside_of_production_a_workspace_goes_with_its_stack_and_keeps_a_month() {
    let mut program = Program::<Dev>::new();
    program.workspace();
    let workspace = resource(program.stack.model(), "Metrics");
    assert_eq!(workspace.deletion_policy(), Some(DeletionPolicy::Delete));
    assert_eq!(
        workspace.properties().at("WorkspaceConfiguration/RetentionPeriodInDays"),
        Some(&Node::Integer(30))
    );
}

#[test]
fn the_metrics_of_a_cluster_are_collected_without_an_agent() {
    let (mut program, cluster) = Program::<Prod>::with_cluster();
    let workspace = program.workspace();
    let logs = program.logs.clone();
    let scraper = Scraper::builder().cluster(&cluster).workspace(&workspace).logs_key(&logs);
    program.stack.add("Scraper", scraper.build());
    let model = program.stack.model();
    let scraper = resource(model, "Scraper");
    let source = scraper.properties().at("Source/EksConfiguration").unwrap();
    assert_eq!(source.at("SubnetIds").and_then(Node::as_list).map(<[_]>::len), Some(3));
    let group = source.at("SecurityGroupIds/0").and_then(Node::as_reference).unwrap();
    assert_eq!(group.target.logical_id(), "ScraperSecurityGroup");
    for (role, id) in [("SourceRoleArn", "ScraperSource"), ("TargetRoleArn", "ScraperTarget")] {
        let role = scraper.properties().at(&format!("RoleConfiguration/{role}"));
        assert_eq!(role.and_then(Node::as_reference).unwrap().target.logical_id(), id);
    }
    let waits: Vec<_> = scraper.depends_on().iter().map(|each| each.logical_id()).collect();
    assert!(waits.contains(&"Cluster") && waits.contains(&"ScraperSourcePolicy"), "{waits:?}");
    let Some(Node::Intrinsic(blob)) =
        scraper.properties().at("ScrapeConfiguration/ConfigurationBlob")
    else {
        panic!("the configuration is no intrinsic")
    };
    let Intrinsic::Base64(Node::Text(yaml)) = &**blob else { panic!("{blob:?}") };
    assert!(yaml.starts_with("global:\n  scrape_interval: 60s\n"), "{yaml}");
    assert!(yaml.contains("    cluster: innovate-prod\n"), "{yaml}");
    let jobs = yaml.lines().filter_map(|line| line.strip_prefix("  - job_name: "));
    let jobs: Vec<_> = jobs.collect();
    assert_eq!(
        jobs,
        [
            "pods",
            "cadvisor",
            "kubelet",
            "kubernetes-apiservers",
            "kube-scheduler",
            "kube-controller-manager"
        ]
    );
    for (id, from, to) in
        [("ScraperToApiIngress", 443, 443), ("ScraperToPodsIngress", 1_024, 65_535)]
    {
        let rule = resource(model, id).properties();
        assert_eq!(rule.at("FromPort"), Some(&Node::Integer(from)));
        assert_eq!(rule.at("ToPort"), Some(&Node::Integer(to)));
    }
    let synthesis = synth_with_registry(program.app());
    assert_eq!(problems(&synthesis), Vec::<String>::new());
}

#[test]
fn a_collector_in_the_cluster_writes_to_one_workspace_alone() {
    let (mut program, cluster) = Program::<Prod>::with_cluster();
    let workspace = program.workspace();
    let pods = PodIdentity::builder().cluster(&cluster);
    let pods = pods.service_account(service_account!("telemetry", "collector")).build();
    let pods = program.stack.add("Collector", pods);
    program.stack.add("Write", workspace.grant_remote_write(&pods));
    program.stack.add("Ask", workspace.grant_query(&pods));
    let model = program.stack.model();
    for (id, actions, of_key) in [
        ("Write", vec!["aps:RemoteWrite"], vec!["kms:Decrypt", "kms:GenerateDataKey"]),
        (
            "Ask",
            vec!["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"],
            vec!["kms:Decrypt"],
        ),
    ] {
        let policy = resource(model, id);
        for (at, expected) in [(0, actions), (1, of_key)] {
            let statement = policy.properties().at(&format!("PolicyDocument/Statement/{at}"));
            let action = statement.and_then(|statement| statement.get("Action")).unwrap();
            let action = action.as_list().unwrap_or(std::slice::from_ref(action));
            let action: Vec<_> = action.iter().filter_map(Node::as_text).collect();
            assert_eq!(action, expected);
        }
        let resource = policy.properties().at("PolicyDocument/Statement/0/Resource");
        let resource = resource.and_then(Node::as_reference).unwrap();
        assert_eq!(resource.target.logical_id(), "Metrics");
    }
    assert_eq!(problems(&synth_with_registry(program.app())), Vec::<String>::new());
}

#[test]
fn a_grafana_asks_what_it_is_given_and_nothing_else() {
    let mut program = Program::<Prod>::new();
    let workspace = program.workspace();
    let every = GrafanaWorkspace::builder().prometheus([&workspace]).cloudwatch().x_ray();
    program.stack.add("Grafana", every.version("10.4").build());
    program.stack.add("Little", GrafanaWorkspace::builder().prometheus([&workspace]).build());
    let from = GrafanaNetworkAccess::From {
        prefix_lists: vec![innovate_core::text!["pl-0123456789abcdef0"]],
        endpoints: Vec::new(),
    };
    let saml = GrafanaAuthentication::Saml {
        metadata_url: "https://login.innovate.example/metadata".into(),
        role_attribute: "role".into(),
        administrators: vec!["platform".into()],
    };
    program.stack.add(
        "Private",
        GrafanaWorkspace::builder().network_access(from).authentication(saml).build(),
    );
    let model = program.stack.model();
    let grafana = resource(model, "Grafana");
    assert_eq!(text(grafana, "AuthenticationProviders/0"), "AWS_SSO");
    assert_eq!(text(grafana, "PermissionType"), "CUSTOMER_MANAGED");
    assert_eq!(text(grafana, "GrafanaVersion"), "10.4");
    assert_eq!(grafana.properties().at("PluginAdminEnabled").and_then(Node::as_bool), Some(false));
    let sids = |id: &str| -> Vec<String> {
        let statements = resource(model, id).properties().at("PolicyDocument/Statement").unwrap();
        let statements = statements.as_list().unwrap().iter();
        statements.filter_map(|each| Some(each.get("Sid")?.as_text()?.to_owned())).collect()
    };
    let prometheus = ["ListPrometheus", "FindPrometheus1", "QueryPrometheus1"];
    assert_eq!(sids("LittleRolePolicy"), prometheus);
    let rest = ["ReadCloudWatch", "ReadLogs", "ReadResults", "ReadTraces"];
    assert_eq!(sids("GrafanaRolePolicy"), [&prometheus[..], &rest[..]].concat());
    let private = resource(model, "Private");
    assert_eq!(text(private, "AuthenticationProviders/0"), "SAML");
    assert_eq!(text(private, "SamlConfiguration/RoleValues/Admin/0"), "platform");
    assert_eq!(text(private, "NetworkAccessControl/PrefixListIds/0"), "pl-0123456789abcdef0");
    assert_eq!(problems(&synth_with_registry(program.app())), Vec::<String>::new());
}

/// What is found beside what concerns an environment as a whole.
fn found<S: Stage>(program: Program<S>) -> Vec<Diagnostic> {
    findings(program.app())
}

fn only(found: &[Diagnostic]) -> (&'static str, Option<&str>, Option<&str>) {
    let [found] = found else { panic!("{found:#?}") };
    assert_eq!(found.severity(), Severity::Error);
    (found.code(), found.setter_name(), found.given_value())
}

#[test]
fn what_a_workspace_would_refuse_is_refused() {
    for days in [0, 1_096] {
        let mut program = Program::<Prod>::new();
        let workspace = PrometheusWorkspace::builder().key(&program.key).logs_key(&program.logs);
        program.stack.add("Metrics", workspace.retention_days(days).build());
        let given = format!("{days} days");
        assert_eq!(only(&found(program)), ("AMP-02", Some("retention_days"), Some(&*given)));
    }
    let long = format!("`{}`", "p".repeat(65));
    let groups = [
        (vec![RuleGroup::new("empty")], "the group `empty`"),
        (vec![RuleGroup::new("-pods").record("x", "up")], "`-pods`"),
        (vec![RuleGroup::new("of/pods").record("x", "up")], "`of/pods`"),
        (vec![RuleGroup::new("p".repeat(65)).record("x", "up")], &*long),
        (vec![RuleGroup::new("bad").record("5xx rate", "up")], "`5xx rate` in the group `bad`"),
        (
            vec![RuleGroup::new("a").record("x", "up"), RuleGroup::new("a").record("y", "up")],
            "`a` twice",
        ),
    ];
    for (groups, given) in groups {
        let mut program = Program::<Prod>::new();
        let workspace = PrometheusWorkspace::builder().key(&program.key).logs_key(&program.logs);
        program.stack.add("Metrics", workspace.rules(groups).build());
        let found = found(program);
        let found: Vec<_> = found.iter().filter(|each| each.code() == "AMP-02").cloned().collect();
        assert_eq!(only(&found), ("AMP-02", Some("rules"), Some(given)));
    }
}

#[test]
fn an_alert_manager_tells_only_a_topic_that_hears_it() {
    let mut program = Program::<Prod>::new();
    let deaf = program.stack.add("Deaf", AlarmTopic::builder().build());
    let workspace = PrometheusWorkspace::builder().key(&program.key).logs_key(&program.logs);
    program.stack.add("Metrics", workspace.alerts_to(&deaf).build());
    let given = "the topic `innovate-prod-monitoring-deaf`";
    let found = found(program);
    assert_eq!(only(&found), ("AMP-02", Some("alerts_to"), Some(given)));
    // What is named replaces what a topic lets publish by default.
    let [help] = found[0].help_texts() else { panic!("{found:#?}") };
    assert!(help.contains("which names all of them"), "{help}");

    let mut program = Program::<Prod>::new();
    let mut away = environment::<Prod>().us_east_1_stack("away");
    let topic = AlarmTopic::builder().publishers([Publisher::PrometheusAlerts]).build();
    let topic = away.add("Alerts", topic);
    let workspace = PrometheusWorkspace::builder().key(&program.key).logs_key(&program.logs);
    program.stack.add("Metrics", workspace.alerts_to(&topic).build());
    let found = findings(program.app().stack(away));
    assert_eq!(only(&found), ("AMP-02", Some("alerts_to"), Some("a topic in us-east-1")));
}

#[test]
fn a_scraper_collects_as_often_and_where_its_service_takes_it() {
    let (mut program, cluster) = Program::<Prod>::with_cluster();
    let workspace = program.workspace();
    let logs = program.logs.clone();
    let scraper = Scraper::builder().cluster(&cluster).workspace(&workspace).logs_key(&logs);
    program.stack.add("Scraper", scraper.interval_seconds(15).build());
    let found = found(program);
    assert_eq!(only(&found), ("AMP-02", Some("interval_seconds"), Some("15 seconds")));

    let (mut program, cluster) = Program::<Prod>::with_cluster();
    let other = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("111122223333"))
        .region(Region::EuWest1)
        .domain(domain!("other.innovate.example"))
        .owner("platform")
        .build();
    let mut there = other.stack("monitoring-there");
    let key = there.add("Key", KmsKey::<Prometheus>::new());
    let logs_there = there.add("Logs", KmsKey::<Logs>::new());
    let metrics = PrometheusWorkspace::builder().key(&key).logs_key(&logs_there).build();
    let metrics = there.add("Metrics", metrics);
    let logs = program.logs.clone();
    let scraper = Scraper::builder().cluster(&cluster).workspace(&metrics).logs_key(&logs);
    program.stack.add("Scraper", scraper.build());
    let synthesis = crate::program::synth(program.app().stack(there));
    let found = with_code(&synthesis, "AMP-02");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].given_value(),
        Some("a workspace in eu-west-1 of 111122223333, a scraper in eu-west-1 of 444455556666")
    );
}

#[test]
fn a_grafana_that_nobody_reaches_or_administers_is_refused() {
    let lists = |prefix_lists: usize, endpoints: usize| GrafanaNetworkAccess::From {
        prefix_lists: (0..prefix_lists)
            .map(|each| innovate_core::Gives::give(format!("pl-{each}")))
            .collect(),
        endpoints: (0..endpoints)
            .map(|each| innovate_core::Gives::give(format!("vpce-{each}")))
            .collect(),
    };
    let nobody = lists(0, 0);
    let saml = |url: &'static str, administrators: &[&'static str]| GrafanaAuthentication::Saml {
        metadata_url: url.into(),
        role_attribute: "role".into(),
        administrators: administrators.iter().map(|each| (*each).into()).collect(),
    };
    let builder = GrafanaWorkspace::builder;
    for (grafana, setter, given) in [
        (
            builder().network_access(nobody).build(),
            "network_access",
            "no prefix list and no endpoint",
        ),
        (
            builder().authentication(saml("http://login.example", &["a"])).build(),
            "authentication",
            "http://login.example",
        ),
        (
            builder().authentication(saml("https://login.example", &[])).build(),
            "authentication",
            "no value that makes an administrator",
        ),
        (builder().version("10").build(), "version", "10"),
        (builder().network_access(lists(6, 5)).build(), "network_access", "6 prefix lists"),
        (builder().network_access(lists(0, 7)).build(), "network_access", "7 endpoints"),
    ] {
        let mut program = Program::<Prod>::new();
        program.stack.add("Grafana", grafana);
        assert_eq!(only(&found(program)), ("AMG-01", Some(setter), Some(given)));
    }
    let mut program = Program::<Prod>::new();
    program.stack.add("Grafana", builder().network_access(lists(5, 5)).build());
    assert_eq!(found(program), []);
}

#[test]
fn a_workspace_without_a_key_is_found() {
    let mut program = Program::<Prod>::new();
    program.stack.add("Metrics", aps::Workspace::new().removal_policy(DeletionPolicy::Retain));
    let found = found(program);
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((found.code(), found.path()), ("AMP-01", Some("Metrics")));
    assert_eq!(found.allowed_values(), Some("a key made for metrics"));
}

#[test]
fn a_scraper_without_roles_writes_to_no_workspace_with_a_key() {
    let scraper = |workspace: &PrometheusWorkspaceHandle| {
        use aps::scraper as asc;
        aps::Scraper::new(
            asc::Destination::new()
                .amp_configuration(asc::DestinationAmpConfiguration::new(workspace.arn())),
            asc::ScrapeConfiguration::new("Z2xvYmFsOiB7fQ=="),
            asc::Source::new().eks_configuration(asc::SourceEksConfiguration::new(
                "arn:aws:eks:eu-west-1:444455556666:cluster/other",
                Vec::<innovate_core::Value<innovate_cfn::kind::SubnetId>>::new(),
            )),
        )
    };
    let mut program = Program::<Prod>::new();
    let workspace = program.workspace();
    program.stack.add("Scraper", scraper(&workspace));
    let found = found(program);
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((found.code(), found.path()), ("AMP-01", Some("Scraper")));
    assert_eq!(found.related_places().len(), 1);
}

#[test]
fn a_key_of_another_use_shuts_the_service_out() {
    let mut program = Program::<Prod>::new();
    let logs = program.logs.clone();
    program.stack.add(
        "Metrics",
        aps::Workspace::new().kms_key_arn(logs.arn()).removal_policy(DeletionPolicy::Retain),
    );
    let synthesis = crate::program::synth(program.app());
    let found = with_code(&synthesis, "KMS-02");
    assert_eq!(found.len(), 1);
    assert!(found[0].help_texts().iter().any(|help| help.contains("KmsKey::<Prometheus>")));
}
