//! An Aurora cluster that scales with its load.

#![allow(missing_debug_implementations, reason = "of the builder that the derive makes")]

use innovate_cfn::rds::db_cluster::ServerlessV2ScalingConfiguration;
use innovate_core::{Construct, Scope, StageKind};

use super::{AuroraCluster, parts::Parts};
use crate::database::{
    Acu, AuroraPostgres, Capacity, EnhancedMonitoring, Insights, Pausing, ReaderScaling, Readers,
    Redundancy, Storage, connections,
    settings::{Settings, database},
};

database! {
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
    ///             .capacity(capacity!(2..=64))
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
    pub struct AuroraServerless<K: Pausing, R: Redundancy> {
        /// The version of PostgreSQL, and with it who decides on minor upgrades.
        engine: AuroraPostgres,
        /// How far each instance scales, and whether it pauses.
        capacity: Capacity<K>,
        /// The instances beside the writer.
        readers: Readers<R>,
        /// How many readers there are, by their load. As many as are declared by default.
        #[builder(default, setter(into))]
        reader_scaling: Option<ReaderScaling>,
        /// How Aurora charges for storage. By space and by every read and write by default.
        #[builder(default)]
        storage: Storage,
    }
}

impl<K: Pausing, R: Redundancy> Construct for AuroraServerless<K, R> {
    type Handle = AuroraCluster<K>;
    type Needs = K::Needs<R>;

    fn build(self, scope: &mut Scope<'_>) -> AuroraCluster<K> {
        let parts = Parts {
            settings: self.settings_by_capacity(scope.stage()),
            engine: self.engine,
            storage: self.storage,
            class: "db.serverless",
            serverless: Some(scaling(self.capacity)),
            readers: &self.readers.readers,
            reader_scaling: self.reader_scaling,
            membership: None,
        };
        let most = connections::of_capacity(self.capacity, &self.parameters);
        AuroraCluster::new(parts.add(scope), self.capacity, Some(most))
    }
}

impl<K: Pausing, R: Redundancy> AuroraServerless<K, R> {
    /// What is set, and what follows from the capacity where nothing is.
    fn settings_by_capacity(&self, stage: StageKind) -> Settings {
        let mut settings = self.settings();
        if self.capacity.min < Acu::FOR_INSIGHTS && stage != StageKind::Prod {
            settings.insights.get_or_insert(Insights::Off);
        }
        if self.capacity.idle.is_some() {
            settings.monitoring.get_or_insert(EnhancedMonitoring::Off);
            if self.engine.ends_idle_sessions() {
                settings.parameters.end_idle_sessions();
            }
        }
        settings
    }
}

pub(super) fn scaling<K>(capacity: Capacity<K>) -> ServerlessV2ScalingConfiguration {
    let scaling = ServerlessV2ScalingConfiguration::new()
        .min_capacity(capacity.min)
        .max_capacity(capacity.max);
    match capacity.idle {
        Some(idle) => scaling.seconds_until_auto_pause(idle.seconds()),
        None => scaling,
    }
}
