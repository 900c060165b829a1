//! `S3-03`: a bucket owns what is put into it.

use innovate_core::{
    Diagnostic, Node, Rule, StackModel,
    check::{Check, Findings, Model},
};

/// `S3-03`.
pub static BUCKET_OWNS_ITS_OBJECTS: Rule = Rule {
    code: "S3-03",
    title: "a bucket owns its objects, and access control lists mean nothing",
    explanation: "With `BucketOwnerEnforced` every object belongs to the bucket's account, and policies \
alone say who may do what. Otherwise an object belongs to whoever wrote it, who can open it to others \
by a list of its own.\n\nSource: \"Controlling ownership of objects and disabling ACLs for your \
bucket\", Amazon S3 User Guide; control S3.12, AWS Security Hub User Guide.",
    check: Check::EachStack(check),
};

const PROPERTY: &str = "OwnershipControls/Rules/0/ObjectOwnership";

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for bucket in stack.resources_of("AWS::S3::Bucket") {
        let (node, id) = (bucket.properties().at(PROPERTY), bucket.logical_id());
        let given = match node.map(Node::as_text) {
            None => "no object ownership",
            Some(Some("BucketOwnerEnforced") | None) => continue,
            Some(Some(other)) => other,
        };
        findings.report(
            Diagnostic::error("S3-03", format!("the bucket `{id}` doesn't own its objects"))
                .on(bucket)
                .property(PROPERTY)
                .given(given)
                .allowed("BucketOwnerEnforced")
                .help("make it with `storage::Bucket`, which turns access control lists off"),
        );
    }
}
