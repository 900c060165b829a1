//! DB-14: automated backups are replicated to another region, with a key of that region.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use super::INSTANCE;

/// Replicated backups are in another region than the instance, encrypted with a key of that region.
pub static BACKUP_GOES_ELSEWHERE: Rule = Rule {
    code: "DB-14",
    title: "replicated backups are in another region than the instance, with a key of that region",
    explanation: "\
RDS replicates automated backups only to another region, and encrypts them there with a key of that \
region: a key of the instance's own is refused after minutes of deployment, and so is none for an \
instance that is encrypted.

Make the key in a stack of that region: `let copies = recovery.add(\"Backups\", KmsKey::<Rds>::new())` with \
`let mut recovery = prod.recovery_stack(\"recovery\")`, and name the same region: \
`.backup_replication(BackupReplication::to(Region::EuCentral1, &copies))`.

Source: \"Replicating automated backups to another AWS Region\", Amazon RDS User Guide; \
`AutomaticBackupReplicationKmsKeyId`, AWS::RDS::DBInstance, AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

const REGION: &str = "AutomaticBackupReplicationRegion";
const KEY: &str = "AutomaticBackupReplicationKmsKeyId";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        for instance in stack.resources_of(INSTANCE) {
            let properties = instance.properties();
            let Some(region) = properties.get(REGION).and_then(Node::as_text) else { continue };
            let report = |message: &str, property: &str| {
                Diagnostic::error("DB-14", message)
                    .on(instance)
                    .property(property)
                    .setter("backup_replication")
            };
            if region == stack.site().region() {
                findings.report(
                    report(
                        "the backups would be replicated to the region that they are in",
                        REGION,
                    )
                    .given(region)
                    .allowed("another region"),
                );
                continue;
            }
            let allowed = format!("a key of {region}");
            let Some(key) = properties.get(KEY) else {
                if properties.get("StorageEncrypted").and_then(Node::as_bool) == Some(true) {
                    let message = "replicated backups of an encrypted instance need a key";
                    findings.report(report(message, KEY).given("nothing").allowed(allowed));
                }
                continue;
            };
            let home = match (key.as_text(), model.target(key)) {
                // `arn:aws:kms:eu-west-1:444455556666:key/..`
                (Some(arn), _) => arn.split(':').nth(3),
                (None, Some(key)) => region_of(model, key.address().stack()),
                (None, None) => None,
            };
            if let Some(home) = home.filter(|home| *home != region) {
                findings.report(
                    report("the key of replicated backups is of another region", KEY)
                        .given(format!("a key of {home}"))
                        .allowed(allowed),
                );
            }
        }
    }
}

fn region_of<'app>(model: &Model<'app>, stack: &str) -> Option<&'app str> {
    let stacks = model.stacks().iter();
    stacks.filter(|model| model.name() == stack).map(|stack| stack.site().region()).next()
}
