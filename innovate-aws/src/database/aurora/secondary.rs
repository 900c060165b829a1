//! The cluster of a global database in the recovery region.

#![allow(missing_debug_implementations, reason = "of the builder that the derive makes")]

use innovate_cfn::kind::DbClusterIdentifier;
use innovate_core::{
    Construct, Diagnostic, ResourceRef, Scope, StackInRecoveryRegion, StageKind, Value,
};

use super::{
    GlobalDatabaseHandle,
    parts::{Membership, Origin, Parts},
    serverless::scaling,
};
use crate::{
    database::{
        Acu, AlwaysOn, AuroraInstanceClass, AuroraPostgres, Capacity, EnhancedMonitoring, Insights,
        PostgresDatabase, PostgresEndpoint, Reader, Readers, Redundancy, Storage, connections,
        postgres::{Database, Server},
        settings::{Content, Settings, database},
    },
    network::{HasSecurityGroup, SecurityGroupHandle},
};

/// Which instances a secondary cluster has. All of them answer reads, until the cluster takes over and one
/// becomes its writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondarySize {
    instances: Instances,
    readers: Vec<Reader>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instances {
    None,
    Serverless(Capacity<AlwaysOn>),
    Provisioned(AuroraInstanceClass),
}

impl SecondarySize {
    /// None: only the storage is kept up to date and paid for. To take over, it needs an instance first, which takes
    /// some ten minutes more: deploy it with another size before the failover.
    ///
    /// Source: "Creating a headless Aurora DB cluster in a secondary Region", Amazon Aurora User Guide.
    pub const fn headless() -> Self {
        Self { instances: Instances::None, readers: Vec::new() }
    }

    /// As many instances as there are readers, each of which scales with its load: a secondary cluster has no
    /// writer, so that `Readers::failover()` is one instance, and two are `Readers::failover().and(Reader::failover())`. Give
    /// them the primary's maximum, so that they can carry what it carried.
    pub fn serverless<R: Redundancy>(capacity: Capacity<AlwaysOn>, readers: Readers<R>) -> Self {
        Self { instances: Instances::Serverless(capacity), readers: readers.readers }
    }

    /// As many instances as there are readers, of a fixed size, of which a reader may have its own.
    pub fn provisioned<R: Redundancy>(class: AuroraInstanceClass, readers: Readers<R>) -> Self {
        Self { instances: Instances::Provisioned(class), readers: readers.readers }
    }
}

database! {
    /// The cluster of a global database in the recovery region, which follows the primary cluster of a
    /// [`GlobalDatabase`](super::GlobalDatabase) within a second or so, answers reads and can take over.
    ///
    /// Its version, storage, port and settings of PostgreSQL are the primary's, and so are its users and its
    /// databases: there is no way to say them here. Key, network, windows and logs are those of its own region.
    /// It has backups of its own, refuses in production to be deleted, and leaves a snapshot when it goes, since
    /// it may have taken over by then.
    ///
    /// To upgrade to a newer minor version, upgrade this first (`.engine(AuroraPostgres::V17_11)`), and when it
    /// is done the primary; then leave the line out again. A major version is an upgrade of the global database as a
    /// whole, by `aws rds modify-global-cluster`.
    ///
    /// The example is with [`GlobalDatabase`](super::GlobalDatabase).
    ///
    /// Sources: "Getting started with Amazon Aurora Global Database" and "Upgrading an Amazon Aurora global
    /// database", Amazon Aurora User Guide; AWS::RDS::DBCluster, AWS CloudFormation Template Reference Guide.
    pub copy struct AuroraSecondary {
        /// The global database.
        #[builder(setter(transform = |global: &GlobalDatabaseHandle| global.clone()))]
        global: GlobalDatabaseHandle,
        /// Which instances it has.
        size: SecondarySize,
        /// A minor version that it is upgraded to before the primary is. The primary's by default.
        #[builder(default, setter(strip_option))]
        engine: Option<AuroraPostgres>,
        /// How Aurora charges for storage. As in the primary by default.
        #[builder(default, setter(strip_option))]
        storage: Option<Storage>,
        /// Takes writes, too, and has the primary carry them out, at the price of the way there. By default
        /// writes are refused.
        ///
        /// Source: "Using write forwarding in an Amazon Aurora global database", Amazon Aurora User Guide.
        #[builder(setter(strip_bool))]
        write_forwarding: bool,
    }
}

impl AuroraSecondary {
    fn content(&self) -> Content {
        let server = self.global.primary.server();
        Content {
            master_user: None,
            database_name: server.database_name().cloned(),
            parameters: self.global.origin.parameters.clone(),
            port: server.port(),
        }
    }

    /// What is set, and what follows from the size where nothing is: what looks at instances has none to
    /// look at in a headless cluster, and too little memory in a small one.
    fn settings_by_size(&self, stage: StageKind) -> Settings {
        let mut settings = self.settings();
        match self.size.instances {
            Instances::None => {
                settings.insights.get_or_insert(Insights::Off);
                settings.monitoring.get_or_insert(EnhancedMonitoring::Off);
            }
            Instances::Serverless(capacity)
                if capacity.min < Acu::FOR_INSIGHTS && stage != StageKind::Prod =>
            {
                settings.insights.get_or_insert(Insights::Off);
            }
            Instances::Serverless(_) | Instances::Provisioned(_) => {}
        }
        settings
    }

    /// How many clients each instance takes.
    fn max_connections(&self) -> Option<u32> {
        let parameters = &self.global.origin.parameters;
        match self.size.instances {
            Instances::None => None,
            Instances::Serverless(capacity) => Some(connections::of_capacity(capacity, parameters)),
            Instances::Provisioned(class) => connections::of_aurora(class, parameters),
        }
    }

    fn check(&self, scope: &mut Scope<'_>) {
        if self.size.instances != Instances::None && self.size.readers.is_empty() {
            scope.report(
                Diagnostic::error("DB-10", "a secondary cluster of this size has no instance")
                    .setter("size")
                    .given("no reader")
                    .allowed("`Readers::failover()`, or a headless cluster")
                    .help("if storage alone is what is meant, say so: `SecondarySize::headless()`"),
            );
        }
    }
}

impl Construct for AuroraSecondary {
    type Handle = SecondaryCluster;
    type Needs = StackInRecoveryRegion;

    fn build(self, scope: &mut Scope<'_>) -> SecondaryCluster {
        self.check(scope);
        let Origin { engine, storage, .. } = self.global.origin;
        let (class, serverless) = match self.size.instances {
            Instances::None => ("", None),
            Instances::Serverless(capacity) => ("db.serverless", Some(scaling(capacity))),
            Instances::Provisioned(class) => (class.name(), None),
        };
        let parts = Parts {
            settings: self.settings_by_size(scope.stage()),
            engine: self.engine.unwrap_or(engine),
            storage: self.storage.unwrap_or(storage),
            class,
            serverless,
            readers: &self.size.readers,
            reader_scaling: None,
            membership: Some(Membership {
                global_cluster: self.global.global_cluster_id(),
                source_region: self.global.primary.server().site().region().to_owned(),
                forwards_writes: self.write_forwarding,
            }),
        };
        let (database, _) = parts.add(scope);
        SecondaryCluster { database, max_connections: self.max_connections() }
    }
}

/// A secondary cluster of a global database that is in a stack.
///
/// Of what an application connects through, [`reader_endpoint`](PostgresEndpoint::reader_endpoint) answers reads, and
/// [`endpoint`](PostgresEndpoint::endpoint) nothing until the cluster takes over. A headless one answers nothing at
/// all.
#[derive(Clone, Debug)]
pub struct SecondaryCluster {
    database: Database,
    max_connections: Option<u32>,
}

impl SecondaryCluster {
    /// How many clients each of its instances takes, as
    /// [`AuroraCluster::max_connections`](super::AuroraCluster::max_connections) says of the primary. `None` if
    /// it has none.
    pub const fn max_connections(&self) -> Option<u32> {
        self.max_connections
    }

    /// Its name, for a resource of the program that must wait for it.
    pub fn cluster_id(&self) -> Value<DbClusterIdentifier> {
        self.database.resource().reference()
    }
}

impl PostgresEndpoint for SecondaryCluster {
    fn server(&self) -> &Server {
        self.database.server()
    }
}

impl PostgresDatabase for SecondaryCluster {
    fn database(&self) -> &Database {
        &self.database
    }
}

impl HasSecurityGroup for SecondaryCluster {
    fn security_group(&self) -> SecurityGroupHandle {
        self.server().security_group()
    }
}

impl AsRef<ResourceRef> for SecondaryCluster {
    fn as_ref(&self) -> &ResourceRef {
        self.database.resource()
    }
}
