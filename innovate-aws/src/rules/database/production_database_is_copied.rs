//! DB-09: a production database knows its users by IAM, and no backup plan leaves it out.

use innovate_core::{
    Diagnostic, Resource, Rule, Site,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE, databases, engine, is_secondary};
use crate::rules::{
    backup::{
        plan::{self, PLAN},
        selection::{SELECTION, takes},
    },
    read::{is_production, text, truth},
};

/// A production database lets users in by tokens of IAM, and is in a plan that copies it elsewhere.
pub static PRODUCTION_DATABASE_IS_COPIED: Rule = Rule {
    code: "DB-09",
    title: "a production database takes tokens of IAM, and backup plans copy it to another region",
    explanation: "\
A password is known to whoever has ever read it; a token of IAM lasts 15 minutes, and who gets one is in a \
policy. Without `EnableIAMDatabaseAuthentication` there are only passwords. It can be turned on later.

A production database that no backup plan of its region selects, or only plans without a copy to another, \
doesn't survive the loss of its region. Automated backups stay in their region: those of Aurora always, \
those of RDS unless they are replicated. In a program without any plan this is a warning, since its plans may \
be made elsewhere.

The constructs take tokens by themselves. Select the database, `Selection::of(&database)`, in a plan with a rule \
that copies: `BackupRule::daily(lifecycle!(35 days)).copy_to(&vault)`. For `RdsPostgres`, \
`.backup_replication(..)` does as well.

Sources: RDS.10, RDS.12 and RDS.26, AWS Foundational Security Best Practices; \"Creating backup copies across \
AWS Regions\", AWS Backup Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let planned = model.resources_of(PLAN).any(|plan| is_production(model, plan));
    for database in databases(model) {
        let replica = database.properties().get("SourceDBInstanceIdentifier").is_some();
        if replica || !is_production(model, database) {
            continue;
        }
        check_users(database, findings);
        // It is a copy in another region itself, of what its primary's plans copy.
        if is_secondary(database) {
            continue;
        }
        check_copies(model, database, planned, findings);
    }
}

fn check_users(database: &Resource, findings: &mut Findings) {
    const PROPERTY: &str = "EnableIAMDatabaseAuthentication";
    let knows_iam =
        |engine: &str| ["postgres", "mysql", "mariadb"].iter().any(|one| engine.contains(one));
    let set = database.properties().get(PROPERTY).is_some();
    let off = !set || truth(database, PROPERTY) == Some(false);
    if off && engine(database).is_some_and(knows_iam) {
        findings.report(
            Diagnostic::warning(
                "DB-09",
                "the production database knows its users by passwords alone",
            )
            .on(database)
            .property(PROPERTY)
            .given(if set { "false" } else { "nothing, which means false" })
            .allowed("true"),
        );
    }
}

fn check_copies(model: &Model<'_>, database: &Resource, planned: bool, findings: &mut Findings) {
    if text(database, "AutomaticBackupReplicationRegion").is_some() {
        return;
    }
    if !planned {
        let message = "no backup plan of the program copies the production database";
        findings.report(
            Diagnostic::warning("DB-09", message)
                .on(database)
                .given("a program without a backup plan")
                .allowed(ALLOWED)
                .help(
                    "make a `BackupPlan`; or, if a plan made elsewhere selects it, such as the \
                     organization's, say so: `.suppress(\"DB-09\", \"..\")`",
                ),
        );
        return;
    }
    let Some(stack) = model.stack_of(database) else { return };
    let site = stack.site();
    let arn = arn(database, site);
    let selections = model.resources_of(SELECTION);
    let selecting: Vec<&Resource> =
        selections.filter(|selection| takes(model, selection, database, &arn)).collect();
    let vaults = plan::vaults(model);
    let copied = selecting.iter().any(|selection| {
        let plan = selection.properties().get("BackupPlanId");
        // A plan that exists outside the program can't be looked into.
        let plan = plan.and_then(|plan| model.target(plan));
        plan.is_none_or(|plan| {
            plan::rules_of(plan, site).flat_map(|rule| rule.copies()).any(|(_, copy)| {
                let to = plan::destination(&vaults, model, site, copy);
                to.is_none_or(|to| to.region != site.region())
            })
        })
    });
    let message = match (copied, selecting.first()) {
        (true, _) => return,
        (false, None) => "no backup plan selects the production database",
        (false, Some(_)) => "no backup plan copies the production database to another region",
    };
    let finding = Diagnostic::error("DB-09", message)
        .on(database)
        .given(format!("a database in {}", site.region()))
        .allowed(ALLOWED)
        .help("`Selection::of(&database)`, and `.copy_to(&vault)` on a rule of the plan");
    findings.report(match selecting.first() {
        Some(selection) => finding.related(selection.location(), "this selects it, for no copy"),
        None => finding,
    });
}

const ALLOWED: &str =
    "a plan in its region that selects it, with a rule that copies to a vault of another region";

/// The database's ARN, as far as it is known now.
pub(super) fn arn(database: &Resource, site: &Site) -> String {
    let (region, account) = (site.region(), site.account());
    let (sort, name) = match database.type_name() {
        CLUSTER => ("cluster", "DBClusterIdentifier"),
        INSTANCE => ("db", "DBInstanceIdentifier"),
        other => (other, "Name"),
    };
    let name = text(database, name).unwrap_or("*");
    format!("arn:aws:rds:{region}:{account}:{sort}:{name}")
}
