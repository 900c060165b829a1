//! DB-04: a production database survives a zone, and a mistake.

use innovate_core::{
    DeletionPolicy, Diagnostic, Node, Resource, Rule, StageKind,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, INSTANCE, instances_of, is_aurora, is_secondary};
use crate::rules::read::decimal;

/// A production database is protected from deletion, leaves a snapshot, and has an instance in a
/// second zone that can take over.
pub static PRODUCTION_DATABASE_SURVIVES: Rule = Rule {
    code: "DB-04",
    title: "a production database can't be deleted by mistake and survives the loss of a zone",
    explanation: "\
Deletion protection and a snapshot on deletion stand between a wrong command and the users' data. An \
instance in a second zone, kept as large as the writer (promotion tier 0 or 1), takes over within a \
minute or so when the writer's zone fails; without one, RDS makes a new writer, which can take ten. \
A secondary cluster of a global database may do without instances, since another region has them; with \
one alone it would take over as a cluster that no zone may fail of, so that this is a warning.

`AuroraServerless` does the first two in production by itself; say `.readers(Readers::failover())`. On \
resources of your own: `DeletionProtection: true`, `DeletionPolicy` and `UpdateReplacePolicy` \
`Snapshot`, and a second AWS::RDS::DBInstance in another zone, or `MultiAZ` for RDS.

Sources: RDS.7, RDS.8 and RDS.15, AWS Foundational Security Best Practices; \"High availability for \
Amazon Aurora\", Amazon Aurora User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let production = model.stacks().iter().filter(|stack| stack.site().stage() == StageKind::Prod);
    for resource in production.flat_map(|stack| stack.resources()) {
        let properties = resource.properties();
        let cluster = resource.type_name() == CLUSTER;
        let alone =
            resource.type_name() == INSTANCE && properties.get("DBClusterIdentifier").is_none();
        if !cluster && !alone {
            continue;
        }
        check_deletion(resource, findings);
        if cluster && is_aurora(resource) {
            if is_secondary(resource) {
                check_secondary(model, resource, findings);
            } else {
                check_instances(model, resource, findings);
            }
        } else if alone && properties.get("SourceDBInstanceIdentifier").is_none() {
            let multi_az = properties.get("MultiAZ");
            if multi_az.is_none_or(|node| node.as_bool() == Some(false)) {
                findings.report(
                    Diagnostic::error("DB-04", "the production database is in a single zone")
                        .on(resource)
                        .property("MultiAZ")
                        .setter("availability")
                        .given(if multi_az.is_some() {
                            "false"
                        } else {
                            "nothing, which means false"
                        })
                        .allowed("true")
                        .help("give it a standby: `.availability(Availability::multi_az())`"),
                );
            }
        }
    }
}

fn check_deletion(database: &Resource, findings: &mut Findings) {
    let protected = database.properties().get("DeletionProtection");
    if protected.is_none_or(|node| node.as_bool() == Some(false)) {
        findings.report(
            Diagnostic::error("DB-04", "the production database can be deleted by mistake")
                .on(database)
                .property("DeletionProtection")
                .setter("deletion_protection")
                .given(if protected.is_some() { "false" } else { "nothing, which means false" })
                .allowed("true")
                .help("protect it; whoever means to delete it turns the protection off first"),
        );
    }
    let policies = [
        ("DeletionPolicy", database.deletion_policy()),
        ("UpdateReplacePolicy", database.update_replace_policy()),
    ];
    for (name, policy) in policies {
        // A replica's data is its source's.
        if database.properties().get("SourceDBInstanceIdentifier").is_some() {
            continue;
        }
        let keeps = matches!(
            policy,
            Some(
                DeletionPolicy::Snapshot
                    | DeletionPolicy::Retain
                    | DeletionPolicy::RetainExceptOnCreate
            )
        );
        if !keeps {
            findings.report(
                Diagnostic::error("DB-04", "the production database's data would go with it")
                    .on(database)
                    .property(name)
                    .given(policy.map_or("nothing", DeletionPolicy::name))
                    .allowed("Snapshot, Retain or RetainExceptOnCreate")
                    .help("add `.removal_policy(DeletionPolicy::Snapshot)`"),
            );
        }
    }
}

/// All instances of a secondary cluster are readers, and one becomes the writer when it takes over.
fn check_secondary(model: &Model<'_>, cluster: &Resource, findings: &mut Findings) {
    if instances_of(model, cluster).len() != 1 {
        return;
    }
    let message = "the secondary cluster would take over without a second instance";
    findings.report(
        Diagnostic::warning("DB-04", message)
            .on(cluster)
            .setter("size")
            .given("1 instance")
            .allowed("2 or more, or none")
            .help(
                "it has an instance for each reader and none beside: \
                 `Readers::failover().and(Reader::failover())`, or \
                 `SecondarySize::headless()`",
            ),
    );
}

fn check_instances(model: &Model<'_>, cluster: &Resource, findings: &mut Findings) {
    let instances = instances_of(model, cluster);
    let ready = |instance: &&&Resource| {
        // RDS gives tier 1 to an instance that names none.
        instance.properties().get("PromotionTier").and_then(decimal).unwrap_or(1.0) <= 1.0
    };
    let report = |message: &str, given: String| {
        Diagnostic::error("DB-04", message)
            .on(cluster)
            .setter("readers")
            .given(given)
            .help("give it a reader that is kept as large as the writer: `Readers::failover()`")
    };
    let (all, tier_one) = (instances.len(), instances.iter().filter(ready).count());
    if all < 2 {
        let message = "the production database has no second instance to take over";
        findings.report(report(message, format!("{all} instances")).allowed("2 or more"));
    } else if tier_one < 2 {
        let message = "no reader is kept as large as the writer, to take over at once";
        findings.report(
            report(message, format!("{tier_one} instances of promotion tier 0 or 1"))
                .allowed("2 or more"),
        );
    }
    let zones: Vec<&Node> = instances
        .iter()
        .filter_map(|instance| instance.properties().get("AvailabilityZone"))
        .collect();
    if let Some((first, others)) = zones.split_first()
        && zones.len() == all
        && all > 1
        && others.iter().all(|zone| zone == first)
    {
        let message = "all instances of the production database are in one zone";
        findings.report(report(message, "1 zone".into()).allowed("2 or more"));
    }
}
