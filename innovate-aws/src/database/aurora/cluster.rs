//! What the rest of a program needs of an Aurora cluster.

use std::fmt;

use innovate_cfn::kind::DbClusterIdentifier;
use innovate_core::{Gives, ResourceRef, Value};

use super::parts::Origin;
use crate::{
    database::{
        AlwaysOn, AuroraInstanceClass, AutoPause, Capacity, MeasuredOn, Pausing, PostgresDatabase,
        PostgresEndpoint,
        postgres::{Database, Server},
    },
    network::{HasSecurityGroup, SecurityGroupHandle},
    observability::Metric,
};

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::database::AlwaysOn {}
    impl Sealed for crate::database::AutoPause {}
    impl Sealed for super::Provisioned {}
}

/// How a cluster is sized: its instances have a class each, which the program decides on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provisioned {}

/// How the size of a cluster's instances is decided: [`AlwaysOn`] and [`AutoPause`] scale with the
/// load, [`Provisioned`] doesn't.
pub trait Sizing: sealed::Sealed + Copy + fmt::Debug + 'static {
    /// What the size is said in.
    type Size: Copy + fmt::Debug;
}

impl Sizing for AlwaysOn {
    type Size = Capacity<Self>;
}

impl Sizing for AutoPause {
    type Size = Capacity<Self>;
}

impl Sizing for Provisioned {
    type Size = AuroraInstanceClass;
}

/// An Aurora cluster that is in a stack.
///
/// `K` says how it is sized, and with that whether it pauses ([`AutoPause`]), which what keeps
/// connections open, such as a proxy, doesn't take. What an application connects through is in
/// [`PostgresEndpoint`].
#[derive(Clone, Debug)]
pub struct AuroraCluster<K: Sizing = AlwaysOn> {
    database: Database,
    size: K::Size,
    max_connections: Option<u32>,
    origin: Origin,
}

impl<K: Sizing> AuroraCluster<K> {
    pub(super) fn new(
        (database, origin): (Database, Origin),
        size: K::Size,
        max_connections: Option<u32>,
    ) -> Self {
        Self { database, size, max_connections, origin }
    }

    pub(super) const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// How many clients its writer takes: `max_connections` if the program sets it to a number, else
    /// about as many as its memory gives by default. `None` if neither is known.
    ///
    /// Source: "Maximum connections to an Aurora PostgreSQL DB instance", Amazon Aurora User Guide.
    pub const fn max_connections(&self) -> Option<u32> {
        self.max_connections
    }

    /// Its name, for a resource of the program that must wait for it.
    pub fn cluster_id(&self) -> Value<DbClusterIdentifier> {
        self.database.resource().reference()
    }

    /// One of its metrics, over all of its instances.
    pub fn metric<M: MeasuredOn<K>>(&self, metric: M) -> Metric {
        let cluster = ("DBClusterIdentifier", self.identifier().to_owned().give());
        Metric::new("AWS/RDS", metric.name(), [cluster]).in_unit(metric.unit())
    }
}

impl<K: Pausing> AuroraCluster<K> {
    /// The range in which it scales.
    pub const fn capacity(&self) -> Capacity<K> {
        self.size
    }
}

impl AuroraCluster<Provisioned> {
    /// The size of its writer.
    pub const fn instance_class(&self) -> AuroraInstanceClass {
        self.size
    }
}

impl<K: Sizing> PostgresEndpoint for AuroraCluster<K> {
    fn server(&self) -> &Server {
        self.database.server()
    }
}

impl<K: Sizing> PostgresDatabase for AuroraCluster<K> {
    fn database(&self) -> &Database {
        &self.database
    }
}

impl<K: Sizing> HasSecurityGroup for AuroraCluster<K> {
    fn security_group(&self) -> SecurityGroupHandle {
        self.server().security_group()
    }
}

impl<K: Sizing> AsRef<ResourceRef> for AuroraCluster<K> {
    fn as_ref(&self) -> &ResourceRef {
        self.database.resource()
    }
}
