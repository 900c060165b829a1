//! A database that spans two regions.

use innovate_aws::{
    acu, capacity,
    database::{
        AuroraCluster, AuroraInstanceClass, AuroraPostgres, AuroraSecondary, Capacity,
        DeletionProtection, GlobalDatabase, GlobalDatabaseHandle, Insights, MasterUser, Parameters,
        PostgresDatabase, PostgresEndpoint, PromotionTier, Reader, Readers, ScheduledStop,
        SecondaryCluster, SecondarySize,
    },
    keys::{Key, KmsKey, Rds},
    network::{Vpc, VpcHandle},
    time_of_day, time_zone, vpc_cidr, zones,
};
use innovate_cfn::rds;
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Node, Prod, RecoveryRegion, Resource, ResourceType as _,
    Severity, Stack, Stage,
};

use crate::program::{findings, flow_logs, keys, recoverable, resource, text, vpc};

/// A program with a network in each region.
struct Program<S: Stage> {
    keys: Stack<S>,
    network: Stack<S>,
    data: Stack<S>,
    recovery: Stack<S, RecoveryRegion>,
    vpc: VpcHandle,
    vpc_there: VpcHandle,
    key: Key<Rds>,
    key_there: Key<Rds>,
}

impl<S: Stage> Program<S> {
    fn new() -> Self {
        let environment = recoverable::<S>();
        let (mut keys, logs) = keys(&environment);
        let key = keys.add("Database", KmsKey::<Rds>::new());
        let mut network = environment.stack("network");
        let vpc = network.add("Vpc", vpc(&logs));
        let mut recovery = environment.recovery_stack("recovery");
        let logs_there = recovery.add("Logs", KmsKey::new());
        let key_there = recovery.add("DatabaseKey", KmsKey::<Rds>::new());
        let there = Vpc::builder()
            .cidr(vpc_cidr!("10.31.0.0/16"))
            .zones(zones!(EuCentral1: az1, az2, az3))
            .flow_logs(flow_logs(&logs_there))
            .build();
        let vpc_there = recovery.add("Vpc", there);
        let data = environment.stack("data");
        Self { keys, network, data, recovery, vpc, vpc_there, key, key_there }
    }

    #[track_caller]
    fn primary(&mut self) -> AuroraCluster {
        self.primary_of(AuroraPostgres::V17_10, MasterUser::iam())
    }

    #[track_caller]
    fn primary_of(&mut self, engine: AuroraPostgres, user: MasterUser) -> AuroraCluster {
        self.data.add(
            "Database",
            innovate_aws::database::AuroraServerless::builder()
                .engine(engine)
                .network(self.vpc.data())
                .key(&self.key)
                .capacity(capacity!(2..=64))
                .readers(Readers::failover())
                .master_user(user)
                .database_name("shop")
                .parameters(Parameters::new().set("work_mem", "8192"))
                .port(5433)
                .build(),
        )
    }

    fn global(&mut self) -> GlobalDatabaseHandle {
        let primary = self.primary();
        self.data.add("Global", GlobalDatabase::of(&primary))
    }

    #[track_caller]
    fn follow(&mut self, global: &GlobalDatabaseHandle, size: SecondarySize) -> SecondaryCluster {
        self.recovery.add(
            "Copy",
            AuroraSecondary::builder()
                .global(global)
                .size(size)
                .network(self.vpc_there.data())
                .key(&self.key_there)
                .build(),
        )
    }

    fn app(self) -> App {
        App::new("test").stack(self.keys).stack(self.network).stack(self.data).stack(self.recovery)
    }
}

/// The findings of a good program, after one change to a property of the secondary cluster.
fn broken(path: &'static str, value: impl innovate_core::value::IntoJson) -> Vec<Diagnostic> {
    let mut program = Program::<Prod>::new();
    let global = program.global();
    program.follow(&global, SecondarySize::headless());
    program.recovery.override_property("Copy", path, value);
    findings(program.app())
}

fn only(found: &[Diagnostic]) -> &Diagnostic {
    match found {
        [one] => one,
        other => panic!("not one finding: {other:#?}"),
    }
}

fn target<'a>(resource: &'a Resource, path: &str) -> Option<&'a str> {
    let reference = resource.properties().at(path).and_then(Node::as_reference)?;
    Some(reference.target.path())
}

#[test]
fn a_global_database_has_a_cluster_in_each_region() {
    let mut program = Program::<Prod>::new();
    let global = program.global();
    assert_eq!(global.identifier(), "innovate-prod-data-global");
    let readers = Readers::failover().and(Reader::failover());
    let copy = program.follow(&global, SecondarySize::serverless(capacity!(2..=64), readers));
    assert_eq!((copy.identifier(), copy.region()), ("innovate-prod-recovery-copy", "eu-central-1"));

    let made = resource(program.data.model(), "Global");
    assert_eq!(made.type_name(), "AWS::RDS::GlobalCluster");
    assert_eq!(text(made, "GlobalClusterIdentifier"), "innovate-prod-data-global");
    let source = made.properties().at("SourceDBClusterIdentifier").and_then(Node::as_reference);
    assert_eq!(source.unwrap().attribute.as_deref(), Some("DBClusterArn"));
    assert_eq!(made.properties().at("DeletionProtection"), Some(&Node::Bool(true)));
    let support = "open-source-rds-extended-support-disabled";
    assert_eq!(text(made, "EngineLifecycleSupport"), support);
    for inherited in ["Engine", "EngineVersion", "StorageEncrypted"] {
        assert_eq!(made.properties().at(inherited), None, "{inherited} is the source's");
    }

    let cluster = resource(program.recovery.model(), "Copy");
    assert_eq!(target(cluster, "GlobalClusterIdentifier"), Some("Global/Resource"));
    assert_eq!(text(cluster, "EngineVersion"), "17.10");
    assert_eq!(text(cluster, "SourceRegion"), "eu-west-1", "for which CloudFormation signs");
    assert_eq!(cluster.properties().at("Port"), Some(&Node::Integer(5433)));
    assert_eq!(target(cluster, "KmsKeyId"), Some("DatabaseKey/Resource"));
    assert_eq!(cluster.deletion_policy(), Some(DeletionPolicy::Snapshot));
    assert_eq!(cluster.properties().at("DeletionProtection"), Some(&Node::Bool(true)));
    let parameters = resource(program.recovery.model(), "CopyParameters");
    assert_eq!(text(parameters, "Family"), "aurora-postgresql17");
    assert_eq!(text(parameters, "Parameters/work_mem"), "8192", "as in the primary");
    for theirs in [
        "MasterUsername",
        "ManageMasterUserPassword",
        "MasterUserSecret",
        "MasterUserAuthenticationType",
        "DatabaseName",
    ] {
        assert_eq!(cluster.properties().at(theirs), None, "{theirs} is the primary's");
    }
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_secondary_cluster_has_readers_and_no_writer() {
    let mut program = Program::<Prod>::new();
    let global = program.global();
    let readers = Readers::failover().and(Reader::scaling(PromotionTier::T2));
    let size = SecondarySize::provisioned(AuroraInstanceClass::R8gLarge, readers);
    let copy = program.follow(&global, size);
    assert!(copy.max_connections().is_some());
    let recovery = program.recovery.model();
    assert!(recovery.resource("CopyWriter").is_none());
    for (id, tier) in [("CopyReader1", 1), ("CopyReader2", 2)] {
        let reader = resource(recovery, id);
        assert_eq!(text(reader, "DBInstanceClass"), "db.r8g.large");
        assert_eq!(reader.properties().at("PromotionTier"), Some(&Node::Integer(tier)));
    }
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_headless_cluster_has_no_instance_and_nothing_that_looks_at_one() {
    let mut program = Program::<Prod>::new();
    let global = program.global();
    let copy = program.follow(&global, SecondarySize::headless());
    assert_eq!(copy.max_connections(), None);
    let recovery = program.recovery.model();
    let instances = recovery.resources_of("AWS::RDS::DBInstance").count();
    assert_eq!(instances, 0);
    let cluster = resource(recovery, "Copy");
    assert_eq!(cluster.properties().at("MonitoringInterval"), Some(&Node::Integer(0)));
    assert_eq!(cluster.properties().at("PerformanceInsightsEnabled"), Some(&Node::Bool(false)));
    assert_eq!(cluster.properties().at("ServerlessV2ScalingConfiguration"), None);
    assert_eq!(findings(program.app()), []);
}

#[test]
fn writes_are_forwarded_only_where_the_program_says_so() {
    for forwards in [false, true] {
        let mut program = Program::<Dev>::new();
        let global = program.global();
        let builder = AuroraSecondary::builder()
            .global(&global)
            .size(SecondarySize::serverless(capacity!(0.5..=8), Readers::failover()))
            .network(program.vpc_there.data())
            .key(&program.key_there);
        let secondary = if forwards { builder.write_forwarding().build() } else { builder.build() };
        program.recovery.add("Copy", secondary);
        let cluster = resource(program.recovery.model(), "Copy");
        let set = cluster.properties().at("EnableGlobalWriteForwarding");
        assert_eq!(set, Some(&Node::Bool(forwards)));
        assert_eq!(findings(program.app()), []);
    }
}

#[test]
fn outside_production_a_global_database_is_protected_on_request() {
    for (protection, expected) in
        [(DeletionProtection::InProduction, false), (DeletionProtection::Always, true)]
    {
        let mut program = Program::<Dev>::new();
        let primary = program.primary();
        let global = GlobalDatabase::of(&primary).deletion_protection(protection);
        program.data.add("Global", global);
        let made = resource(program.data.model(), "Global");
        assert_eq!(made.properties().at("DeletionProtection"), Some(&Node::Bool(expected)));
    }
}

#[test]
fn a_primary_cluster_has_an_exact_version_and_no_password_that_rds_keeps() {
    for (engine, user, setter, given) in [
        (AuroraPostgres::V17, MasterUser::iam(), "engine", "17"),
        (
            AuroraPostgres::V17_10,
            MasterUser::managed_secret(),
            "master_user",
            "a password that RDS manages",
        ),
    ] {
        let mut program = Program::<Prod>::new();
        let primary = program.primary_of(engine, user);
        let line = line!() - 1;
        program.data.add("Global", GlobalDatabase::of(&primary));
        let found = findings(program.app());
        let finding = only(&found);
        assert_eq!((finding.code(), finding.setter_name()), ("DB-18", Some(setter)));
        assert_eq!(finding.given_value(), Some(given));
        assert_eq!(finding.place().unwrap().line, line);
        assert_eq!(finding.related_places().len(), 1);
    }
}

#[test]
fn a_secondary_cluster_is_of_the_primarys_version_or_ahead_of_it() {
    for (engine, allowed) in [
        (AuroraPostgres::V17_11, true),
        (AuroraPostgres::V17_10, true),
        (AuroraPostgres::V17_9, false),
        (AuroraPostgres::V18_4, false),
        (AuroraPostgres::V16_15, false),
    ] {
        let mut program = Program::<Prod>::new();
        let global = program.global();
        let secondary = AuroraSecondary::builder()
            .global(&global)
            .size(SecondarySize::headless())
            .engine(engine)
            .network(program.vpc_there.data())
            .key(&program.key_there)
            .build();
        program.recovery.add("Copy", secondary);
        let found = findings(program.app());
        if allowed {
            assert_eq!(found, []);
        } else {
            let finding = only(&found);
            assert_eq!((finding.code(), finding.setter_name()), ("DB-18", Some("engine")));
            assert_eq!(finding.given_value(), Some(&*engine.to_string()));
        }
    }
}

#[test]
fn what_is_the_primarys_is_refused_at_a_secondary_cluster() {
    for (property, value) in [
        ("MasterUserAuthenticationType", Node::Text("iam-db-auth".into())),
        ("ManageMasterUserPassword", Node::Bool(true)),
        ("DatabaseName", Node::Text("shop".into())),
    ] {
        let found = broken(property, value);
        let finding = only(&found);
        assert_eq!((finding.code(), finding.property_path()), ("DB-18", Some(property)));
    }
}

#[test]
fn a_secondary_cluster_says_where_its_primary_is() {
    let found = broken("SourceRegion", Node::Text("us-east-1".into()));
    let finding = only(&found);
    assert_eq!((finding.code(), finding.property_path()), ("DB-18", Some("SourceRegion")));
    assert_eq!(finding.given_value(), Some("us-east-1"));
    assert_eq!(finding.allowed_values(), Some("eu-west-1"));
}

#[test]
fn a_key_of_the_primarys_region_is_refused() {
    let mut program = Program::<Prod>::new();
    let global = program.global();
    let secondary = AuroraSecondary::builder()
        .global(&global)
        .size(SecondarySize::headless())
        .network(program.vpc_there.data())
        .key(&program.key)
        .build();
    program.recovery.add("Copy", secondary);
    let found = findings(program.app());
    let finding = found.iter().find(|found| found.code() == "DB-18").unwrap();
    assert_eq!(finding.setter_name(), Some("key"));
    assert_eq!(finding.given_value(), Some("a key of eu-west-1"));
    assert_eq!(finding.allowed_values(), Some("a key of eu-central-1"));
}

#[test]
fn a_secondary_cluster_in_the_primarys_region_is_refused() {
    let mut program = Program::<Dev>::new();
    let global = program.global();
    let cluster = rds::DBCluster::new()
        .engine("aurora-postgresql")
        .engine_version("17.10")
        .global_cluster_identifier(global.global_cluster_id())
        .removal_policy(DeletionPolicy::Snapshot);
    program.data.add("Copy", cluster);
    let found = findings(program.app());
    let finding = found.iter().find(|found| found.code() == "DB-18").unwrap();
    assert_eq!(finding.given_value(), Some("eu-west-1"));
    assert_eq!(finding.allowed_values(), Some("another region"));
}

#[test]
fn a_primary_cluster_that_pauses_is_refused_however_it_was_made() {
    let mut program = Program::<Dev>::new();
    let global = program.global();
    program.follow(&global, SecondarySize::headless());
    let path = "ServerlessV2ScalingConfiguration/MinCapacity";
    program.data.override_property("Database", path, Node::Integer(0));
    let found = findings(program.app());
    assert!(found.iter().any(|found| found.code() == "DB-05"
        && found.message() == "a member of a global database can't pause"));
}

#[test]
fn a_cluster_of_a_global_database_is_not_stopped_at_night() {
    let mut program = Program::<Dev>::new();
    let primary = program.primary();
    let stop = ScheduledStop::builder()
        .database(&primary)
        .stop(time_of_day!("20:00"))
        .time_zone(time_zone!("UTC"))
        .build();
    program.data.add("AtNight", stop);
    program.data.add("Global", GlobalDatabase::of(&primary));
    let found = findings(program.app());
    let finding = only(&found);
    assert_eq!((finding.code(), finding.setter_name()), ("DB-18", Some("database")));
    assert_eq!(finding.given_value(), Some("innovate-dev-data-database"));
}

#[test]
fn a_secondary_cluster_without_an_instance_is_headless_by_name() {
    let mut program = Program::<Dev>::new();
    let global = program.global();
    let none = SecondarySize::serverless(Capacity::between(acu!(2), acu!(8)), Readers::none());
    program.follow(&global, none);
    let found = findings(program.app());
    let finding = only(&found);
    assert_eq!((finding.code(), finding.setter_name()), ("DB-10", Some("size")));
}

#[test]
fn a_small_secondary_cluster_outside_production_shows_no_insights() {
    for (insights, expected) in [(None, false), (Some(Insights::Standard), true)] {
        let mut program = Program::<Dev>::new();
        let global = program.global();
        let size = SecondarySize::serverless(capacity!(0.5..=8), Readers::failover());
        let builder = AuroraSecondary::builder()
            .global(&global)
            .size(size)
            .network(program.vpc_there.data())
            .key(&program.key_there);
        let secondary = match insights {
            Some(insights) => builder.insights(insights).build(),
            None => builder.build(),
        };
        program.recovery.add("Copy", secondary);
        let cluster = resource(program.recovery.model(), "Copy");
        let enabled = cluster.properties().at("PerformanceInsightsEnabled");
        assert_eq!(enabled, Some(&Node::Bool(expected)));
    }
}

#[test]
fn a_secondary_cluster_of_production_has_two_instances_or_none() {
    let one = || Readers::failover();
    let two = || Readers::failover().and(Reader::failover());
    for (size, warned) in [
        (SecondarySize::serverless(capacity!(2..=64), one()), true),
        (SecondarySize::provisioned(AuroraInstanceClass::R8gLarge, one()), true),
        (SecondarySize::serverless(capacity!(2..=64), two()), false),
        (SecondarySize::headless(), false),
    ] {
        let mut program = Program::<Prod>::new();
        let global = program.global();
        let line = line!() + 1;
        program.follow(&global, size);
        let found = findings(program.app());
        if warned {
            let finding = only(&found);
            assert_eq!((finding.code(), finding.setter_name()), ("DB-04", Some("size")));
            assert_eq!(finding.severity(), Severity::Warning);
            assert_eq!(finding.given_value(), Some("1 instance"));
            assert_eq!(finding.place().unwrap().line, line);
        } else {
            assert_eq!(found, []);
        }
    }
    let mut program = Program::<Dev>::new();
    let global = program.global();
    program.follow(&global, SecondarySize::serverless(capacity!(2..=64), one()));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn no_instance_of_a_global_database_is_burstable() {
    let mut program = Program::<Dev>::new();
    let global = program.global();
    let size = SecondarySize::provisioned(AuroraInstanceClass::T4gLarge, Readers::failover());
    program.follow(&global, size);
    let found = findings(program.app());
    let finding = only(&found);
    assert_eq!((finding.code(), finding.setter_name()), ("DB-18", Some("size")));
    assert_eq!(finding.given_value(), Some("db.t4g.large"));

    let mut program = Program::<Dev>::new();
    program.global();
    let class = Node::Text("db.t3.medium".into());
    program.data.override_property("DatabaseReader1", "DBInstanceClass", class);
    let found = findings(program.app());
    let finding = found.iter().find(|found| found.code() == "DB-18").unwrap();
    assert_eq!(finding.property_path(), Some("DBInstanceClass"));
    assert_eq!(finding.given_value(), Some("db.t3.medium"));
    assert_eq!(finding.related_places().len(), 1);
}
