//! Logs: how long they are kept, and the rules about them.

use innovate_aws::{
    addon_version, capacity,
    cluster::{
        Addon, Addons, Cluster, ClusterMetric, ContainerInsights, EksCluster, KubernetesVersion,
    },
    database::{AuroraPostgres, AuroraServerless, MonitoringLogs, Readers},
    keys::{Key, Logs},
    name,
    observability::{
        Alarm, Condition, DataIdentifier, DataProtectionPolicy, LogGroup, MissingData, Retention,
        Tracing,
    },
};
use innovate_cfn::{
    cloudwatch::{self, alarm},
    ec2,
    kind::HostedZoneId,
    policy::{Condition as PolicyCondition, PolicyDocument, Principal, Statement},
    route53,
};
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Node, Parameter, Prod, ResourceType as _, Severity,
    Stack, Stage, Staging, Text, Value, value::intrinsic,
};

use crate::{
    alarm::monitoring,
    database::Program,
    program::{
        Platform, environment, findings, keys, of_type, problems, resource, synth_with_registry,
        text,
    },
};

/// A cluster that sets nothing but what it must.
macro_rules! cluster {
    ($platform:expr) => {
        EksCluster::builder()
            .version(KubernetesVersion::V1_35)
            .network($platform.vpc.private(), $platform.vpc.intra())
            .administrator(name!(RoleName: "innovate-eks-admin"))
            .secrets_key(&$platform.secrets_key)
            .volume_key(&$platform.volume_key)
            .logs_key(&$platform.logs_key)
    };
}

fn one(found: Vec<Diagnostic>) -> Diagnostic {
    match <[Diagnostic; 1]>::try_from(found) {
        Ok([one]) => one,
        Err(other) => panic!("not one finding: {other:#?}"),
    }
}

#[test]
fn a_log_group_outlives_its_stack_in_production_alone() {
    fn policies<S: Stage>() -> [Option<DeletionPolicy>; 2] {
        let (mut stack, key) = keys(&environment::<S>());
        stack.add("Log", LogGroup::builder().retention(Retention::OneYear).key(&key).build());
        let group = resource(stack.model(), "Log");
        let found = [group.deletion_policy(), group.update_replace_policy()];
        let protected = group.properties().at("DeletionProtectionEnabled").is_some();
        assert_eq!(protected, found[0] == Some(DeletionPolicy::RetainExceptOnCreate));
        assert_eq!(findings(App::new("test").stack(stack)), []);
        found
    }
    assert_eq!(policies::<Prod>(), [Some(DeletionPolicy::RetainExceptOnCreate); 2]);
    // The environment can be taken down and made again under the same names.
    assert_eq!(policies::<Staging>(), [Some(DeletionPolicy::Delete); 2]);
    assert_eq!(policies::<Dev>(), [Some(DeletionPolicy::Delete); 2]);
}

#[test]
fn databases_wait_for_what_enhanced_monitoring_writes_to() {
    let mut program = Program::<Prod>::new();
    let (mut keys, key) = keys(&environment::<Prod>());
    let logs = keys.add("MonitoringLogs", MonitoringLogs::builder().key(&key).build());
    let group = resource(keys.model(), "MonitoringLogs");
    assert_eq!(text(group, "LogGroupName"), "RDSOSMetrics");
    assert_eq!(group.properties().at("RetentionInDays"), Some(&Node::Integer(30)));
    assert!(group.properties().at("KmsKeyId").is_some());

    let database = AuroraServerless::builder()
        .engine(AuroraPostgres::V17)
        .capacity(capacity!(2..=16))
        .readers(Readers::failover())
        .network(program.vpc.data())
        .key(&program.key)
        .monitoring_logs(&logs)
        .build();
    program.data.add("Database", database);
    let role = resource(program.data.model(), "DatabaseMonitoringRole");
    let waits: Vec<_> =
        role.depends_on().iter().map(|address| address.logical_id().to_owned()).collect();
    assert_eq!(waits, ["MonitoringLogs"], "and the database waits for its role");
}

/// A program with a cluster that has these add-ons, and what is said about its logs.
fn of_cluster(addons: Addons, change: impl FnOnce(&mut Stack<Prod>, &Cluster)) -> Vec<Diagnostic> {
    let mut platform = Platform::<Prod>::new();
    let cluster = platform.compute.add("Cluster", cluster!(platform).addons(addons).build());
    let (mut stack, topic) = monitoring::<Prod>();
    let quiet = Condition::Above(0.0);
    let own = cluster.metric(ClusterMetric::ApiErrors).sum();
    stack.add("Api", Alarm::when(own, quiet, MissingData::NotBreaching).notify(&topic));
    change(&mut stack, &cluster);
    let Platform { keys, network, compute, .. } = platform;
    findings(App::new("test").stacks([keys, network, compute, stack]))
}

#[test]
fn what_is_measured_of_a_cluster_is_collected_by_its_add_on() {
    let cpu = |stack: &mut Stack<Prod>, cluster: &Cluster| {
        let (metric, topic) = (
            cluster.metric(ClusterMetric::NodeCpu).average(),
            "arn:aws:sns:eu-west-1:444455556666:pager",
        );
        let dimension = alarm::Dimension::new("ClusterName", cluster.name().as_str().to_owned());
        let raw = cloudwatch::Alarm::new()
            .namespace(metric.metric().namespace().to_owned())
            .metric_name(metric.metric().name().to_owned())
            .dimensions([dimension])
            .treat_missing_data(alarm::TreatMissingData::MISSING)
            .alarm_actions([topic]);
        stack.add("Raw", raw);
    };
    assert_eq!(of_cluster(Addons::platform(), cpu), []);
    let found = one(of_cluster(Addons::core(), cpu));
    assert_eq!((found.code(), found.severity()), ("ALM-01", Severity::Warning));
    assert_eq!(
        found.message(),
        "nothing collects `node_cpu_utilization` of the cluster `innovate-prod`"
    );
    assert_eq!(found.given_value(), Some("no add-on `amazon-cloudwatch-observability`"));
    assert_eq!(found.related_places().len(), 1);
    assert_eq!(of_cluster(Addons::core(), |_, _| {}), [], "EKS itself measures its API");
}

#[test]
fn a_log_that_nobody_writes_is_not_masked() {
    let masked = || DataProtectionPolicy::masking(DataIdentifier::EmailAddress);
    let with = |addons: Addons| {
        let mut platform = Platform::<Prod>::new();
        let cluster =
            cluster!(platform).addons(addons).application_log_protection(masked()).build();
        platform.compute.add("Cluster", cluster);
        findings(App::new("test").stacks([platform.keys, platform.network, platform.compute]))
    };
    assert_eq!(with(Addons::core().with(Addon::CloudWatchObservability)), []);
    let found = one(with(Addons::core()));
    assert_eq!((found.code(), found.severity()), ("LOG-02", Severity::Error));
    assert_eq!(found.message(), "nothing is masked: no log of applications is made");
    assert_eq!(found.given_value(), Some("no add-on `amazon-cloudwatch-observability`"));
}

#[test]
fn a_cluster_is_measured_with_opentelemetry_where_its_add_on_can() {
    let with = |addons: Addons| {
        let mut platform = Platform::<Prod>::new();
        let cluster = cluster!(platform)
            .addons(addons)
            .container_insights(ContainerInsights::AndOpenTelemetry)
            .build();
        platform.compute.add("Cluster", cluster);
        let addons = of_type(platform.compute.model(), "AWS::EKS::Addon");
        let addon = addons
            .iter()
            .find(|addon| text(addon, "AddonName") == "amazon-cloudwatch-observability")
            .map(|addon| text(addon, "ConfigurationValues").to_owned());
        let app = App::new("test").stacks([platform.keys, platform.network, platform.compute]);
        (addon, app)
    };
    let (values, app) = with(Addons::platform());
    let values: serde_json::Value = serde_json::from_str(&values.unwrap()).unwrap();
    assert_eq!(values["otelContainerInsights"]["enabled"], true);
    assert_eq!(values["otelContainerInsights"]["logs"]["enabled"], false, "Fluent Bit sends them");
    assert!(values["manager"]["tolerations"].is_array());
    assert_eq!(problems(&synth_with_registry(app)), Vec::<String>::new());

    let found = one(findings(with(Addons::core()).1));
    assert_eq!((found.code(), found.severity()), ("LOG-02", Severity::Error));
    let old = addon_version!("v6.1.3-eksbuild.1");
    let old = Addons::platform().with_version(Addon::CloudWatchObservability, old);
    let found = one(findings(with(old).1));
    assert_eq!(found.given_value(), Some("v6.1.3-eksbuild.1"));
    assert_eq!(
        found.allowed_values(),
        Some("the add-on `amazon-cloudwatch-observability`, from v6.2.0 on")
    );
}

#[test]
fn a_log_group_is_made_once() {
    let twice = |second: &mut dyn FnMut(&Key<Logs>) -> Stack<Prod>| {
        let (stack, key) = keys(&environment::<Prod>());
        let (mut first, _) = monitoring::<Prod>();
        first.add("Tracing", Tracing::builder().logs_key(&key).build());
        let second = second(&key);
        findings(App::new("test").stack(stack).stack(first).stack(second))
    };
    let again = |key: &Key<Logs>| {
        let mut stack = environment::<Prod>().stack("again");
        let name = name!(LogGroupName: "/aws/application-signals/data");
        let group = LogGroup::builder().name(name).retention(Retention::OneYear).key(key).build();
        stack.add("Signals", group);
        stack
    };
    let found = one(twice(&mut |key| again(key)));
    assert_eq!((found.code(), found.severity()), ("LOG-03", Severity::Error));
    assert_eq!(found.given_value(), Some("/aws/application-signals/data"));
    assert_eq!(found.related_places().len(), 1);
    let mut other = |key: &Key<Logs>| {
        let mut stack = environment::<Prod>().stack("again");
        let group = LogGroup::builder().retention(Retention::OneYear).key(key);
        stack.add("One", group.clone().build());
        stack.add("Two", group.build());
        stack
    };
    assert_eq!(twice(&mut other), [], "those that CloudFormation names have names of their own");
}

#[test]
fn two_log_groups_of_one_name_whose_conditions_exclude_each_other_are_one() {
    let check = |conditions: [&'static str; 3]| {
        let (stack, key) = keys(&environment::<Prod>());
        let mut logs = environment::<Prod>().stack("logs");
        let size: Value<Text> = logs.scope().parameter("Size", Parameter::default());
        let large = logs.scope().condition("Large", intrinsic::equals::<Text>(&size, "large"));
        let small = logs.scope().condition("Small", intrinsic::not(large.value()));
        for (index, condition) in conditions.into_iter().enumerate() {
            let group = innovate_cfn::logs::LogGroup::new()
                .log_group_name("/innovate/audit")
                .retention_in_days(innovate_cfn::logs::log_group::RetentionInDays::DAYS_365)
                .kms_key_id(key.arn())
                .removal_policy(DeletionPolicy::Retain);
            let group = match condition {
                "Large" => group.condition(&large),
                "Small" => group.condition(&small),
                _ => group,
            };
            let id = ["First", "Second", "Third"].get(index).copied().unwrap();
            logs.add(id, group);
        }
        let found = findings(App::new("test").stack(stack).stack(logs));
        found.iter().filter(|found| found.code() == "LOG-03").count()
    };
    let used = |third| check(["Large", "Small", third]);
    assert_eq!(used("Large"), 1);
    assert_eq!(used("Small"), 1, "which the second is, and not the first");
    assert_eq!(check(["Large", "Large", "Small"]), 1);
    assert_eq!(check(["Large", "", "Small"]), 2, "one without a condition is always there");
}

#[test]
fn what_tells_who_did_what_is_kept_for_a_year() {
    fn kept<S: Stage>(retention: Retention) -> Vec<Diagnostic> {
        let mut platform = Platform::<S>::new();
        let cluster = cluster!(platform).log_retention(retention).build();
        platform.compute.add("Cluster", cluster);
        findings(App::new("test").stacks([platform.keys, platform.network, platform.compute]))
    }
    assert_eq!(kept::<Prod>(Retention::OneYear), []);
    assert_eq!(kept::<Dev>(Retention::OneWeek), []);
    let found = one(kept::<Prod>(Retention::SixMonths));
    assert_eq!((found.code(), found.severity()), ("LOG-04", Severity::Warning));
    assert_eq!(
        found.message(),
        "the log group `ClusterLogs` soon forgets who did what in the cluster",
        "that of applications is kept for as long as it is of use"
    );
    assert_eq!(found.given_value(), Some("180"));
    assert_eq!(found.property_path(), Some("RetentionInDays"));
}

#[test]
fn logs_of_flows_and_of_web_acls_are_evidence_too() {
    let (mut stack, key) = keys(&environment::<Prod>());
    let group = |name| LogGroup::builder().name(name).retention(Retention::OneMonth).key(&key);
    let waf = group(name!(LogGroupName: "aws-waf-logs-innovate-prod")).build();
    stack.add("Waf", waf);
    stack.add("Plain", group(name!(LogGroupName: "/innovate/prod/jobs")).build());
    let flows = group(name!(LogGroupName: "/innovate/prod/flows")).build();
    let flows = stack.add("Flows", flows);
    let flow = ec2::FlowLog::new("vpc-0abc", ec2::flow_log::ResourceType::VPC)
        .log_destination(flows.arn());
    stack.add("FlowLog", flow);
    stack.add("Names", group(name!(LogGroupName: "/dns/example.com")).build());
    stack.add("Prefix", group(name!(LogGroupName: "/dns/example")).build());
    let zone = Value::<HostedZoneId>::literal("Z0123456789ABC");
    let names = "arn:aws:logs:us-east-1:444455556666:log-group:/dns/example.com:*";
    stack.add("NamesLog", route53::QueryLoggingConfig::new(names, zone));
    let found = findings(App::new("test").stack(stack));
    let found: Vec<_> = found.iter().filter(|found| found.code() == "LOG-04").collect();
    let messages: Vec<_> = found.iter().map(|found| found.message()).collect();
    assert_eq!(
        messages,
        [
            "the log group `Waf` soon forgets which requests the web ACL saw",
            "the log group `Flows` soon forgets what flowed in the network",
            "the log group `Names` soon forgets which names were asked for",
        ]
    );
}

#[test]
fn an_account_has_ten_policies_on_logs_in_a_region() {
    let policy = |name: String| {
        let write = Statement::allow(["logs:PutLogEvents"])
            .to(Principal::service("route53.amazonaws.com"))
            .on("arn:aws:logs:eu-west-1:444455556666:log-group:/aws/route53/*")
            .when(PolicyCondition::string_equals("aws:SourceAccount", "444455556666"));
        innovate_cfn::logs::ResourcePolicy::new(PolicyDocument::new([write]), name)
    };
    let check = |here: usize, conditional: usize, elsewhere: usize| {
        let environment = environment::<Prod>();
        let (mut one, mut other) = (environment.stack("one"), environment.stack("other"));
        let mut us = environment.us_east_1_stack("us");
        for at in 0..here {
            let stack = if at % 2 == 0 { &mut one } else { &mut other };
            stack.add(format!("Policy{at}"), policy(format!("policy-{at}")));
        }
        let size: Value<Text> = one.scope().parameter("Size", Parameter::default());
        let large = one.scope().condition("Large", intrinsic::equals::<Text>(&size, "large"));
        for at in 0..conditional {
            let policy = policy(format!("large-{at}")).condition(&large);
            one.add(format!("Large{at}"), policy);
        }
        for at in 0..elsewhere {
            us.add(format!("Policy{at}"), policy(format!("policy-{at}")));
        }
        let found = findings(App::new("test").stacks([one, other]).stack(us));
        found.into_iter().filter(|found| found.code() == "LOG-05").collect::<Vec<_>>()
    };
    assert_eq!(check(10, 0, 10), []);
    assert_eq!(check(9, 1, 0), []);
    let found = check(9, 2, 0);
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(one.severity(), Severity::Warning);
    assert_eq!(one.given_value(), Some("11 in 444455556666, eu-west-1"));
    let found = check(11, 2, 0);
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(one.severity(), Severity::Error);
    let found = check(11, 0, 3);
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(one.severity(), Severity::Error);
    assert_eq!(one.given_value(), Some("11 in 444455556666, eu-west-1"));
    assert_eq!(one.related_places().len(), 10);
}

#[test]
fn a_policy_on_logs_has_up_to_5120_characters() {
    let check = |groups: usize| {
        let mut stack = environment::<Prod>().stack("logs");
        let groups = (0..groups).map(|at| {
            format!("arn:aws:logs:eu-west-1:444455556666:log-group:/aws/route53/zone-{at:03}:*")
        });
        let write = Statement::allow(["logs:PutLogEvents"])
            .to(Principal::service("route53.amazonaws.com"))
            .on(groups.collect::<Vec<_>>());
        let policy = innovate_cfn::logs::ResourcePolicy::new(PolicyDocument::new([write]), "zones");
        stack.add("Policy", policy);
        let found = findings(App::new("test").stack(stack));
        found.into_iter().filter(|found| found.code() == "LOG-05").collect::<Vec<_>>()
    };
    assert_eq!(check(60), []);
    let found = check(70);
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(one.message(), "CloudWatch Logs doesn't take so long a policy");
    assert_eq!(one.allowed_values(), Some("up to 5120"));
}
