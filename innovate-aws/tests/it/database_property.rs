//! What holds for any database that the builder accepts.

use innovate_aws::database::{
    Acu, AuroraInstanceClass, AuroraPostgres, AuroraProvisioned, AuroraServerless, Availability,
    BackupRetention, BackupWindow, Capacity, DeletionProtection, EnhancedMonitoring, Idle,
    InstanceStorage, MaintenanceWindow, MasterUser, MultiAz, PostgresVersion, PromotionTier,
    ProxyAuth, RdsInstanceClass, RdsPostgres, RdsProxy, ReadReplica, Reader, ReaderRange,
    ReaderScaling, Readers, Redundancy, StaysAwake, WithFailover,
};
use innovate_aws::{name, percent::Percent};
use innovate_core::{Dev, Node, Prod, Resource, StackModel};
use proptest::prelude::*;

use crate::{
    database::Program,
    program::{codes, of_type},
};

fn acu() -> impl Strategy<Value = Acu> {
    (1u16..=512).prop_map(|halves| Acu::from_halves(halves).unwrap())
}

fn time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn backup_window() -> impl Strategy<Value = BackupWindow> {
    (0u16..1_440, 30u16..1_410).prop_map(|(start, length)| {
        let text = format!("{}-{}", time(start), time((start + length) % 1_440));
        BackupWindow::parse(&text).unwrap()
    })
}

fn maintenance_window() -> impl Strategy<Value = MaintenanceWindow> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let moment = |minute: u16| {
        let minute = minute % (7 * 1_440);
        format!("{}:{}", DAYS[usize::from(minute / 1_440)], time(minute % 1_440))
    };
    (0u16..7 * 1_440, 30u16..7 * 1_440).prop_map(move |(start, length)| {
        MaintenanceWindow::parse(&format!("{}-{}", moment(start), moment(start + length))).unwrap()
    })
}

fn readers() -> impl Strategy<Value = Readers<WithFailover>> {
    let tier = prop::sample::select(vec![
        Reader::failover(),
        Reader::scaling(PromotionTier::T2),
        Reader::scaling(PromotionTier::T9),
        Reader::scaling(PromotionTier::T15),
    ]);
    prop::collection::vec(tier, 0..14)
        .prop_map(|more| more.into_iter().fold(Readers::failover(), Readers::and))
}

fn engine() -> impl Strategy<Value = AuroraPostgres> {
    prop::sample::select(vec![
        AuroraPostgres::V17,
        AuroraPostgres::V18,
        AuroraPostgres::V14_24,
        AuroraPostgres::V15_19,
        AuroraPostgres::V16_15,
        AuroraPostgres::V17_11,
        AuroraPostgres::V18_6,
    ])
}

/// The minutes of a week in which a backup may run, and those in which maintenance may.
fn shared_minutes(backup: BackupWindow, maintenance: MaintenanceWindow) -> usize {
    let minutes = |text: String| -> Vec<usize> {
        let (from, to) = text.split_once('-').unwrap();
        let at = |moment: &str| {
            let parts: Vec<&str> = moment.split(':').collect();
            let (day, clock) = match parts.as_slice() {
                [day, hour, minute] => {
                    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
                    (days.iter().position(|known| known == day).unwrap(), (*hour, *minute))
                }
                [hour, minute] => (0, (*hour, *minute)),
                _ => unreachable!(),
            };
            let (hour, minute): (usize, usize) =
                (clock.0.parse().unwrap(), clock.1.parse().unwrap());
            day * 1_440 + hour * 60 + minute
        };
        let cycle = if from.len() > 5 { 7 * 1_440 } else { 1_440 };
        let (start, end) = (at(from), at(to));
        (0..(end + cycle - start) % cycle).map(|offset| (start + offset) % cycle).collect()
    };
    let backup = minutes(backup.to_string());
    let maintenance = minutes(maintenance.to_string());
    maintenance.iter().filter(|minute| backup.contains(&(*minute % 1_440))).count()
}

fn number(cluster: &Resource, path: &str) -> Option<f64> {
    cluster.properties().at(path).and_then(Node::as_number)
}

fn cluster(stack: &StackModel) -> &Resource {
    stack.resource("Database").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_capacity_reads_back_as_it_was_written(acu in acu()) {
        prop_assert_eq!(Acu::parse(&acu.to_string()), Ok(acu));
    }

    #[test]
    fn windows_overlap_exactly_when_they_share_a_minute(
        backup in backup_window(),
        maintenance in maintenance_window(),
    ) {
        prop_assert_eq!(backup.overlaps(maintenance), shared_minutes(backup, maintenance) > 0);
    }

    #[test]
    fn what_the_check_accepts_keeps_the_rules_of_capacity_windows_and_retention(
        min in acu(),
        max in acu(),
        backup in backup_window(),
        maintenance in maintenance_window(),
        days in 1u16..50,
        engine in engine(),
        readers in readers(),
    ) {
        let mut program = Program::<Prod>::new();
        let database = AuroraServerless::builder()
            .engine(engine)
            .network(program.vpc.data())
            .key(&program.key)
            .capacity(Capacity::between(min, max))
            .readers(readers)
            .backup_retention(BackupRetention::of_days(days))
            .backup_window(backup)
            .maintenance_window(maintenance)
            .build();
        program.add(database);
        let data = program.data.model().clone();
        let codes = codes(program.app());
        let range = "ServerlessV2ScalingConfiguration";
        let min = number(cluster(&data), &format!("{range}/MinCapacity")).unwrap();
        let max = number(cluster(&data), &format!("{range}/MaxCapacity")).unwrap();
        let in_range = 0.5 <= min && min <= max && (1.0..=256.0).contains(&max);
        prop_assert_eq!(codes.contains(&"DB-05"), !in_range);
        prop_assert_eq!(codes.contains(&"DB-15"), min < 2.0);
        let kept = (14..=35).contains(&days) && !backup.overlaps(maintenance);
        prop_assert_eq!(codes.contains(&"DB-03"), !kept);
        prop_assert!(codes.iter().all(|code| ["DB-03", "DB-05", "DB-15"].contains(code)), "{:?}", codes);
    }

    #[test]
    fn whatever_is_chosen_it_is_encrypted_private_and_in_two_zones(
        engine in engine(),
        readers in readers(),
        paused in any::<bool>(),
    ) {
        let mut program = Program::<Dev>::new();
        if paused {
            let capacity = Capacity::auto_pause(Acu::MAX, Idle::ONE_DAY);
            program.add(build(&program, engine, readers, capacity));
        } else {
            let capacity = Capacity::between(Acu::MIN, Acu::MAX);
            program.add(build(&program, engine, readers, capacity));
        }
        let data = program.data.model();
        let properties = cluster(data).properties();
        prop_assert_eq!(properties.get("StorageEncrypted").and_then(Node::as_bool), Some(true));
        prop_assert!(properties.get("KmsKeyId").is_some_and(|key| key.as_reference().is_some()));
        let instances = of_type(data, "AWS::RDS::DBInstance");
        let zones: Vec<_> = instances
            .iter()
            .filter_map(|instance| instance.properties().get("AvailabilityZone"))
            .collect();
        prop_assert_eq!(zones.len(), instances.len());
        prop_assert!(zones.iter().any(|zone| *zone != zones[0]));
        let public = |instance: &&&Resource| {
            instance.properties().get("PubliclyAccessible").and_then(Node::as_bool) != Some(false)
        };
        prop_assert_eq!(instances.iter().filter(public).count(), 0);
        prop_assert_eq!(codes(program.app()), Vec::<&str>::new());
    }
}

fn build<K: innovate_aws::database::Pausing, R: Redundancy>(
    program: &Program<Dev>,
    engine: AuroraPostgres,
    readers: Readers<R>,
    capacity: Capacity<K>,
) -> AuroraServerless<K, R> {
    AuroraServerless::builder()
        .engine(engine)
        .network(program.vpc.data())
        .key(&program.key)
        .capacity(capacity)
        .readers(readers)
        .build()
}

/// What every kind takes.
#[derive(Clone, Debug)]
struct Choices {
    days: u16,
    backup: BackupWindow,
    maintenance: MaintenanceWindow,
    by_iam: bool,
    monitored: bool,
    protected: bool,
    named: bool,
}

fn choices() -> impl Strategy<Value = Choices> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (14u16..=35, backup_window(), maintenance_window(), flags)
        .prop_filter("windows that meet are refused", |(_, backup, maintenance, _)| {
            !backup.overlaps(*maintenance)
        })
        .prop_map(|(days, backup, maintenance, (by_iam, monitored, protected, named))| Choices {
            days,
            backup,
            maintenance,
            by_iam,
            monitored,
            protected,
            named,
        })
}

/// Any kind of database, with readers or replicas.
#[derive(Clone, Debug)]
enum Kind {
    Serverless(AuroraPostgres, Acu, Readers<WithFailover>),
    Provisioned(AuroraPostgres, AuroraInstanceClass, Readers<WithFailover>, Option<ReaderScaling>),
    Rds(PostgresVersion, RdsInstanceClass, InstanceStorage, usize),
}

fn kind() -> impl Strategy<Value = Kind> {
    let serverless = (engine(), (4u16..=512), readers()).prop_map(|(engine, most, readers)| {
        Kind::Serverless(engine, Acu::from_halves(most).unwrap(), readers)
    });
    let scaling = prop::option::of((1u8..=100).prop_map(|percent| {
        ReaderScaling::by_cpu(Percent::new(percent).unwrap(), ReaderRange::new(1, 15).unwrap())
    }));
    let class = prop::sample::select(AuroraInstanceClass::ALL);
    let provisioned =
        (engine(), class, readers(), scaling).prop_map(|(engine, class, readers, scaling)| {
            Kind::Provisioned(engine, class, readers, scaling)
        });
    let version = prop::sample::select(vec![
        PostgresVersion::V17,
        PostgresVersion::V18,
        PostgresVersion::V14_24,
        PostgresVersion::V16_12,
        PostgresVersion::V18_6,
    ]);
    let storage = (20u32..=10_000, 110u32..=600).prop_map(|(least, percent)| {
        InstanceStorage::growing(least, (least * percent).div_ceil(100)).unwrap()
    });
    let class = prop::sample::select(RdsInstanceClass::ALL);
    let rds =
        (version, class, storage, 0usize..=15).prop_map(|(version, class, storage, replicas)| {
            Kind::Rds(version, class, storage, replicas)
        });
    prop_oneof![serverless, provisioned, rds]
}

/// Sets on a builder what every kind takes, and builds it.
macro_rules! chosen {
    ($builder:expr, $program:expr, $choices:expr) => {{
        let Choices { days, backup, maintenance, by_iam, monitored, protected, named } = $choices;
        let user = if *by_iam { MasterUser::iam() } else { MasterUser::managed_secret() };
        let monitoring =
            if *monitored { EnhancedMonitoring::EverySecond } else { EnhancedMonitoring::Off };
        let protection = match protected {
            true => DeletionProtection::Always,
            false => DeletionProtection::InProduction,
        };
        $builder
            .network($program.vpc.data())
            .key(&$program.key)
            .backup_retention(BackupRetention::of_days(*days))
            .backup_window(*backup)
            .maintenance_window(*maintenance)
            .master_user(user)
            .monitoring(monitoring)
            .deletion_protection(protection)
            .database_name(if *named { "shop" } else { "app" })
            .build()
    }};
}

/// Lets the database have what a program would give it.
fn use_it<D: StaysAwake>(program: &mut Program<Prod>, database: &D) -> String {
    let proxy = RdsProxy::builder()
        .database(database)
        .network(program.vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
        .build();
    program.data.add("Proxy", proxy);
    database.identifier().to_owned()
}

fn rds(
    (version, class, storage, replicas): (
        PostgresVersion,
        RdsInstanceClass,
        InstanceStorage,
        usize,
    ),
    program: &Program<Prod>,
    choices: &Choices,
) -> RdsPostgres<MultiAz> {
    let builder = RdsPostgres::builder()
        .engine(version)
        .instance_class(class)
        .availability(Availability::multi_az())
        .storage(storage)
        .replicas(vec![ReadReplica::of_source_class(); replicas]);
    chosen!(builder, program, choices)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_kind_of_database_is_as_safe_as_the_others(choices in choices(), kind in kind()) {
        let mut program = Program::<Prod>::new();
        let identifier = match kind {
            Kind::Serverless(engine, most, readers) => {
                let builder = AuroraServerless::builder()
                    .engine(engine)
                    .capacity(Capacity::between(Acu::FOR_INSIGHTS, most))
                    .readers(readers);
                let database = chosen!(builder, program, &choices);
                let database = program.data.add("Database", database);
                use_it(&mut program, &database)
            }
            Kind::Provisioned(engine, class, readers, scaling) => {
                let builder = AuroraProvisioned::builder()
                    .engine(engine)
                    .instance_class(class)
                    .readers(readers);
                // A builder's type says what was set, so each has its own.
                let database = match scaling {
                    Some(scaling) => chosen!(builder.reader_scaling(scaling), program, &choices),
                    None => chosen!(builder, program, &choices),
                };
                let database = program.data.add("Database", database);
                use_it(&mut program, &database)
            }
            Kind::Rds(version, class, storage, replicas) => {
                let database = rds((version, class, storage, replicas), &program, &choices);
                let database = program.data.add("Database", database);
                use_it(&mut program, &database)
            }
        };
        prop_assert_eq!(identifier, "innovate-prod-data-database");
        let data = program.data.model();
        let main = data.resource("Database").unwrap();
        let truth = |property: &str| main.properties().get(property).and_then(Node::as_bool);
        for on in ["StorageEncrypted", "DeletionProtection", "EnableIAMDatabaseAuthentication"] {
            prop_assert_eq!(truth(on), Some(true), "{}", on);
        }
        prop_assert_eq!(main.properties().get("MasterUserPassword"), None);
        let group = data.resource("DatabaseParameters").unwrap().properties();
        let family = group.get("Family").and_then(Node::as_text).unwrap();
        let version = main.properties().get("EngineVersion").and_then(Node::as_text).unwrap();
        let major = version.split('.').next().unwrap();
        prop_assert!(family.ends_with(major), "{} {}", family, version);
        let forced = group.at("Parameters/rds.force_ssl").and_then(Node::as_text);
        prop_assert_eq!(forced, Some("1"));
        let instances = of_type(data, "AWS::RDS::DBInstance");
        let private = |instance: &&&Resource| {
            let public = instance.properties().get("PubliclyAccessible");
            public.and_then(Node::as_bool) == Some(false)
        };
        prop_assert_eq!(instances.iter().filter(private).count(), instances.len());
        prop_assert_eq!(codes(program.app()), Vec::<&str>::new());
    }
}
