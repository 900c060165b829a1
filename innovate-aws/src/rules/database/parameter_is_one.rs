//! DB-19: what a parameter group sets is a setting that RDS lets it set.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model, suggest},
};

use crate::{
    database::parameter_name::{KNOWN, Name, OF_CLUSTERS},
    rules::read::text,
};

/// A parameter group of PostgreSQL sets what its version has and RDS doesn't decide on.
pub static PARAMETER_IS_ONE: Rule = Rule {
    code: "DB-19",
    title: "a parameter group sets what its version of PostgreSQL has and RDS lets it set",
    explanation: "\
RDS refuses a whole parameter group for one name that it doesn't know, and so the deployment: for a typing error, \
for a setting that came with a later major version or went with an earlier one, for one that RDS decides on \
itself, and for one of a cluster of Aurora in a group of its instances.

Of a name that AWS or a library may have added, which begins with `rds.`, `apg_` or the library's name, you \
are warned if it is near one that is known here.

Set names as PostgreSQL's documentation has them: `Parameters::new().set(\"work_mem\", \"8192\")`. Some have another way: \
`.port(..)` of the database, `Parameters::load` of a library, `rds.logical_replication` for `wal_level`.

Sources: \"Amazon Aurora PostgreSQL parameters\", Amazon Aurora User Guide; \"Working with parameters on your RDS \
for PostgreSQL DB instance\", Amazon RDS User Guide; \"Server Configuration\", PostgreSQL's documentation.",
    check: Check::Model(check),
};

/// What AWS begins names of its own with.
const OWN: [&str; 4] = ["ansi_", "apg_", "aurora_", "rds_"];
const OF_CLUSTER: &str = "AWS::RDS::DBClusterParameterGroup";
const OF_INSTANCE: &str = "AWS::RDS::DBParameterGroup";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for group in model.resources_of(OF_CLUSTER).chain(model.resources_of(OF_INSTANCE)) {
        let Some(family) = text(group, "Family") else { continue };
        let (aurora, major) = match family.strip_prefix("aurora-") {
            Some(engine) => (true, engine),
            None => (false, family),
        };
        let Some(major) = major.strip_prefix("postgresql").or(major.strip_prefix("postgres"))
        else {
            continue;
        };
        let Some(major) = major.parse().ok().filter(|major| KNOWN.contains(major)) else {
            continue;
        };
        let parameters = group.properties().get("Parameters").and_then(|found| found.as_map());
        for name in parameters.into_iter().flatten().map(|(name, _)| name.as_ref()) {
            check_name(group, name, major, findings);
            let of_clusters = OF_CLUSTERS.iter().any(|known| known.eq_ignore_ascii_case(name));
            if aurora && group.type_name() == OF_INSTANCE && of_clusters {
                findings.report(
                    report(group, name, "this is set for a cluster of Aurora as a whole")
                        .allowed("a parameter of instances")
                        .help("set it in the cluster's AWS::RDS::DBClusterParameterGroup"),
                );
            }
        }
    }
}

fn report(group: &Resource, name: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("DB-19", message.into())
        .on(group)
        .property(format!("Parameters/{name}"))
        .setter("parameters")
        .given(name)
}

fn check_name(group: &Resource, name: &str, major: u8, findings: &mut Findings) {
    let finding = match Name::of(name, major) {
        Name::Known => return,
        Name::Fixed(instead) => report(group, name, "RDS decides on this parameter itself")
            .allowed("a parameter that RDS lets programs set")
            .help(format!("leave it out: {instead}")),
        Name::Elsewhere(first, last) => {
            let allowed = if major < first {
                format!("PostgreSQL {first} or newer")
            } else {
                format!("PostgreSQL {last} or older")
            };
            report(group, name, format!("PostgreSQL {major} has no such parameter"))
                .allowed(allowed)
                .help("leave it out where the version hasn't got it")
        }
        Name::Unknown => {
            let near = suggest::several(name, Name::all(major), 3).join(", ");
            let added = name.contains('.') || OWN.iter().any(|own| name.starts_with(own));
            match (added, near.is_empty()) {
                (true, true) => return,
                (true, false) => Diagnostic::warning(
                    "DB-19",
                    "neither PostgreSQL nor AWS has a parameter of this name that is known here",
                )
                .on(group)
                .property(format!("Parameters/{name}"))
                .setter("parameters")
                .given(name)
                .allowed(near)
                .help(
                    "AWS lists them: `aws rds describe-engine-default-parameters`; suppress the finding \
                     if this is one",
                ),
                (false, empty) => {
                    let message = format!("PostgreSQL {major} has no such parameter");
                    let allowed = if empty {
                        "a name of PostgreSQL's documentation, \"Server Configuration\"".to_owned()
                    } else {
                        near
                    };
                    report(group, name, message).allowed(allowed)
                }
            }
        }
    };
    findings.report(finding);
}
