//! DB-18: the clusters of a global database fit each other.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, GLOBAL, engine, instances_of};
use crate::{
    database::AuroraPostgres,
    rules::read::{site_of, text, truth},
};

/// The clusters of a global database are in two regions, of one exact version, and have one set of users.
pub static GLOBAL_DATABASE_HOLDS_TOGETHER: Rule = Rule {
    code: "DB-18",
    title: "the clusters of a global database are in two regions, of one exact version and with one set of users",
    explanation: "\
RDS refuses a secondary cluster in the primary's region, one of another version, one that names users or a \
database of its own, one without a key of its own region, and one for whose encrypted data CloudFormation didn't \
sign, which it does for the region in `SourceRegion`. It doesn't manage passwords in a global \
database, nor does it stop or start a cluster of one. And it doesn't upgrade its clusters to new minor \
versions: with a major version alone, a secondary cluster that is made later may be of another \
minor version than the primary, and one of them can then not take over from the other. Burstable classes of \
instances, whose names begin with `db.t`, it refuses as well.

Give the primary an exact version, `.engine(AuroraPostgres::V17_11)`, and an administrator without a password, \
`.master_user(MasterUser::iam())`. `AuroraSecondary` takes all else from the primary. To upgrade, name the newer minor \
version at the secondary first, `.engine(..)`, and at the primary when that is deployed.

Sources: \"Using Amazon Aurora Global Database\", \"Configuration requirements of an Amazon Aurora global \
database\", \"Upgrading an Amazon Aurora global database\" and \"Password \
management with Amazon Aurora and AWS Secrets Manager\", Amazon Aurora User Guide; `GlobalClusterIdentifier`, \
AWS::RDS::DBCluster, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

/// What a secondary cluster has from its primary.
const OF_THE_PRIMARY: [&str; 5] = [
    "DatabaseName",
    "ManageMasterUserPassword",
    "MasterUserAuthenticationType",
    "MasterUserPassword",
    "MasterUsername",
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for global in model.resources_of(GLOBAL) {
        let source = global.properties().get("SourceDBClusterIdentifier");
        let Some(primary) = source.and_then(|source| model.target(source)) else { continue };
        check_primary(model, global, primary, findings);
        check_classes(model, primary, "instance_class", findings);
        check_stop(model, primary, findings);
        for secondary in model.referrers(CLUSTER, "GlobalClusterIdentifier", global.address()) {
            if secondary.address() == primary.address() {
                continue;
            }
            check_region(model, primary, secondary, findings);
            check_version(primary, secondary, findings);
            check_users(secondary, findings);
            check_classes(model, secondary, "size", findings);
            check_stop(model, secondary, findings);
        }
    }
}

fn check_primary(
    model: &Model<'_>,
    global: &Resource,
    primary: &Resource,
    findings: &mut Findings,
) {
    let report = |message: &str| {
        Diagnostic::error("DB-18", message)
            .on(primary)
            .related(global.location(), "the global database is made here")
    };
    if let Some(version) = text(primary, "EngineVersion")
        && version.split('.').count() < 2
        && engine(primary) == Some("aurora-postgresql")
    {
        findings.report(
            report("the primary cluster of a global database has no exact version")
                .property("EngineVersion")
                .setter("engine")
                .given(version)
                .allowed("an exact version, such as `AuroraPostgres::V17_11`")
                .help("AWS upgrades no cluster of a global database, and all of them must be of one version"),
        );
    }
    if truth(primary, "ManageMasterUserPassword") == Some(true) {
        findings.report(
            report("RDS keeps no password of a global database's administrator")
                .property("ManageMasterUserPassword")
                .setter("master_user")
                .given("a password that RDS manages")
                .allowed("an administrator without a password")
                .help("let it log in with tokens of IAM: `.master_user(MasterUser::iam())`"),
        );
    }
    let (here, there) = (site_of(model, primary), site_of(model, global));
    if let (Some(here), Some(there)) = (here, there)
        && here.region() != there.region()
    {
        findings.report(
            Diagnostic::error("DB-18", "a global database is made in its primary cluster's region")
                .on(global)
                .given(there.region())
                .allowed(here.region())
                .related(primary.location(), "the primary cluster is made here"),
        );
    }
}

fn check_region(
    model: &Model<'_>,
    primary: &Resource,
    secondary: &Resource,
    findings: &mut Findings,
) {
    let (home, there) = (site_of(model, primary), site_of(model, secondary));
    let (Some(home), Some(there)) = (home, there) else { return };
    if home.region() == there.region() {
        findings.report(
            Diagnostic::error("DB-18", "the secondary cluster is in the primary's region")
                .on(secondary)
                .given(there.region())
                .allowed("another region")
                .help("add it to a stack of `environment.recovery_stack(..)`")
                .related(primary.location(), "the primary cluster is made here"),
        );
        return;
    }
    let source = text(secondary, "SourceRegion");
    let known = secondary.properties().get("SourceRegion").is_none() || source.is_some();
    if known && source != Some(home.region()) {
        findings.report(
            Diagnostic::error(
                "DB-18",
                "the secondary cluster doesn't say where its primary's encrypted data is",
            )
            .on(secondary)
            .property("SourceRegion")
            .given(source.unwrap_or("nothing"))
            .allowed(home.region())
            .help("CloudFormation signs the copy for that region, and RDS refuses one that isn't signed"),
        );
    }
    let Some(key) = secondary.properties().get("KmsKeyId") else { return };
    let home = match (key.as_text(), model.target(key)) {
        // `arn:aws:kms:eu-west-1:444455556666:key/..`
        (Some(arn), _) => arn.split(':').nth(3),
        (None, Some(key)) => site_of(model, key).map(|site| site.region()),
        (None, None) => None,
    };
    if let Some(home) = home.filter(|home| *home != there.region()) {
        findings.report(
            Diagnostic::error("DB-18", "the secondary cluster's key is of another region")
                .on(secondary)
                .property("KmsKeyId")
                .setter("key")
                .given(format!("a key of {home}"))
                .allowed(format!("a key of {}", there.region()))
                .help("make one in a stack of that region: `recovery.add(\"DatabaseKey\", KmsKey::<Rds>::new())`"),
        );
    }
}

/// A secondary cluster may be ahead by minor versions, since it is upgraded first.
fn check_version(primary: &Resource, secondary: &Resource, findings: &mut Findings) {
    let version = |cluster| text(cluster, "EngineVersion").and_then(AuroraPostgres::parse);
    let (Some(expected), Some(given)) = (version(primary), version(secondary)) else { return };
    if given == expected || (given.major() == expected.major() && given.minor() > expected.minor())
    {
        return;
    }
    let allowed =
        format!("{expected}, or a newer minor version that the primary is upgraded to next");
    findings.report(
        Diagnostic::error("DB-18", "the secondary cluster is of another version than the primary")
            .on(secondary)
            .property("EngineVersion")
            .setter("engine")
            .given(given)
            .allowed(allowed)
            .related(primary.location(), "the primary cluster is made here"),
    );
}

fn check_users(secondary: &Resource, findings: &mut Findings) {
    for property in OF_THE_PRIMARY {
        if secondary.properties().get(property).is_some() {
            let message = format!("`{property}` of a secondary cluster is its primary's");
            findings.report(
                Diagnostic::error("DB-18", message)
                    .on(secondary)
                    .property(property)
                    .help("leave it out: RDS refuses the cluster with it"),
            );
        }
    }
}

/// What the setter named at the cluster's construct says, or a reader's own class.
fn check_classes(
    model: &Model<'_>,
    cluster: &Resource,
    setter: &'static str,
    findings: &mut Findings,
) {
    for instance in instances_of(model, cluster) {
        let class = text(instance, "DBInstanceClass");
        let Some(class) = class.filter(|class| class.starts_with("db.t")) else { continue };
        let message = "an instance of a global database is of a burstable class";
        findings.report(
            Diagnostic::error("DB-18", message)
                .on(instance)
                .property("DBInstanceClass")
                .setter(setter)
                .given(class)
                .allowed("`db.serverless`, or a class that is optimized for memory, such as `db.r8g.large`")
                .related(cluster.location(), "the cluster is made here"),
        );
    }
}

/// Each night the call would fail, without a word to anyone.
fn check_stop(model: &Model<'_>, cluster: &Resource, findings: &mut Findings) {
    let Some(identifier) = text(cluster, "DBClusterIdentifier") else { return };
    let quoted = format!("\"{identifier}\"");
    for schedule in model.resources_of("AWS::Scheduler::Schedule") {
        let stops = text(schedule, "Target/Arn").is_some_and(|arn| arn.ends_with(":stopDBCluster"));
        let input = schedule.properties().at("Target/Input").and_then(Node::as_text);
        if stops && input.is_some_and(|input| input.contains(&quoted)) {
            findings.report(
                Diagnostic::error("DB-18", "RDS stops no cluster of a global database")
                    .on(schedule)
                    .setter("database")
                    .given(identifier)
                    .allowed("a database of its own")
                    .help("leave the global database, or the schedule, out of this stage")
                    .related(cluster.location(), "the cluster is made here"),
            );
        }
    }
}
