//! The alarms that each handle comes with.

use innovate_aws::{
    backup::VaultAlarm,
    capacity,
    cluster::{ClusterAlarm, ClusterMetric, IngressAlarm, KarpenterAlarm, ServiceAlarm},
    database::{
        AuroraAlarm, AuroraInstanceClass, AuroraPostgres, AuroraProvisioned, AuroraServerless,
        Availability, Parameters, PostgresVersion, ProxyAlarm, ProxyAuth, RdsAlarm,
        RdsInstanceClass, RdsPostgres, RdsProxy, ReadReplica, Readers, ReplicaAlarm,
    },
    edge::{CertificateAlarm, DistributionAlarm},
    load_balancer::{LoadBalancerAlarm, Scheme, TargetGroup, TargetGroupAlarm},
    messaging::QueueMetric,
    name,
    network::{Connect as _, Nat, NatMetric, NetworkAlarm, Port},
    observability::{AlarmKind, AlarmTopic},
    security::{CloudFront, Regional, WebAcl, web_acl::WebAclAlarm},
    storage,
};
use innovate_core::{
    App, Dev, Node, Prod, RecoveryRegion, Resource, Stack, StackModel, Stage, value::Intrinsic,
};

use crate::{
    alarm::monitoring,
    backup::Vaults,
    database::{Program, good},
    edge::Edge,
    load_balancer,
    program::{
        Platform, environment, findings, of_type, problems, program, resource, synth_with_registry,
        text, vpc_with,
    },
};

/// The ids of the alarms in a stack.
fn ids(stack: &StackModel) -> Vec<String> {
    let alarms = of_type(stack, "AWS::CloudWatch::Alarm");
    alarms.iter().map(|alarm| alarm.logical_id().to_owned()).collect()
}

fn expected<K: AlarmKind>(id: &str, kinds: &[K]) -> Vec<String> {
    kinds.iter().map(|kind| format!("{id}{}", kind.id())).collect()
}

#[test]
fn a_cluster_its_ingresses_and_karpenter_are_watched_in_a_line_each() {
    let (platform, cluster, karpenter) = Platform::<Prod>::new().with_cluster();
    let (mut monitoring, topic) = monitoring::<Prod>();
    monitoring.add("Cluster", cluster.alarms().notify(&topic));
    monitoring.add("Ingress", cluster.ingress_alarms().notify(&topic));
    monitoring.add("Orders", cluster.service_alarms("shop", "orders").notify(&topic));
    monitoring.add("Karpenter", karpenter.alarms().notify(&topic));
    let wanted = [
        expected("Cluster", ClusterAlarm::ALL),
        expected("Ingress", IngressAlarm::ALL),
        expected("Orders", ServiceAlarm::ALL),
        expected("Karpenter", KarpenterAlarm::ALL),
    ];
    assert_eq!(ids(monitoring.model()), wanted.concat());

    let nodes = resource(monitoring.model(), "ClusterNodeDisk");
    assert_eq!(text(nodes, "MetricName"), "node_status_condition_disk_pressure");
    assert_eq!(text(nodes, "Namespace"), "ContainerInsights");
    assert_eq!(text(nodes, "Dimensions/0/Value"), "innovate-prod");
    assert_eq!(text(nodes, "Statistic"), "Maximum");
    for pods in ["ClusterPodCpu", "ClusterPodMemory"] {
        assert_eq!(text(resource(monitoring.model(), pods), "ExtendedStatistic"), "p90");
    }
    let none = resource(monitoring.model(), "OrdersNoPod");
    assert_eq!(text(none, "MetricName"), "service_number_of_running_pods");
    let dimensions: Vec<_> =
        (0..3).map(|at| text(none, &format!("Dimensions/{at}/Value"))).collect();
    assert_eq!(dimensions, ["innovate-prod", "shop", "orders"]);
    assert_eq!(text(none, "TreatMissingData"), "breaching");
    let failed = resource(monitoring.model(), "ClusterFailedNodes");
    assert_eq!(text(failed, "TreatMissingData"), "breaching");
    let errors = resource(monitoring.model(), "ClusterApiErrors");
    assert_eq!(text(errors, "Metrics/0/Expression"), "((FILL(m1, 0) / m2) * 100)");
    assert_eq!(text(errors, "Metrics/1/MetricStat/Metric/Namespace"), "AWS/EKS");
    let ingress = resource(monitoring.model(), "IngressServerErrors");
    let query =
        "SELECT SUM(HTTPCode_Target_5XX_Count) FROM SCHEMA(\"AWS/ApplicationELB\", LoadBalancer)";
    assert_eq!(text(ingress, "Metrics/0/Expression"), query);
    assert_eq!(ingress.properties().at("Metrics/0/Period"), Some(&Node::Integer(300)));
    let queue = resource(monitoring.model(), "KarpenterUnreadInterruptions");
    assert_eq!(text(queue, "Dimensions/0/Value"), "innovate-prod-karpenter");
    assert_eq!(queue.properties().at("Period"), Some(&Node::Integer(60)));
    assert_eq!(
        cluster.metric(ClusterMetric::NodeCpu).unit().map(|unit| unit.name()),
        Some("Percent")
    );
    assert_eq!(karpenter.metric(QueueMetric::WaitingMessages).namespace(), "AWS/SQS");

    let Platform { keys, network, compute, .. } = platform;
    let app = App::new("test").stacks([keys, network, compute, monitoring]);
    assert_eq!(problems(&synth_with_registry(app)), Vec::<String>::new());
}

#[test]
fn each_nat_gateway_counts() {
    let alarms = |nat| {
        let (mut monitoring, topic) = monitoring::<Prod>();
        let app = program::<Prod>(vpc_with(nat), |_, vpc| {
            monitoring.add("Network", vpc.alarms().notify(&topic));
            let zonal = vpc.nat_metrics(NatMetric::PeakBytesPerSecond).len();
            assert_eq!(zonal, if nat == Nat::PerZone { 3 } else { 0 });
        });
        let model = monitoring.model().clone();
        assert_eq!(findings(app.stack(monitoring)), []);
        model
    };
    let zonal = alarms(Nat::PerZone);
    assert_eq!(ids(&zonal), expected("Network", NetworkAlarm::ALL));
    let ports = resource(&zonal, "NetworkPortAllocation");
    let sum = "((FILL(m1, 0) + FILL(m2, 0)) + FILL(m3, 0))";
    assert_eq!(text(ports, "Metrics/0/Expression"), sum);
    assert_eq!(text(ports, "Metrics/3/MetricStat/Metric/MetricName"), "ErrorPortAllocation");

    let regional = alarms(Nat::Regional);
    let query =
        resource(&regional, "NetworkPacketsDropped").properties().at("Metrics/0/Expression");
    let Some(Intrinsic::Concat(parts)) = query.and_then(Node::as_intrinsic) else {
        panic!("{query:?}")
    };
    let before = "SELECT SUM(PacketsDropCount) FROM \"AWS/NATGateway\" WHERE NatGatewayId = '";
    assert_eq!(parts[0].as_text(), Some(before), "whatever the zones that it is in");
    assert!(parts[1].as_reference().is_some());

    assert_eq!(ids(&alarms(Nat::None)), Vec::<String>::new());
}

#[test]
fn a_web_acl_is_watched_where_its_metrics_are() {
    let environment = environment::<Prod>();
    let (mut home, topic) = monitoring::<Prod>();
    let regional = home.add("WebAcl", WebAcl::<Regional>::builder().build());
    home.add("Protection", regional.alarms().notify(&topic));
    let mut edge = environment.us_east_1_stack("edge");
    let edge_topic = edge.add("Alerts", AlarmTopic::builder().build());
    let global = edge.add("WebAcl", WebAcl::<CloudFront>::builder().build());
    edge.add("Protection", global.alarms().notify(&edge_topic));
    assert_eq!(ids(home.model()), expected("Protection", WebAclAlarm::ALL));
    let dimensions = |stack: &StackModel| -> Vec<String> {
        let alarm = resource(stack, "ProtectionBlocked");
        let path = "Metrics/0/MetricStat/Metric/Dimensions";
        let dimensions = alarm.properties().at(path).and_then(Node::as_list).unwrap();
        let name = |node: &Node| node.get("Name").and_then(Node::as_text).unwrap().to_owned();
        dimensions.iter().map(name).collect()
    };
    assert_eq!(dimensions(home.model()), ["WebACL", "Rule", "Region"]);
    assert_eq!(dimensions(edge.model()), ["WebACL", "Rule"]);
    let band = text(resource(home.model(), "ProtectionBlocked"), "Metrics/1/Expression").to_owned();
    assert_eq!(band, "ANOMALY_DETECTION_BAND(watched, 3)");
    assert_eq!(findings(App::new("test").stack(home).stack(edge)), []);
}

#[test]
fn vaults_are_watched_in_their_own_regions() {
    let Vaults { mut backup, mut recovery, home_vault, recovery_vault } = Vaults::new();
    let topic = backup.add("Alerts", AlarmTopic::builder().build());
    backup.add("Backups", home_vault.alarms().notify(&topic));
    let there: Stack<Prod, RecoveryRegion> = {
        let topic = recovery.add("Alerts", AlarmTopic::builder().build());
        recovery.add("Copies", recovery_vault.alarms().notify(&topic));
        recovery
    };
    let both = [VaultAlarm::RecoveryPointPartial, VaultAlarm::RestoreFailed];
    let made = [VaultAlarm::NoBackup, VaultAlarm::BackupFailed, VaultAlarm::BackupExpired];
    assert_eq!(ids(backup.model()), expected("Backups", &[&made[..], &both].concat()));
    let copied = [VaultAlarm::NoCopy, VaultAlarm::CopyFailed];
    assert_eq!(ids(there.model()), expected("Copies", &[&copied[..], &both].concat()));
    for (stack, id, metric) in [
        (backup.model(), "BackupsNoBackup", "NumberOfBackupJobsCompleted"),
        (there.model(), "CopiesNoCopy", "NumberOfCopyJobsCompleted"),
    ] {
        let none = resource(stack, id);
        assert_eq!(text(none, "MetricName"), metric);
        assert_eq!(text(none, "TreatMissingData"), "breaching");
        assert_eq!(text(none, "ComparisonOperator"), "LessThanThreshold");
        let hours = ["Period", "EvaluationPeriods", "DatapointsToAlarm"]
            .map(|path| none.properties().at(path).cloned());
        assert_eq!(hours, [21_600, 5, 5].map(|number| Some(Node::Integer(number))));
    }
    let copies = resource(there.model(), "CopiesCopyFailed");
    assert_eq!(text(copies, "MetricName"), "NumberOfCopyJobsFailed");
    assert_eq!(text(copies, "Dimensions/0/Value"), recovery_vault.name().as_str());
    assert_eq!(findings(App::new("test").stack(backup).stack(there)), []);
}

#[test]
fn a_load_balancer_of_the_program_and_its_targets_are_watched() {
    let mut found = Vec::new();
    let app = load_balancer::program::<Prod>(|stack, vpc, cluster| {
        let acl = stack.add("WebAcl", WebAcl::<Regional>::builder().build());
        let scheme = Scheme::internet(vpc, &acl);
        let balancer = stack.add("LoadBalancer", load_balancer::balancer(scheme));
        stack.allow(&balancer, Port::tcp(8443), cluster);
        let host = environment::<Prod>().host("api");
        let group = TargetGroup::builder().load_balancer(&balancer).port(8443).host(host).build();
        let group = stack.add("Targets", group);
        let topic = stack.add("Alerts", AlarmTopic::builder().build());
        stack.add("Balancer", balancer.alarms().notify(&topic));
        stack.add("Api", group.alarms().notify(&topic));
        found = ids(stack.model());
        let refused = resource(stack.model(), "BalancerElbServerErrors");
        let share = "((m1 / (FILL(m2, 0) + m1)) * 100)";
        assert_eq!(text(refused, "Metrics/0/Expression"), share);
        assert_eq!(
            text(refused, "Metrics/1/MetricStat/Metric/MetricName"),
            "HTTPCode_ELB_5XX_Count"
        );
        let nobody = resource(stack.model(), "ApiNoHealthyHost");
        assert_eq!(text(nobody, "MetricName"), "HealthyHostCount");
        assert_eq!(text(nobody, "Statistic"), "Maximum", "of the nodes of the load balancer");
        assert_eq!(text(nobody, "TreatMissingData"), "breaching");
    });
    let wanted =
        [expected("Balancer", LoadBalancerAlarm::ALL), expected("Api", TargetGroupAlarm::ALL)];
    assert_eq!(found, wanted.concat());
    assert_eq!(findings(app), []);
}

#[test]
fn an_instance_of_rds_its_replicas_and_a_provisioned_cluster_are_watched() {
    let mut program = Program::<Prod>::new();
    let instance = RdsPostgres::builder()
        .engine(PostgresVersion::V17)
        .instance_class(RdsInstanceClass::M8gLarge)
        .storage(storage!(100..=1000))
        .network(program.vpc.data())
        .key(&program.key)
        .availability(Availability::multi_az())
        .replicas([ReadReplica::of_class(RdsInstanceClass::M8gLarge)])
        .build();
    let instance = program.data.add("Instance", instance);
    let cluster = AuroraProvisioned::builder()
        .engine(AuroraPostgres::V17)
        .instance_class(AuroraInstanceClass::R8gLarge)
        .readers(Readers::failover())
        .network(program.vpc.data())
        .key(&program.key)
        .build();
    let cluster = program.data.add("Cluster", cluster);
    let (mut monitoring, topic) = monitoring::<Prod>();
    monitoring.add("Instance", instance.alarms().notify(&topic));
    let replica = instance.replicas().first().unwrap();
    monitoring.add("Replica", replica.alarms().notify(&topic));
    monitoring.add("Cluster", cluster.alarms().notify(&topic));
    let of_cluster: Vec<_> =
        AuroraAlarm::ALL.iter().filter(|kind| **kind != AuroraAlarm::Capacity).copied().collect();
    let wanted = [
        expected("Instance", RdsAlarm::ALL),
        expected("Replica", ReplicaAlarm::ALL),
        expected("Cluster", &of_cluster),
    ];
    assert_eq!(ids(monitoring.model()), wanted.concat());
    let lag = resource(monitoring.model(), "ReplicaLag");
    assert_eq!(text(lag, "Dimensions/0/Name"), "DBInstanceIdentifier");
    assert_eq!(text(lag, "Dimensions/0/Value"), replica.identifier());
    assert_eq!(text(lag, "TreatMissingData"), "breaching");
    assert_eq!(findings(program.app().stack(monitoring)), []);
}

#[test]
fn a_database_tells_before_it_has_all_the_clients_that_it_takes() {
    fn limits<S: Stage>(parameters: Parameters) -> Vec<f64> {
        let mut program = Program::<S>::new();
        let instance = RdsPostgres::builder()
            .engine(PostgresVersion::V17)
            .instance_class(RdsInstanceClass::M8gLarge)
            .storage(storage!(100..=1000))
            .network(program.vpc.data())
            .key(&program.key)
            .availability(Availability::multi_az())
            .parameters(parameters.clone())
            .replicas([ReadReplica::of_class(RdsInstanceClass::M8gXlarge)])
            .build();
        let instance = program.data.add("Instance", instance);
        let cluster = AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .capacity(capacity!(2..=4))
            .readers(Readers::failover())
            .network(program.vpc.data())
            .key(&program.key)
            .parameters(parameters)
            .build();
        let cluster = program.data.add("Cluster", cluster);
        let (mut monitoring, topic) = monitoring::<S>();
        monitoring.add("Instance", instance.alarms().notify(&topic));
        let replica = instance.replicas().first().unwrap();
        monitoring.add("Replica", replica.alarms().notify(&topic));
        monitoring.add("Cluster", cluster.alarms().notify(&topic));
        let limits = ["Instance", "Replica", "Cluster"].map(|id| {
            let alarm = resource(monitoring.model(), &format!("{id}Connections"));
            assert_eq!(text(alarm, "MetricName"), "DatabaseConnections");
            assert_eq!(text(alarm, "Statistic"), "Maximum");
            alarm.properties().at("Threshold").and_then(Node::as_number).unwrap()
        });
        assert_eq!(findings(program.app().stack(monitoring)), []);
        limits.into()
    }
    // 8 GiB, 16 GiB, and 4 units of 2 GiB: AWS lists 823 or 844 clients for 8 GiB, 1,669 for 16.
    assert_eq!(limits::<Prod>(Parameters::new()), [656.0, 1_328.0, 656.0]);
    let own = || Parameters::new().set("max_connections", "400");
    assert_eq!(limits::<Prod>(own()), [320.0; 3]);
    assert_eq!(limits::<Dev>(own()), [360.0; 3], "less to lose");
    let most = || Parameters::new().set("max_connections", "262143");
    assert_eq!(limits::<Prod>(most()), [209_714.0; 3]);
}

#[test]
fn a_proxy_is_watched_for_what_clients_would_notice() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let proxy = RdsProxy::builder()
        .database(&database)
        .network(program.vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
        .build();
    let proxy = program.data.add("Proxy", proxy);
    let (mut monitoring, topic) = monitoring::<Prod>();
    monitoring.add("Proxy", proxy.alarms().notify(&topic));
    assert_eq!(ids(monitoring.model()), expected("Proxy", ProxyAlarm::ALL));
    let of = |id| resource(monitoring.model(), id);
    let connections = of("ProxyConnections");
    assert_eq!(text(connections, "Metrics/0/Expression"), "((m1 / m2) * 100)");
    let counted = |at: usize| {
        text(connections, &format!("Metrics/{at}/MetricStat/Metric/MetricName")).to_owned()
    };
    assert_eq!([counted(1), counted(2)], ["DatabaseConnections", "MaxDatabaseConnectionsAllowed"]);
    for at in [1, 2] {
        // Each machine of a proxy publishes its own, and readers have a pool of their own.
        let stat = format!("Metrics/{at}/MetricStat");
        assert_eq!(text(connections, &format!("{stat}/Stat")), "Sum");
        assert_eq!(text(connections, &format!("{stat}/Metric/Dimensions/2/Value")), "READ_WRITE");
    }
    let wait = of("ProxyBorrowLatency");
    assert_eq!(wait.properties().at("Threshold"), Some(&Node::Number(100_000.0)));
    assert_eq!(text(wait, "Dimensions/0/Name"), "ProxyName");
    let available = of("ProxyAvailability");
    assert_eq!(text(available, "ComparisonOperator"), "LessThanThreshold");
    assert_eq!(text(available, "TreatMissingData"), "missing");
    let dimensions: Vec<_> = ["ProxyName", "TargetGroup", "TargetRole"].into_iter().collect();
    let named: Vec<_> =
        (0..3).map(|at| text(available, &format!("Dimensions/{at}/Name"))).collect();
    assert_eq!(named, dimensions, "RDS publishes it by role alone");
    let values: Vec<_> =
        (1..3).map(|at| text(available, &format!("Dimensions/{at}/Value"))).collect();
    assert_eq!(values, ["default", "READ_WRITE"]);
    let synthesis = synth_with_registry(program.app().stack(monitoring));
    assert_eq!(problems(&synthesis), Vec::<String>::new());
}

#[test]
fn a_distribution_is_watched_beside_its_metrics() {
    fn thresholds<S: Stage>() -> (Vec<String>, Vec<Node>) {
        let (mut edge, distribution) = Edge::<S>::new().with_distribution();
        let topic = edge.stack.add("Alerts", AlarmTopic::builder().build());
        edge.stack.add("Site", distribution.alarms().notify(&topic));
        let stack = edge.stack.model();
        let alarms = of_type(stack, "AWS::CloudWatch::Alarm");
        for alarm in &alarms {
            assert_eq!(text(alarm, "Dimensions/1/Value"), "Global");
            let of = alarm.properties().at("Dimensions/0/Value").and_then(Node::as_reference);
            assert_eq!(of.map(|found| found.target.logical_id()), Some("Distribution"));
            assert_eq!(text(alarm, "TreatMissingData"), "notBreaching");
            assert_eq!(text(alarm, "Statistic"), "Average");
        }
        let threshold = |alarm: &&Resource| alarm.properties().at("Threshold").unwrap().clone();
        let found = (ids(stack), alarms.iter().map(threshold).collect());
        assert_eq!(findings(edge.app()), []);
        found
    }
    let numbers = |all: [f64; 2]| all.map(Node::Number).to_vec();
    let (ids, strict) = thresholds::<Prod>();
    assert_eq!(ids, expected("Site", DistributionAlarm::ALL));
    assert_eq!(strict, numbers([1.0, 10.0]));
    assert_eq!(thresholds::<Dev>().1, numbers([5.0, 50.0]), "less to lose");
}

#[test]
fn a_certificate_that_is_not_renewed_is_noticed_where_it_is() {
    let (mut edge, _) = Edge::<Prod>::new().with_distribution();
    let topic = edge.stack.add("Alerts", AlarmTopic::builder().build());
    edge.stack.add("Names", edge.certificate.alarms().notify(&topic));
    assert_eq!(ids(edge.stack.model()), expected("Names", CertificateAlarm::ALL));
    let expiry = resource(edge.stack.model(), "NamesExpiry");
    assert_eq!(text(expiry, "Namespace"), "AWS/CertificateManager");
    assert_eq!(text(expiry, "MetricName"), "DaysToExpiry");
    let of = expiry.properties().at("Dimensions/0/Value").and_then(Node::as_reference);
    assert_eq!(of.map(|found| found.target.logical_id()), Some("Certificate"));
    assert_eq!(text(expiry, "ComparisonOperator"), "LessThanOrEqualToThreshold");
    assert_eq!(expiry.properties().at("Period"), Some(&Node::Integer(86_400)));
    // An expired certificate says nothing, and is no better for it.
    assert_eq!(text(expiry, "TreatMissingData"), "ignore");
    assert_eq!(problems(&synth_with_registry(edge.app())), Vec::<String>::new());
}
