//! Databases of every kind, each without what production has by default, and what stands around them.

use innovate::{
    aws::{
        database::{
            AuroraCluster, CaCertificate, DeletionProtection, EnhancedMonitoring, Idle, Library,
            LogStatement, MonitoringLogs, Parameters, PromotionTier, Provisioned, ProxyHandle,
            RdsInstance, ReaderScaling,
        },
        identity::RoleHandle,
        network::VpcHandle,
        observability::LogGroupHandle,
        schedule::Weekday,
    },
    prelude::*,
};

use crate::Keys;

pub(crate) struct Databases {
    pub(crate) stack: Stack<Staging>,
    pub(crate) recovery: Stack<Staging, RecoveryRegion>,
    pub(crate) secondary: Stack<Staging, RecoveryRegion>,
    pub(crate) watched: Watched,
}

/// What has alarms of its own.
pub(crate) struct Watched {
    pub(crate) cluster: AuroraCluster<Provisioned>,
    pub(crate) instance: RdsInstance,
    pub(crate) proxy: ProxyHandle,
}

impl Databases {
    pub(crate) fn new(staging: &Environment<Staging>, vpc: &VpcHandle, keys: &Keys) -> Self {
        let mut stack = staging.stack("data");
        let mut recovery = staging.recovery_stack("recovery");
        let logs = MonitoringLogs::builder().key(&keys.logs).retention(Retention::OneWeek).build();
        let logs = stack.add("MonitoringLogs", logs);
        serverless(&mut stack, vpc, keys, &logs);
        let provisioned = provisioned(&mut stack, vpc, keys);
        let copies = recovery.add("DatabaseBackups", KmsKey::<Rds>::new());
        let instance = instance(&mut stack, vpc, keys, &copies);
        // Apart from the backups' key, which the stack of the databases waits for.
        let mut secondary = staging.recovery_stack("secondary");
        global(&mut stack, &mut secondary, vpc, keys);
        let proxy = access(&mut stack, vpc, keys, &provisioned, &instance);
        at_times(&mut stack, vpc, keys, &provisioned);
        let watched = Watched { cluster: provisioned, instance, proxy };
        Self { stack, recovery, secondary, watched }
    }
}

/// One that pauses and one that doesn't.
fn serverless(
    stack: &mut Stack<Staging>,
    vpc: &VpcHandle,
    keys: &Keys,
    monitoring_logs: &LogGroupHandle,
) {
    stack.add(
        "Pausing",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17_9)
            .network(vpc.data())
            .key(&keys.databases)
            .capacity(Capacity::auto_pause(acu!(8), Idle::HALF_AN_HOUR))
            .readers(Readers::none())
            .backup_retention(days!(7))
            .master_user(MasterUser::iam())
            .monitoring(EnhancedMonitoring::Off)
            .build(),
    );
    stack.add(
        "Steady",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V16_13)
            .network(vpc.data())
            .key(&keys.databases)
            .capacity(capacity!(2..=16))
            .readers(Readers::failover().and(Reader::scaling(PromotionTier::T15)))
            .master_user(MasterUser::managed_secret_with(&keys.secrets).named("owner"))
            .database_name("shop")
            .parameters(
                Parameters::new()
                    .log_statement(LogStatement::Ddl)
                    .log_slower_than_millis(500)
                    .load(Library::PgCron),
            )
            .insights(Insights::Advanced)
            .storage(Storage::IoOptimized)
            .certificate(CaCertificate::Ecc384)
            .deletion_protection(DeletionProtection::Always)
            .log_retention(Retention::OneWeek)
            .monitoring_logs(monitoring_logs)
            .port(5433)
            .build(),
    );
}

/// One that spans two regions.
fn global(
    stack: &mut Stack<Staging>,
    secondary: &mut Stack<Staging, RecoveryRegion>,
    vpc: &VpcHandle,
    keys: &Keys,
) {
    let primary = stack.add(
        "Primary",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17_11)
            .network(vpc.data())
            .key(&keys.databases)
            .capacity(capacity!(2..=16))
            .readers(Readers::failover())
            .master_user(MasterUser::iam())
            .logs_key(&keys.logs)
            .build(),
    );
    let global = GlobalDatabase::of(&primary).deletion_protection(DeletionProtection::Always);
    let global = stack.add("Global", global);
    let logs = secondary.add("Logs", KmsKey::<Logs>::new());
    let key = secondary.add("DatabaseKey", KmsKey::<Rds>::new());
    let there = Vpc::builder()
        .cidr(vpc_cidr!("10.77.0.0/16"))
        .zones(zones!(EuCentral1: az1, az2, az3))
        .flow_logs(FlowLogs::to(&logs, Retention::OneWeek))
        .build();
    let there = secondary.add("Network", there);
    secondary.add(
        "Secondary",
        AuroraSecondary::builder()
            .global(&global)
            .size(SecondarySize::serverless(capacity!(2..=16), Readers::failover()))
            .network(there.data())
            .key(&key)
            .write_forwarding()
            .logs_key(&logs)
            .build(),
    );
    secondary.add(
        "Headless",
        AuroraSecondary::builder()
            .global(&global)
            .size(SecondarySize::headless())
            .storage(Storage::IoOptimized)
            .network(there.data())
            .key(&key)
            .logs_key(&logs)
            .build(),
    );
}

/// One of a fixed size, with readers by load and one that is always larger.
fn provisioned(
    stack: &mut Stack<Staging>,
    vpc: &VpcHandle,
    keys: &Keys,
) -> AuroraCluster<Provisioned> {
    let reports = Reader::sized(AuroraInstanceClass::R8g2xlarge, PromotionTier::T15);
    stack.add(
        "Provisioned",
        AuroraProvisioned::builder()
            .engine(AuroraPostgres::V17)
            .instance_class(AuroraInstanceClass::R8gLarge)
            .network(vpc.data())
            .key(&keys.databases)
            .readers(Readers::failover().and(reports))
            .reader_scaling(ReaderScaling::by_cpu(percent!(60), reader_range!(1..=5)))
            .logs_key(&keys.logs)
            .build(),
    )
}

/// An instance with a standby, a replica and backups in another region.
fn instance(
    stack: &mut Stack<Staging>,
    vpc: &VpcHandle,
    keys: &Keys,
    copies: &Key<Rds>,
) -> RdsInstance {
    stack.add(
        "Instance",
        RdsPostgres::builder()
            .engine(PostgresVersion::V16_12)
            .instance_class(RdsInstanceClass::M8gLarge)
            .availability(Availability::multi_az())
            .storage(storage!(400..=1000, iops: 14000, mib_per_second: 600))
            .major_upgrade_from(15)
            .replicas([ReadReplica::of_class(RdsInstanceClass::R8gLarge)])
            .backup_replication(BackupReplication::to(Region::EuCentral1, copies).keep(days!(21)))
            .network(vpc.data())
            .key(&keys.databases)
            .insights(Insights::Advanced)
            .logs_key(&keys.logs)
            .build(),
    )
}

/// Proxies of both sorts, names, and a role that may log in.
fn access(
    stack: &mut Stack<Staging>,
    vpc: &VpcHandle,
    keys: &Keys,
    cluster: &AuroraCluster<Provisioned>,
    instance: &RdsInstance,
) -> ProxyHandle {
    let app = name!(DatabaseUser: "app");
    let proxy = RdsProxy::builder()
        .database(cluster)
        .network(vpc.data())
        .auth(ProxyAuth::iam([app.clone()]))
        .read_only_endpoint()
        .pool(
            ConnectionPool::new()
                .max_connections(percent!(80))
                .max_idle_connections(percent!(20))
                .connection_borrow_timeout_seconds(10)
                .init_query("SET search_path = shop"),
        )
        .idle_client_timeout_minutes(10)
        .build();
    let proxy = stack.add("ClusterProxy", proxy);
    let password = Secret::builder()
        .path(name!(SecretPath: "database/app"))
        .key(&keys.secrets)
        .contents(Contents::Generated(Generated::password().username("app")))
        .build();
    let password = stack.add("Password", password);
    let before_instance = RdsProxy::builder()
        .database(instance)
        .network(vpc.data())
        .auth(ProxyAuth::secrets([&password]))
        .logs_key(&keys.logs)
        .log_retention(Retention::OneWeek)
        .build();
    stack.add("InstanceProxy", before_instance);

    let role = RoleHandle::existing(&name!(RoleName: "innovate-reports"), &vpc_site(stack));
    stack.add("ConnectThroughProxy", proxy.grant_connect(&app, &role));
    stack.add("ConnectToInstance", instance.grant_connect(&app, &role));
    let facts = instance.connection_facts().database("shop").username(&app);
    let connection = ConnectionSecret::builder()
        .path(name!(SecretPath: "database/connection"))
        .key(&keys.secrets)
        .facts(facts)
        .build();
    stack.add("Connection", connection);
    let zone = stack.add("Names", PrivateZone::builder().vpc(vpc).build());
    let database = name!(HostLabel: "database");
    stack.add("DatabaseName", PrivateRecord::cname(&zone, database, instance.endpoint()));
    proxy
}

fn vpc_site(stack: &Stack<Staging>) -> innovate::core::Site {
    stack.model().site().clone()
}

/// One that is stopped at night, and snapshots.
fn at_times(
    stack: &mut Stack<Staging>,
    vpc: &VpcHandle,
    keys: &Keys,
    cluster: &AuroraCluster<Provisioned>,
) {
    let alone = RdsPostgres::builder()
        .engine(PostgresVersion::V18)
        .instance_class(RdsInstanceClass::T4gMedium)
        .availability(Availability::single_az())
        .storage(storage!(20..=100))
        .backup_window(window!("09:00-10:00"))
        .maintenance_window(weekly_window!("wed:10:30-wed:11:30"))
        .network(vpc.data())
        .key(&keys.databases)
        .master_user(MasterUser::iam())
        .monitoring(EnhancedMonitoring::Off)
        .logs_key(&keys.logs)
        .build();
    let alone = stack.add("Alone", alone);
    let at_night = ScheduledStop::builder()
        .database(&alone)
        .stop(time_of_day!("20:00"))
        .start(Recurrence::workdays(time_of_day!("07:00")))
        .time_zone(time_zone!("Europe/Berlin"))
        .build();
    stack.add("AtNight", at_night);
    let weekly = Recurrence::weekly(Weekday::Sunday, time_of_day!("01:00"));
    stack.add("Weekly", ScheduledSnapshot::builder().database(cluster).at(weekly).build());
    stack.add("Before", ClusterSnapshot::new(cluster, name!(SnapshotName: "before-v2")));
}
