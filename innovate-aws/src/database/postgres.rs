//! What applications connect to PostgreSQL through, whichever way it is run.

use innovate_cfn::{
    kind::{DbSubnetGroupName, SecretArn},
    policy::Statement,
    rds,
};
use innovate_core::{Cidr, ResourceRef, Scope, Site, Str, Text, Value, text, value::pseudo};

use super::{BackupWindow, MaintenanceWindow, MasterUser};
use crate::{
    identity::{Grant, Grantee},
    name::DatabaseUser,
    network::{HasSecurityGroup, Port, SecurityGroupHandle},
    secrets::ConnectionFacts,
};

/// What an application connects to PostgreSQL through: a database.
///
/// It speaks TLS only. A client that verifies the host's name (`sslmode=verify-full`), and one that
/// logs in with a token of IAM, needs the name that RDS gave: [`endpoint`](Self::endpoint).
#[diagnostic::on_unimplemented(
    message = "applications don't connect to PostgreSQL through `{Self}`",
    label = "neither a database nor a proxy"
)]
pub trait PostgresEndpoint: HasSecurityGroup {
    #[doc(hidden)]
    fn server(&self) -> &Server;

    /// Its name in RDS, known before deployment.
    fn identifier(&self) -> &str {
        &self.server().identifier
    }

    /// The host that takes reads and writes.
    fn endpoint(&self) -> Value<Text> {
        self.server().host.clone()
    }

    /// The host that leads to one of the readers. Without a reader it leads where
    /// [`endpoint`](Self::endpoint) does.
    fn reader_endpoint(&self) -> Value<Text> {
        self.server().reader_host.clone()
    }

    /// The port that it listens on.
    fn port(&self) -> Port {
        Port::tcp(self.server().port)
    }

    /// The block of addresses that it has its own of: the network's data tier.
    fn network(&self) -> Cidr {
        self.server().network
    }

    /// The id that IAM knows it by: `rds-db:connect` is allowed on
    /// `arn:aws:rds-db:<region>:<account>:dbuser:<resource id>/<user>`.
    fn resource_id(&self) -> Value<Text> {
        self.server().resource_id.clone()
    }

    /// What `rds-db:connect` is allowed on, for one user of the database.
    fn user_arn(&self, user: &DatabaseUser) -> Value<Text> {
        user_arn(self.server(), user)
    }

    /// Where it answers, for a [`ConnectionSecret`](crate::secrets::ConnectionSecret): with it, pods know
    /// the name that RDS gave. Complete it with `.username(..)`, and with `.database(..)` unless the
    /// program named the database that was made with it.
    fn connection_facts(&self) -> ConnectionFacts {
        let facts = ConnectionFacts::new(self.endpoint(), self.port())
            .reader_host(self.reader_endpoint())
            .engine("postgres");
        match &self.server().database_name {
            Some(name) => facts.database(name.clone()),
            None => facts,
        }
    }

    /// Lets a role log in as a user of the database, with a token of IAM instead of a password, and as no
    /// other. A migration makes the user: `CREATE USER app WITH LOGIN; GRANT rds_iam TO app;`. Behind a proxy
    /// that logs in with passwords, the user has one instead of `rds_iam`.
    ///
    /// A token lasts 15 minutes, and the connection that it opened longer. It needs the name that RDS gave:
    /// [`endpoint`](Self::endpoint).
    ///
    /// Source: "IAM database authentication", Amazon RDS User Guide.
    fn grant_connect(&self, user: &DatabaseUser, to: &impl Grantee) -> Grant {
        let connect = Statement::allow(["rds-db:connect"]).sid("Connect").on(self.user_arn(user));
        Grant::new(to, &self.server().site, [connect])
    }
}

/// `arn:aws:rds-db:<region>:<account>:dbuser:<resource id>/<user>`.
pub(super) fn user_arn(server: &Server, user: &DatabaseUser) -> Value<Text> {
    let place = format!(":rds-db:{}:{}:dbuser:", server.site.region(), server.site.account());
    text!["arn:", pseudo::partition(), place, server.resource_id.clone(), "/", user]
}

/// A PostgreSQL database: an Aurora cluster or an instance of RDS.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no PostgreSQL database",
    label = "neither an Aurora cluster nor an instance of RDS"
)]
pub trait PostgresDatabase: PostgresEndpoint + AsRef<ResourceRef> {
    #[doc(hidden)]
    fn database(&self) -> &Database;

    /// Whether it is a cluster or an instance: RDS has other operations for each.
    fn database_kind(&self) -> DatabaseKind {
        self.database().kind
    }

    /// Its ARN.
    fn arn(&self) -> Value<Text> {
        self.database().arn.clone()
    }

    /// The database that was made with it, if the program named one.
    fn database_name(&self) -> Option<&str> {
        self.server().database_name.as_deref()
    }

    /// The subnets that it is in, as RDS knows them: where a restored one goes.
    fn subnet_group(&self) -> Value<DbSubnetGroupName> {
        self.database().subnet_group.clone()
    }

    /// The region that it is in.
    fn region(&self) -> &str {
        self.server().site.region()
    }

    /// The secret that RDS keeps its administrator's password in, if it has one. RDS names it, so no
    /// manifest can.
    fn master_secret(&self) -> Option<Value<SecretArn>> {
        self.database().master_secret.clone()
    }
}

/// What RDS calls a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// An Aurora cluster: a DB cluster and its instances.
    Cluster,
    /// An instance of RDS: a DB instance.
    Instance,
}

/// Where PostgreSQL answers, and who may be let in.
#[derive(Clone, Debug)]
pub struct Server {
    identifier: String,
    site: Site,
    security_group: SecurityGroupHandle,
    network: Cidr,
    port: u16,
    host: Value<Text>,
    reader_host: Value<Text>,
    resource_id: Value<Text>,
    database_name: Option<Str>,
}

/// What is known of a server before it is added.
#[derive(Clone, Debug)]
pub(super) struct ServerPlace {
    pub(super) identifier: String,
    pub(super) security_group: SecurityGroupHandle,
    pub(super) network: Cidr,
    pub(super) port: u16,
    pub(super) database_name: Option<Str>,
}

impl ServerPlace {
    /// With what only the resource knows.
    pub(super) fn server(
        self,
        scope: &Scope<'_>,
        host: Value<Text>,
        reader_host: Value<Text>,
        resource_id: Value<Text>,
    ) -> Server {
        let Self { identifier, security_group, network, port, database_name } = self;
        Server {
            identifier,
            site: scope.site().clone(),
            security_group,
            network,
            port,
            host,
            reader_host,
            resource_id,
            database_name,
        }
    }
}

impl Server {
    pub(super) fn security_group(&self) -> SecurityGroupHandle {
        self.security_group.clone()
    }

    pub(super) fn identifier(&self) -> &str {
        &self.identifier
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) const fn database_name(&self) -> Option<&Str> {
        self.database_name.as_ref()
    }

    pub(super) const fn site(&self) -> &Site {
        &self.site
    }
}

/// A server with data of its own.
#[derive(Clone, Debug)]
pub struct Database {
    server: Server,
    resource: ResourceRef,
    kind: DatabaseKind,
    arn: Value<Text>,
    master_secret: Option<Value<SecretArn>>,
    subnet_group: Value<DbSubnetGroupName>,
    /// The instances that follow it, which Aurora has none of.
    replicas: Vec<ResourceRef>,
    /// The instances of a cluster.
    instances: Vec<ResourceRef>,
    windows: Windows,
}

/// When RDS works on a database.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    pub(super) backup: BackupWindow,
    pub(super) maintenance: MaintenanceWindow,
}

impl Database {
    pub(super) fn cluster(
        server: Server,
        cluster: &rds::DBClusterRef,
        subnets: &rds::DBSubnetGroupRef,
        master_user: Option<&MasterUser>,
        windows: Windows,
    ) -> Self {
        let secret = |_: &MasterUser| cluster.master_user_secret_secret_arn();
        Self {
            server,
            resource: cluster.as_ref().clone(),
            kind: DatabaseKind::Cluster,
            arn: cluster.db_cluster_arn(),
            master_secret: master_user.filter(|user| user.has_password()).map(secret),
            subnet_group: subnets.reference(),
            replicas: Vec::new(),
            instances: Vec::new(),
            windows,
        }
    }

    pub(super) fn instance(
        server: Server,
        instance: &rds::DBInstanceRef,
        subnets: &rds::DBSubnetGroupRef,
        master_user: Option<&MasterUser>,
        windows: Windows,
    ) -> Self {
        let secret = |_: &MasterUser| instance.master_user_secret_secret_arn();
        Self {
            server,
            resource: instance.as_ref().clone(),
            kind: DatabaseKind::Instance,
            arn: instance.db_instance_arn(),
            master_secret: master_user.filter(|user| user.has_password()).map(secret),
            subnet_group: subnets.reference(),
            replicas: Vec::new(),
            instances: Vec::new(),
            windows,
        }
    }

    /// With what answers for it.
    pub(super) fn with(mut self, replicas: Vec<ResourceRef>, instances: Vec<ResourceRef>) -> Self {
        (self.replicas, self.instances) = (replicas, instances);
        self
    }

    pub(super) const fn kind(&self) -> DatabaseKind {
        self.kind
    }

    pub(super) fn arn(&self) -> Value<Text> {
        self.arn.clone()
    }

    pub(super) fn replicas(&self) -> &[ResourceRef] {
        &self.replicas
    }

    pub(super) const fn windows(&self) -> Windows {
        self.windows
    }

    pub(super) fn instances(&self) -> &[ResourceRef] {
        &self.instances
    }

    pub(super) const fn server(&self) -> &Server {
        &self.server
    }

    pub(super) const fn resource(&self) -> &ResourceRef {
        &self.resource
    }
}
