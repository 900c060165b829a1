//! `S3-16`: a bucket's policy is one that S3 takes, and that somebody can change again.

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
};

use crate::{
    identity::{
        action::{matches, names_of},
        document::{policies_of, texts},
        statement::{denies, is_about, names_everyone},
    },
    rules::read::{items, pattern},
};

/// `S3-16`.
pub static POLICY_CAN_BE_CHANGED: Rule = Rule {
    code: "S3-16",
    title: "a bucket's policy locks nobody out for good, and each of its actions applies to what it names",
    explanation: "A policy that denies everyone, without a condition, to put or delete the bucket's policy \
denies it to the account's administrators and to CloudFormation too: nobody but the account's root user takes it \
back. S3 refuses a policy with an action that none of the statement's resources has: objects are listed in a \
bucket, and read by their own ARNs. So a denial that is to be about the keys below a prefix names actions on \
objects, such as s3:GetObject, and not s3:ListBucket.\n\nSources: \"PutBucketPolicy\", Amazon S3 API Reference; \
\"Actions, resources, and condition keys for Amazon S3\", Service Authorization Reference; \"Policies and \
permissions in Amazon S3\", Amazon S3 User Guide.",
    check: Check::EachStack(check),
};

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for policy in stack.resources_of("AWS::S3::BucketPolicy") {
        for document in policies_of(policy) {
            for (index, statement) in document.statements().iter().enumerate() {
                findings.extend(lock_out(policy, index, statement));
                findings.extend(mistaken(policy, index, statement));
            }
        }
    }
}

fn finding(policy: &Resource, index: usize, message: &'static str) -> Diagnostic {
    let property = format!("PolicyDocument/Statement/{index}");
    Diagnostic::error("S3-16", message).on(policy).property(property).setter("policy")
}

fn lock_out(policy: &Resource, index: usize, statement: &Node) -> Option<Diagnostic> {
    const CHANGES: [&str; 2] = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];
    let of_the_bucket = targets(statement).is_none_or(|targets| targets.bucket);
    let locked = denies(statement)
        && names_everyone(statement)
        && statement.get("Condition").is_none()
        && of_the_bucket
        && CHANGES.iter().any(|action| is_about(statement, action));
    locked.then(|| {
        finding(policy, index, "nobody could change this policy of a bucket again")
            .given(format!("{}, denied to everyone", actions(statement)))
            .allowed("actions other than s3:PutBucketPolicy and s3:DeleteBucketPolicy, or a condition")
            .help("deny what is meant by name, such as `[\"s3:DeleteObject\"]`, or say when: `.when(Condition::string_not_equals(\"aws:PrincipalArn\", ..))`")
    })
}

/// An action that S3 finds no resource for.
fn mistaken(policy: &Resource, index: usize, statement: &Node) -> Option<Diagnostic> {
    let targets = targets(statement)?;
    let named = texts(statement.get("Action"));
    let idle = named.iter().find(|action| {
        let kinds = kinds_of(action);
        (kinds.bucket || kinds.object)
            && !(kinds.bucket && targets.bucket)
            && !(kinds.object && targets.object)
    })?;
    let (message, allowed, help) = match targets.object {
        true => (
            "S3 refuses an action on a bucket in a statement about objects",
            "actions on objects, such as s3:GetObject",
            "leave `.below(..)` out for it: what is listed below a prefix is bound by `.when(Condition::string_like(\"s3:prefix\", ..))`",
        ),
        false => (
            "S3 refuses an action on objects in a statement about a bucket",
            "actions on buckets, such as s3:ListBucket",
            "name the objects: the bucket's ARN with `/*` at the end",
        ),
    };
    Some(finding(policy, index, message).given(idle).allowed(allowed).help(help))
}

fn actions(statement: &Node) -> String {
    let named = texts(statement.get("Action"));
    if named.is_empty() { "all but some actions".to_owned() } else { named.join(", ") }
}

/// What a statement or an action is about.
#[derive(Clone, Copy, Default)]
struct Kinds {
    bucket: bool,
    object: bool,
}

/// What the resources of a statement are; `None` if it names those that it isn't about.
fn targets(statement: &Node) -> Option<Kinds> {
    let mut found = Kinds::default();
    for resource in items(statement.get("Resource")?) {
        let arn = pattern(resource);
        let objects = arn.contains('/');
        // A literal that ends so stands for whatever begins like it.
        let both = !objects && resource.as_text().is_some_and(|arn| arn.ends_with('*'));
        found.object |= objects || both;
        found.bucket |= !objects || both;
    }
    Some(found)
}

/// What an action of S3, or one of those that a pattern stands for, is about. Of those about neither, such
/// as about access points, nothing is known here.
fn kinds_of(action: &str) -> Kinds {
    if action == "*" {
        return Kinds { bucket: true, object: true };
    }
    let Some(("s3", name)) = action.split_once(':') else { return Kinds::default() };
    let mut found = Kinds::default();
    for known in names_of("s3").filter(|known| matches(name, known)) {
        let object = is_on_objects(known);
        found.object |= object;
        found.bucket |= !object && is_on_buckets(known);
    }
    found
}

/// The actions on objects whose names don't say so.
const ON_OBJECTS: [&str; 6] = [
    "abortmultipartupload",
    "bypassgovernanceretention",
    "initiatereplication",
    "listmultipartuploadparts",
    "replicatedelete",
    "replicatetags",
];

fn is_on_objects(name: &str) -> bool {
    let named = name.contains("object")
        && !name.contains("bucketobjectlock")
        && !name.contains("accesspoint");
    named || ON_OBJECTS.contains(&name)
}

fn is_on_buckets(name: &str) -> bool {
    const CONFIGURED: [&str; 8] = [
        "accelerate",
        "analytics",
        "encryption",
        "intelligenttiering",
        "inventory",
        "lifecycle",
        "metrics",
        "replication",
    ];
    let configured = name
        .strip_suffix("configuration")
        .and_then(|name| name.strip_prefix("get").or_else(|| name.strip_prefix("put")))
        .is_some_and(|what| CONFIGURED.contains(&what));
    configured || (name.contains("bucket") && name != "listallmybuckets")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_on_buckets_or_on_objects() {
        let kinds = |action: &str| {
            let Kinds { bucket, object } = kinds_of(action);
            (bucket, object)
        };
        for action in [
            "s3:ListBucket",
            "s3:GetLifecycleConfiguration",
            "s3:PutBucketObjectLockConfiguration",
            "s3:GetBucket*",
        ] {
            assert_eq!(kinds(action), (true, false), "{action}");
        }
        for action in [
            "s3:GetObject",
            "s3:PutObject*",
            "s3:ObjectOwnerOverrideToBucketOwner",
            "s3:AbortMultipartUpload",
            "s3:GetObjectVersion?cl",
        ] {
            assert_eq!(kinds(action), (false, true), "{action}");
        }
        for action in ["s3:*", "*", "s3:Get*"] {
            assert_eq!(kinds(action), (true, true), "{action}");
        }
        for action in ["s3:ListAllMyBuckets", "s3:GetAccessPointForObjectLambda", "sqs:SendMessage"]
        {
            assert_eq!(kinds(action), (false, false), "{action}");
        }
    }
}
