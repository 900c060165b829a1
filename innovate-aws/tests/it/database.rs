//! What an Aurora cluster is made of.

use innovate_aws::{
    acu, capacity,
    database::{
        AlwaysOn, AuroraCluster, AuroraPostgres, AuroraServerless, AutoPause, Capacity,
        DatabaseKind, DeletionProtection, EnhancedMonitoring, Idle, Insights, Library, MasterUser,
        Parameters, Pausing, PostgresDatabase, PostgresEndpoint, PromotionTier, Reader, Readers,
        Redundancy, ServerlessMetric, Storage, WithFailover,
    },
    days,
    keys::{Key, KmsKey, Logs, Rds, Secrets},
    name,
    network::{Connect, HasSecurityGroup, Port, SecurityGroup, VpcHandle},
    weekly_window, window,
};
use innovate_core::{
    Address, App, Construct, DeletionPolicy, Dev, MetBy, Node, Prod, Resource, Stack, Stage,
};

use crate::program::{codes, environment, findings, keys, of_type, vpc};

/// A program of keys, a network and a stack for a database.
pub(crate) struct Program<S: Stage> {
    pub(crate) keys: Stack<S>,
    pub(crate) network: Stack<S>,
    pub(crate) data: Stack<S>,
    pub(crate) vpc: VpcHandle,
    pub(crate) key: Key<Rds>,
    pub(crate) logs: Key<Logs>,
}

impl<S: Stage> Program<S> {
    pub(crate) fn new() -> Self {
        let environment = environment::<S>();
        let (mut keys, logs) = keys(&environment);
        let key = keys.add("Database", KmsKey::<Rds>::new());
        let mut network = environment.stack("network");
        let vpc = network.add("Vpc", vpc(&logs));
        Self { keys, network, data: environment.stack("data"), vpc, key, logs }
    }

    /// Adds the cluster as `Database`.
    #[track_caller]
    pub(crate) fn add<K: Pausing, R: Redundancy>(
        &mut self,
        database: AuroraServerless<K, R>,
    ) -> AuroraCluster<K>
    where
        <AuroraServerless<K, R> as Construct>::Needs: MetBy<Stack<S>>,
    {
        self.data.add("Database", database)
    }

    pub(crate) fn app(self) -> App {
        App::new("test").stack(self.keys).stack(self.network).stack(self.data)
    }
}

/// A cluster with what has no default, and whatever else is set.
macro_rules! aurora {
    ($program:expr $(, $setter:ident($($value:expr)?))*) => {
        innovate_aws::database::AuroraServerless::builder()
            .engine(innovate_aws::database::AuroraPostgres::V17)
            .network($program.vpc.data())
            .key(&$program.key)
            $(.$setter($($value)?))*
            .build()
    };
}
pub(crate) use aurora;

pub(crate) fn good<S: Stage>(program: &Program<S>) -> AuroraServerless<AlwaysOn, WithFailover> {
    aurora!(program, capacity(capacity!(2..=64)), readers(Readers::failover()))
}

fn production() -> Program<Prod> {
    let mut program = Program::new();
    program.add(good(&program));
    program
}

fn resource<'a, S: Stage>(program: &'a Program<S>, id: &str) -> &'a Resource {
    program.data.model().resource(id).unwrap_or_else(|| panic!("no resource {id}"))
}

fn property<'a, S: Stage>(program: &'a Program<S>, id: &str, path: &str) -> Option<&'a Node> {
    resource(program, id).properties().at(path)
}

fn text<'a, S: Stage>(program: &'a Program<S>, id: &str, path: &str) -> Option<&'a str> {
    property(program, id, path).and_then(Node::as_text)
}

fn truth<S: Stage>(program: &Program<S>, id: &str, path: &str) -> Option<bool> {
    property(program, id, path).and_then(Node::as_bool)
}

#[test]
fn a_good_database_has_no_finding_in_any_stage() {
    assert_eq!(findings(production().app()), []);
    let mut program = Program::<Dev>::new();
    program.add(good(&program));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn the_readable_ids_of_its_resources_are_a_contract() {
    let program = production();
    let ids: Vec<&str> =
        program.data.model().resources().iter().map(Resource::logical_id).collect();
    assert_eq!(
        ids,
        [
            "DatabaseSecurityGroup",
            "DatabaseLogKey",
            "DatabaseLogKeyAlias",
            "DatabaseLogs",
            "DatabaseIamLogs",
            "DatabaseSubnets",
            "DatabaseParameters",
            "DatabaseMonitoringRole",
            "Database",
            "DatabaseWriter",
            "DatabaseReader1",
        ]
    );
}

#[test]
fn production_is_protected_encrypted_and_kept() {
    let program = production();
    let cluster = resource(&program, "Database");
    assert_eq!(cluster.deletion_policy(), Some(DeletionPolicy::Snapshot));
    assert_eq!(cluster.update_replace_policy(), Some(DeletionPolicy::Snapshot));
    for on in [
        "DeletionProtection",
        "StorageEncrypted",
        "EnableIAMDatabaseAuthentication",
        "CopyTagsToSnapshot",
        "ManageMasterUserPassword",
        "PerformanceInsightsEnabled",
    ] {
        assert_eq!(truth(&program, "Database", on), Some(true), "{on}");
    }
    assert_eq!(truth(&program, "Database", "DeleteAutomatedBackups"), Some(false));
    assert_eq!(text(&program, "Database", "DatabaseInsightsMode"), Some("advanced"));
    for key in ["KmsKeyId", "MasterUserSecret/KmsKeyId", "PerformanceInsightsKmsKeyId"] {
        let target = property(&program, "Database", key).and_then(Node::as_reference);
        assert_eq!(target.map(|found| found.target.path()), Some("Database/Resource"), "{key}");
    }
    assert_eq!(
        text(&program, "Database", "EngineLifecycleSupport"),
        Some("open-source-rds-extended-support-disabled")
    );
    assert_eq!(property(&program, "Database", "MasterUserPassword"), None);
    let retention = property(&program, "DatabaseLogs", "RetentionInDays");
    assert_eq!(retention, Some(&Node::Integer(365)), "as the control plane's");
}

#[test]
fn tls_is_forced_by_a_parameter_group_of_the_engines_family() {
    for (engine, family) in [
        (AuroraPostgres::V17, "aurora-postgresql17"),
        (AuroraPostgres::V16_15, "aurora-postgresql16"),
    ] {
        let mut program = Program::<Prod>::new();
        let database = AuroraServerless::builder()
            .engine(engine)
            .network(program.vpc.data())
            .key(&program.key)
            .capacity(capacity!(2..=64))
            .readers(Readers::failover())
            .parameters(Parameters::new().load(Library::PgAudit).set("work_mem", "8192"))
            .build();
        program.add(database);
        let parameter = |name| text(&program, "DatabaseParameters", name);
        assert_eq!(parameter("Family"), Some(family));
        assert_eq!(parameter("Parameters/rds.force_ssl"), Some("1"));
        assert_eq!(parameter("Parameters/ssl_min_protocol_version"), Some("TLSv1.2"));
        assert_eq!(parameter("Parameters/work_mem"), Some("8192"));
        assert_eq!(findings(program.app()), []);
    }
}

#[test]
fn a_major_version_is_upgraded_by_aws_and_an_exact_one_is_not() {
    for (engine, version, upgraded) in
        [(AuroraPostgres::V17, "17", true), (AuroraPostgres::V17_11, "17.11", false)]
    {
        let mut program = Program::<Prod>::new();
        let database = AuroraServerless::builder()
            .engine(engine)
            .network(program.vpc.data())
            .key(&program.key)
            .capacity(capacity!(2..=64))
            .readers(Readers::failover())
            .build();
        program.add(database);
        assert_eq!(text(&program, "Database", "EngineVersion"), Some(version));
        for instance in ["DatabaseWriter", "DatabaseReader1"] {
            assert_eq!(truth(&program, instance, "AutoMinorVersionUpgrade"), Some(upgraded));
        }
        assert_eq!(findings(program.app()), []);
    }
}

#[test]
fn a_version_that_aurora_left_out_is_refused() {
    let mut program = Program::<Prod>::new();
    let database = AuroraServerless::builder()
        .engine(AuroraPostgres::exact(17, 8))
        .network(program.vpc.data())
        .key(&program.key)
        .capacity(capacity!(2..=64))
        .readers(Readers::failover())
        .build();
    program.add(database);
    let found = findings(program.app());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code(), found[0].given_value()), ("DB-08", Some("17.8")));
    assert_eq!(found[0].setter_name(), Some("engine"));
}

#[test]
fn each_instance_is_in_the_zone_after_the_one_before_it() {
    let mut program = Program::<Prod>::new();
    let readers = Readers::failover()
        .and(Reader::scaling(PromotionTier::T2))
        .and(Reader::scaling(PromotionTier::T15));
    program.add(aurora!(program, capacity(capacity!(2..=8)), readers(readers)));
    let zone = |id: &str| {
        let zone = property(&program, id, "AvailabilityZone").and_then(Node::as_reference);
        zone.map(|zone| (zone.target.path().to_owned(), zone.attribute.clone()))
    };
    let zones =
        ["DatabaseWriter", "DatabaseReader1", "DatabaseReader2", "DatabaseReader3"].map(zone);
    let tiers: Vec<Option<i64>> = of_type(program.data.model(), "AWS::RDS::DBInstance")
        .iter()
        .map(|instance| instance.properties().get("PromotionTier").and_then(Node::as_integer))
        .collect();
    assert_eq!(tiers, [Some(0), Some(1), Some(2), Some(15)]);
    assert!(zones.iter().all(Option::is_some), "{zones:?}");
    assert_ne!(zones[0], zones[1]);
    assert_ne!(zones[1], zones[2]);
    assert_eq!(zones[0], zones[3]);
    let writer = resource(&program, "DatabaseWriter").address();
    assert_eq!(resource(&program, "DatabaseReader1").depends_on(), std::slice::from_ref(writer));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn the_log_group_is_made_before_the_cluster_under_the_name_that_rds_writes_to() {
    let program = production();
    let name = text(&program, "DatabaseLogs", "LogGroupName");
    let cluster = text(&program, "Database", "DBClusterIdentifier");
    assert_eq!(cluster, Some("innovate-prod-data-database"));
    assert_eq!(name, Some("/aws/rds/cluster/innovate-prod-data-database/postgresql"));
    let before: Vec<&str> =
        resource(&program, "Database").depends_on().iter().map(Address::logical_id).collect();
    assert_eq!(before, ["DatabaseLogs", "DatabaseIamLogs"]);
    let name = text(&program, "DatabaseIamLogs", "LogGroupName");
    assert_eq!(name, Some("/aws/rds/cluster/innovate-prod-data-database/iam-db-auth-error"));
    let exported = property(&program, "Database", "EnableCloudwatchLogsExports");
    let exported: Vec<&str> =
        exported.and_then(Node::as_list).unwrap().iter().filter_map(Node::as_text).collect();
    assert_eq!(exported, ["postgresql", "iam-db-auth-error"]);
    for group in ["DatabaseLogs", "DatabaseIamLogs"] {
        assert!(property(&program, group, "KmsKeyId").is_some(), "{group}");
    }
}

#[test]
fn a_key_for_its_log_can_be_given() {
    let mut program = Program::<Prod>::new();
    let database = aurora!(
        program,
        capacity(capacity!(2..=64)),
        readers(Readers::failover()),
        logs_key(&program.logs)
    );
    program.add(database);
    assert!(program.data.model().resource("DatabaseLogKey").is_none());
    assert_eq!(findings(program.app()), []);
}

#[test]
fn outside_production_it_may_pause_and_stand_alone() {
    let mut program = Program::<Dev>::new();
    let database = aurora!(
        program,
        capacity(Capacity::auto_pause(acu!(8), Idle::HALF_AN_HOUR)),
        readers(Readers::none())
    );
    let handle: AuroraCluster<AutoPause> = program.add(database);
    assert_eq!(handle.capacity().to_string(), "0 to 8 ACU");
    let range = "ServerlessV2ScalingConfiguration";
    let at = |name: &str| property(&program, "Database", &format!("{range}/{name}")).cloned();
    assert_eq!(at("MinCapacity"), Some(Node::Integer(0)));
    assert_eq!(at("MaxCapacity"), Some(Node::Integer(8)));
    assert_eq!(at("SecondsUntilAutoPause"), Some(Node::Integer(1_800)));
    assert_eq!(truth(&program, "Database", "DeletionProtection"), Some(false));
    assert!(program.data.model().resource("DatabaseReader1").is_none());
    assert_eq!(findings(program.app()), []);
}

#[test]
fn nothing_looks_at_a_database_that_pauses_and_nobody_stays_connected_for_nothing() {
    let mut program = Program::<Dev>::new();
    let capacity = Capacity::auto_pause(acu!(8), Idle::FIVE_MINUTES);
    program.add(aurora!(program, capacity(capacity), readers(Readers::none())));
    assert_eq!(truth(&program, "Database", "PerformanceInsightsEnabled"), Some(false));
    assert_eq!(text(&program, "Database", "DatabaseInsightsMode"), Some("standard"));
    let retention = property(&program, "Database", "PerformanceInsightsRetentionPeriod");
    assert_eq!(retention, None);
    let interval = property(&program, "Database", "MonitoringInterval");
    assert_eq!(interval, Some(&Node::Integer(0)));
    assert!(program.data.model().resource("DatabaseMonitoringRole").is_none());
    let ended = text(&program, "DatabaseParameters", "Parameters/idle_session_timeout");
    assert_eq!(ended, Some("300000"));

    let mut program = Program::<Dev>::new();
    let database = aurora!(
        program,
        capacity(capacity),
        readers(Readers::none()),
        monitoring(EnhancedMonitoring::EveryMinute),
        parameters(Parameters::new().set("idle_session_timeout", "0"))
    );
    program.add(database);
    let interval = property(&program, "Database", "MonitoringInterval");
    assert_eq!(interval, Some(&Node::Integer(60)));
    let ended = text(&program, "DatabaseParameters", "Parameters/idle_session_timeout");
    assert_eq!(ended, Some("0"), "what the program says");
    assert_eq!(findings(program.app()), []);
}

#[test]
fn outside_production_a_small_database_does_without_insights_unless_it_is_told() {
    let is_on = |capacity, insights: Option<Insights>| {
        let mut program = Program::<Dev>::new();
        let readers = Readers::none();
        let database = match insights {
            Some(insights) => {
                aurora!(program, capacity(capacity), readers(readers), insights(insights))
            }
            None => aurora!(program, capacity(capacity), readers(readers)),
        };
        program.add(database);
        let on = truth(&program, "Database", "PerformanceInsightsEnabled") == Some(true);
        (on, codes(program.app()))
    };
    let (small, enough) = (capacity!(1.5..=8), capacity!(2..=8));
    assert_eq!(is_on(small, None), (false, vec![]));
    assert_eq!(is_on(small, Some(Insights::Standard)), (true, vec!["DB-15"]));
    assert_eq!(is_on(enough, None), (true, vec![]));
    assert_eq!(is_on(enough, Some(Insights::Off)), (false, vec![]));
}

#[test]
fn a_production_database_with_insights_and_too_little_memory_is_warned_of_at_its_capacity() {
    let mut program = Program::<Prod>::new();
    let capacity = capacity!(0.5..=16);
    program.add(aurora!(program, capacity(capacity), readers(Readers::failover())));
    let found = findings(program.app());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-15", Some("capacity")));
    assert_eq!(found[0].severity(), innovate_core::Severity::Warning);
    assert_eq!(found[0].given_value(), Some("0.5 ACU at the least, with advanced insights"));
    assert_eq!(found[0].allowed_values(), Some("2 ACU or more with insights"));

    let mut program = Program::<Prod>::new();
    let database =
        aurora!(program, capacity(capacity), readers(Readers::failover()), insights(Insights::Off));
    program.add(database);
    assert_eq!(findings(program.app()), []);
}

#[test]
fn every_option_reaches_the_template() {
    let mut program = Program::<Dev>::new();
    let secrets = program.keys.add("Secrets", KmsKey::<Secrets>::new());
    let database = aurora!(
        program,
        capacity(capacity!(2..=16)),
        readers(Readers::failover()),
        backup_retention(days!(35)),
        backup_window(window!("23:30-00:30")),
        maintenance_window(weekly_window!("sat:05:00-sat:06:00")),
        master_user(MasterUser::managed_secret_with(&secrets).named("chief")),
        database_name("app"),
        insights(Insights::Advanced),
        monitoring(EnhancedMonitoring::Off),
        storage(Storage::IoOptimized),
        deletion_protection(DeletionProtection::Always),
        port(5433)
    );
    let handle = program.add(database);
    assert_eq!(handle.port(), Port::tcp(5433));
    let has = |name: &str| property(&program, "Database", name).cloned();
    assert_eq!(has("BackupRetentionPeriod"), Some(Node::Integer(35)));
    assert_eq!(has("Port"), Some(Node::Integer(5433)));
    assert_eq!(has("PerformanceInsightsRetentionPeriod"), Some(Node::Integer(465)));
    assert_eq!(has("MonitoringInterval"), Some(Node::Integer(0)), "so that it can be turned off");
    assert_eq!(has("MonitoringRoleArn"), None);
    for (name, value) in [
        ("PreferredBackupWindow", "23:30-00:30"),
        ("PreferredMaintenanceWindow", "sat:05:00-sat:06:00"),
        ("MasterUsername", "chief"),
        ("DatabaseName", "app"),
        ("StorageType", "aurora-iopt1"),
        ("DatabaseInsightsMode", "advanced"),
    ] {
        assert_eq!(text(&program, "Database", name), Some(value));
    }
    assert_eq!(truth(&program, "Database", "DeletionProtection"), Some(true));
    let secret_key = property(&program, "Database", "MasterUserSecret/KmsKeyId");
    assert_eq!(
        secret_key.and_then(Node::as_reference).map(|key| key.target.path()),
        Some("Secrets/Resource")
    );
    assert_eq!(findings(program.app()), []);
}

#[test]
fn with_iam_there_is_no_password_at_all() {
    let mut program = Program::<Prod>::new();
    let database = aurora!(
        program,
        capacity(capacity!(2..=64)),
        readers(Readers::failover()),
        master_user(MasterUser::iam())
    );
    program.add(database);
    assert_eq!(text(&program, "Database", "MasterUserAuthenticationType"), Some("iam-db-auth"));
    assert_eq!(property(&program, "Database", "ManageMasterUserPassword"), None);
    assert_eq!(findings(program.app()), []);
}

#[test]
fn only_what_is_connected_reaches_it_and_it_reaches_nothing() {
    let mut program = production_with_handle();
    let (program, database) = (&mut program.0, &program.1);
    let group = SecurityGroup::builder().vpc(&program.vpc.private()).description("api").build();
    let api = program.data.add("Api", group);
    program.data.allow(&api, database.port(), database);
    let rules = of_type(program.data.model(), "AWS::EC2::SecurityGroupIngress");
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0].logical_id(), "ApiToDatabaseSecurityGroup5432Ingress");
    let out = property(program, "DatabaseSecurityGroup", "SecurityGroupEgress");
    let out: Vec<&str> = out
        .and_then(Node::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(|rule| rule.get("CidrIp").and_then(Node::as_text))
        .collect();
    assert_eq!(out, ["127.0.0.1/32"]);
    assert_eq!(database.security_group().name(), "DatabaseSecurityGroup");
}

fn production_with_handle() -> (Program<Prod>, AuroraCluster) {
    let mut program = Program::new();
    let handle = program.add(good(&program));
    (program, handle)
}

/// What an application and its grants need of any kind of database.
fn facts(database: &impl PostgresDatabase) -> (DatabaseKind, &str, Port, String, bool) {
    let user = database.user_arn(&name!(DatabaseUser: "app"));
    let arn = format!("{:?}", user.node());
    (
        database.database_kind(),
        database.identifier(),
        database.port(),
        arn,
        database.master_secret().is_some(),
    )
}

#[test]
fn an_application_connects_through_the_same_facts_whatever_the_database_is() {
    let (program, database) = production_with_handle();
    let (kind, identifier, port, arn, secret) = facts(&database);
    assert_eq!((kind, port, secret), (DatabaseKind::Cluster, Port::POSTGRES, true));
    assert_eq!(identifier, "innovate-prod-data-database");
    assert!(arn.contains(":rds-db:eu-west-1:444455556666:dbuser:"), "{arn}");
    assert!(arn.contains("DBClusterResourceId") && arn.contains("/app"), "{arn}");
    assert_eq!(database.network(), program.vpc.data().block());
    assert_ne!(database.endpoint(), database.reader_endpoint());
}

#[test]
fn its_metrics_are_those_of_the_whole_cluster() {
    let (_, database) = production_with_handle();
    let metric = database.metric(ServerlessMetric::AcuUtilization);
    assert_eq!((metric.namespace(), metric.name()), ("AWS/RDS", "ACUUtilization"));
    let dimensions: Vec<(&str, Option<&str>)> =
        metric.dimensions().iter().map(|(name, value)| (*name, value.node().as_text())).collect();
    assert_eq!(dimensions, [("DBClusterIdentifier", Some("innovate-prod-data-database"))]);
}

#[test]
fn a_parameter_that_would_let_clients_in_without_tls_is_refused_at_its_setter() {
    let mut program = Program::<Prod>::new();
    let database = aurora!(
        program,
        capacity(capacity!(2..=64)),
        readers(Readers::failover()),
        parameters(Parameters::new().set("rds.force_ssl", "0"))
    );
    program.add(database);
    let found = findings(program.app());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-02", Some("parameters")));
    assert_eq!(found[0].given_value(), Some("rds.force_ssl = 0"));
}

#[test]
fn a_number_of_clients_that_postgresql_refuses_is_refused_at_its_setter() {
    let found = |clients: &'static str| {
        let mut program = Program::<Prod>::new();
        let database = aurora!(
            program,
            capacity(capacity!(2..=64)),
            readers(Readers::failover()),
            parameters(Parameters::new().set("max_connections", clients))
        );
        let database = program.data.add("Database", database);
        drop(database.alarms());
        findings(program.app())
    };
    for right in ["1", "262143", "LEAST({DBInstanceClassMemory/9531392},5000)"] {
        assert_eq!(found(right), [], "{right}");
    }
    for wrong in ["0", "-5", "262144", "4294967295", "99999999999"] {
        let found = found(wrong);
        assert_eq!(found.len(), 1, "{wrong}");
        assert_eq!((found[0].code(), found[0].setter_name()), ("DB-10", Some("parameters")));
        assert_eq!(found[0].given_value(), Some(&*format!("max_connections = {wrong}")));
        assert_eq!(found[0].allowed_values(), Some("1 to 262143"));
    }
}

#[test]
fn names_that_postgresql_refuses_and_too_many_readers_are_findings() {
    for name in ["admin", "1st", "with-hyphen", "pg_chief", ""] {
        let mut program = Program::<Prod>::new();
        let database = aurora!(
            program,
            capacity(capacity!(2..=64)),
            readers(Readers::failover()),
            master_user(MasterUser::managed_secret().named(name))
        );
        program.add(database);
        assert_eq!(codes(program.app()), ["DB-10"], "{name}");
    }
    let mut program = Program::<Prod>::new();
    let database = aurora!(
        program,
        capacity(capacity!(2..=64)),
        readers(Readers::failover()),
        database_name("my-app")
    );
    program.add(database);
    assert_eq!(codes(program.app()), ["DB-10"]);
    let mut program = Program::<Prod>::new();
    let database =
        aurora!(program, capacity(capacity!(2..=64)), readers(Readers::failover()), port(443));
    program.add(database);
    let found = findings(program.app());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-10", Some("port")));
    assert_eq!(found[0].allowed_values(), Some("1150 to 65535"));
    let mut program = Program::<Prod>::new();
    let readers = (0..15).fold(Readers::failover(), |all, _| all.and(Reader::failover()));
    program.add(aurora!(program, capacity(capacity!(2..=64)), readers(readers)));
    assert_eq!(codes(program.app()), ["DB-10"]);
}
