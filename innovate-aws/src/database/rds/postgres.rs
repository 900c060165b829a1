//! The construct of an instance of RDS for PostgreSQL.

#![allow(missing_debug_implementations, reason = "of the builder that the derive makes")]

use innovate_cfn::rds::{self, db_instance};
use innovate_core::{
    Construct, DeletionPolicy, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope,
    check::Suppression,
};

use super::{
    Availability, AvailabilityKind, BackupReplication, InstanceStorage, RdsInstance, RdsReplica,
    ReadReplica,
};
use crate::{
    database::{
        Insights, PostgresVersion, RdsInstanceClass, connections,
        postgres::{Database, ServerPlace},
        settings::{NOT_MONITORED, Settings, database},
    },
    keys::{Key, Logs},
    name::name_of,
};

/// What RDS writes to CloudWatch Logs: PostgreSQL's own log, that of upgrades, and why tokens of IAM were
/// refused.
const LOGS: [(&str, &str); 3] =
    [("Logs", "postgresql"), ("UpgradeLogs", "upgrade"), ("IamLogs", "iam-db-auth-error")];
/// The most replicas of an instance.
const REPLICAS: usize = 15;

database! {
    /// An instance of RDS for PostgreSQL: with a standby in a second zone, and replicas that answer
    /// reads.
    ///
    /// It is in the network's data tier, where nothing leads out, and only what a
    /// [`Connection`](crate::network::Connection) names may connect to it. Storage, snapshots, insights
    /// and the master user's secret are encrypted with the key that it is given, and clients must speak
    /// TLS. Applications log in with tokens of IAM. It can't be deleted by mistake in production, leaves a
    /// snapshot when it goes, and never slips into paid Extended Support.
    ///
    /// One without a standby is not for production: adding it to a production stack doesn't compile. It
    /// can't pause as [`AuroraServerless`](crate::database::AuroraServerless) can, but outside production
    /// it can be stopped at night: [`ScheduledStop`](crate::database::ScheduledStop).
    ///
    /// ```
    /// use innovate_aws::{
    ///     database::{Availability, PostgresVersion, RdsInstanceClass, RdsPostgres},
    ///     keys::{Key, Rds},
    ///     network::VpcHandle,
    ///     storage,
    /// };
    /// use innovate_core::{Prod, Stack};
    ///
    /// fn database(stack: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
    ///     stack.add(
    ///         "Database",
    ///         RdsPostgres::builder()
    ///             .engine(PostgresVersion::V17)
    ///             .instance_class(RdsInstanceClass::M8gLarge)
    ///             .availability(Availability::multi_az())
    ///             .storage(storage!(100..=1000))
    ///             .network(vpc.data())
    ///             .key(key)
    ///             .build(),
    ///     );
    /// }
    /// ```
    ///
    /// Sources: "Amazon RDS for PostgreSQL", Amazon RDS User Guide; AWS::RDS::DBInstance, AWS
    /// CloudFormation Template Reference Guide.
    pub struct RdsPostgres<Z: AvailabilityKind> {
        /// The version of PostgreSQL, and with it who decides on minor upgrades.
        engine: PostgresVersion,
        /// Its size.
        instance_class: RdsInstanceClass,
        /// Whether it has a standby in a second zone.
        availability: Availability<Z>,
        /// How much space it has, and how far that grows.
        storage: InstanceStorage,
        /// Instances that follow it and answer reads. None by default.
        #[builder(default, setter(
            transform = |replicas: impl IntoIterator<Item = ReadReplica>| replicas.into_iter().collect()
        ))]
        replicas: Vec<ReadReplica>,
        /// Its automated backups in another region. None by default.
        #[builder(default, setter(strip_option))]
        backup_replication: Option<BackupReplication>,
        /// Lets a deployment upgrade it from this major version, such as 16, to the engine's. None by
        /// default: RDS then refuses another major version.
        ///
        /// The upgrade takes the database and its replicas down for minutes, and can't be undone: try it on
        /// a restored snapshot before. Leave it out again when every environment has been upgraded. A
        /// cluster of Aurora asks for no such word: CloudFormation upgrades it as soon as its engine changes.
        ///
        /// Source: "How to perform a major version upgrade for RDS for PostgreSQL", Amazon RDS User Guide.
        #[builder(default, setter(strip_option))]
        major_upgrade_from: Option<u8>,
    }
}

impl<Z: AvailabilityKind> Construct for RdsPostgres<Z> {
    type Handle = RdsInstance;
    type Needs = Z::Needs;

    fn build(self, scope: &mut Scope<'_>) -> RdsInstance {
        self.check(scope);
        let settings = self.settings();
        let identifier = name_of(scope);
        let security_group = settings.security_group(&identifier, scope);
        let logs_key = settings.logs.key(scope);
        let logs = log_groups("", &identifier, &settings, &logs_key, scope);
        let subnets = settings.subnet_group(&identifier, scope);
        let parameters = rds::DBParameterGroup::new(
            format!("PostgreSQL {} for the database {identifier}", self.engine.major()),
            self.engine.family(),
        )
        .parameters(settings.parameters.json());
        let parameters = scope.add("Parameters", parameters);
        let every = self
            .every_instance(&settings, scope)
            .vpc_security_groups([security_group.group_id()])
            .db_parameter_group_name(&parameters);
        let source = self.source(every.clone(), &identifier, &settings, scope);
        let source = source.db_subnet_group_name(&subnets).depends_on_all(&logs);
        self.explain(&settings, scope);
        let source = scope.add(MAIN, source);
        let replicas = self.replicas(&source, &every, &settings, &logs_key, scope);
        let place = ServerPlace {
            identifier,
            security_group,
            network: settings.network.block(),
            port: settings.port,
            database_name: settings.database_name.clone(),
        };
        let host = source.endpoint_address();
        let readers = replicas.first().map_or_else(|| host.clone(), RdsReplica::endpoint);
        let server = place.server(scope, host, readers, source.dbi_resource_id());
        let database = Database::instance(
            server,
            &source,
            &subnets,
            settings.master_user.as_ref(),
            settings.windows(),
        );
        let followers = replicas.iter().map(|replica| replica.as_ref().clone()).collect();
        let database = database.with(followers, Vec::new());
        let max_connections = connections::of_rds(self.instance_class, &self.parameters);
        RdsInstance { database, replicas, max_connections }
    }
}

impl<Z: AvailabilityKind> RdsPostgres<Z> {
    fn check(&self, scope: &mut Scope<'_>) {
        self.settings().check(scope);
        let replicas = self.replicas.len();
        if replicas > REPLICAS {
            scope.report(
                Diagnostic::error("DB-10", "an instance of RDS doesn't take so many replicas")
                    .setter("replicas")
                    .given(replicas)
                    .allowed(format!("up to {REPLICAS}")),
            );
        }
        let to = self.engine.major();
        if let Some(from) = self.major_upgrade_from.filter(|from| *from >= to) {
            scope.report(
                Diagnostic::error("DB-08", "this is no upgrade to another major version")
                    .setter("major_upgrade_from")
                    .given(format!("from {from} to {to}"))
                    .allowed(format!("a major version before {to}"))
                    .help("name the version that the database has now, and the new one as `.engine(..)`"),
            );
        }
    }

    /// What checkov is told of what the program does without.
    fn explain(&self, settings: &Settings, scope: &mut Scope<'_>) {
        if !self.availability.has_standby() {
            let reason = "the program chose one zone, which production doesn't take";
            scope.accept(Suppression::new("CKV_AWS_157", reason));
        }
        if !settings.is_monitored() {
            let reason = "the program turns enhanced monitoring off";
            scope.accept(Suppression::new("CKV_AWS_118", reason));
        }
    }

    /// What the source and its replicas have in common.
    fn every_instance(&self, settings: &Settings, scope: &mut Scope<'_>) -> rds::DBInstance {
        use db_instance::{
            DatabaseInsightsMode as Mode, PerformanceInsightsRetentionPeriod as Period,
        };
        let (mode, period) = match settings.insights(scope) {
            Insights::Advanced => (Mode::ADVANCED, Some(Period::PERIOD_465)),
            Insights::Standard => (Mode::STANDARD, Some(Period::PERIOD_7)),
            Insights::Off => (Mode::STANDARD, None),
        };
        let mut instance = rds::DBInstance::new()
            .publicly_accessible(false)
            .auto_minor_version_upgrade(self.engine.minor().is_none())
            .ca_certificate_identifier(settings.certificate.name())
            .enable_iam_database_authentication(true)
            .copy_tags_to_snapshot(true)
            .storage_type("gp3")
            .max_allocated_storage(self.storage.most)
            .port(settings.port.to_string())
            .preferred_maintenance_window(settings.maintenance_window)
            .enable_cloudwatch_logs_exports(LOGS.map(|(_, log)| log))
            .database_insights_mode(mode)
            .enable_performance_insights(period.is_some())
            // Also of insights that are off: without it CloudFormation would replace the instance.
            .performance_insights_kms_key_id(settings.key.arn());
        if let Some(performance) = self.storage.performance {
            instance = instance.iops(performance.iops).storage_throughput(performance.throughput);
        }
        if let Some(period) = period {
            instance = instance.performance_insights_retention_period(period);
        }
        match settings.monitoring(scope) {
            Some((seconds, role)) => {
                instance.monitoring_interval(seconds).monitoring_role_arn(role)
            }
            None => instance.monitoring_interval(NOT_MONITORED),
        }
    }

    fn source(
        &self,
        every: rds::DBInstance,
        identifier: &str,
        settings: &Settings,
        scope: &Scope<'_>,
    ) -> rds::DBInstance {
        let mut instance = every
            .db_instance_identifier(identifier.to_owned())
            .allow_major_version_upgrade(self.major_upgrade_from.is_some())
            .engine("postgres")
            .engine_version(self.engine.to_string())
            .engine_lifecycle_support("open-source-rds-extended-support-disabled")
            .db_instance_class(self.instance_class)
            .multi_az(self.availability.has_standby())
            .allocated_storage(self.storage.allocated.to_string())
            .storage_encrypted(true)
            .kms_key_id(settings.key.arn())
            .master_username(self.master_user.name.clone())
            .backup_retention_period(settings.backup_retention)
            .preferred_backup_window(settings.backup_window)
            .delete_automated_backups(false)
            .deletion_protection(settings.is_protected(scope))
            .removal_policy(DeletionPolicy::Snapshot);
        instance = match settings.secret_key() {
            Some(key) => {
                let secret = db_instance::MasterUserSecret::new().kms_key_id(key);
                instance.manage_master_user_password(true).master_user_secret(secret)
            }
            None => instance.master_user_authentication_type(
                db_instance::MasterUserAuthenticationType::IAM_DB_AUTH,
            ),
        };
        if let Some(name) = &settings.database_name {
            instance = instance.db_name(name.clone());
        }
        if let Some(replication) = &self.backup_replication {
            instance = instance
                .automatic_backup_replication_region(replication.region.code())
                .automatic_backup_replication_kms_key_id(replication.key.clone())
                .automatic_backup_replication_retention_period(replication.retention);
        }
        instance
    }

    /// Each in the zone after the one before it; RDS chooses the source's, and one may share it.
    fn replicas(
        &self,
        source: &rds::DBInstanceRef,
        every: &rds::DBInstance,
        settings: &Settings,
        logs_key: &Key<Logs>,
        scope: &mut Scope<'_>,
    ) -> Vec<RdsReplica> {
        let zones = settings.network.zone_names();
        let mut zones = zones.iter().cycle();
        let mut replicas = Vec::with_capacity(self.replicas.len());
        for (number, replica) in (1..).zip(&self.replicas) {
            let id = format!("Replica{number}");
            let identifier = format!("{}-replica{number}", name_of(scope));
            let logs = log_groups(&id, &identifier, settings, logs_key, scope);
            let class = replica.class.unwrap_or(self.instance_class);
            let mut instance = every
                .clone()
                .source_db_instance_identifier(source)
                .db_instance_identifier(identifier.clone())
                .db_instance_class(class)
                .deletion_protection(settings.is_protected(scope))
                // Its data is its source's; it has none to lose.
                .removal_policy(DeletionPolicy::Delete)
                .depends_on_all(&logs);
            if let Some(zone) = zones.next() {
                instance = instance.availability_zone(zone);
            }
            let instance =
                instance.suppress("CKV_AWS_16", "it is encrypted with its source's key").suppress(
                    "CKV_AWS_157",
                    "what it holds is its source's, from which it is made anew",
                );
            let max_connections = connections::of_rds(class, &self.parameters);
            let replica = scope.add(id, instance);
            replicas.push(RdsReplica { replica, identifier, max_connections });
        }
        replicas
    }
}

/// The log groups of an instance, named after `prefix`.
fn log_groups(
    prefix: &str,
    identifier: &str,
    settings: &Settings,
    key: &Key<Logs>,
    scope: &mut Scope<'_>,
) -> Vec<ResourceRef> {
    let group = |(id, log): (&str, &str)| {
        let name = format!("/aws/rds/instance/{identifier}/{log}");
        settings.logs.group(format!("{prefix}{id}"), name, key, scope)
    };
    LOGS.into_iter().map(group).collect()
}
