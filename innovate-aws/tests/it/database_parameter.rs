//! The names that parameter groups set.

use innovate_aws::{
    capacity,
    database::{AuroraPostgres, AuroraServerless, Parameters, Readers},
};
use innovate_cfn::rds;
use innovate_core::{Diagnostic, Node, Prod, Severity, value::intrinsic};

use crate::{database::Program, program::findings};

/// What is said of a cluster of this version with one more parameter.
fn said(engine: AuroraPostgres, name: &'static str) -> Vec<Diagnostic> {
    let mut program = Program::<Prod>::new();
    let database = AuroraServerless::builder()
        .engine(engine)
        .network(program.vpc.data())
        .key(&program.key)
        .capacity(capacity!(2..=64))
        .readers(Readers::failover())
        .parameters(Parameters::new().set(name, "1"))
        .build();
    program.add(database);
    findings(program.app())
}

fn only(found: &[Diagnostic]) -> &Diagnostic {
    match found {
        [one] => one,
        other => panic!("not one finding: {other:#?}"),
    }
}

#[test]
fn what_postgresql_or_aws_has_may_be_set() {
    for name in [
        "work_mem",
        "timezone",
        "idle_in_transaction_session_timeout",
        "transaction_timeout",
        "rds.logical_replication",
        "apg_ccm_enabled",
        "pgaudit.log",
        "pg_partman_bgw.interval",
        "apg_something_new_altogether",
    ] {
        assert_eq!(said(AuroraPostgres::V17, name), [], "{name}");
    }
}

#[test]
fn a_typing_error_is_named_with_what_was_meant() {
    for (name, meant) in [
        ("wrok_mem", "work_mem"),
        ("log_conections", "log_connections"),
        ("max_conections", "max_connections"),
        ("statement-timeout", "statement_timeout"),
    ] {
        let found = said(AuroraPostgres::V17, name);
        let finding = only(&found);
        assert_eq!((finding.code(), finding.setter_name()), ("DB-19", Some("parameters")));
        assert_eq!(finding.severity(), Severity::Error);
        assert_eq!(finding.given_value(), Some(name));
        assert!(finding.allowed_values().unwrap().split(", ").any(|each| each == meant), "{name}");
    }
    let found = said(AuroraPostgres::V17, "innodb_buffer_pool");
    assert_eq!(only(&found).message(), "PostgreSQL 17 has no such parameter");
}

#[test]
fn a_typing_error_in_a_name_that_aws_may_have_added_is_a_warning() {
    for (name, meant) in [
        ("rds.logical_replicaton", "rds.logical_replication"),
        ("pg_stat_statments.track", "pg_stat_statements.track"),
        ("apg_ccm_enable", "apg_ccm_enabled"),
    ] {
        let found = said(AuroraPostgres::V17, name);
        let finding = only(&found);
        assert_eq!((finding.code(), finding.severity()), ("DB-19", Severity::Warning));
        assert!(finding.allowed_values().unwrap().split(", ").any(|each| each == meant), "{name}");
    }
}

#[test]
fn a_parameter_is_of_the_databases_version() {
    for (engine, name, allowed) in [
        (AuroraPostgres::V16_15, "transaction_timeout", Some("PostgreSQL 17 or newer")),
        (AuroraPostgres::V17, "db_user_namespace", Some("PostgreSQL 16 or older")),
        (AuroraPostgres::V16_15, "db_user_namespace", None),
        (AuroraPostgres::V18, "io_max_concurrency", None),
    ] {
        let found = said(engine, name);
        let finding = found.first().and_then(Diagnostic::allowed_values);
        assert_eq!(finding, allowed, "{name} of {engine}");
        assert!(found.iter().all(|found| found.code() == "DB-19"));
    }
}

#[test]
fn what_rds_decides_on_is_not_set() {
    for (name, instead) in [
        ("wal_level", "rds.logical_replication"),
        ("port", ".port(..)"),
        ("archive_timeout", "every five minutes"),
    ] {
        let found = said(AuroraPostgres::V17, name);
        let finding = only(&found);
        assert_eq!((finding.code(), finding.severity()), ("DB-19", Severity::Error));
        assert!(format!("{finding:?}").contains(instead), "{finding:?}");
    }
}

#[test]
fn what_a_cluster_has_as_a_whole_is_not_set_for_its_instances() {
    for (family, name, refused) in [
        ("aurora-postgresql17", "rds.logical_replication", true),
        ("aurora-postgresql17", "TimeZone", true),
        ("aurora-postgresql17", "work_mem", false),
        ("postgres17", "TimeZone", false),
        ("postgres17", "rds.logical_replication", false),
        ("postgres17", "wrok_mem", true),
        ("mysql8.4", "innodb_buffer_pool_size", false),
    ] {
        let mut program = Program::<Prod>::new();
        let value = Node::Text("1".into());
        let group = rds::DBParameterGroup::new("Of instances", family)
            .parameters(intrinsic::object([(name.into(), value)]));
        program.data.add("Group", group);
        let found = findings(program.app());
        assert_eq!(found.iter().any(|found| found.code() == "DB-19"), refused, "{found:#?}");
    }
}
