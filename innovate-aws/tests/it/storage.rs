//! What buckets are made of.

use innovate_aws::{
    Region, account, days, domain,
    keys::{Key, KmsKey, S3, StaticSite},
    name,
    storage::{
        AccessLogBucket, AccessLogBucketHandle, Bucket, ObjectLifecycle, ObjectStorageClass,
        SiteBucket,
    },
};
use innovate_cfn::cloudfront::{self, distribution};
use innovate_core::{App, Dev, Node, Prod, Resource, Stack, Stage};

use crate::program::{environment, resource, synth_with_registry, text};

/// A stack with what every bucket needs.
pub(crate) fn storage<S: Stage>() -> (Stack<S>, Key<S3>, AccessLogBucketHandle) {
    let mut stack = environment::<S>().stack("storage");
    let key = stack.add("Objects", KmsKey::<S3>::new());
    let logs = stack.add("AccessLogs", AccessLogBucket::builder().build());
    (stack, key, logs)
}

/// Code and message of each finding, the registry's among them.
pub(crate) fn said(app: App) -> Vec<String> {
    let synthesis = synth_with_registry(app);
    let findings = synthesis.report.findings().iter();
    findings.map(|found| format!("{} {}", found.code(), found.message())).collect()
}

fn node<'a>(resource: &'a Resource, path: &str) -> &'a Node {
    resource.properties().at(path).unwrap_or_else(|| panic!("no {path} in {resource:#?}"))
}

#[test]
fn a_bucket_sets_every_safeguard() {
    let (mut stack, key, logs) = storage::<Prod>();
    let uploads = Bucket::builder().key(&key).access_logs(&logs).build();
    let handle = stack.add("Uploads", uploads);
    let name = "innovate-prod-uploads-444455556666-eu-west-1-an";
    assert_eq!(handle.bucket_name().as_str(), name);
    let bucket = resource(stack.model(), "Uploads");
    assert_eq!(text(bucket, "BucketName"), name);
    assert_eq!(text(bucket, "BucketNamespace"), "account-regional");
    for part in
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
    {
        let path = format!("PublicAccessBlockConfiguration/{part}");
        assert_eq!(node(bucket, &path).as_bool(), Some(true), "{part}");
    }
    let ownership = text(bucket, "OwnershipControls/Rules/0/ObjectOwnership");
    assert_eq!(ownership, "BucketOwnerEnforced");
    assert_eq!(text(bucket, "VersioningConfiguration/Status"), "Enabled");
    let encryption = "BucketEncryption/ServerSideEncryptionConfiguration/0";
    let by_default = format!("{encryption}/ServerSideEncryptionByDefault");
    assert_eq!(text(bucket, &format!("{by_default}/SSEAlgorithm")), "aws:kms");
    let key_id = node(bucket, &format!("{by_default}/KMSMasterKeyID"));
    assert_eq!(key_id.as_reference().unwrap().target.logical_id(), "Objects");
    assert_eq!(node(bucket, &format!("{encryption}/BucketKeyEnabled")).as_bool(), Some(true));
    assert_eq!(
        text(bucket, &format!("{encryption}/BlockedEncryptionTypes/EncryptionType/0")),
        "SSE-C"
    );
    assert_eq!(
        text(bucket, "LoggingConfiguration/DestinationBucketName"),
        "innovate-prod-access-logs-444455556666-eu-west-1-an"
    );
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn a_bucket_refuses_whoever_comes_without_tls_1_2() {
    let (mut stack, key, logs) = storage::<Prod>();
    stack.add("Uploads", Bucket::builder().key(&key).access_logs(&logs).build());
    let policy = resource(stack.model(), "UploadsPolicy");
    let statement = |index: u8| format!("PolicyDocument/Statement/{index}");
    for index in [0, 1] {
        let statement = statement(index);
        assert_eq!(text(policy, &format!("{statement}/Effect")), "Deny");
        assert_eq!(text(policy, &format!("{statement}/Principal")), "*");
        assert_eq!(text(policy, &format!("{statement}/Action")), "s3:*");
        assert_eq!(
            text(policy, &format!("{statement}/Resource/0")),
            "arn:aws:s3:::innovate-prod-uploads-444455556666-eu-west-1-an"
        );
        assert_eq!(
            text(policy, &format!("{statement}/Resource/1")),
            "arn:aws:s3:::innovate-prod-uploads-444455556666-eu-west-1-an/*"
        );
    }
    let secure = format!("{}/Condition/Bool/aws:SecureTransport", statement(0));
    assert_eq!(text(policy, &secure), "false");
    let version = format!("{}/Condition/NumericLessThan/s3:TlsVersion", statement(1));
    assert_eq!(text(policy, &version), "1.2");
}

#[test]
fn old_versions_go_after_a_while_that_the_stage_decides() {
    fn days_of<S: Stage>(lifecycle: ObjectLifecycle) -> i64 {
        let (mut stack, key, logs) = storage::<S>();
        let bucket = Bucket::builder().key(&key).access_logs(&logs).lifecycle(lifecycle);
        stack.add("Uploads", bucket.build());
        let bucket = resource(stack.model(), "Uploads");
        let rule = node(bucket, "LifecycleConfiguration/Rules/0");
        assert_eq!(
            rule.at("AbortIncompleteMultipartUpload/DaysAfterInitiation").unwrap().as_integer(),
            Some(7)
        );
        let days = rule.at("NoncurrentVersionExpiration/NoncurrentDays");
        days.and_then(Node::as_integer).unwrap()
    }
    assert_eq!(days_of::<Prod>(ObjectLifecycle::new()), 90);
    assert_eq!(days_of::<Dev>(ObjectLifecycle::new()), 30);
    assert_eq!(days_of::<Dev>(ObjectLifecycle::new().old_versions_for(days!(400))), 400);
}

#[test]
fn objects_move_and_go_when_the_program_says() {
    let (mut stack, key, logs) = storage::<Prod>();
    let lifecycle = ObjectLifecycle::new()
        .move_to(ObjectStorageClass::StandardInfrequentAccess, days!(30))
        .move_to(ObjectStorageClass::GlacierFlexibleRetrieval, days!(90))
        .expire_after(days!(365));
    let bucket = Bucket::builder().key(&key).access_logs(&logs).lifecycle(lifecycle);
    stack.add("Archive", bucket.build());
    let rule = node(resource(stack.model(), "Archive"), "LifecycleConfiguration/Rules/0");
    assert_eq!(rule.at("Transitions/0/StorageClass").unwrap().as_text(), Some("STANDARD_IA"));
    assert_eq!(rule.at("Transitions/1/TransitionInDays").unwrap().as_integer(), Some(90));
    assert_eq!(rule.get("ExpirationInDays").unwrap().as_integer(), Some(365));
    assert!(rule.get("ExpiredObjectDeleteMarker").is_none(), "S3 refuses both");
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn a_lifecycle_that_s3_refuses_is_found() {
    let messages = |lifecycle: ObjectLifecycle| {
        let (mut stack, key, logs) = storage::<Prod>();
        let bucket = Bucket::builder().key(&key).access_logs(&logs).lifecycle(lifecycle);
        stack.add("Archive", bucket.build());
        said(App::new("test").stack(stack))
    };
    let moves = |class, days| ObjectLifecycle::new().expire_after(days!(10)).move_to(class, days);
    assert_eq!(
        messages(moves(ObjectStorageClass::IntelligentTiering, days!(10))),
        ["S3-07 objects would go before they move"]
    );
    assert_eq!(
        messages(
            ObjectLifecycle::new().move_to(ObjectStorageClass::StandardInfrequentAccess, days!(29))
        ),
        ["S3-07 objects would move before S3 lets them"]
    );
    assert_eq!(
        messages(ObjectLifecycle::new().old_versions_for(days!(0))),
        ["S3-07 a lifecycle counts from one day"]
    );
    assert_eq!(
        messages(
            ObjectLifecycle::new()
                .move_to(ObjectStorageClass::GlacierFlexibleRetrieval, days!(30))
                .move_to(ObjectStorageClass::GlacierInstantRetrieval, days!(60))
        ),
        ["S3-07 a move doesn't follow from the one before it"]
    );
}

#[test]
fn the_bucket_of_access_logs_is_written_to_by_s3_alone() {
    let (stack, ..) = storage::<Dev>();
    let bucket = resource(stack.model(), "AccessLogs");
    let algorithm = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
    assert_eq!(text(bucket, algorithm), "AES256", "S3 delivers these logs to no other");
    assert!(bucket.properties().at("LoggingConfiguration").is_none(), "no log of the log");
    let rule = node(bucket, "LifecycleConfiguration/Rules/0");
    assert_eq!(rule.get("ExpirationInDays").unwrap().as_integer(), Some(30));
    let write = node(resource(stack.model(), "AccessLogsPolicy"), "PolicyDocument/Statement/2");
    let at = |path: &str| write.at(path).and_then(Node::as_text);
    assert_eq!(at("Effect"), Some("Allow"));
    assert_eq!(at("Principal/Service"), Some("logging.s3.amazonaws.com"));
    assert_eq!(at("Action"), Some("s3:PutObject"));
    assert_eq!(at("Condition/StringEquals/aws:SourceAccount"), Some("444455556666"));
}

#[test]
fn a_bucket_logs_its_requests_in_its_own_region() {
    let (mut stack, ..) = storage::<Prod>();
    let logs = stack.add("Logs", AccessLogBucket::builder().build());
    let mut edge = environment::<Prod>().us_east_1_stack("edge");
    let key = edge.add("Key", KmsKey::<S3>::new());
    edge.add("Downloads", Bucket::builder().key(&key).access_logs(&logs).build());
    let said = said(App::new("test").stack(stack).stack(edge));
    assert!(said.contains(&"S3-08 a bucket logs its requests in its own region".to_owned()));
}

#[test]
fn a_site_lets_its_one_distribution_read_it() {
    let mut edge = environment::<Prod>().us_east_1_stack("edge");
    let key = edge.add("SiteKey", KmsKey::<StaticSite>::new());
    let logs = edge.add("AccessLogs", AccessLogBucket::builder().build());
    let site = edge.add("Site", SiteBucket::builder().key(&key).access_logs(&logs).build());
    let origin = distribution::Origin::new(site.bucket().regional_domain_name(), "site");
    let https = distribution::DefaultCacheBehaviorViewerProtocolPolicy::REDIRECT_TO_HTTPS;
    let behaviour = distribution::DefaultCacheBehavior::new("site", https);
    let config = distribution::DistributionConfig::new(behaviour, true).origins([origin]);
    let distribution = edge.add("Distribution", cloudfront::Distribution::new(config));
    edge.add("SitePolicy", site.allow_cloudfront(&distribution));

    let policy = resource(edge.model(), "SitePolicy");
    assert_eq!(node(policy, "Bucket").as_reference().unwrap().target.logical_id(), "Site");
    let read = node(policy, "PolicyDocument/Statement/2");
    let at = |path: &str| read.at(path).and_then(Node::as_text);
    assert_eq!(at("Principal/Service"), Some("cloudfront.amazonaws.com"));
    assert_eq!(at("Action"), Some("s3:GetObject"));
    assert_eq!(at("Resource"), Some("arn:aws:s3:::innovate-prod-site-444455556666-us-east-1-an/*"));
    let mut sources = Vec::new();
    read.at("Condition/StringEquals/aws:SourceArn")
        .unwrap()
        .visit_references(&mut |found| sources.push(found.target.logical_id().to_owned()));
    assert_eq!(sources, ["Distribution"]);
    // A distribution without a default root object would show the list to everyone.
    let statements = node(policy, "PolicyDocument/Statement").as_list().unwrap();
    let lists = |statement: &&Node| {
        let allows = statement.at("Effect").and_then(Node::as_text) == Some("Allow");
        allows && statement.at("Action").and_then(Node::as_text) != Some("s3:GetObject")
    };
    assert_eq!(statements.iter().find(lists), None);
    let said = said(App::new("test").stack(edge));
    assert!(!said.iter().any(|found| found.starts_with("S3-")), "{said:?}");
}

#[test]
fn a_given_name_is_taken_as_it_is() {
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket = |name| Bucket::builder().name(name).key(&key).access_logs(&logs).build();
    stack.add("Global", bucket(name!(BucketName: "innovate-downloads")));
    let own = name!(BucketName: "downloads-444455556666-eu-west-1-an");
    stack.add("Own", bucket(own));
    assert!(resource(stack.model(), "Global").properties().at("BucketNamespace").is_none());
    assert_eq!(text(resource(stack.model(), "Global"), "BucketName"), "innovate-downloads");
    assert_eq!(text(resource(stack.model(), "Own"), "BucketNamespace"), "account-regional");
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn a_name_is_global_where_the_region_has_no_namespaces() {
    let bahrain = innovate_aws::Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::MeSouth1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
    let mut stack = bahrain.stack("storage");
    let logs = stack.add("AccessLogs", AccessLogBucket::builder().build());
    assert_eq!(
        logs.bucket().bucket_name().as_str(),
        "innovate-prod-access-logs-444455556666-me-south-1"
    );
    assert!(resource(stack.model(), "AccessLogs").properties().at("BucketNamespace").is_none());
}

#[test]
fn an_id_that_makes_too_long_a_name_is_found() {
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket = Bucket::builder().key(&key).access_logs(&logs).build();
    stack.add("ReportsOfTheLastTwelveMonths", bucket);
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    let [finding] = synthesis.report.findings() else { panic!("{:#?}", synthesis.report) };
    assert_eq!(finding.code(), "S3-12");
    let given = finding.given_value().unwrap();
    assert!(given.contains("innovate-prod-reports-of-the-last-twelve-months"), "{given}");
    assert!(given.contains("73 characters"), "{given}");
}
