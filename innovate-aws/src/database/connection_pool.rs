//! How a proxy shares its connections among clients.

use innovate_cfn::rds::db_proxy_target_group::ConnectionPoolConfigurationInfoFormat;
use innovate_core::Str;

use crate::percent::Percent;

/// How many connections to its database a proxy opens and keeps, and how long clients wait for one.
///
/// A client borrows a connection for a transaction. One that sets something for its session, prepares a
/// statement by name or holds an advisory lock has its connection to itself until it leaves (it is pinned): what
/// every session sets belongs into [`init_query`](Self::init_query), and
/// [`ProxyMetric::DatabaseConnectionsCurrentlySessionPinned`](super::ProxyMetric) counts the others.
///
/// ```
/// use innovate_aws::{database::ConnectionPool, percent};
///
/// let pool = ConnectionPool::new()
///     .max_connections(percent!(80))
///     .connection_borrow_timeout_seconds(5)
///     .init_query("SET search_path = shop");
/// ```
///
/// Sources: "RDS Proxy connection considerations" and "Avoiding pinning an RDS Proxy", Amazon RDS User Guide;
/// AWS::RDS::DBProxyTargetGroup ConnectionPoolConfigurationInfoFormat, AWS CloudFormation Template Reference
/// Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ConnectionPool {
    max_connections: Percent,
    max_idle_connections: Option<Percent>,
    borrow_timeout: u16,
    init_query: Option<Str>,
}

impl Default for ConnectionPool {
    fn default() -> Self {
        Self::new()
    }
}

impl ConnectionPool {
    /// The longest that a client waits for a connection, in seconds.
    pub(super) const LONGEST_WAIT: u16 = 300;

    /// All connections that the database takes, half of them kept when nobody uses them, and two minutes
    /// of waiting for one: what RDS has by default.
    pub const fn new() -> Self {
        Self {
            max_connections: Percent::ALL,
            max_idle_connections: None,
            borrow_timeout: 120,
            init_query: None,
        }
    }

    /// Opens so many of the connections that the database takes (`max_connections`), so that some are left
    /// for other proxies and for those who connect past them.
    pub const fn max_connections(mut self, share: Percent) -> Self {
        self.max_connections = share;
        self
    }

    /// Keeps so many open when nobody uses them, of those that the database takes. By default half of those
    /// that it opens.
    pub const fn max_idle_connections(mut self, share: Percent) -> Self {
        self.max_idle_connections = Some(share);
        self
    }

    /// How long a client waits when every connection is in use, in seconds: up to 300. Then it gets an error.
    /// A client that has given up before is served for nothing, so it isn't longer than a request may take.
    pub const fn connection_borrow_timeout_seconds(mut self, seconds: u16) -> Self {
        self.borrow_timeout = seconds;
        self
    }

    /// What the proxy sends on each connection that it opens, such as `SET search_path = shop`: `SET`
    /// statements, several of them after one another with semicolons. It is in the template, so it is no place
    /// for a secret.
    pub fn init_query(mut self, statements: impl Into<Str>) -> Self {
        self.init_query = Some(statements.into());
        self
    }

    /// The share that is kept open when nobody uses it, and the share that is opened at the most.
    pub(super) fn shares(&self) -> (u8, u8) {
        let most = self.max_connections.get();
        (self.max_idle_connections.map_or(most / 2, Percent::get), most)
    }

    pub(super) const fn borrow_timeout(&self) -> u16 {
        self.borrow_timeout
    }

    /// With every number, since CloudFormation leaves one that is taken out as it was.
    pub(super) fn property(&self) -> ConnectionPoolConfigurationInfoFormat {
        let (idle, most) = self.shares();
        let property = ConnectionPoolConfigurationInfoFormat::new()
            .max_connections_percent(most)
            .max_idle_connections_percent(idle)
            .connection_borrow_timeout(self.borrow_timeout);
        match &self.init_query {
            Some(statements) => property.init_query(statements.clone()),
            None => property,
        }
    }
}
