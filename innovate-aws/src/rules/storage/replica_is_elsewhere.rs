//! `S3-14`: the copies of a bucket's objects arrive, in another region.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use super::policy::{BY_DEFAULT, uses_kms};
use crate::rules::read::{pattern, truth};

/// `S3-14`.
pub static REPLICA_IS_ELSEWHERE: Rule = Rule {
    code: "S3-14",
    title: "objects are copied to a bucket that takes them, in another region",
    explanation: "A copy in the same region is lost with it. S3 copies versions, so both buckets keep \
them; objects encrypted with a key of KMS are copied only if the rule says so and names the key of the \
copies; and a bucket that locks objects copies only to one that can. What fails is skipped without a \
word. `Replication::to` sets all of it.\n\nSource: \"Requirements and considerations for replication\" \
and \"Replicating encrypted objects\", Amazon S3 User Guide.",
    check: Check::EachStack(check),
};

fn check(model: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let rules = bucket.properties().at("ReplicationConfiguration/Rules");
        let rules = rules.and_then(Node::as_list).unwrap_or_default();
        if !rules.is_empty() && !keeps_versions(bucket) {
            findings.report(
                error(bucket, "has copies made, and keeps no versions")
                    .setter("replication")
                    .property("VersioningConfiguration/Status")
                    .allowed("Enabled"),
            );
        }
        for (index, rule) in rules.iter().enumerate() {
            check_rule(model, bucket, (index, rule), findings);
        }
    }
}

fn error(bucket: &Resource, what: &str) -> Diagnostic {
    let message = format!("the bucket `{}` {what}", bucket.logical_id());
    Diagnostic::error("S3-14", message).on(bucket)
}

fn check_rule(
    model: &Model<'_>,
    bucket: &Resource,
    (index, rule): (usize, &Node),
    findings: &mut Findings,
) {
    let at = |part: &str| format!("ReplicationConfiguration/Rules/{index}/{part}");
    let kms = uses_kms(bucket) == Some(true);
    let selected = rule.at("SourceSelectionCriteria/SseKmsEncryptedObjects/Status");
    let takes_kms = selected.is_some_and(|status| status.as_text() != Some("Disabled"));
    let key = rule.at("Destination/EncryptionConfiguration/ReplicaKmsKeyID");
    if kms && !(takes_kms && key.is_some()) {
        findings.report(
            error(bucket, "is encrypted with a key of KMS, and nothing of it is copied")
                .property(at("SourceSelectionCriteria/SseKmsEncryptedObjects/Status"))
                .allowed(
                    "Enabled, and the key of the copies in Destination/EncryptionConfiguration",
                ),
        );
    }
    let Some(replica) = replica_of(model, rule) else { return };
    let elsewhere = |message: &str| {
        error(bucket, message)
            .setter("replication")
            .property(at("Destination/Bucket"))
            .related(replica.location(), "the bucket of the copies is made here")
    };
    if let (Some(here), Some(there)) = (model.stack_of(bucket), model.stack_of(replica))
        && here.site().region() == there.site().region()
    {
        findings.report(
            elsewhere("is copied to its own region")
                .given(format!("`{}` in {}", replica.logical_id(), there.site().region()))
                .allowed("a bucket of another region")
                .help("make it in a stack of `environment.recovery_stack(..)`"),
        );
    }
    if !keeps_versions(replica) {
        findings.report(
            elsewhere("is copied to a bucket without versions")
                .given(format!("`{}`", replica.logical_id()))
                .allowed("a bucket with versioning"),
        );
    }
    let locks = |bucket: &Resource| truth(bucket, "ObjectLockEnabled") == Some(true);
    if locks(bucket) && !locks(replica) {
        findings.report(
            elsewhere("locks objects, and is copied to a bucket that can't")
                .given(format!("`{}`", replica.logical_id()))
                .allowed("a bucket with Object Lock"),
        );
    }
    let named = replica.properties().at(&format!("{BY_DEFAULT}/KMSMasterKeyID"));
    if let (Some(key), Some(named)) = (key, named)
        && key.as_reference().map(|found| &found.target)
            != named.as_reference().map(|found| &found.target)
    {
        findings.report(
            elsewhere("is copied with another key than that of its copies")
                .allowed("the key of the bucket of the copies"),
        );
    }
}

fn keeps_versions(bucket: &Resource) -> bool {
    let status = bucket.properties().at("VersioningConfiguration/Status");
    status.is_some_and(|status| status.as_text().is_none_or(|on| on == "Enabled"))
}

/// The bucket that a rule copies to, if it is one of the program.
fn replica_of<'m>(model: &Model<'m>, rule: &Node) -> Option<&'m Resource> {
    let node = rule.at("Destination/Bucket")?;
    if let Some(reference) = node.as_reference() {
        return model.resource(&reference.target);
    }
    let arn = pattern(node);
    let name = arn.rsplit(':').next()?.to_owned();
    model.resources_with("AWS::S3::Bucket", "BucketName", &name).next()
}
