//! The programs that are measured.

use innovate::{
    aws::{Environment, Region, account, domain, name},
    cfn::{
        iam,
        kind::{BucketName, KeyArn},
        policy::{Condition, PolicyDocument, Principal, Statement},
        s3::{self, bucket},
    },
    core::{App, DeletionPolicy, Prod, ResourceType as _, Stack, Value, text},
};

/// Buckets of a stack; with each come its policy, a role, and the role's policy.
const BUCKETS: u32 = 100;
/// Of so many buckets, the role of one reads a bucket of the stack before.
const CROSS_EVERY: usize = 10;

/// `stacks` stacks of 400 resources: each has ten roles that read from the stack before it.
pub(crate) fn scale(stacks: usize) -> App {
    let environment = Environment::<Prod>::builder()
        .application(name!("scale"))
        .account(account!("333333333333"))
        .region(Region::UsEast1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
    let mut app = App::new("scale");
    let mut before: Vec<s3::BucketRef> = Vec::new();
    for number in 0..stacks {
        let mut stack = environment.stack(&number.to_string());
        let mut buckets = Vec::new();
        for at in 0..BUCKETS {
            buckets.push(bucket(&mut stack, at));
        }
        for (at, own) in buckets.iter().enumerate() {
            let read = before.get(at).filter(|_| at % CROSS_EVERY == 0).unwrap_or(own);
            reader(&mut stack, at, read);
        }
        before = buckets;
        app = app.stack(stack);
    }
    app
}

/// The key and the bucket for access logs, which another program of the account makes.
const KEY: &str = "arn:aws:kms:us-east-1:333333333333:key/11111111-2222-3333-4444-555555555555";
const LOGS: &str = "scale-access-logs";

/// An encrypted, versioned, private, logged bucket that refuses plain HTTP.
fn bucket(stack: &mut Stack<Prod>, at: u32) -> s3::BucketRef {
    let encryption = bucket::ServerSideEncryptionRule::new()
        .server_side_encryption_by_default(
            bucket::ServerSideEncryptionByDefault::new(
                bucket::ServerSideEncryptionByDefaultSSEAlgorithm::AWS_KMS,
            )
            .kms_master_key_id(Value::<KeyArn>::literal(KEY)),
        )
        .bucket_key_enabled(true);
    let lifecycle = bucket::Rule::new(bucket::RuleStatus::ENABLED)
        .noncurrent_version_expiration(bucket::NoncurrentVersionExpiration::new(30))
        .abort_incomplete_multipart_upload(bucket::AbortIncompleteMultipartUpload::new(7));
    let ownership = bucket::OwnershipControlsRule::new()
        .object_ownership(bucket::OwnershipControlsRuleObjectOwnership::BUCKET_OWNER_ENFORCED);
    let bucket = stack.add(
        format!("Bucket{at}"),
        s3::Bucket::new()
            .removal_policy(DeletionPolicy::Retain)
            .bucket_encryption(bucket::BucketEncryption::new([encryption]))
            .public_access_block_configuration(
                bucket::PublicAccessBlockConfiguration::new()
                    .block_public_acls(true)
                    .block_public_policy(true)
                    .ignore_public_acls(true)
                    .restrict_public_buckets(true),
            )
            .versioning_configuration(bucket::VersioningConfiguration::new(
                bucket::VersioningConfigurationStatus::ENABLED,
            ))
            .lifecycle_configuration(bucket::LifecycleConfiguration::new([lifecycle]))
            .ownership_controls(bucket::OwnershipControls::new([ownership]))
            .logging_configuration(
                bucket::LoggingConfiguration::new()
                    .destination_bucket_name(Value::<BucketName>::literal(LOGS)),
            ),
    );
    let tls_only = Statement::deny(["s3:*"])
        .to(Principal::any())
        .on([bucket.arn().assume(), text![bucket.arn(), "/*"]])
        .when(Condition::bool("aws:SecureTransport", false));
    stack.add(
        format!("Bucket{at}Policy"),
        s3::BucketPolicy::new(&bucket, PolicyDocument::new([tls_only])),
    );
    bucket
}

/// A role that may read a bucket.
fn reader(stack: &mut Stack<Prod>, at: usize, bucket: &s3::BucketRef) {
    let trust = PolicyDocument::assumable_by(Principal::service("ec2.amazonaws.com"));
    let role = stack.add(format!("Reader{at}"), iam::Role::new(trust));
    let read = Statement::allow(["s3:GetBucket*", "s3:GetObject*", "s3:List*"])
        .on([bucket.arn().assume(), text![bucket.arn(), "/*"]]);
    stack.add(
        format!("Reader{at}Policy"),
        iam::Policy::new(PolicyDocument::new([read]), "read").roles([&role]),
    );
}
