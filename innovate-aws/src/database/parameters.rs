//! The settings of PostgreSQL.

use std::ops::RangeInclusive;

use innovate_core::{Json, Node, Str, Value, value::intrinsic};

/// Which statements PostgreSQL logs (`log_statement`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogStatement {
    /// None.
    None,
    /// Those that change tables, views and the like.
    #[default]
    Ddl,
    /// Those that change anything.
    Mod,
    /// All of them, with the data that is in them.
    All,
}

impl LogStatement {
    const fn value(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ddl => "ddl",
            Self::Mod => "mod",
            Self::All => "all",
        }
    }
}

/// A library that PostgreSQL loads as it starts (`shared_preload_libraries`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Library {
    /// `auto_explain`: the plans of slow statements.
    AutoExplain,
    /// `pg_cron`: jobs by schedule.
    PgCron,
    /// `pg_stat_statements`: how often each statement ran, and for how long. Always loaded.
    PgStatStatements,
    /// `pgaudit`: who did what.
    PgAudit,
}

impl Library {
    const fn name(self) -> &'static str {
        match self {
            Self::AutoExplain => "auto_explain",
            Self::PgCron => "pg_cron",
            Self::PgStatStatements => "pg_stat_statements",
            Self::PgAudit => "pgaudit",
        }
    }
}

/// The settings of a cluster's PostgreSQL. Clients must speak TLS 1.2 or later; that isn't a choice.
///
/// By default statements that change tables and the like are logged, and those that take a second or
/// more.
///
/// Source: "Aurora PostgreSQL parameters", Amazon Aurora User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    log_statement: LogStatement,
    slow_statement_millis: u32,
    libraries: Vec<Library>,
    others: Vec<(Str, Str)>,
}

/// What makes clients speak TLS, which no program may unset: the default, and what else is as good.
/// Source: "Securing Aurora PostgreSQL data with SSL/TLS", Amazon Aurora User Guide.
const TLS: [(&str, &str, &[&str]); 2] =
    [("rds.force_ssl", "1", &[]), ("ssl_min_protocol_version", "TLSv1.2", &["TLSv1.3"])];

/// What PostgreSQL takes as `max_connections`.
///
/// Source: "Connections and Authentication", PostgreSQL's documentation.
pub(super) const CLIENTS: RangeInclusive<u32> = 1..=262_143;

/// Whether a program may give a parameter this value.
fn is_allowed(name: &str, value: &str) -> bool {
    TLS.iter()
        .all(|(tls, default, better)| name != *tls || value == *default || better.contains(&value))
}

impl Default for Parameters {
    fn default() -> Self {
        Self::new()
    }
}

impl Parameters {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            log_statement: LogStatement::Ddl,
            slow_statement_millis: 1_000,
            libraries: vec![Library::PgStatStatements],
            others: Vec::new(),
        }
    }

    /// Which statements are logged.
    #[must_use]
    pub const fn log_statement(mut self, which: LogStatement) -> Self {
        self.log_statement = which;
        self
    }

    /// Logs every statement that takes so many milliseconds or more.
    #[must_use]
    pub const fn log_slower_than_millis(mut self, millis: u32) -> Self {
        self.slow_statement_millis = millis;
        self
    }

    /// Loads one more library as PostgreSQL starts.
    #[must_use]
    pub fn load(mut self, library: Library) -> Self {
        self.libraries.push(library);
        self
    }

    /// Sets a parameter by its name, such as `idle_in_transaction_session_timeout`. Those that make
    /// clients speak TLS can only be made stricter (`ssl_min_protocol_version` = `TLSv1.3`): trying
    /// to weaken one is a finding.
    #[must_use]
    pub fn set(mut self, name: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.others.push((name.into(), value.into()));
        self
    }

    /// Ends sessions that are idle, unless the program says when: each would keep a database awake.
    pub(super) fn end_idle_sessions(&mut self) {
        const NAME: &str = "idle_session_timeout";
        const FIVE_MINUTES_IN_MILLIS: &str = "300000";
        if !self.others.iter().any(|(name, _)| name == NAME) {
            self.others.push((NAME.into(), FIVE_MINUTES_IN_MILLIS.into()));
        }
    }

    fn clients(&self) -> Option<&Str> {
        let mut others = self.others.iter().rev();
        others.find_map(|(name, value)| (name == "max_connections").then_some(value))
    }

    /// How many clients an instance takes, if the program sets a number.
    pub(super) fn max_connections(&self) -> Option<u32> {
        self.clients().and_then(|value| value.parse().ok())
    }

    /// The number of clients that the program sets, if PostgreSQL refuses it.
    pub(super) fn refused_clients(&self) -> Option<&Str> {
        let is_number = |value: &str| {
            let digits = value.strip_prefix('-').unwrap_or(value);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_taken = |value: &str| value.parse().is_ok_and(|clients| CLIENTS.contains(&clients));
        self.clients().filter(|value| is_number(value) && !is_taken(value))
    }

    /// The parameters about TLS that the program tries to weaken.
    pub(super) fn refused(&self) -> impl Iterator<Item = &(Str, Str)> {
        self.others.iter().filter(|(name, value)| !is_allowed(name, value))
    }

    pub(super) fn json(&self) -> Value<Json> {
        let mut libraries = self.libraries.clone();
        libraries.sort_unstable();
        libraries.dedup();
        let libraries: Vec<&str> = libraries.into_iter().map(Library::name).collect();
        let mut entries: Vec<(Str, Str)> = vec![
            ("log_min_duration_statement".into(), self.slow_statement_millis.to_string().into()),
            ("log_statement".into(), self.log_statement.value().into()),
            ("shared_preload_libraries".into(), libraries.join(",").into()),
        ];
        entries.extend(TLS.map(|(name, default, _)| (name.into(), default.into())));
        let allowed = self.others.iter().filter(|(name, value)| is_allowed(name, value));
        for (name, value) in allowed.cloned() {
            entries.retain(|(known, _)| *known != name);
            entries.push((name, value));
        }
        entries.sort();
        intrinsic::object(entries.into_iter().map(|(name, value)| (name, Node::Text(value))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'a>(json: &'a Value<Json>, name: &str) -> Option<&'a str> {
        json.node().get(name).and_then(Node::as_text)
    }

    #[test]
    fn tls_is_forced_whatever_the_program_sets() {
        let parameters = Parameters::new().set("rds.force_ssl", "0").set("work_mem", "8192");
        let json = parameters.json();
        assert_eq!(value(&json, "rds.force_ssl"), Some("1"));
        assert_eq!(value(&json, "ssl_min_protocol_version"), Some("TLSv1.2"));
        assert_eq!(value(&json, "work_mem"), Some("8192"));
        assert_eq!(parameters.refused().count(), 1);
    }

    #[test]
    fn a_later_version_of_tls_may_be_asked_for_and_no_earlier_one() {
        for (given, kept, refused) in
            [("TLSv1.3", "TLSv1.3", 0), ("TLSv1.2", "TLSv1.2", 0), ("TLSv1.1", "TLSv1.2", 1)]
        {
            let parameters = Parameters::new().set("ssl_min_protocol_version", given);
            assert_eq!(value(&parameters.json(), "ssl_min_protocol_version"), Some(kept));
            assert_eq!(parameters.refused().count(), refused, "{given}");
        }
    }

    #[test]
    fn a_parameter_set_by_name_wins_over_the_default() {
        let json = Parameters::new().set("log_statement", "all").json();
        assert_eq!(value(&json, "log_statement"), Some("all"));
        assert_eq!(json.node().as_map().unwrap().len(), 5);
    }

    #[test]
    fn libraries_are_loaded_once_each() {
        let parameters = Parameters::new().load(Library::PgAudit).load(Library::PgAudit);
        let json = parameters.json();
        assert_eq!(value(&json, "shared_preload_libraries"), Some("pg_stat_statements,pgaudit"));
    }
}
