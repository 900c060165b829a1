//! An Aurora cluster that scales with its load.

use innovate_cfn::{
    iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
    rds::{self, db_cluster},
};
use innovate_core::{
    Construct, DeletionPolicy, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope, StageKind,
    Str, Text, Value, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::AuroraCluster;
use crate::{
    database::{
        AuroraPostgres, BackupRetention, BackupWindow, CaCertificate, Capacity, DeletionProtection,
        EnhancedMonitoring, Insights, MaintenanceWindow, MasterUser, Parameters, Pausing, Reader,
        Readers, Redundancy, RetainsBackups, Storage,
        master_user::{Proof, is_identifier},
        postgres::{Database, ServerPlace},
    },
    keys::{Key, KmsKey, Logs, Rds},
    name::{LogGroupName, name_of},
    network::{SecurityGroup, SecurityGroupHandle, Subnets, tier::Data},
    observability::{LogGroup, Retention},
};

const ENGINE: &str = "aurora-postgresql";
/// What RDS writes to CloudWatch Logs.
const LOG: &str = "postgresql";
/// The most readers that a cluster has.
const READERS: usize = 15;
/// What the advanced mode of insights keeps, and what the standard mode keeps, in days.
const INSIGHTS_DAYS: (u16, u16) = (465, 7);

/// An Aurora PostgreSQL cluster that scales with its load (Serverless v2): a writer, and readers in
/// other zones.
///
/// It is in the network's data tier, where nothing leads out, and only what a
/// [`Connection`](crate::network::Connection) names may connect to it. Storage, snapshots, insights and
/// the master user's secret are encrypted with the key that it is given, and clients must speak TLS.
/// Applications log in with tokens of IAM; its administrator's password, if there is one, is known
/// to Secrets Manager alone. It can't be deleted by mistake in production, leaves a snapshot when it
/// goes, and never slips into paid Extended Support.
///
/// A cluster that pauses, or that has no reader to take over, is not for production: adding it to a
/// production stack doesn't compile.
///
/// ```
/// use innovate_aws::{
///     capacity, days, window, weekly_window,
///     database::{AuroraPostgres, AuroraServerless, Readers},
///     keys::{Key, Rds},
///     network::VpcHandle,
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn database(stack: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
///     stack.add(
///         "Database",
///         AuroraServerless::builder()
///             .engine(AuroraPostgres::V17)
///             .network(vpc.data())
///             .key(key)
///             .capacity(capacity!(1..=64))
///             .readers(Readers::failover())
///             .backup_retention(days!(14))
///             .backup_window(window!("02:00-03:00"))
///             .maintenance_window(weekly_window!("sun:04:00-sun:05:00"))
///             .build(),
///     );
/// }
/// ```
///
/// Sources: "Using Aurora Serverless v2", Amazon Aurora User Guide; AWS::RDS::DBCluster and
/// AWS::RDS::DBInstance, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct AuroraServerless<K: Pausing, R: Redundancy> {
    /// The version of PostgreSQL, and with it who decides on minor upgrades.
    engine: AuroraPostgres,
    /// The network's data tier: `vpc.data()`.
    network: Subnets<Data>,
    /// What encrypts storage, snapshots, insights and the master user's secret.
    #[builder(setter(transform = |key: &Key<Rds>| key.clone()))]
    key: Key<Rds>,
    /// How far each instance scales, and whether it pauses.
    capacity: Capacity<K>,
    /// The instances beside the writer.
    readers: Readers<R>,
    /// How long automated backups are kept, and so how far back a point-in-time restore reaches:
    /// `days!(7)` to `days!(35)`, in production 14 or more. 14 days by default.
    #[builder(default = BackupRetention::MIN_IN_PRODUCTION, setter(
        fn transform(days: impl RetainsBackups) -> BackupRetention {
            days.retention()
        }
    ))]
    backup_retention: BackupRetention,
    /// When the daily backup is made, in UTC. 02:00 to 03:00 by default.
    #[builder(default = BackupWindow::DEFAULT)]
    backup_window: BackupWindow,
    /// When AWS patches the cluster, in UTC. Sunday, 04:00 to 05:00 by default.
    #[builder(default = MaintenanceWindow::DEFAULT)]
    maintenance_window: MaintenanceWindow,
    /// Who administers it. `dbadmin` by default, with a password that RDS keeps in Secrets Manager.
    #[builder(default = MasterUser::managed_secret())]
    master_user: MasterUser,
    /// The database that is made with the cluster. None by default: applications make theirs. It
    /// can't be changed later.
    #[builder(default, setter(into, strip_option))]
    database_name: Option<Str>,
    /// The settings of PostgreSQL.
    #[builder(default)]
    parameters: Parameters,
    /// How much insights show. Advanced in production, standard elsewhere by default.
    #[builder(default, setter(strip_option))]
    insights: Option<Insights>,
    /// How often enhanced monitoring looks at the operating system. Every minute by default.
    #[builder(default)]
    monitoring: EnhancedMonitoring,
    /// How Aurora charges for storage. By space and by every read and write by default.
    #[builder(default)]
    storage: Storage,
    /// Who signs its certificate. `rds-ca-rsa2048-g1` by default.
    #[builder(default)]
    certificate: CaCertificate,
    /// Whether it refuses to be deleted. In production by default.
    #[builder(default)]
    deletion_protection: DeletionProtection,
    /// How long its log is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// What encrypts its log. A key of its own by default.
    #[builder(default, setter(transform = |key: &Key<Logs>| Some(key.clone())))]
    logs_key: Option<Key<Logs>>,
    /// The port that it listens on. 5432 by default.
    #[builder(default = 5432)]
    port: u16,
}

impl<K: Pausing, R: Redundancy> Construct for AuroraServerless<K, R> {
    type Handle = AuroraCluster<K>;
    type Needs = K::Needs<R>;

    fn build(self, scope: &mut Scope<'_>) -> AuroraCluster<K> {
        self.check(scope);
        let identifier = name_of(scope);
        let group = SecurityGroup::builder()
            .vpc(&self.network)
            .description(format!("Connections to the database {identifier}"))
            .build();
        let security_group = scope.add("SecurityGroup", group);
        let log_group = self.log_group(&identifier, scope);
        let cluster = self.cluster(&identifier, &security_group, scope).depends_on(&log_group);
        let cluster = scope.add(MAIN, cluster);
        self.instances(&cluster, scope);
        let place = ServerPlace {
            identifier,
            security_group,
            network: self.network.block(),
            port: self.port,
        };
        let server = place.server(
            scope,
            cluster.endpoint_address(),
            cluster.read_endpoint_address(),
            cluster.db_cluster_resource_id(),
        );
        let database = Database::cluster(server, &cluster, &self.master_user, self.database_name);
        AuroraCluster::new(database, self.capacity)
    }
}

impl<K: Pausing, R: Redundancy> AuroraServerless<K, R> {
    /// Reports what CloudFormation would take and the cluster would not do, or do without.
    fn check(&self, scope: &mut Scope<'_>) {
        for (name, value) in self.parameters.refused() {
            scope.report(
                Diagnostic::error(
                    "DB-02",
                    "clients of the database would be let in without TLS 1.2",
                )
                .setter("parameters")
                .given(format!("{name} = {value}"))
                .help("leave the parameter out: TLS 1.2 is forced, and can be raised to 1.3"),
            );
        }
        if !self.master_user.has_valid_name() {
            scope.report(
                Diagnostic::error("DB-10", "the master user can't have this name")
                    .setter("master_user")
                    .given(&self.master_user.name)
                    .allowed("1 to 63 letters, digits and underscores, beginning with a letter, and no name that PostgreSQL reserves"),
            );
        }
        if let Some(name) = self.database_name.as_ref().filter(|name| !is_identifier(name)) {
            scope.report(
                Diagnostic::error("DB-10", "the database can't have this name")
                    .setter("database_name")
                    .given(name)
                    .allowed("1 to 63 letters, digits and underscores, beginning with a letter"),
            );
        }
        let readers = self.readers.readers.len();
        if readers > READERS {
            scope.report(
                Diagnostic::error("DB-10", "an Aurora cluster doesn't take so many readers")
                    .setter("readers")
                    .given(readers)
                    .allowed(format!("up to {READERS}")),
            );
        }
    }

    /// Made before the cluster, which would otherwise make its own: without a key, and for ever.
    fn log_group(&self, identifier: &str, scope: &mut Scope<'_>) -> ResourceRef {
        let key = match &self.logs_key {
            Some(key) => key.clone(),
            None => scope.add("LogKey", KmsKey::<Logs>::new()),
        };
        let name = LogGroupName::trusted(format!("/aws/rds/cluster/{identifier}/{LOG}"));
        let retention = self.log_retention.unwrap_or_else(|| Retention::of_stage(scope.stage()));
        let group = LogGroup::builder().name(name).retention(retention).key(&key).build();
        scope.add("Logs", group).as_ref().clone()
    }

    fn cluster(
        &self,
        identifier: &str,
        security_group: &SecurityGroupHandle,
        scope: &mut Scope<'_>,
    ) -> rds::DBCluster {
        let production = scope.stage() == StageKind::Prod;
        let description = format!("Data tier for the database {identifier}");
        let subnets = rds::DBSubnetGroup::new(description, self.network.ids());
        let subnets = scope.add("Subnets", subnets);
        let parameters = rds::DBClusterParameterGroup::new(
            format!("PostgreSQL {} for the database {identifier}", self.engine.major()),
            self.engine.family(),
            self.parameters.json(),
        );
        let parameters = scope.add("Parameters", parameters);
        let always = self.deletion_protection == DeletionProtection::Always;
        let mut cluster = rds::DBCluster::new()
            .db_cluster_identifier(identifier.to_owned())
            .engine(ENGINE)
            .engine_version(self.engine.to_string())
            .engine_lifecycle_support("open-source-rds-extended-support-disabled")
            .serverless_v2_scaling_configuration(self.scaling())
            .db_subnet_group_name(&subnets)
            .vpc_security_group_ids([security_group])
            .port(self.port)
            .db_cluster_parameter_group_name(&parameters)
            .storage_encrypted(true)
            .kms_key_id(self.key.arn())
            .enable_iam_database_authentication(true)
            .master_username(self.master_user.name.clone())
            .backup_retention_period(self.backup_retention)
            .preferred_backup_window(self.backup_window)
            .preferred_maintenance_window(self.maintenance_window)
            .copy_tags_to_snapshot(true)
            .delete_automated_backups(false)
            .deletion_protection(production || always)
            .enable_cloudwatch_logs_exports([LOG])
            .removal_policy(DeletionPolicy::Snapshot);
        cluster = match &self.master_user.proof {
            Proof::ManagedSecret(key) => {
                let key = key.clone().unwrap_or_else(|| self.key.arn());
                let secret = db_cluster::MasterUserSecret::new().kms_key_id(key);
                cluster.manage_master_user_password(true).master_user_secret(secret)
            }
            Proof::Iam => cluster.master_user_authentication_type(
                db_cluster::MasterUserAuthenticationType::IAM_DB_AUTH,
            ),
        };
        if let Some(name) = &self.database_name {
            cluster = cluster.database_name(name.clone());
        }
        if self.storage == Storage::IoOptimized {
            cluster = cluster.storage_type("aurora-iopt1");
        }
        self.monitored(cluster, production, scope)
    }

    fn scaling(&self) -> db_cluster::ServerlessV2ScalingConfiguration {
        let scaling = db_cluster::ServerlessV2ScalingConfiguration::new()
            .min_capacity(self.capacity.min)
            .max_capacity(self.capacity.max);
        match self.capacity.idle {
            Some(idle) => scaling.seconds_until_auto_pause(idle.seconds()),
            None => scaling,
        }
    }

    fn monitored(
        &self,
        cluster: rds::DBCluster,
        production: bool,
        scope: &mut Scope<'_>,
    ) -> rds::DBCluster {
        let by_stage = if production { Insights::Advanced } else { Insights::Standard };
        let (mode, days) = match self.insights.unwrap_or(by_stage) {
            Insights::Advanced => (db_cluster::DatabaseInsightsMode::ADVANCED, INSIGHTS_DAYS.0),
            Insights::Standard => (db_cluster::DatabaseInsightsMode::STANDARD, INSIGHTS_DAYS.1),
        };
        let cluster = cluster
            .database_insights_mode(mode)
            .performance_insights_enabled(true)
            .performance_insights_kms_key_id(self.key.arn())
            .performance_insights_retention_period(days);
        let Some(seconds) = self.monitoring.seconds() else { return cluster };
        // Only for databases of this account, so that RDS can't be made to use it for another's.
        let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
            .to(Principal::service("monitoring.rds.amazonaws.com"))
            .when(Condition::string_equals("aws:SourceAccount", pseudo::account_id()))]);
        let policy = text![
            "arn:",
            pseudo::partition(),
            ":iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
        ];
        let role = scope.add("MonitoringRole", iam::Role::new(trust).managed_policy_arns([policy]));
        cluster.monitoring_interval(seconds).monitoring_role_arn(role.arn())
    }

    /// The writer, and each reader in the zone after the one before it. The readers wait for the
    /// writer: Aurora makes the first instance the writer.
    fn instances(&self, cluster: &rds::DBClusterRef, scope: &mut Scope<'_>) {
        let zones = self.network.zone_names();
        let instance = |tier: u8, zone: Option<&Value<Text>>| {
            let instance = rds::DBInstance::new()
                .db_cluster_identifier(cluster)
                .engine(ENGINE)
                .db_instance_class("db.serverless")
                .promotion_tier(tier)
                .publicly_accessible(false)
                .auto_minor_version_upgrade(self.engine.minor().is_none())
                .ca_certificate_identifier(self.certificate.name())
                // The data is the cluster's; an instance has none to lose.
                .removal_policy(DeletionPolicy::Delete);
            match zone {
                Some(zone) => instance.availability_zone(zone),
                None => instance,
            }
        };
        let mut zones = zones.iter().cycle();
        let writer = scope.add("Writer", instance(0, zones.next()));
        for (number, Reader { tier }) in (1..).zip(&self.readers.readers) {
            let reader = instance(*tier, zones.next()).depends_on(&writer);
            scope.add(format!("Reader{number}"), reader);
        }
    }
}
