//! DB-08: who decides on minor upgrades is said once, and extended support isn't bought by accident.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, databases, engine, instances_of};
use crate::database::{AuroraPostgres, PostgresVersion};

/// A version is exact or upgraded by AWS, not both, and extended support is off.
pub static MINOR_VERSION_IS_DECIDED_ONCE: Rule = Rule {
    code: "DB-08",
    title: "a version is exact or upgraded by AWS, not both, and extended support is off",
    explanation: "\
With an exact `EngineVersion` and automatic minor upgrades, AWS upgrades the database one night, and \
the next deployment asks RDS for a downgrade, which fails. `EngineLifecycleSupport` enrols a database \
in RDS Extended Support unless it says otherwise: when its major version runs out of standard support, \
it goes on at a price for each vCPU and hour.

A minor version that the engine left out is refused, and so is an upgrade that leads to no later major version. \
Of a version newer than all that are known here you are warned: it may be new, or misspelt, and RDS tells only \
at the deployment.

Write `.engine(AuroraPostgres::V17)` to have AWS upgrade, or an exact version such as \
`AuroraPostgres::V17_11` to upgrade yourself; `PostgresVersion` on RDS. On resources of your own, give the major version alone \
or set `AutoMinorVersionUpgrade` to false, and set `EngineLifecycleSupport` to \
`open-source-rds-extended-support-disabled`.

Sources: \"Amazon RDS Extended Support with Amazon Aurora\", Amazon Aurora User Guide; \
`EngineVersion` and `AutoMinorVersionUpgrade`, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

const DISABLED: &str = "open-source-rds-extended-support-disabled";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for database in databases(model) {
        let replica = database.properties().get("SourceDBInstanceIdentifier").is_some();
        let open_source = ["postgres", "mysql"]
            .iter()
            .any(|name| engine(database).is_some_and(|engine| engine.contains(name)));
        if open_source && !replica {
            check_support(database, findings);
        }
        let version = database.properties().get("EngineVersion");
        let Some(version) = version.and_then(Node::as_text) else { continue };
        check_existence(database, version, findings);
        check_upgrades(model, database, version, findings);
    }
}

/// Whether the engine has such a version, as far as is known here.
fn check_existence(database: &Resource, version: &str, findings: &mut Findings) {
    let (exists, unheard_of, siblings, service, constants) = match engine(database) {
        Some("aurora-postgresql") => {
            let Some(known) = AuroraPostgres::parse(version) else { return };
            let service = "Aurora";
            (known.may_exist(), known.is_unheard_of(), known.siblings(), service, "AuroraPostgres")
        }
        Some("postgres") => {
            let Some(known) = PostgresVersion::parse(version) else { return };
            let service = "RDS";
            (known.may_exist(), known.is_unheard_of(), known.siblings(), service, "PostgresVersion")
        }
        _ => return,
    };
    let message = format!("{service} has no such version of PostgreSQL");
    let finding = if !exists {
        Diagnostic::error("DB-08", message)
            .help(format!("the constants of `{constants}` are the versions that it has"))
    } else if unheard_of {
        let engine = engine(database).unwrap_or_default();
        Diagnostic::warning("DB-08", format!("{message} that is known here")).help(format!(
            "AWS lists them: `aws rds describe-db-engine-versions --engine {engine}`; suppress the finding \
             if this is one"
        ))
    } else {
        return;
    };
    findings.report(
        finding
            .on(database)
            .property("EngineVersion")
            .setter("engine")
            .given(version)
            .allowed(siblings),
    );
}

fn check_support(database: &Resource, findings: &mut Findings) {
    let support = database.properties().get("EngineLifecycleSupport");
    let text = support.and_then(Node::as_text);
    if support.is_none() || text.is_some_and(|text| text != DISABLED) {
        findings.report(
            Diagnostic::warning("DB-08", "the database enrols in paid Extended Support")
                .on(database)
                .property("EngineLifecycleSupport")
                .given(text.unwrap_or("nothing, which means that it enrols"))
                .allowed(DISABLED),
        );
    }
}

fn check_upgrades(model: &Model<'_>, database: &Resource, version: &str, findings: &mut Findings) {
    // PostgreSQL's exact versions have two numbers, MySQL's three.
    let parts = version.split('.').count();
    let exact = match engine(database) {
        Some(engine) if engine.contains("postgres") => parts >= 2,
        _ => parts >= 3,
    };
    if !exact {
        return;
    }
    let upgraded = |resource: &&Resource| {
        let automatic = resource.properties().get("AutoMinorVersionUpgrade");
        automatic.is_none_or(|node| node.as_bool() == Some(true))
    };
    let subjects = if database.type_name() == CLUSTER {
        instances_of(model, database)
    } else {
        vec![database]
    };
    for subject in subjects.into_iter().filter(|subject| upgraded(subject)) {
        findings.report(
            Diagnostic::error("DB-08", "AWS would upgrade a version that the program pins")
                .on(subject)
                .property("AutoMinorVersionUpgrade")
                .given(format!("version {version} with automatic minor upgrades"))
                .allowed("an exact version, or automatic minor upgrades")
                .help("set `AutoMinorVersionUpgrade` to false, or give the major version alone"),
        );
    }
}
