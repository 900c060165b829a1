//! DB-02: a database is encrypted, and nobody can read its password.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
    value::Intrinsic,
};

use super::{databases, engine, is_copy};
use crate::rules::read::decimal;

/// A database is encrypted with a customer-managed key and speaks TLS only, and no template holds
/// its password.
pub static DATABASE_IS_ENCRYPTED: Rule = Rule {
    code: "DB-02",
    title: "a database is encrypted at rest and in transit, and no template holds its password",
    explanation: "\
A database can't be encrypted later: it has to be copied. With AWS's own key, nobody can say who \
decrypts, and no snapshot can go to another account. Without `rds.force_ssl`, clients that don't ask \
for TLS speak in the clear. A password in a template, or in a parameter of one, is in every copy of \
the template and in the history of its deployments.

`AuroraServerless` does all of this. On a resource of your own: set `StorageEncrypted` and \
`KmsKeyId`, attach a parameter group with `rds.force_ssl` = 1, and let RDS keep the password with \
`ManageMasterUserPassword`, or do without one (`MasterUserAuthenticationType: iam-db-auth`).

Sources: RDS.3 and RDS.27, AWS Foundational Security Best Practices; \"Securing Aurora PostgreSQL \
data with SSL/TLS\" and \"Password management with Amazon Aurora and AWS Secrets Manager\", Amazon \
Aurora User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for database in databases(model) {
        let properties = database.properties();
        let report = |message: &str, property: &str| {
            Diagnostic::error("DB-02", message).on(database).property(property)
        };
        let replica = properties.get("SourceDBInstanceIdentifier").is_some();
        let encrypted = properties.get("StorageEncrypted");
        if encrypted.map_or(!replica, |node| node.as_bool() == Some(false)) {
            findings.report(
                report("the database isn't encrypted", "StorageEncrypted")
                    .given(if encrypted.is_some() { "false" } else { "nothing" })
                    .allowed("true")
                    .help("it can't be encrypted later; set it before the first deployment"),
            );
        } else if properties.get("KmsKeyId").is_none() && !replica {
            findings.report(
                report("the database is encrypted with AWS's own key", "KmsKeyId")
                    .given("nothing")
                    .allowed("a customer-managed key")
                    .help("make one with `KmsKey::<Rds>::new()`"),
            );
        }
        check_password(database, findings);
        check_tls(model, database, findings);
    }
}

fn check_password(database: &Resource, findings: &mut Findings) {
    let properties = database.properties();
    let report = |message: &str| {
        Diagnostic::error("DB-02", message)
            .on(database)
            .allowed(
                "`ManageMasterUserPassword: true`, or `MasterUserAuthenticationType: iam-db-auth`",
            )
            .help("RDS then keeps the password in Secrets Manager and changes it every 7 days")
    };
    if let Some(password) = properties.get("MasterUserPassword") {
        if !is_dynamic_reference(password) {
            findings.report(
                report("the database's password is in the template").property("MasterUserPassword"),
            );
        }
        return;
    }
    let managed = properties.get("ManageMasterUserPassword");
    let managed = managed.is_some_and(|node| node.as_bool() != Some(false));
    let by_iam = properties.get("MasterUserAuthenticationType").and_then(Node::as_text);
    if !managed && by_iam != Some("iam-db-auth") && !is_copy(database) {
        findings.report(
            report("nobody could log in: the database has neither a password nor another way")
                .property("ManageMasterUserPassword"),
        );
    }
}

/// Whether CloudFormation fetches the value when it deploys: `{{resolve:secretsmanager:..}}`.
fn is_dynamic_reference(password: &Node) -> bool {
    let text = match password.as_intrinsic() {
        None => password.as_text(),
        Some(Intrinsic::Concat(parts)) => parts.first().and_then(Node::as_text),
        Some(Intrinsic::Sub { template, .. }) => Some(&**template),
        Some(Intrinsic::Join { items, .. }) => {
            items.as_list().and_then(<[Node]>::first).and_then(Node::as_text)
        }
        Some(_) => None,
    };
    text.is_some_and(|text| text.starts_with("{{resolve:secretsmanager:"))
}

fn check_tls(model: &Model<'_>, database: &Resource, findings: &mut Findings) {
    let group_property = match engine(database) {
        Some("aurora-postgresql") => "DBClusterParameterGroupName",
        Some("postgres") => "DBParameterGroupName",
        _ => return,
    };
    let report = |message: &str, property: String| {
        Diagnostic::error("DB-02", message)
            .on(database)
            .property(property)
            .allowed("a parameter group with `rds.force_ssl` = 1")
    };
    let Some(name) = database.properties().get(group_property) else {
        let message = "the database has no parameter group that forces TLS";
        findings.report(report(message, group_property.into()).given("nothing"));
        return;
    };
    // A group that exists outside the program can't be looked into.
    let Some(group) = model.target(name) else { return };
    let parameters = group.properties().get("Parameters");
    let forced = parameters.and_then(|parameters| parameters.get("rds.force_ssl"));
    let forced_value = forced.and_then(decimal);
    if forced.is_none() || forced_value.is_some_and(|value| value != 1.0) {
        let finding = report("the database answers clients without TLS", group_property.into())
            .related(group.location(), "its parameter group is made here");
        findings.report(match forced_value {
            Some(value) => finding.given(format!("rds.force_ssl = {value}")),
            None => finding.given("a group without `rds.force_ssl`"),
        });
    }
}
