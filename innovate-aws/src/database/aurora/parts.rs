//! What every Aurora cluster is made of, however it is sized.

use innovate_cfn::{
    applicationautoscaling::{self, scalable_target, scaling_policy},
    kind::GlobalClusterIdentifier,
    rds::{self, db_cluster},
};
use innovate_core::{
    Construct as _, DeletionPolicy, Diagnostic, MAIN, ResourceType as _, Scope, Text, Value, text,
};

use crate::{
    database::{
        AuroraInstanceClass, AuroraPostgres, Insights, Parameters, Reader, ReaderScaling, Storage,
        postgres::{Database, ServerPlace},
        settings::{INSIGHTS_DAYS, NOT_MONITORED, Settings},
    },
    name::name_of,
    network::SecurityGroupHandle,
};

const ENGINE: &str = "aurora-postgresql";
/// What checkov is told, which looks for enhanced monitoring on instances.
const MONITORED: &str =
    "the cluster says for all of its instances whether and how often enhanced monitoring looks";
/// What RDS writes to CloudWatch Logs: PostgreSQL's own log, and why tokens of IAM were refused.
const LOGS: [(&str, &str); 2] = [("Logs", "postgresql"), ("IamLogs", "iam-db-auth-error")];
/// The most readers that a cluster has.
const READERS: usize = 15;

/// A cluster that is about to be added.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) settings: Settings,
    pub(super) engine: AuroraPostgres,
    pub(super) storage: Storage,
    /// The class of every instance that has none of its own.
    pub(super) class: &'static str,
    pub(super) serverless: Option<db_cluster::ServerlessV2ScalingConfiguration>,
    pub(super) readers: &'a [Reader],
    pub(super) reader_scaling: Option<ReaderScaling>,
    /// Whose copy it is, if it is one.
    pub(super) membership: Option<Membership>,
}

/// What a copy of a cluster in another region has from it.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) engine: AuroraPostgres,
    pub(super) storage: Storage,
    pub(super) parameters: Parameters,
}

/// That a cluster is a secondary one of a global database.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    pub(super) global_cluster: Value<GlobalClusterIdentifier>,
    /// Where its primary cluster is.
    pub(super) source_region: String,
    pub(super) forwards_writes: bool,
}

impl Parts<'_> {
    pub(super) fn add(self, scope: &mut Scope<'_>) -> (Database, Origin) {
        self.check(scope);
        let settings = &self.settings;
        let identifier = name_of(scope);
        let security_group = settings.security_group(&identifier, scope);
        let key = settings.logs.key(scope);
        let logs = LOGS.map(|(id, log)| {
            let name = format!("/aws/rds/cluster/{identifier}/{log}");
            settings.logs.group(id, name, &key, scope)
        });
        let subnets = settings.subnet_group(&identifier, scope);
        let cluster = self.cluster(&identifier, &security_group, &subnets, scope);
        let cluster = cluster.depends_on_all(&logs);
        let cluster = scope.add(MAIN, cluster);
        let instances = self.instances(&cluster, scope);
        self.scale_readers(&cluster, &instances, scope);
        let network = settings.network.block();
        let place = ServerPlace {
            identifier,
            security_group,
            network,
            port: settings.port,
            database_name: settings.database_name.clone(),
        };
        let server = place.server(
            scope,
            cluster.endpoint_address(),
            cluster.read_endpoint_address(),
            cluster.db_cluster_resource_id(),
        );
        let instances = instances.iter().map(|instance| instance.as_ref().clone()).collect();
        let user = settings.master_user.as_ref();
        let database = Database::cluster(server, &cluster, &subnets, user, settings.windows());
        let (engine, storage) = (self.engine, self.storage);
        let origin = Origin { engine, storage, parameters: self.settings.parameters };
        (database.with(Vec::new(), instances), origin)
    }

    fn check(&self, scope: &mut Scope<'_>) {
        self.settings.check(scope);
        let readers = self.readers.len();
        if readers > READERS {
            scope.report(
                Diagnostic::error("DB-10", "an Aurora cluster doesn't take so many readers")
                    .setter("readers")
                    .given(readers)
                    .allowed(format!("up to {READERS}")),
            );
        }
        let Some(scaling) = &self.reader_scaling else { return };
        let (least, most) = scaling.range().bounds();
        if usize::from(most) < readers {
            scope.report(
                Diagnostic::error("DB-10", "the readers can't be scaled in this range")
                    .setter("reader_scaling")
                    .given(format!("{least} to {most} readers, of which {readers} are declared"))
                    .allowed("a maximum of no fewer than are declared")
                    .help("declared readers count, and scaling never removes them"),
            );
        }
    }

    fn cluster(
        &self,
        identifier: &str,
        security_group: &SecurityGroupHandle,
        subnets: &rds::DBSubnetGroupRef,
        scope: &mut Scope<'_>,
    ) -> rds::DBCluster {
        let settings = &self.settings;
        let parameters = rds::DBClusterParameterGroup::new(
            format!("PostgreSQL {} for the database {identifier}", self.engine.major()),
            self.engine.family(),
            settings.parameters.json(),
        );
        let parameters = scope.add("Parameters", parameters);
        let mut cluster = rds::DBCluster::new()
            .db_cluster_identifier(identifier.to_owned())
            .engine(ENGINE)
            .engine_version(self.engine.to_string())
            .engine_lifecycle_support("open-source-rds-extended-support-disabled")
            .db_subnet_group_name(subnets)
            .vpc_security_group_ids([security_group])
            .port(settings.port)
            .db_cluster_parameter_group_name(&parameters)
            .storage_encrypted(true)
            .kms_key_id(settings.key.arn())
            .enable_iam_database_authentication(true)
            .backup_retention_period(settings.backup_retention)
            .preferred_backup_window(settings.backup_window)
            .preferred_maintenance_window(settings.maintenance_window)
            .copy_tags_to_snapshot(true)
            .delete_automated_backups(false)
            .deletion_protection(settings.is_protected(scope))
            .enable_cloudwatch_logs_exports(LOGS.map(|(_, log)| log))
            // Left out, it would stay as it is when the program goes back to the standard one.
            .storage_type(self.storage.name())
            .removal_policy(DeletionPolicy::Snapshot);
        if let Some(scaling) = &self.serverless {
            cluster = cluster.serverless_v2_scaling_configuration(scaling.clone());
        }
        cluster = match &self.membership {
            None => self.with_content(cluster),
            // Users and databases are those of the primary, and RDS refuses to hear of them here.
            Some(membership) => cluster
                .global_cluster_identifier(membership.global_cluster.clone())
                // CloudFormation signs with it for the primary's region, whose data is encrypted.
                .source_region(membership.source_region.clone())
                .enable_global_write_forwarding(membership.forwards_writes),
        };
        self.monitored(cluster, scope)
    }

    /// With its users and its database.
    fn with_content(&self, mut cluster: rds::DBCluster) -> rds::DBCluster {
        let settings = &self.settings;
        if let Some(user) = &settings.master_user {
            cluster = cluster.master_username(user.name.clone());
        }
        cluster = match settings.secret_key() {
            Some(key) => {
                let secret = db_cluster::MasterUserSecret::new().kms_key_id(key);
                cluster.manage_master_user_password(true).master_user_secret(secret)
            }
            None => cluster.master_user_authentication_type(
                db_cluster::MasterUserAuthenticationType::IAM_DB_AUTH,
            ),
        };
        match &settings.database_name {
            Some(name) => cluster.database_name(name.clone()),
            None => cluster,
        }
    }

    fn monitored(&self, cluster: rds::DBCluster, scope: &mut Scope<'_>) -> rds::DBCluster {
        use db_cluster::DatabaseInsightsMode as Mode;
        let (mode, days) = match self.settings.insights(scope) {
            Insights::Advanced => (Mode::ADVANCED, Some(INSIGHTS_DAYS.0)),
            Insights::Standard => (Mode::STANDARD, Some(INSIGHTS_DAYS.1)),
            Insights::Off => (Mode::STANDARD, None),
        };
        let mut cluster =
            cluster.database_insights_mode(mode).performance_insights_enabled(days.is_some());
        if let Some(days) = days {
            cluster = cluster
                .performance_insights_kms_key_id(self.settings.key.arn())
                .performance_insights_retention_period(days);
        }
        match self.settings.monitoring(scope) {
            Some((seconds, role)) => cluster.monitoring_interval(seconds).monitoring_role_arn(role),
            None => cluster.monitoring_interval(NOT_MONITORED),
        }
    }

    /// The writer, and each reader in the zone after the one before it. The readers wait for the
    /// writer: Aurora makes the first instance the writer. A secondary cluster has readers alone.
    fn instances(
        &self,
        cluster: &rds::DBClusterRef,
        scope: &mut Scope<'_>,
    ) -> Vec<rds::DBInstanceRef> {
        let zones = self.settings.network.zone_names();
        let instance = |tier: u8, class: &'static str, zone: Option<&Value<Text>>| {
            let instance = rds::DBInstance::new()
                .db_cluster_identifier(cluster)
                .engine(ENGINE)
                .db_instance_class(class)
                .promotion_tier(tier)
                .publicly_accessible(false)
                .auto_minor_version_upgrade(self.engine.minor().is_none())
                .ca_certificate_identifier(self.settings.certificate.name())
                // The data is the cluster's; an instance has none to lose.
                .removal_policy(DeletionPolicy::Delete);
            match zone {
                Some(zone) => instance.availability_zone(zone),
                None => instance,
            }
        };
        let mut zones = zones.iter().cycle();
        let writer = self.membership.is_none().then(|| {
            let writer = instance(0, self.class, zones.next()).suppress("CKV_AWS_118", MONITORED);
            scope.add("Writer", writer)
        });
        let readers = (1..).zip(self.readers).map(|(number, reader)| {
            let class = reader.class.map_or(self.class, AuroraInstanceClass::name);
            let reader = instance(reader.tier, class, zones.next()).depends_on_all(&writer);
            scope.add(format!("Reader{number}"), reader.suppress("CKV_AWS_118", MONITORED))
        });
        let readers: Vec<_> = readers.collect();
        writer.into_iter().chain(readers).collect()
    }

    /// Source: "Amazon Aurora Auto Scaling with Aurora Replicas", Amazon Aurora User Guide.
    fn scale_readers(
        &self,
        cluster: &rds::DBClusterRef,
        instances: &[rds::DBInstanceRef],
        scope: &mut Scope<'_>,
    ) {
        let Some(scaling) = &self.reader_scaling else { return };
        let (least, most) = scaling.range().bounds();
        let target = applicationautoscaling::ScalableTarget::new(
            most,
            least,
            text!["cluster:", cluster.reference()],
            scalable_target::ScalableDimension::RDS_CLUSTER_READ_REPLICA_COUNT,
            scalable_target::ServiceNamespace::RDS,
        );
        // It counts the readers that there are, so the declared ones come first.
        let target = scope.add("ReaderCount", target.depends_on_all(instances));
        let (metric, value) = scaling.target();
        let metric = scaling_policy::PredefinedMetricSpecification::new(metric);
        let tracking = scaling_policy::TargetTrackingScalingPolicyConfiguration::new(value)
            .predefined_metric_specification(metric)
            .scale_in_cooldown(ReaderScaling::COOLDOWN)
            .scale_out_cooldown(ReaderScaling::COOLDOWN);
        let policy = applicationautoscaling::ScalingPolicy::new(
            name_of(scope),
            scaling_policy::PolicyType::TARGET_TRACKING_SCALING,
        )
        .scaling_target_id(&target)
        .target_tracking_scaling_policy_configuration(tracking);
        scope.add("ReaderScaling", policy);
    }
}
