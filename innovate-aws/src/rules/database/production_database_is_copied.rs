//! DB-09: a production database knows its users by IAM, and no backup plan leaves it out.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE, databases, engine};
use crate::rules::read::{is_production, items, pattern, text, truth};

/// A production database lets users in by tokens of IAM, and is in a plan that copies it elsewhere.
pub static PRODUCTION_DATABASE_IS_COPIED: Rule = Rule {
    code: "DB-09",
    title: "a production database takes tokens of IAM, and backup plans copy it to another region",
    explanation: "\
A password is known to whoever has ever read it; a token of IAM lasts 15 minutes, and who gets one is in a \
policy. Without `EnableIAMDatabaseAuthentication` there are only passwords. It can be turned on later.

A program that has backup plans is meant to survive the loss of a region. A production database that no \
plan selects, or only plans without a copy, doesn't. Automated backups stay in their region: those of \
Aurora always, those of RDS unless they are replicated.

The constructs take tokens by themselves. Select the database, `Selection::of(&database)`, in a plan with a rule \
that copies: `BackupRule::daily(lifecycle!(35 days)).copy_to(&vault)`. For `RdsPostgres`, \
`.backup_replication(..)` does as well.

Sources: RDS.10, RDS.12 and RDS.26, AWS Foundational Security Best Practices; \"Creating backup copies across \
AWS Regions\", AWS Backup Developer Guide.",
    check: Check::Model(check),
};

const SELECTION: &str = "AWS::Backup::BackupSelection";

fn check(model: &Model<'_>, findings: &mut Findings) {
    let has_plans =
        model.resources_of("AWS::Backup::BackupPlan").any(|plan| is_production(model, plan));
    for database in databases(model) {
        let replica = database.properties().get("SourceDBInstanceIdentifier").is_some();
        if replica || !is_production(model, database) {
            continue;
        }
        check_users(database, findings);
        if has_plans {
            check_copies(model, database, findings);
        }
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

fn check_copies(model: &Model<'_>, database: &Resource, findings: &mut Findings) {
    if text(database, "AutomaticBackupReplicationRegion").is_some() {
        return;
    }
    let selections = model.resources_of(SELECTION);
    let selecting: Vec<&Resource> =
        selections.filter(|selection| selects(model, selection, database)).collect();
    let copied = selecting.iter().any(|selection| {
        let plan = selection.properties().get("BackupPlanId");
        // A plan that exists outside the program can't be looked into.
        plan.and_then(|plan| model.target(plan)).is_none_or(copies)
    });
    let message = match (copied, selecting.first()) {
        (true, _) => return,
        (false, None) => "no backup plan selects the production database",
        (false, Some(_)) => "no backup plan copies the production database to another region",
    };
    let finding = Diagnostic::error("DB-09", message)
        .on(database)
        .allowed("a plan that selects it, with a rule that copies to a vault of another region")
        .help("`Selection::of(&database)`, and `.copy_to(&vault)` on a rule of the plan");
    findings.report(match selecting.first() {
        Some(selection) => finding.related(selection.location(), "this selects it, for no copy"),
        None => finding,
    });
}

/// Whether one of the plan's rules makes copies.
fn copies(plan: &Resource) -> bool {
    let rules = plan.properties().at("BackupPlan/BackupPlanRule").map_or(&[][..], items);
    rules.iter().any(|rule| rule.get("CopyActions").is_some_and(|copies| !items(copies).is_empty()))
}

/// Whether a selection takes the database; where that isn't known now, it may.
fn selects(model: &Model<'_>, selection: &Resource, database: &Resource) -> bool {
    let list = |name: &str| {
        let path = format!("BackupSelection/{name}");
        selection.properties().at(&path).map_or(&[][..], items)
    };
    let arn = arn(model, database);
    let is_named = |node: &Node| match model.target(node) {
        Some(target) => target.address() == database.address(),
        None => matches(&pattern(node), &arn),
    };
    let (resources, tags) = (list("Resources"), list("ListOfTags"));
    let tagged = |condition: &Node, prefix: &str| {
        let part = |name: &str| condition.get(name).and_then(Node::as_text);
        let (Some(key), Some(value)) = (part("ConditionKey"), part("ConditionValue")) else {
            return true;
        };
        database.tag(key.strip_prefix(prefix).unwrap_or(key)) == Some(value)
    };
    let equals = list("Conditions/StringEquals");
    let by_name = resources.iter().any(is_named);
    let by_tag = tags.iter().any(|condition| tagged(condition, ""));
    (by_name || by_tag)
        && equals.iter().all(|condition| tagged(condition, "aws:ResourceTag/"))
        && !list("NotResources").iter().any(is_named)
}

/// The database's ARN, as far as it is known now.
fn arn(model: &Model<'_>, database: &Resource) -> String {
    let stack = database.address().stack();
    let site = model.stacks().iter().find(|known| known.name() == stack).map(|stack| stack.site());
    let (region, account) = site.map_or(("*", "*"), |site| (site.region(), site.account()));
    let (sort, name) = match database.type_name() {
        CLUSTER => ("cluster", "DBClusterIdentifier"),
        INSTANCE => ("db", "DBInstanceIdentifier"),
        other => (other, "Name"),
    };
    let name = text(database, name).unwrap_or("*");
    format!("arn:aws:rds:{region}:{account}:{sort}:{name}")
}

/// Whether a text could be what a pattern with `*` stands for.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        let arn = "arn:aws:rds:eu-west-1:444455556666:cluster:innovate-prod-data-database";
        for (pattern, expected) in [
            ("*", true),
            (arn, true),
            ("arn:*:rds:*:*:cluster:*", true),
            ("arn:aws:rds:*:*:cluster:innovate-*-database", true),
            ("arn:*:rds:*:*:db:*", false),
            ("arn:aws:rds:*:*:cluster:shop-*", false),
            ("", false),
            ("arn:aws:rds", false),
        ] {
            assert_eq!(matches(pattern, arn), expected, "{pattern}");
        }
    }
}
