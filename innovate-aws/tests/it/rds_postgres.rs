//! What an instance of RDS and a provisioned Aurora cluster are made of.

use innovate_aws::{
    Region,
    backup::{BackupVault, RestoreRole, RestoreTest, RestoreTesting},
    database::{
        AuroraInstanceClass, AuroraMetric, AuroraPostgres, AuroraProvisioned, Availability,
        BackupReplication, DatabaseEvents, DatabaseKind, Insights, MasterUser, PostgresDatabase,
        PostgresEndpoint, PostgresVersion, PromotionTier, RdsInstanceClass, RdsMetric, RdsPostgres,
        ReadReplica, Reader, ReaderScaling, Readers,
    },
    days,
    keys::{Backup, KmsKey, Rds},
    network::{Connect, SecurityGroup},
    observability::AlarmTopic,
    percent, reader_range, storage,
};
use innovate_core::{DeletionPolicy, Dev, HomeRegion, Node, Prod, Resource, Stage};

use crate::{
    database::Program,
    program::{findings, of_type, resource, text},
};

/// An instance with what has no default, and whatever else is set.
macro_rules! postgres {
    ($program:expr $(, $setter:ident($($value:expr)?))*) => {
        innovate_aws::database::RdsPostgres::builder()
            .engine(innovate_aws::database::PostgresVersion::V17)
            .instance_class(innovate_aws::database::RdsInstanceClass::M8gLarge)
            .storage(innovate_aws::storage!(100..=1000))
            .network($program.vpc.data())
            .key(&$program.key)
            $(.$setter($($value)?))*
            .build()
    };
}
pub(crate) use postgres;

/// A provisioned cluster with what has no default, and whatever else is set.
macro_rules! provisioned {
    ($program:expr $(, $setter:ident($($value:expr)?))*) => {
        AuroraProvisioned::builder()
            .engine(AuroraPostgres::V17)
            .instance_class(AuroraInstanceClass::R8gLarge)
            .network($program.vpc.data())
            .key(&$program.key)
            $(.$setter($($value)?))*
            .build()
    };
}

fn of<'a, S: Stage>(program: &'a Program<S>, id: &str) -> &'a Resource {
    resource(program.data.model(), id)
}

fn truth(resource: &Resource, property: &str) -> Option<bool> {
    resource.properties().get(property).and_then(Node::as_bool)
}

fn ids<S: Stage>(program: &Program<S>) -> Vec<&str> {
    program.data.model().resources().iter().map(Resource::logical_id).collect()
}

#[test]
fn an_instance_in_production_has_no_finding_and_readable_ids() {
    let mut program = Program::<Prod>::new();
    program.data.add("Database", postgres!(program, availability(Availability::multi_az())));
    assert_eq!(
        ids(&program),
        [
            "DatabaseSecurityGroup",
            "DatabaseLogKey",
            "DatabaseLogKeyAlias",
            "DatabaseLogs",
            "DatabaseUpgradeLogs",
            "DatabaseIamLogs",
            "DatabaseSubnets",
            "DatabaseParameters",
            "DatabaseMonitoringRole",
            "Database",
        ]
    );
    assert_eq!(findings(program.app()), []);
}

#[test]
fn an_instance_in_production_is_protected_encrypted_and_in_two_zones() {
    let mut program = Program::<Prod>::new();
    program.data.add("Database", postgres!(program, availability(Availability::multi_az())));
    let instance = of(&program, "Database");
    assert_eq!(instance.deletion_policy(), Some(DeletionPolicy::Snapshot));
    for on in [
        "MultiAZ",
        "DeletionProtection",
        "StorageEncrypted",
        "EnableIAMDatabaseAuthentication",
        "ManageMasterUserPassword",
        "EnablePerformanceInsights",
        "CopyTagsToSnapshot",
    ] {
        assert_eq!(truth(instance, on), Some(true), "{on}");
    }
    assert_eq!(truth(instance, "PubliclyAccessible"), Some(false));
    assert_eq!(truth(instance, "DeleteAutomatedBackups"), Some(false));
    for (property, value) in [
        ("DBInstanceIdentifier", "innovate-prod-data-database"),
        ("StorageType", "gp3"),
        ("AllocatedStorage", "100"),
        ("DatabaseInsightsMode", "advanced"),
        ("EngineLifecycleSupport", "open-source-rds-extended-support-disabled"),
        ("DBInstanceClass", "db.m8g.large"),
    ] {
        assert_eq!(text(instance, property), value);
    }
    let most = instance.properties().get("MaxAllocatedStorage");
    assert_eq!(most, Some(&Node::Integer(1_000)));
    let group = of(&program, "DatabaseParameters");
    assert_eq!(text(group, "Family"), "postgres17");
    assert_eq!(text(group, "Parameters/rds.force_ssl"), "1");
    assert_eq!(text(group, "Parameters/ssl_min_protocol_version"), "TLSv1.2");
}

#[test]
fn turning_insights_off_leaves_their_key_so_that_no_instance_is_replaced() {
    for insights in [Insights::Off, Insights::Standard] {
        let mut program = Program::<Prod>::new();
        let availability = Availability::multi_az();
        let replicas = [ReadReplica::of_source_class()];
        let database =
            postgres!(program, availability(availability), replicas(replicas), insights(insights));
        program.data.add("Database", database);
        let is_on = insights != Insights::Off;
        for id in ["Database", "DatabaseReplica1"] {
            let instance = of(&program, id);
            assert_eq!(truth(instance, "EnablePerformanceInsights"), Some(is_on), "{id}");
            let properties = instance.properties();
            assert!(properties.get("PerformanceInsightsKMSKeyId").is_some(), "{id}");
            let period = properties.get("PerformanceInsightsRetentionPeriod");
            assert_eq!(period.is_some(), is_on, "{id}");
        }
        assert_eq!(findings(program.app()), []);
    }
}

#[test]
fn the_logs_of_an_instance_exist_before_it_does() {
    let mut program = Program::<Dev>::new();
    program.data.add("Database", postgres!(program, availability(Availability::single_az())));
    let names: Vec<&str> = of_type(program.data.model(), "AWS::Logs::LogGroup")
        .into_iter()
        .map(|group| text(group, "LogGroupName"))
        .collect();
    let expected = ["postgresql", "upgrade", "iam-db-auth-error"]
        .map(|log| format!("/aws/rds/instance/innovate-dev-data-database/{log}"));
    assert_eq!(names, expected);
    let waits: Vec<&str> =
        of(&program, "Database").depends_on().iter().map(|each| each.logical_id()).collect();
    assert_eq!(waits, ["DatabaseLogs", "DatabaseUpgradeLogs", "DatabaseIamLogs"]);
    assert_eq!(findings(program.app()), []);
}

#[test]
fn every_option_of_an_instance_reaches_the_template() {
    let mut program = Program::<Dev>::new();
    let database = postgres!(
        program,
        availability(Availability::single_az()),
        backup_retention(days!(21)),
        master_user(MasterUser::iam()),
        database_name("shop"),
        insights(Insights::Advanced),
        port(5433)
    );
    program.data.add("Database", database);
    let instance = of(&program, "Database");
    for (property, value) in
        [("MasterUserAuthenticationType", "iam-db-auth"), ("DBName", "shop"), ("Port", "5433")]
    {
        assert_eq!(text(instance, property), value);
    }
    for (property, value) in
        [("BackupRetentionPeriod", 21), ("PerformanceInsightsRetentionPeriod", 465)]
    {
        assert_eq!(instance.properties().get(property), Some(&Node::Integer(value)));
    }
    assert_eq!(instance.properties().get("ManageMasterUserPassword"), None);
    assert_eq!(truth(instance, "MultiAZ"), Some(false));
    assert_eq!(truth(instance, "DeletionProtection"), Some(false));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn storage_of_400_gib_and_more_may_be_faster_and_its_replicas_too() {
    let mut program = Program::<Prod>::new();
    let database = RdsPostgres::builder()
        .engine(PostgresVersion::V17)
        .instance_class(RdsInstanceClass::M8gLarge)
        .storage(storage!(400..=2000, iops: 20000, mib_per_second: 1000))
        .availability(Availability::multi_az())
        .replicas([ReadReplica::of_source_class()])
        .network(program.vpc.data())
        .key(&program.key)
        .build();
    program.data.add("Database", database);
    for id in ["Database", "DatabaseReplica1"] {
        let properties = of(&program, id).properties();
        assert_eq!(properties.get("Iops"), Some(&Node::Integer(20_000)), "{id}");
        assert_eq!(properties.get("StorageThroughput"), Some(&Node::Integer(1_000)), "{id}");
    }
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_major_upgrade_is_asked_for_by_the_version_that_it_leads_away_from() {
    let upgraded = |from: Option<u8>| {
        let mut program = Program::<Prod>::new();
        let availability = Availability::multi_az();
        let database = match from {
            Some(from) => postgres!(program, availability(availability), major_upgrade_from(from)),
            None => postgres!(program, availability(availability)),
        };
        program.data.add("Database", database);
        let allowed = truth(of(&program, "Database"), "AllowMajorVersionUpgrade");
        (allowed, findings(program.app()))
    };
    assert_eq!(upgraded(None), (Some(false), vec![]));
    assert_eq!(upgraded(Some(16)), (Some(true), vec![]));
    for from in [17, 18] {
        let (_, found) = upgraded(Some(from));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(
            (found[0].code(), found[0].setter_name()),
            ("DB-08", Some("major_upgrade_from"))
        );
        assert_eq!(found[0].given_value(), Some(&*format!("from {from} to 17")));
    }
}

#[test]
fn replicas_follow_their_source_in_zones_of_their_own() {
    let mut program = Program::<Prod>::new();
    let replicas =
        [ReadReplica::of_source_class(), ReadReplica::of_class(RdsInstanceClass::R8gXlarge)];
    let database = postgres!(program, availability(Availability::multi_az()), replicas(replicas));
    let database = program.data.add("Database", database);
    for (id, class) in [("DatabaseReplica1", "db.m8g.large"), ("DatabaseReplica2", "db.r8g.xlarge")]
    {
        let replica = of(&program, id);
        assert_eq!(text(replica, "DBInstanceClass"), class);
        assert_eq!(truth(replica, "PubliclyAccessible"), Some(false));
        assert_eq!(truth(replica, "EnableIAMDatabaseAuthentication"), Some(true));
        assert_eq!(truth(replica, "DeletionProtection"), Some(true));
        for of_the_source in ["Engine", "KmsKeyId", "StorageEncrypted", "BackupRetentionPeriod"] {
            assert_eq!(replica.properties().get(of_the_source), None, "{of_the_source}");
        }
        let source = replica.properties().get("SourceDBInstanceIdentifier");
        let source = source.and_then(Node::as_reference).map(|found| found.target.logical_id());
        assert_eq!(source, Some("Database"));
    }
    let zone = |id| of(&program, id).properties().get("AvailabilityZone").cloned();
    assert_ne!(zone("DatabaseReplica1"), zone("DatabaseReplica2"));
    assert_eq!(database.replicas().len(), 2);
    assert_eq!(database.reader_endpoint(), database.replicas()[0].endpoint());
    let lag = database.replicas()[0].metric(RdsMetric::ReplicaLag);
    assert_eq!(
        lag.dimensions()[0].1.node().as_text(),
        Some("innovate-prod-data-database-replica1")
    );
    assert_eq!(findings(program.app()), []);
}

#[test]
fn without_a_replica_reads_go_where_writes_do() {
    let mut program = Program::<Dev>::new();
    let database =
        program.data.add("Database", postgres!(program, availability(Availability::single_az())));
    assert_eq!(database.reader_endpoint(), database.endpoint());
    assert_eq!(database.database_kind(), DatabaseKind::Instance);
    assert!(database.master_secret().is_some());
    let metric = database.metric(RdsMetric::FreeStorageSpace);
    assert_eq!((metric.namespace(), metric.name()), ("AWS/RDS", "FreeStorageSpace"));
}

#[test]
fn an_instance_takes_up_to_fifteen_replicas() {
    let mut program = Program::<Dev>::new();
    let replicas = [ReadReplica::of_source_class(); 16];
    let database = postgres!(program, availability(Availability::single_az()), replicas(replicas));
    program.data.add("Database", database);
    let found = findings(program.app());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-10", Some("replicas")));
}

#[test]
fn backups_go_to_another_region_with_a_key_of_that_region() {
    let mut program = Program::<Prod>::new();
    let environment = crate::program::recoverable::<Prod>();
    let mut recovery = environment.recovery_stack("recovery");
    let copies = recovery.add("Backups", KmsKey::<Rds>::new());
    let database = postgres!(
        program,
        availability(Availability::multi_az()),
        backup_replication(BackupReplication::to(Region::EuCentral1, &copies).keep(days!(35)))
    );
    program.data.add("Database", database);
    let instance = of(&program, "Database");
    assert_eq!(text(instance, "AutomaticBackupReplicationRegion"), "eu-central-1");
    let retention = instance.properties().get("AutomaticBackupReplicationRetentionPeriod");
    assert_eq!(retention, Some(&Node::Integer(35)));
    let key = instance.properties().get("AutomaticBackupReplicationKmsKeyId");
    let key = key.and_then(Node::as_reference).map(|key| key.target.stack());
    assert_eq!(key, Some("innovate-prod-recovery"));
    assert_eq!(findings(program.app().stack(recovery)), []);
}

#[test]
fn a_provisioned_cluster_differs_from_a_serverless_one_in_its_sizes_alone() {
    let mut program = Program::<Prod>::new();
    let readers =
        Readers::failover().and(Reader::sized(AuroraInstanceClass::R8g2xlarge, PromotionTier::T15));
    let database = program.data.add("Database", provisioned!(program, readers(readers)));
    assert_eq!(database.instance_class(), AuroraInstanceClass::R8gLarge);
    let cluster = of(&program, "Database");
    assert_eq!(cluster.properties().get("ServerlessV2ScalingConfiguration"), None);
    assert_eq!(truth(cluster, "DeletionProtection"), Some(true));
    for (id, class) in [
        ("DatabaseWriter", "db.r8g.large"),
        ("DatabaseReader1", "db.r8g.large"),
        ("DatabaseReader2", "db.r8g.2xlarge"),
    ] {
        assert_eq!(text(of(&program, id), "DBInstanceClass"), class);
    }
    let metric = database.metric(AuroraMetric::CpuUtilization);
    assert_eq!(metric.name(), "CPUUtilization");
    let group = SecurityGroup::builder().vpc(&program.vpc.private()).description("api").build();
    let api = program.data.add("Api", group);
    program.data.allow(&api, database.port(), &database);
    assert_eq!(findings(program.app()), []);
}

#[test]
fn readers_are_added_by_load_after_those_that_are_declared() {
    let mut program = Program::<Prod>::new();
    let scaling = ReaderScaling::by_cpu(percent!(60), reader_range!(1..=5));
    let database = provisioned!(program, readers(Readers::failover()), reader_scaling(scaling));
    program.data.add("Database", database);
    let target = of(&program, "DatabaseReaderCount");
    assert_eq!(text(target, "ScalableDimension"), "rds:cluster:ReadReplicaCount");
    for (property, value) in [("MinCapacity", 1), ("MaxCapacity", 5)] {
        assert_eq!(target.properties().get(property), Some(&Node::Integer(value)));
    }
    let waits: Vec<&str> = target.depends_on().iter().map(|each| each.logical_id()).collect();
    assert!(waits.contains(&"DatabaseReader1"), "{waits:?}");
    let policy = of(&program, "DatabaseReaderScaling");
    let tracking = "TargetTrackingScalingPolicyConfiguration";
    let metric = format!("{tracking}/PredefinedMetricSpecification/PredefinedMetricType");
    assert_eq!(text(policy, &metric), "RDSReaderAverageCPUUtilization");
    let value = policy.properties().at(&format!("{tracking}/TargetValue"));
    assert_eq!(value.and_then(Node::as_number), Some(60.0));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn scaling_to_fewer_readers_than_are_declared_is_refused_at_its_setter() {
    let scaling = ReaderScaling::by_cpu(percent!(60), reader_range!(1..=1));
    let two = Readers::failover().and(Reader::failover());
    let mut program = Program::<Prod>::new();
    program.data.add("Database", provisioned!(program, readers(two), reader_scaling(scaling)));
    let found = findings(program.app());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-10", Some("reader_scaling")));
    assert_eq!(found[0].given_value(), Some("1 to 1 readers, of which 2 are declared"));

    let mut program = Program::<Dev>::new();
    let none = Readers::none();
    program.data.add("Database", provisioned!(program, readers(none), reader_scaling(scaling)));
    assert_eq!(findings(program.app()), [], "scaling adds the first");
}

#[test]
fn a_restore_is_tried_in_the_subnets_of_the_database() {
    let mut program = Program::<Prod>::new();
    let instance = postgres!(program, availability(Availability::multi_az()));
    let instance = program.data.add("Instance", instance);
    let cluster = provisioned!(program, readers(Readers::failover()));
    let cluster = program.data.add("Cluster", cluster);
    let key = program.data.add("BackupKey", KmsKey::<Backup>::new());
    let vault = BackupVault::<HomeRegion>::builder().key(&key).build();
    let vault = program.data.add("Vault", vault);
    let role = program.data.add("Restores", RestoreRole::new());
    let tests = [RestoreTest::of(&instance), RestoreTest::of(&cluster)];
    let testing = RestoreTesting::<HomeRegion>::builder().vault(&vault).role(&role).tests(tests);
    program.data.add("Testing", testing.build());
    for (test, database) in [("TestingRDS", "Instance"), ("TestingAurora", "Cluster")] {
        let there = of(&program, test).properties().at("RestoreMetadataOverrides");
        let there = there.and_then(|overrides| overrides.at("dbSubnetGroupName"));
        let here = of(&program, database).properties().get("DBSubnetGroupName");
        assert!(there.is_some() && there == here, "{test}: {there:?}");
    }
    assert_eq!(findings(program.app()), []);
}

#[test]
fn the_events_of_replicas_are_told_with_those_of_their_source() {
    let mut program = Program::<Prod>::new();
    let replicas = [ReadReplica::of_source_class(); 2];
    let database = postgres!(program, availability(Availability::multi_az()), replicas(replicas));
    let database = program.data.add("Database", database);
    let topic = program.data.add("Topic", AlarmTopic::builder().build());
    program.data.add("Events", DatabaseEvents::of(&database, &topic));
    let replicas = of(&program, "EventsInstances");
    assert_eq!(text(replicas, "SourceType"), "db-instance");
    let sources = replicas.properties().at("SourceIds").and_then(Node::as_list).unwrap();
    let paths: Vec<&str> =
        sources.iter().map(|source| source.as_reference().unwrap().target.path()).collect();
    assert_eq!(paths, ["Database/Replica1", "Database/Replica2"]);
    let source = of(&program, "Events").properties().at("SourceIds").and_then(Node::as_list);
    assert_eq!(source.map(<[Node]>::len), Some(1));
}
