//! Databases that are stopped at night.

use innovate_cfn::policy::Statement;
use innovate_core::{Construct, Diagnostic, MetBy, NonProduction, Place, Scope, Stack, Stage};
use typed_builder::TypedBuilder;

use super::{DatabaseKind, PostgresDatabase, postgres::Database};
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
/// `.backup_window(..)` and `.maintenance_window(..)`, both in UTC. Backups that there are stay meanwhile.
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

impl ScheduledStop {
    fn check(&self, scope: &mut Scope<'_>) {
        let replicas = self.database.replicas();
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
