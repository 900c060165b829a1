//! The rules on buckets, by a good program broken in just this way.

use innovate_aws::{
    keys::{KmsKey, S3},
    name,
    storage::{Bucket, SiteBucket, Waiver},
};
use innovate_cfn::{
    elasticloadbalancingv2 as elb,
    policy::{Condition, PolicyDocument, Principal, Statement},
    s3,
};
use innovate_core::{
    App, DeletionPolicy, Diagnostic, Node, Prod, ResourceType as _, Stack, json, value::IntoJson,
};

use crate::{
    program::{environment, findings, synth},
    storage::storage,
};

/// A good program with the bucket `Uploads`, and what breaks it.
fn with_uploads(break_it: impl FnOnce(&mut Stack<Prod>)) -> App {
    let (mut stack, key, logs) = storage::<Prod>();
    stack.add("Uploads", Bucket::builder().key(&key).access_logs(&logs).build());
    break_it(&mut stack);
    App::new("test").stack(stack)
}

/// The same with one property set to something else.
fn overridden(path: &'static str, value: impl IntoJson) -> Vec<Diagnostic> {
    findings(with_uploads(|stack| {
        stack.override_property("Uploads", path, value);
    }))
}

fn messages(findings: &[Diagnostic]) -> Vec<String> {
    findings.iter().map(|found| format!("{} {}", found.code(), found.message())).collect()
}

const OWN_KEY: &str = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID";

#[test]
fn a_good_bucket_passes_every_rule() {
    assert_eq!(findings(with_uploads(|_| {})), []);
}

#[test]
fn a_bucket_that_says_nothing_lacks_every_safeguard() {
    let mut stack = environment::<Prod>().stack("storage");
    stack.add("Bare", s3::Bucket::new().removal_policy(DeletionPolicy::Retain));
    let line = line!() - 1;
    let found = findings(App::new("test").stack(stack));
    assert_eq!(
        messages(&found),
        [
            "S3-01 the bucket `Bare` can be opened to the public",
            "S3-03 the bucket `Bare` doesn't own its objects",
            "S3-04 what is deleted from the bucket `Bare` is gone",
            "S3-05 the bucket `Bare` is encrypted with no key of its own",
            "S3-06 the bucket `Bare` answers without TLS",
            "S3-07 the bucket `Bare` keeps the parts of broken uploads for ever",
            "S3-08 the bucket `Bare` doesn't log its requests",
        ]
    );
    assert!(found.iter().all(|found| found.place().unwrap().line == line), "{found:#?}");
}

#[test]
fn each_of_the_four_blocks_of_public_access_is_asked_for() {
    let found = overridden("PublicAccessBlockConfiguration/RestrictPublicBuckets", false);
    assert_eq!(messages(&found), ["S3-01 the bucket `Uploads` can be opened to the public"]);
    assert_eq!(found[0].given_value(), Some("without RestrictPublicBuckets"));
}

#[test]
fn an_object_that_belongs_to_its_writer_is_found() {
    let found = overridden("OwnershipControls/Rules/0/ObjectOwnership", "ObjectWriter");
    assert_eq!(messages(&found), ["S3-03 the bucket `Uploads` doesn't own its objects"]);
    assert_eq!(found[0].given_value(), Some("ObjectWriter"));
}

#[test]
fn suspended_versions_are_found() {
    let found = overridden("VersioningConfiguration/Status", "Suspended");
    assert_eq!(messages(&found), ["S3-04 what is deleted from the bucket `Uploads` is gone"]);
    assert_eq!(found[0].given_value(), Some("Suspended"));
}

#[test]
fn a_key_of_another_region_is_found() {
    let environment = environment::<Prod>();
    let (mut stack, _, logs) = storage::<Prod>();
    let mut edge = environment.us_east_1_stack("edge");
    let key = edge.add("Key", KmsKey::<S3>::new());
    stack.add("Uploads", Bucket::builder().key(&key).access_logs(&logs).build());
    let found = findings(App::new("test").stack(stack).stack(edge));
    assert_eq!(messages(&found), ["KMS-03 the key of `Uploads` is in another region"]);
    assert_eq!(found[0].given_value(), Some("a key in us-east-1"));
}

#[test]
fn awss_own_key_and_a_key_that_is_asked_for_every_object_are_found() {
    let none = "BucketEncryption/ServerSideEncryptionConfiguration/0";
    let by_default =
        json! { "ServerSideEncryptionByDefault" => json! { "SSEAlgorithm" => "aws:kms" } };
    assert_eq!(
        messages(&overridden(none, by_default)),
        [
            "S3-05 the bucket `Uploads` asks KMS for every object",
            "S3-05 the bucket `Uploads` is encrypted with AWS's own key",
        ]
    );
    assert_eq!(
        messages(&overridden(OWN_KEY, "arn:aws:kms:eu-west-1:444455556666:alias/aws/s3")),
        ["S3-05 the bucket `Uploads` is encrypted with AWS's own key"]
    );
    // One that exists outside the program.
    let arn = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    assert_eq!(overridden(OWN_KEY, arn), []);
}

#[test]
fn a_policy_that_lets_plain_http_through_is_found() {
    let check = |path: &'static str, value: &'static str| {
        findings(with_uploads(|stack| {
            stack.override_property("UploadsPolicy", path, value);
        }))
    };
    for (path, value) in [
        ("PolicyDocument/Statement/0/Effect", "Allow"),
        ("PolicyDocument/Statement/0/Action", "s3:GetObject"),
        ("PolicyDocument/Statement/0/Condition/Bool/aws:SecureTransport", "true"),
        ("PolicyDocument/Statement/0/Condition/Bool/aws:PrincipalIsAWSService", "false"),
        ("PolicyDocument/Statement/0/Resource/1", "arn:aws:s3:::another"),
        ("PolicyDocument/Statement/0/Principal", "arn:aws:iam::444455556666:root"),
    ] {
        let found = check(path, value);
        let message = "S3-06 the bucket `Uploads` answers without TLS".to_owned();
        assert!(messages(&found).contains(&message), "{path}: {found:#?}");
    }
}

#[test]
fn a_site_without_a_distribution_has_no_policy_yet() {
    let (mut stack, _, logs) = storage::<Prod>();
    let key = stack.add("SiteKey", KmsKey::new());
    stack.add("Site", SiteBucket::builder().key(&key).access_logs(&logs).build());
    let found = findings(App::new("test").stack(stack));
    assert_eq!(messages(&found), ["S3-06 the bucket `Site` answers without TLS"]);
    assert!(found[0].help_texts()[0].contains("allow_cloudfront"));
}

#[test]
fn a_lifecycle_that_leaves_something_for_ever_is_found() {
    let found = overridden("LifecycleConfiguration/Rules/0/Status", "Disabled");
    assert_eq!(
        messages(&found),
        ["S3-07 the bucket `Uploads` keeps old versions and the parts of broken uploads for ever"]
    );
    let only_uploads = json! { "Status" => "Enabled", "AbortIncompleteMultipartUpload" => json! { "DaysAfterInitiation" => 7 } };
    assert_eq!(
        messages(&overridden("LifecycleConfiguration/Rules/0", only_uploads)),
        ["S3-07 the bucket `Uploads` keeps old versions for ever"]
    );
}

#[test]
fn a_bucket_that_logs_to_itself_is_found() {
    let found = overridden("LoggingConfiguration", json! { "LogFilePrefix" => "logs/" });
    assert_eq!(messages(&found), ["S3-08 the bucket `Uploads` doesn't log its requests"]);
    assert_eq!(found[0].given_value(), Some("the bucket itself"));
}

#[test]
fn a_second_policy_is_found_whichever_way_it_names_the_bucket() {
    let statement = || {
        Statement::allow(["s3:GetObject"])
            .to(Principal::aws("arn:aws:iam::444455556666:role/partner"))
            .on("arn:aws:s3:::innovate-prod-uploads-444455556666-eu-west-1-an/*")
    };
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket = Bucket::builder().key(&key).access_logs(&logs).build();
    let uploads = stack.add("Uploads", bucket);
    let by_reference =
        s3::BucketPolicy::new(uploads.resource(), PolicyDocument::new([statement()]));
    stack.add("Partner", by_reference);
    let mut other = environment::<Prod>().stack("partner");
    let by_name = s3::BucketPolicy::new(uploads.bucket_name(), PolicyDocument::new([statement()]));
    other.add("ByName", by_name);
    let line = line!() - 1;
    let found = findings(App::new("test").stack(stack).stack(other));
    assert_eq!(
        messages(&found),
        [
            "S3-09 the bucket `Uploads` has two policies",
            "S3-09 the bucket `Uploads` has two policies"
        ]
    );
    assert_eq!(found[1].place().unwrap().line, line);
    assert_eq!(found[1].given_value(), Some("a bucket with the policy `UploadsPolicy`"));
}

#[test]
fn logs_that_cannot_be_encrypted_are_found_by_who_writes_them() {
    let balancer = |bucket: &str| {
        let attribute = elb::load_balancer::LoadBalancerAttribute::new()
            .key("access_logs.s3.bucket")
            .value(bucket.to_owned());
        elb::LoadBalancer::new().load_balancer_attributes([attribute])
    };
    let found = findings(with_uploads(|stack| {
        stack.add("Balancer", balancer("innovate-prod-uploads-444455556666-eu-west-1-an"));
    }));
    let cannot = "S3-10 Elastic Load Balancing can't write to the bucket `Uploads`".to_owned();
    assert!(messages(&found).contains(&cannot), "{found:#?}");
    let found = findings(with_uploads(|stack| {
        let target = "innovate-prod-uploads-444455556666-eu-west-1-an";
        let path = "LoggingConfiguration/DestinationBucketName";
        stack.override_property("AccessLogs", path, target);
    }));
    assert_eq!(
        messages(&found),
        ["S3-10 S3 server access logging can't write to the bucket `Uploads`"]
    );
}

#[test]
fn a_policy_that_opens_a_bucket_is_found() {
    let check = |statement: Statement| {
        let statement =
            statement.on("arn:aws:s3:::innovate-prod-uploads-444455556666-eu-west-1-an/*");
        messages(&findings(with_uploads(|stack| {
            let node = Node::from(statement);
            stack.override_property("UploadsPolicy", "PolicyDocument/Statement/2", node);
        })))
    };
    let read = || Statement::allow(["s3:GetObject"]);
    let everyone = ["S3-11 the policy `UploadsPolicy` opens a bucket to everyone"];
    assert_eq!(check(read().to(Principal::any())), everyone);
    assert_eq!(check(read().to(Principal::aws("*"))), everyone);
    let anywhere = Condition::ip_address("aws:SourceIp", "0.0.0.0/0");
    assert_eq!(check(read().to(Principal::any()).when(anywhere)), everyone);
    let not = Condition::string_not_equals("aws:PrincipalOrgID", "o-abcdefghij");
    assert_eq!(check(read().to(Principal::any()).when(not)), everyone);
    let own = || Condition::string_equals("aws:PrincipalOrgID", "o-abcdefghij");
    // The bucket's key decides, too, however "everyone" is written.
    let keyless = ["KMS-02 the key `Objects` of `Uploads` does not let o-abcdefghij in"];
    assert_eq!(check(read().to(Principal::any()).when(own())), keyless);
    assert_eq!(check(read().to(Principal::aws("*")).when(own())), keyless);
    let delete = || Statement::allow(["s3:DeleteObject"]).to(Principal::any()).when(own());
    assert_eq!(check(delete()), [""; 0], "which no key is needed for");
    let account = || Condition::string_equals("aws:PrincipalAccount", "777788889999");
    assert_eq!(
        check(read().to(Principal::any()).when(account())),
        ["KMS-02 the key `Objects` of `Uploads` does not let 777788889999 in"]
    );
    let some = Statement::allow(["S3:getobj*"]).to(Principal::account("777788889999"));
    assert_eq!(check(some).len(), 1, "an action is a pattern in any case");
    let all_but =
        Statement::allow_all_but(["s3:DeleteBucket"]).to(Principal::account("777788889999"));
    assert_eq!(check(all_but).len(), 1);
    let service = || read().to(Principal::service("delivery.logs.amazonaws.com"));
    let any_account = ["S3-11 the policy `UploadsPolicy` lets a service in on anyone's behalf"];
    assert_eq!(check(service()), any_account);
    let source = Condition::string_equals("aws:SourceAccount", "444455556666");
    assert_eq!(check(service().when(source)), [""; 0]);
    assert_eq!(
        messages(&overridden("AccessControl", "PublicRead")),
        ["S3-11 the bucket `Uploads` is open to everyone"]
    );
}

#[test]
fn two_buckets_of_one_name_are_found() {
    let (mut stack, key, logs) = storage::<Prod>();
    let downloads = name!(BucketName: "innovate-downloads");
    let bucket = Bucket::builder().name(downloads).key(&key).access_logs(&logs).build();
    stack.add("Downloads", bucket.clone());
    stack.add("More", bucket);
    let line = line!() - 1;
    let found = findings(App::new("test").stack(stack));
    assert!(messages(&found).contains(&"S3-12 two buckets have one name".to_owned()), "{found:#?}");
    let twice = found.iter().find(|found| found.code() == "S3-12").unwrap();
    assert_eq!(twice.place().unwrap().line, line);
    assert_eq!(twice.given_value(), Some("`innovate-downloads`, the name of `Downloads`"));
}

#[test]
fn each_safeguard_is_dropped_by_a_waiver_that_the_report_shows() {
    let mut stack = environment::<Prod>().stack("storage");
    let bucket = Bucket::builder()
        .key(Waiver::because("read by a partner without rights in KMS"))
        .access_logs(Waiver::because("the partner logs its own reads"))
        .versioning(Waiver::because("made anew every night"))
        .lifecycle(Waiver::because("there is one object"))
        .ownership(Waiver::because("the partner's objects stay the partner's"))
        .public_access_block(Waiver::because("a partner's policy is tested in it"))
        .tls_only(Waiver::because("the partner's device speaks no TLS"))
        .build();
    stack.add("Exchange", bucket);
    let report = synth(App::new("test").stack(stack)).report;
    assert!(report.findings().iter().all(|found| found.code() == "TAG-01"), "{report:#?}");
    let accepted: Vec<_> =
        report.accepted().iter().map(|one| (one.finding.code(), &*one.reason)).collect();
    assert_eq!(
        accepted,
        [
            ("S3-01", "a partner's policy is tested in it"),
            ("S3-03", "the partner's objects stay the partner's"),
            ("S3-04", "made anew every night"),
            ("S3-05", "read by a partner without rights in KMS"),
            ("S3-06", "the partner's device speaks no TLS"),
            ("S3-07", "there is one object"),
            ("S3-08", "the partner logs its own reads"),
        ]
    );
}

#[test]
fn a_waiver_without_a_reason_is_refused() {
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket = Bucket::builder().key(&key).access_logs(&logs);
    stack.add("Scratch", bucket.versioning(Waiver::because(" ")).build());
    assert_eq!(findings(App::new("test").stack(stack))[0].code(), "SUP-03");
}

#[test]
fn a_lock_on_the_bucket_of_access_logs_is_found() {
    let found = findings(with_uploads(|stack| {
        stack.override_property("AccessLogs", "ObjectLockEnabled", true);
        let retention = json! { "Mode" => "GOVERNANCE", "Days" => 30 };
        let rule = json! { "Rule" => json! { "DefaultRetention" => retention } };
        stack.override_property("AccessLogs", "ObjectLockConfiguration", rule);
    }));
    assert_eq!(messages(&found), ["S3-13 S3 delivers no access logs to the bucket `AccessLogs`"]);
}

#[test]
fn a_key_that_a_writer_of_logs_is_not_let_in_by_is_found() {
    let found = findings(with_uploads(|stack| {
        let write = Statement::allow(["s3:PutObject"])
            .to(Principal::service("delivery.logs.amazonaws.com"))
            .on("arn:aws:s3:::innovate-prod-uploads-444455556666-eu-west-1-an/*")
            .when(Condition::string_equals("aws:SourceAccount", "444455556666"));
        let path = "PolicyDocument/Statement/2";
        stack.override_property("UploadsPolicy", path, Node::from(write));
    }));
    assert_eq!(
        messages(&found),
        ["KMS-02 the key `Objects` of `Uploads` does not let delivery.logs.amazonaws.com in"]
    );
    assert!(found[0].help_texts()[0].contains("LogDelivery"));
}
