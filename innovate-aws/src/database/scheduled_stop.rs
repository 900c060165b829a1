//! Databases that are stopped at night.

use innovate_cfn::policy::Statement;
use innovate_core::{Construct, Diagnostic, MetBy, NonProduction, Place, Scope, Stack, Stage};
use typed_builder::TypedBuilder;

use super::{
    DatabaseKind, PostgresDatabase,
    postgres::{Database, Windows},
};
use crate::schedule::{Call, Caller, Recurrence, TimeOfDay, TimeZone};

/// A need of what stops a database.
#[derive(Clone, Copy, Debug)]
pub enum StackWhoseDatabasesStop {}

/// A stage whose databases may be stopped.
#[diagnostic::on_unimplemented(
    message = "a production database is never stopped",
    label = "this stops a database every day",
    note = "stop those of `Dev` and `Staging`; in production, Aurora Serverless scales down with the load"
)]
pub trait LetsDatabasesStop: Stage {}

#[diagnostic::do_not_recommend]
impl<S: NonProduction> LetsDatabasesStop for S {}

impl<S: LetsDatabasesStop, P: Place> MetBy<Stack<S, P>> for StackWhoseDatabasesStop {}

/// Stops a database every day, and starts it again on request: what isn't in use costs only its storage
/// and backups.
///
/// It is stopped every day, since RDS starts what has been stopped for a week. A database with
/// replicas can't be stopped, and no production database can: adding this to a production stack doesn't
/// compile. An [`AuroraServerless`](super::AuroraServerless) that pauses has no need of it.
///
/// What is stopped is neither backed up nor patched by RDS: give the database windows in which it is awake,
/// `.backup_window(..)` and `.maintenance_window(..)`, both in UTC; you are warned of others, such as the
/// default ones at night. Backups that there are stay meanwhile.
///
/// A stop cuts connections and takes minutes, and so does a start. A database that is stopped can't be
/// changed: don't deploy at night. A call that fails, such as one to stop what is stopped, is given up
/// after 15 minutes.
///
/// ```
/// use innovate_aws::{
///     database::{PostgresDatabase, ScheduledStop},
///     schedule::Recurrence,
///     time_of_day, time_zone,
/// };
/// use innovate_core::{Dev, Stack};
///
/// fn sleep(stack: &mut Stack<Dev>, database: &impl PostgresDatabase) {
///     stack.add(
///         "DatabaseAtNight",
///         ScheduledStop::builder()
///             .database(database)
///             .stop(time_of_day!("20:00"))
///             .start(Recurrence::workdays(time_of_day!("07:00")))
///             .time_zone(time_zone!("Europe/Berlin"))
///             .build(),
///     );
/// }
/// ```
///
/// Sources: "Stopping an Amazon RDS DB instance temporarily", Amazon RDS User Guide; "Stopping and
/// starting an Amazon Aurora DB cluster", Amazon Aurora User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct ScheduledStop {
    /// The database.
    #[builder(setter(
        fn transform<D: PostgresDatabase>(database: &D) -> Database {
            database.database().clone()
        }
    ))]
    database: Database,
    /// When it is stopped, every day.
    stop: TimeOfDay,
    /// When it is started. Never by default: someone starts it who needs it.
    #[builder(default, setter(strip_option))]
    start: Option<Recurrence>,
    /// Whose time that is.
    time_zone: TimeZone,
}

impl Construct for ScheduledStop {
    type Handle = ();
    type Needs = StackWhoseDatabasesStop;

    fn build(self, scope: &mut Scope<'_>) {
        self.check(scope);
        self.check_windows(scope);
        let Self { database, stop, start, time_zone } = self;
        let (stopping, starting, parameter) = match database.kind() {
            DatabaseKind::Cluster => (
                ("rds:StopDBCluster", "rds:stopDBCluster"),
                ("rds:StartDBCluster", "rds:startDBCluster"),
                "DbClusterIdentifier",
            ),
            DatabaseKind::Instance => (
                ("rds:StopDBInstance", "rds:stopDBInstance"),
                ("rds:StartDBInstance", "rds:startDBInstance"),
                "DbInstanceIdentifier",
            ),
        };
        let mut actions = vec![stopping.0];
        actions.extend(start.map(|_| starting.0));
        let may = Statement::allow(actions).sid("StopAndStart").on(database.arn());
        let caller = Caller::new([may], time_zone, scope);
        let identifier = database.server().identifier();
        let call = |verb: &str, operation, at| Call {
            description: format!("{verb} the database {identifier}"),
            at,
            operation,
            input: vec![(parameter, identifier.to_owned())],
        };
        caller.add("Stop", call("Stops", stopping.1, Recurrence::daily(stop)), scope);
        if let Some(start) = start {
            caller.add("Start", call("Starts", starting.1, start), scope);
        }
    }
}

/// When a database is awake that is stopped every day: from each start to the stop after it.
struct Awake {
    /// In minutes since Monday's midnight.
    starts: Vec<i32>,
    minutes: i32,
}

impl Awake {
    const DAY: i32 = 24 * 60;
    const WEEK: i32 = 7 * Self::DAY;

    fn between(start: Recurrence, stop: TimeOfDay) -> Self {
        let minutes = i32::from(stop.minutes()) - i32::from(start.time().minutes());
        Self {
            starts: start.in_a_week().map(i32::from).collect(),
            minutes: minutes.rem_euclid(Self::DAY),
        }
    }

    /// Whether it is from `at` on, for so many minutes, in a time zone that is so far ahead of UTC.
    fn holds(&self, at: i32, minutes: i32, ahead: i16) -> bool {
        self.starts.iter().any(|start| {
            (at + i32::from(ahead) - start).rem_euclid(Self::WEEK) + minutes <= self.minutes
        })
    }

    /// Whether it is in winter and in summer on one of these days.
    fn holds_one(
        &self,
        days: std::ops::Range<i32>,
        (at, minutes): (u16, u16),
        zone: TimeZone,
    ) -> bool {
        let (least, most) = zone.ahead_of_utc();
        [least, most].into_iter().all(|ahead| {
            days.clone()
                .any(|day| self.holds(day * Self::DAY + i32::from(at), minutes.into(), ahead))
        })
    }
}

impl ScheduledStop {
    fn check_windows(&self, scope: &mut Scope<'_>) {
        // When someone starts it is not known.
        let Some(start) = self.start.filter(|start| start.time() != self.stop) else { return };
        let awake = Awake::between(start, self.stop);
        let Windows { backup, maintenance } = self.database.windows();
        let mut warn = |message: &str, given: String, setter: &str| {
            scope.report(
                Diagnostic::warning("DB-11", message)
                    .setter("database")
                    .given(format!("{given} UTC"))
                    .allowed(format!(
                        "a window, in UTC, between the start, {start}, and the stop at {} in {}",
                        self.stop, self.time_zone
                    ))
                    .help(format!(
                        "give the database a window in which it is awake: `.{setter}(..)`"
                    )),
            );
        };
        if !awake.holds_one(0..7, backup.in_minutes(), self.time_zone) {
            let message = "the database is stopped whenever its daily backup would be made";
            warn(message, backup.to_string(), "backup_window");
        }
        if !awake.holds_one(0..1, maintenance.in_minutes(), self.time_zone) {
            let message = "the database is stopped when it would be maintained";
            warn(message, maintenance.to_string(), "maintenance_window");
        }
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let replicas = self.database.replicas().len();
        if replicas > 0 {
            scope.report(
                Diagnostic::error("DB-11", "an instance with replicas can't be stopped")
                    .setter("database")
                    .given(format!("{}, with {replicas}", self.database.server().identifier()))
                    .allowed("an instance without replicas, or an Aurora cluster")
                    .help("leave the replicas out where the database is stopped"),
            );
        }
        if let Some(start) = self.start.filter(|start| start.time() == self.stop) {
            scope.report(
                Diagnostic::error("DB-11", "the database would be stopped and started at once")
                    .setter("start")
                    .given(format!("stopped every day at {}, started {start}", self.stop))
                    .allowed("two times that are apart: a stop takes minutes"),
            );
        }
    }
}
