//! DB-12: a parameter group is of its database's family.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE, engine};
use crate::database::{AuroraPostgres, PostgresVersion};

/// A parameter group is of the family of its database's engine and major version.
pub static PARAMETER_GROUP_FITS: Rule = Rule {
    code: "DB-12",
    title: "a parameter group is of the family of its database's engine and major version",
    explanation: "\
RDS refuses a parameter group of another family: that of PostgreSQL 16 on a database of 17, or one of \
RDS on Aurora. With an upgrade to a new major version comes a new parameter group, since a group's \
family can't be changed.

The constructs derive the family from the version: `.engine(AuroraPostgres::V17)` has a group of \
`aurora-postgresql17`. On resources of your own, change both together.

Source: `Family`, AWS::RDS::DBClusterParameterGroup and AWS::RDS::DBParameterGroup, AWS CloudFormation \
Template Reference Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let kinds = [
        (CLUSTER, "DBClusterParameterGroupName"),
        (CLUSTER, "DBInstanceParameterGroupName"),
        (INSTANCE, "DBParameterGroupName"),
    ];
    for (type_name, property) in kinds {
        for database in model.resources_of(type_name) {
            let version = database.properties().get("EngineVersion").and_then(Node::as_text);
            let Some(version) = version else { continue };
            let expected = match engine(database) {
                Some("aurora-postgresql") => {
                    AuroraPostgres::parse(version).map(AuroraPostgres::family)
                }
                Some("postgres") => PostgresVersion::parse(version).map(PostgresVersion::family),
                _ => None,
            };
            let Some(expected) = expected else { continue };
            let group = database.properties().get(property);
            let Some(group) = group.and_then(|name| model.target(name)) else { continue };
            let family = group.properties().get("Family").and_then(Node::as_text);
            let Some(family) = family.filter(|family| *family != expected) else { continue };
            findings.report(
                Diagnostic::error(
                    "DB-12",
                    "the parameter group is of another family than its database",
                )
                .on(database)
                .property(property)
                .given(format!("{family}, for version {version}"))
                .allowed(expected)
                .help("make a group of the new family, and leave the old one until the database has left it")
                .related(group.location(), "the parameter group is made here"),
            );
        }
    }
}
