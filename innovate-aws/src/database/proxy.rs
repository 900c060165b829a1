//! RDS Proxy.

use innovate_cfn::{
    iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
    rds::{self, db_proxy, db_proxy_endpoint, db_proxy_target_group},
};
use innovate_core::{
    AnyStack, Construct, Diagnostic, Gives, MAIN, ResourceRef, ResourceType as _, Scope, Text,
    Value,
    value::intrinsic::{select, split},
};
use typed_builder::TypedBuilder;

use super::{
    AlwaysOn, AuroraCluster, ConnectionPool, DatabaseKind, PostgresDatabase, PostgresEndpoint,
    Provisioned, ProxyMetric, RdsInstance,
    logs::LogKeeping,
    postgres::{Database, Server, ServerPlace, user_arn},
};
use crate::{
    identity::RoleHandle,
    keys::{Key, Logs},
    name::{DatabaseUser, name_of},
    network::{
        Connection, HasSecurityGroup, Port, SecurityGroup, SecurityGroupHandle, Subnets, tier::Data,
    },
    observability::{Metric, Retention},
    secrets::SecretHandle,
};

/// A database that never pauses, so that a proxy may keep connections to it.
#[diagnostic::on_unimplemented(
    message = "a proxy keeps connections open, so `{Self}` would never pause",
    label = "this database pauses, or is none",
    note = "keep the database awake: `.capacity(capacity!(0.5..=64))`"
)]
pub trait StaysAwake: PostgresDatabase {}

impl StaysAwake for AuroraCluster<AlwaysOn> {}
impl StaysAwake for AuroraCluster<Provisioned> {}
impl StaysAwake for RdsInstance {}

/// How a proxy logs in to its database. Clients log in to the proxy with tokens of IAM either way.
///
/// From passwords to tokens, give the proxy another id in its stack: RDS keeps the secrets of a proxy that is told of
/// none, and goes on using them, for which its role no longer has the right. From tokens to passwords it may stay.
///
/// Source: `Auth` and `DefaultAuthScheme`, AWS::RDS::DBProxy, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug)]
pub enum ProxyAuth {
    /// With tokens of IAM too, as these users and as no others. There is no password at all. Each user has
    /// the role `rds_iam` in the database.
    ///
    /// Source: "Configuring end-to-end IAM authentication for RDS Proxy", Amazon RDS User Guide.
    Iam(Vec<DatabaseUser>),
    /// With the passwords in these secrets, each with the keys `username` and `password`. A user who has
    /// the role `rds_iam` in the database has no use for a password, so these don't have it.
    ///
    /// Source: "Setting up database credentials for RDS Proxy", Amazon RDS User Guide.
    Secrets(Vec<SecretHandle>),
}

impl ProxyAuth {
    /// With tokens of IAM, as these users.
    pub fn iam(users: impl IntoIterator<Item = DatabaseUser>) -> Self {
        Self::Iam(users.into_iter().collect())
    }

    /// With the passwords in these secrets.
    pub fn secrets<'a>(secrets: impl IntoIterator<Item = &'a SecretHandle>) -> Self {
        Self::Secrets(secrets.into_iter().cloned().collect())
    }
}

/// Keeps connections to a database open and shares them among clients: for those that open many, and
/// for a failover that they hardly notice.
///
/// It is in the data tier with a security group of its own: clients are let into the proxy, and the proxy
/// into the database. It takes TLS alone, and tokens of IAM alone
/// ([`grant_connect`](PostgresEndpoint::grant_connect)). A database that pauses can't have one: it
/// doesn't compile.
///
/// ```
/// use innovate_aws::{
///     database::{PostgresEndpoint, ProxyAuth, RdsProxy, StaysAwake},
///     identity::Grantee,
///     name,
///     network::{Connect, HasSecurityGroup, VpcHandle},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn proxy(
///     data: &mut Stack<Prod>,
///     vpc: &VpcHandle,
///     database: &impl StaysAwake,
///     cluster: &impl HasSecurityGroup,
///     role: &impl Grantee,
/// ) {
///     let app = name!(DatabaseUser: "app");
///     let proxy = data.add(
///         "Proxy",
///         RdsProxy::builder()
///             .database(database)
///             .network(vpc.data())
///             .auth(ProxyAuth::iam([app.clone()]))
///             .build(),
///     );
///     data.allow(cluster, proxy.port(), &proxy);
///     data.add("ConnectThroughProxy", proxy.grant_connect(&app, role));
/// }
/// ```
///
/// Source: "Amazon RDS Proxy", Amazon RDS User Guide and Amazon Aurora User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct RdsProxy {
    /// The database. It never pauses.
    #[builder(setter(
        fn transform<D: StaysAwake>(database: &D) -> Target {
            Target { database: database.database().clone() }
        }
    ))]
    database: Target,
    /// The network's data tier: `vpc.data()`.
    network: Subnets<Data>,
    /// How it logs in to the database.
    auth: ProxyAuth,
    /// Gives it a second endpoint, which leads to the readers of an Aurora cluster. None by default.
    #[builder(setter(strip_bool))]
    read_only_endpoint: bool,
    /// How many connections it opens and keeps, and how long clients wait for one. RDS's own by default.
    #[builder(default)]
    pool: ConnectionPool,
    /// After how many minutes without a statement it closes a client's connection: 1 to 480. 30 by default.
    #[builder(default = 30)]
    idle_client_timeout_minutes: u16,
    /// How long its log is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// What encrypts its log. A key of its own by default.
    #[builder(default, setter(transform = |key: &Key<Logs>| Some(key.clone())))]
    logs_key: Option<Key<Logs>>,
}

/// What a proxy stands before.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Target {
    database: Database,
}

impl Construct for RdsProxy {
    type Handle = ProxyHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ProxyHandle {
        self.check(scope);
        let name = name_of(scope);
        let group = SecurityGroup::builder()
            .vpc(&self.network)
            .description(format!("Connections to the proxy {name}"))
            .build();
        let security_group = scope.add("SecurityGroup", group);
        let target = self.database.database.server();
        let port = Port::tcp(target.port());
        scope.add("ToDatabase", Connection::new(&security_group, port, &target.security_group()));
        let logs = LogKeeping { retention: self.log_retention, key: self.logs_key.clone() };
        let key = logs.key(scope);
        let log_group = logs.group("Logs", format!("/aws/rds/proxy/{name}"), &key, scope);
        let proxy = self.proxy(&name, &security_group, scope).depends_on(&log_group);
        let proxy = scope.add(MAIN, proxy);
        self.target_group(&proxy, scope);
        let host = proxy.endpoint();
        let readers = match self.read_only_endpoint {
            true => self.reader(&name, &proxy, &security_group, scope),
            false => host.clone(),
        };
        // `arn:aws:rds:eu-west-1:444455556666:db-proxy:prx-0123456789abcdef0`
        let resource_id = select(6, split(":", proxy.db_proxy_arn()));
        let place = ServerPlace {
            identifier: name,
            security_group,
            network: self.network.block(),
            port: PORT,
            database_name: target.database_name().cloned(),
        };
        let server = place.server(scope, host, readers, resource_id);
        ProxyHandle { proxy: proxy.as_ref().clone(), server }
    }
}

/// Where a proxy for PostgreSQL listens, whatever port its database has.
const PORT: u16 = 5432;

impl RdsProxy {
    fn check(&self, scope: &mut Scope<'_>) {
        let none = match &self.auth {
            ProxyAuth::Iam(users) => users.is_empty(),
            ProxyAuth::Secrets(secrets) => secrets.is_empty(),
        };
        if none {
            scope.report(
                Diagnostic::error("DB-13", "the proxy could log in to its database as nobody")
                    .setter("auth")
                    .allowed("one user or secret at least"),
            );
        }
        self.check_pool(scope);
        if self.read_only_endpoint && self.database.database.kind() == DatabaseKind::Instance {
            scope.report(
                Diagnostic::error(
                    "DB-13",
                    "an instance of RDS has no read-only endpoint of a proxy",
                )
                .setter("read_only_endpoint")
                .allowed("an Aurora cluster with a reader")
                .help("connect to the replicas themselves: `database.replicas()`"),
            );
        }
    }

    fn check_pool(&self, scope: &mut Scope<'_>) {
        let minutes = self.idle_client_timeout_minutes;
        if !(1..=480).contains(&minutes) {
            scope.report(
                Diagnostic::error("DB-13", "the proxy can't close idle clients after such a time")
                    .setter("idle_client_timeout_minutes")
                    .given(format!("{minutes} minutes"))
                    .allowed("1 to 480 minutes"),
            );
        }
        let (idle, most) = self.pool.shares();
        if idle > most {
            scope.report(
                Diagnostic::error("DB-13", "the proxy would keep more connections than it opens")
                    .setter("pool")
                    .given(format!("{idle} % kept idle, of {most} %"))
                    .allowed(format!("up to {most} %")),
            );
        }
        let (seconds, longest) = (self.pool.borrow_timeout(), ConnectionPool::LONGEST_WAIT);
        if seconds > longest {
            scope.report(
                Diagnostic::error("DB-13", "clients can't wait so long for a connection")
                    .setter("pool")
                    .given(format!("{seconds} seconds"))
                    .allowed(format!("up to {longest} seconds")),
            );
        }
    }

    fn proxy(
        &self,
        name: &str,
        security_group: &SecurityGroupHandle,
        scope: &mut Scope<'_>,
    ) -> rds::DBProxy {
        // Only for proxies of this account, so that RDS can't be made to use it for another's.
        let account = scope.site().account().to_owned();
        let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
            .to(Principal::service("rds.amazonaws.com"))
            .when(Condition::string_equals("aws:SourceAccount", account))]);
        let mut role = iam::Role::new(trust).description("Logs a proxy in to its database");
        if let ProxyAuth::Iam(users) = &self.auth {
            let server = self.database.database.server();
            let connect = users
                .iter()
                .fold(Statement::allow(["rds-db:connect"]).sid("Connect"), |statement, user| {
                    statement.on(user_arn(server, user))
                });
            let policy = PolicyDocument::new([connect]);
            role = role.policies([iam::role::Policy::new(policy, "Connect")]);
        }
        let role = scope.add("Role", role);
        let proxy = rds::DBProxy::new(
            name.to_owned(),
            db_proxy::EngineFamily::POSTGRESQL,
            role.arn(),
            self.network.ids(),
        )
        .require_tls(true)
        .idle_client_timeout(u32::from(self.idle_client_timeout_minutes) * 60)
        .debug_logging(false)
        .vpc_security_group_ids([security_group]);
        match &self.auth {
            ProxyAuth::Iam(_) => proxy.default_auth_scheme(db_proxy::DefaultAuthScheme::IAM_AUTH),
            ProxyAuth::Secrets(secrets) => {
                let site = scope.site().clone();
                let grantee = RoleHandle::new(name.to_owned(), &role, &site);
                for (number, secret) in (1..).zip(secrets) {
                    scope.add(format!("ReadSecret{number}"), secret.grant_read(&grantee));
                }
                let auth = secrets.iter().map(|secret| {
                    db_proxy::AuthFormat::new()
                        .auth_scheme(db_proxy::AuthFormatAuthScheme::SECRETS)
                        .iam_auth(db_proxy::AuthFormatIAMAuth::REQUIRED)
                        .client_password_auth_type(
                            db_proxy::AuthFormatClientPasswordAuthType::POSTGRES_SCRAM_SHA_256,
                        )
                        .secret_arn(secret.arn())
                });
                // Left out, it would stay as it is when the program turns from tokens to passwords.
                proxy
                    .default_auth_scheme(db_proxy::DefaultAuthScheme::NONE)
                    .auth(auth.collect::<Vec<_>>())
            }
        }
    }

    /// It waits for the instances: RDS refuses a target that has none.
    fn target_group(&self, proxy: &rds::DBProxyRef, scope: &mut Scope<'_>) {
        let database = &self.database.database;
        let group =
            rds::DBProxyTargetGroup::new(proxy, db_proxy_target_group::TargetGroupName::DEFAULT)
                .connection_pool_configuration_info(self.pool.property());
        let identifier = database.resource().reference::<innovate_core::Text>();
        let group = match database.kind() {
            DatabaseKind::Cluster => group.db_cluster_identifiers([identifier]),
            DatabaseKind::Instance => group.db_instance_identifiers([identifier]),
        };
        scope.add("Targets", group.depends_on_all(database.instances()));
    }

    fn reader(
        &self,
        name: &str,
        proxy: &rds::DBProxyRef,
        security_group: &SecurityGroupHandle,
        scope: &mut Scope<'_>,
    ) -> innovate_core::Value<innovate_core::Text> {
        let endpoint = rds::DBProxyEndpoint::new(format!("{name}-read"), proxy, self.network.ids())
            .target_role(db_proxy_endpoint::TargetRole::READ_ONLY)
            .vpc_security_group_ids([security_group]);
        scope.add("ReadOnly", endpoint).endpoint()
    }
}

/// A proxy that is in a stack. What an application connects through is in [`PostgresEndpoint`].
#[derive(Clone, Debug)]
pub struct ProxyHandle {
    proxy: ResourceRef,
    server: Server,
}

impl ProxyHandle {
    /// One of its metrics, over all of its endpoints and databases;
    /// [`AvailabilityPercentage`](ProxyMetric::AvailabilityPercentage), which RDS publishes by role alone,
    /// of the one that takes writes.
    pub fn metric(&self, metric: ProxyMetric) -> Metric {
        match metric {
            ProxyMetric::AvailabilityPercentage => self.of_writer(metric),
            _ => Metric::new("AWS/RDS", metric.name(), [self.dimension()]).in_unit(metric.unit()),
        }
    }

    /// A metric of its connections to the database that takes writes. Those of its clients have no such
    /// dimensions.
    pub(super) fn of_writer(&self, metric: ProxyMetric) -> Metric {
        // A proxy has one target group, and RDS calls it so.
        let group = ("TargetGroup", "default".give());
        let role = ("TargetRole", db_proxy_endpoint::TargetRole::READ_WRITE.as_str().give());
        let dimensions = [self.dimension(), group, role];
        Metric::new("AWS/RDS", metric.name(), dimensions).in_unit(metric.unit())
    }

    fn dimension(&self) -> (&'static str, Value<Text>) {
        ("ProxyName", self.identifier().to_owned().give())
    }
}

impl PostgresEndpoint for ProxyHandle {
    fn server(&self) -> &Server {
        &self.server
    }
}

impl HasSecurityGroup for ProxyHandle {
    fn security_group(&self) -> SecurityGroupHandle {
        self.server.security_group()
    }
}

impl AsRef<ResourceRef> for ProxyHandle {
    fn as_ref(&self) -> &ResourceRef {
        &self.proxy
    }
}
