//! What is done with a database at times.

use innovate_aws::{
    database::{
        Availability, BackupWindow, ClusterSnapshot, MaintenanceWindow, PostgresDatabase,
        RdsPostgres, ReadReplica, ScheduledSnapshot, ScheduledStop, SingleAz,
    },
    name,
    schedule::{Recurrence, Weekday},
    time_of_day, time_zone, weekly_window, window,
};
use innovate_core::{DeletionPolicy, Dev, Diagnostic, Node, Prod, Resource, Severity};

use crate::{
    database::{Program, good},
    program::{findings, resource, text},
    rds_postgres::postgres,
};

fn instance(program: &Program<Dev>, replicas: usize) -> RdsPostgres<SingleAz> {
    let replicas = vec![ReadReplica::of_source_class(); replicas];
    postgres!(program, availability(Availability::single_az()), replicas(replicas))
}

/// With windows of the working day.
fn awake_by_day(program: &Program<Dev>) -> RdsPostgres<SingleAz> {
    postgres!(
        program,
        availability(Availability::single_az()),
        backup_window(window!("09:00-10:00")),
        maintenance_window(weekly_window!("wed:10:30-wed:11:30"))
    )
}

/// Stops a database at 20:00, and never starts it.
fn at_night(database: &impl PostgresDatabase) -> ScheduledStop {
    ScheduledStop::builder()
        .database(database)
        .stop(time_of_day!("20:00"))
        .time_zone(time_zone!("UTC"))
        .build()
}

/// The text of a property that is literal but for the parts that aren't.
fn shown(resource: &Resource, path: &str) -> String {
    format!("{:?}", resource.properties().at(path))
}

#[test]
fn an_instance_is_stopped_every_day_and_started_on_workdays() {
    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", awake_by_day(&program));
    let stop = ScheduledStop::builder()
        .database(&database)
        .stop(time_of_day!("20:00"))
        .start(Recurrence::workdays(time_of_day!("07:00")))
        .time_zone(time_zone!("Europe/Berlin"))
        .build();
    program.data.add("AtNight", stop);
    let data = program.data.model();
    for (id, expression, operation) in [
        ("AtNightStop", "cron(0 20 * * ? *)", "stopDBInstance"),
        ("AtNightStart", "cron(0 7 ? * MON-FRI *)", "startDBInstance"),
    ] {
        let schedule = resource(data, id);
        assert_eq!(text(schedule, "ScheduleExpression"), expression);
        assert_eq!(text(schedule, "ScheduleExpressionTimezone"), "Europe/Berlin");
        assert_eq!(text(schedule, "FlexibleTimeWindow/Mode"), "OFF");
        let arn = format!("arn:aws:scheduler:::aws-sdk:rds:{operation}");
        assert_eq!(text(schedule, "Target/Arn"), arn);
        let input = r#"{"DbInstanceIdentifier":"innovate-dev-data-database"}"#;
        assert_eq!(text(schedule, "Target/Input"), input);
        let age = schedule.properties().at("Target/RetryPolicy/MaximumEventAgeInSeconds");
        assert_eq!(age.and_then(Node::as_number), Some(900.0));
    }
    let role = resource(data, "AtNightRole");
    let trust = shown(role, "AssumeRolePolicyDocument");
    assert!(trust.contains("aws:SourceAccount") && trust.contains("444455556666"), "{trust}");
    let may = shown(role, "Policies");
    for part in ["rds:StopDBInstance", "rds:StartDBInstance", "DBInstanceArn"] {
        assert!(may.contains(part), "{may}");
    }
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_cluster_is_stopped_as_a_cluster_and_may_wait_for_someone_to_start_it() {
    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", good(&program));
    program.data.add("AtNight", at_night(&database));
    let data = program.data.model();
    let schedule = resource(data, "AtNightStop");
    assert!(text(schedule, "Target/Arn").ends_with(":rds:stopDBCluster"));
    assert!(shown(schedule, "Target/Input").contains("DbClusterIdentifier"));
    assert!(data.resource("AtNightStart").is_none());
    assert!(!shown(resource(data, "AtNightRole"), "Policies").contains("rds:StartDBCluster"));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn an_instance_with_replicas_is_not_stopped() {
    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", instance(&program, 1));
    program.data.add("AtNight", at_night(&database));
    let found = findings(program.app());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-11", Some("database")));
    assert_eq!(found[0].given_value(), Some("innovate-dev-data-database, with 1"));
}

#[test]
fn a_database_is_not_stopped_and_started_at_once() {
    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", instance(&program, 0));
    let stop = ScheduledStop::builder()
        .database(&database)
        .stop(time_of_day!("07:00"))
        .start(Recurrence::workdays(time_of_day!("07:00")))
        .time_zone(time_zone!("UTC"))
        .build();
    program.data.add("AtNight", stop);
    let found = findings(program.app());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-11", Some("start")));
}

/// What is said of a database with these windows that is awake from a start to 20:00 in Berlin.
fn said_of_windows(
    backup: BackupWindow,
    maintenance: MaintenanceWindow,
    start: Recurrence,
) -> Vec<(Severity, String)> {
    let mut program = Program::<Dev>::new();
    let database = postgres!(
        program,
        availability(Availability::single_az()),
        backup_window(backup),
        maintenance_window(maintenance)
    );
    let database = program.data.add("Database", database);
    let stop = ScheduledStop::builder()
        .database(&database)
        .stop(time_of_day!("20:00"))
        .start(start)
        .time_zone(time_zone!("Europe/Berlin"))
        .build();
    program.data.add("AtNight", stop);
    let said = |found: &Diagnostic| {
        assert_eq!((found.code(), found.setter_name()), ("DB-11", Some("database")));
        (found.severity(), found.given_value().unwrap_or_default().to_owned())
    };
    findings(program.app()).iter().map(said).collect()
}

#[test]
fn a_database_that_is_stopped_at_night_is_backed_up_and_maintained_by_day() {
    let (by_day, wednesday) = (window!("09:00-10:00"), weekly_window!("wed:10:30-wed:11:30"));
    let workdays = Recurrence::workdays(time_of_day!("07:00"));
    let warning = |given: &str| (Severity::Warning, format!("{given} UTC"));
    assert_eq!(said_of_windows(by_day, wednesday, workdays), []);
    assert_eq!(
        said_of_windows(BackupWindow::DEFAULT, MaintenanceWindow::DEFAULT, workdays),
        [warning("sun:04:00-sun:05:00"), warning("02:00-03:00")],
    );
    // Berlin is an hour ahead of UTC, in summer two: 18:00 is the stop, in summer.
    for (window, sleeps) in [
        (window!("06:00-06:30"), false),
        (window!("05:30-06:00"), true),
        (window!("17:00-18:00"), false),
        (window!("17:30-18:30"), true),
    ] {
        let expected = if sleeps { vec![warning(&window.to_string())] } else { vec![] };
        assert_eq!(said_of_windows(window, wednesday, workdays), expected, "{window}");
    }
    // It is awake on one day, when it is backed up, and maintained on no other.
    let fridays = Recurrence::weekly(Weekday::Friday, time_of_day!("07:00"));
    assert_eq!(said_of_windows(by_day, wednesday, fridays), [warning("wed:10:30-wed:11:30")]);
    let friday = weekly_window!("fri:10:30-fri:11:30");
    assert_eq!(said_of_windows(by_day, friday, fridays), []);
}

#[test]
fn a_night_shift_is_awake_over_midnight() {
    let (at_night, sunday) = (window!("22:00-23:00"), weekly_window!("sun:23:30-mon:00:30"));
    let evenings = Recurrence::daily(time_of_day!("22:00"));
    assert_eq!(said_of_windows(at_night, sunday, evenings), []);
    let mornings = Recurrence::daily(time_of_day!("05:00"));
    assert_eq!(said_of_windows(at_night, sunday, mornings).len(), 2);
}

#[test]
fn snapshots_are_made_by_schedule_under_names_that_are_never_used_twice() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let snapshots = ScheduledSnapshot::builder()
        .database(&database)
        .at(Recurrence::weekly(Weekday::Sunday, time_of_day!("01:00")))
        .build();
    program.data.add("WeeklySnapshot", snapshots);
    let data = program.data.model();
    let schedule = resource(data, "WeeklySnapshotSchedule");
    assert_eq!(text(schedule, "ScheduleExpression"), "cron(0 1 ? * SUN *)");
    assert_eq!(text(schedule, "ScheduleExpressionTimezone"), "UTC");
    assert!(text(schedule, "Target/Arn").ends_with(":rds:createDBClusterSnapshot"));
    let input = shown(schedule, "Target/Input");
    assert!(input.contains("innovate-prod-data-database-<aws.scheduler.execution-id>"), "{input}");
    let may = shown(resource(data, "WeeklySnapshotRole"), "Policies");
    assert!(may.contains("cluster-snapshot:innovate-prod-data-database-*"), "{may}");
    assert_eq!(findings(program.app()), []);

    let mut program = Program::<Dev>::new();
    let database = program.data.add("Database", instance(&program, 0));
    let monday = Recurrence::weekly(Weekday::Monday, time_of_day!("01:00"));
    let snapshots = ScheduledSnapshot::builder().database(&database).at(monday).build();
    program.data.add("WeeklySnapshot", snapshots);
    let schedule = resource(program.data.model(), "WeeklySnapshotSchedule");
    assert!(text(schedule, "Target/Arn").ends_with(":rds:createDBSnapshot"));
    assert!(shown(schedule, "Target/Input").contains("DbSnapshotIdentifier"));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn snapshots_that_nothing_deletes_are_made_once_a_week_at_the_most() {
    let time = time_of_day!("01:00");
    for (at, given) in [
        (Recurrence::daily(time), "every day at 01:00: 366 a year, which nothing deletes"),
        (
            Recurrence::workdays(time),
            "from Monday to Friday at 01:00: 262 a year, which nothing deletes",
        ),
    ] {
        let mut program = Program::<Prod>::new();
        let database = program.data.add("Database", good(&program));
        let snapshots = ScheduledSnapshot::builder().database(&database).at(at).build();
        program.data.add("Snapshots", snapshots);
        let found = findings(program.app());
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((found[0].code(), found[0].setter_name()), ("DB-16", Some("at")));
        assert_eq!(found[0].severity(), Severity::Warning);
        assert_eq!(found[0].given_value(), Some(given));
    }
}

#[test]
fn a_snapshot_has_a_name_that_rds_takes() {
    const LONG: &str = "OrdersOfTheWholeWorldSinceTheShop";
    let mut program = Program::<Prod>::new();
    let database = program.data.add(LONG, good(&program));
    let weekly = Recurrence::weekly(Weekday::Sunday, time_of_day!("01:00"));
    let snapshots = ScheduledSnapshot::builder().database(&database).at(weekly).build();
    program.data.add("Weekly", snapshots);
    let found = findings(program.app());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-16", Some("database")));
    assert_eq!(found[0].allowed_values(), Some("up to 63 characters in all"));

    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    for name in
        [name!(SnapshotName: "before-the-migration-to-version-2-0"), name!(SnapshotName: "v1--2")]
    {
        let id = format!("Before{}", name.as_str().len());
        program.data.add(id, ClusterSnapshot::new(&database, name));
    }
    let found = findings(program.app());
    let codes: Vec<&str> = found.iter().map(Diagnostic::code).collect();
    assert_eq!(codes, ["DB-16"], "the first has 63 characters: {found:#?}");
    assert_eq!(found[0].given_value(), Some("`innovate-prod-data-database-v1--2`, 33 characters"));
}

#[test]
fn a_snapshot_on_demand_stays_when_it_leaves_its_stack() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let snapshot = ClusterSnapshot::new(&database, name!(SnapshotName: "before-v2"));
    program.data.add("BeforeV2", snapshot);
    let snapshot = resource(program.data.model(), "BeforeV2");
    assert_eq!(
        text(snapshot, "DBClusterSnapshotIdentifier"),
        "innovate-prod-data-database-before-v2"
    );
    assert_eq!(snapshot.deletion_policy(), Some(DeletionPolicy::Retain));
    assert_eq!(findings(program.app()), []);
}
