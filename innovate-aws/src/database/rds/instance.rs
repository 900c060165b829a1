//! What the rest of a program needs of an instance of RDS.

use innovate_cfn::{kind::DbInstanceIdentifier, rds};
use innovate_core::{Gives, ResourceRef, Text, Value};

use crate::{
    database::{
        PostgresDatabase, PostgresEndpoint, RdsMetric,
        postgres::{Database, Server},
    },
    network::{HasSecurityGroup, SecurityGroupHandle},
    observability::Metric,
};

/// An instance of RDS for PostgreSQL that is in a stack. What an application connects through is in
/// [`PostgresEndpoint`].
#[derive(Clone, Debug)]
pub struct RdsInstance {
    pub(super) database: Database,
    pub(super) replicas: Vec<RdsReplica>,
    pub(super) max_connections: Option<u32>,
}

impl RdsInstance {
    /// Its name, for a resource of the program that must wait for it.
    pub fn instance_id(&self) -> Value<DbInstanceIdentifier> {
        self.database.resource().reference()
    }

    /// The instances that follow it.
    pub fn replicas(&self) -> &[RdsReplica] {
        &self.replicas
    }

    /// How many clients it takes: `max_connections` if the program sets it to a number, else about as
    /// many as its memory gives by default. `None` if neither is known.
    ///
    /// Source: "Maximum number of database connections", Amazon RDS User Guide.
    pub const fn max_connections(&self) -> Option<u32> {
        self.max_connections
    }

    /// One of its metrics.
    pub fn metric(&self, metric: RdsMetric) -> Metric {
        metric_of(self.identifier(), metric)
    }
}

fn metric_of(identifier: &str, metric: RdsMetric) -> Metric {
    let instance = ("DBInstanceIdentifier", identifier.to_owned().give());
    Metric::new("AWS/RDS", metric.name(), [instance]).in_unit(metric.unit())
}

impl PostgresEndpoint for RdsInstance {
    fn server(&self) -> &Server {
        self.database.server()
    }
}

impl PostgresDatabase for RdsInstance {
    fn database(&self) -> &Database {
        &self.database
    }
}

impl HasSecurityGroup for RdsInstance {
    fn security_group(&self) -> SecurityGroupHandle {
        self.server().security_group()
    }
}

impl AsRef<ResourceRef> for RdsInstance {
    fn as_ref(&self) -> &ResourceRef {
        self.database.resource()
    }
}

/// An instance that follows another and answers reads.
#[derive(Clone, Debug)]
pub struct RdsReplica {
    pub(super) replica: rds::DBInstanceRef,
    pub(super) identifier: String,
    pub(super) max_connections: Option<u32>,
}

impl RdsReplica {
    /// Its name, known before deployment.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// The host that answers reads.
    pub fn endpoint(&self) -> Value<Text> {
        self.replica.endpoint_address()
    }

    /// How many clients it takes, as [`RdsInstance::max_connections`] says of its source.
    pub const fn max_connections(&self) -> Option<u32> {
        self.max_connections
    }

    /// One of its metrics.
    pub fn metric(&self, metric: RdsMetric) -> Metric {
        metric_of(&self.identifier, metric)
    }
}

impl AsRef<ResourceRef> for RdsReplica {
    fn as_ref(&self) -> &ResourceRef {
        self.replica.as_ref()
    }
}
