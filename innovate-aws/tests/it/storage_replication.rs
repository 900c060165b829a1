//! Copies of a bucket's objects in another region.

use innovate_aws::{
    Environment, Region, account, days, domain,
    keys::{Key, KmsKey, S3},
    name,
    observability::AlarmTopic,
    storage::{
        AccessLogBucket, AccessLogBucketHandle, Bucket, BucketHandle, BucketMetric, ObjectLock,
        ReplicaBucket, Replication, ReplicationMetric, VeleroBucket, Waiver,
    },
};
use innovate_core::{App, Node, Prod, RecoveryRegion, Stack, StackModel, stack::Place};

use crate::{
    program::{assembly, of_type, resource, text},
    storage::said,
};

fn environment() -> Environment<Prod> {
    Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .recovery_region(Region::EuCentral1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

/// What a bucket of the stack needs.
fn parts<P: Place>(stack: &mut Stack<Prod, P>) -> (Key<S3>, AccessLogBucketHandle) {
    let key = stack.add("Objects", KmsKey::<S3>::new());
    (key, stack.add("AccessLogs", AccessLogBucket::builder().build()))
}

/// A stack of the recovery region with the bucket of the copies.
fn recovery() -> (Stack<Prod, RecoveryRegion>, BucketHandle) {
    let mut dr = environment().recovery_stack("dr");
    let (key, logs) = parts(&mut dr);
    let copies = dr.add("Uploads", Bucket::builder().key(&key).access_logs(&logs).build());
    (dr, copies)
}

/// A stack with the bucket `Uploads`, which is copied.
fn copied(replication: Replication) -> (Stack<Prod>, BucketHandle) {
    let mut stack = environment().stack("storage");
    let (key, logs) = parts(&mut stack);
    let uploads = Bucket::builder().key(&key).access_logs(&logs).replication(replication).build();
    let uploads = stack.add("Uploads", uploads);
    (stack, uploads)
}

fn texts(node: &Node) -> Vec<&str> {
    node.as_list().unwrap_or(std::slice::from_ref(node)).iter().filter_map(Node::as_text).collect()
}

const RULE: &str = "ReplicationConfiguration/Rules/0";

#[test]
fn objects_are_copied_with_what_is_deleted_and_under_the_key_of_the_copies() {
    let (dr, copies) = recovery();
    let (stack, _) = copied(Replication::to(&copies));
    let bucket = resource(stack.model(), "Uploads");
    let at = |path: &str| text(bucket, &format!("{RULE}/{path}")).to_owned();
    assert_eq!(at("Status"), "Enabled");
    assert_eq!(at("DeleteMarkerReplication/Status"), "Enabled");
    assert_eq!(at("SourceSelectionCriteria/SseKmsEncryptedObjects/Status"), "Enabled");
    assert_eq!(
        at("Destination/Bucket"),
        "arn:aws:s3:::innovate-prod-dr-uploads-444455556666-eu-central-1-an"
    );
    let key = format!("{RULE}/Destination/EncryptionConfiguration/ReplicaKmsKeyID");
    let key = bucket.properties().at(&key).and_then(Node::as_reference).unwrap();
    assert_eq!((key.target.stack(), key.target.logical_id()), ("innovate-prod-dr", "Objects"));
    assert_eq!(said(App::new("test").stack(dr).stack(stack)), [""; 0]);
}

#[test]
fn the_role_copies_this_bucket_to_that_one_and_does_nothing_else() {
    let (_, copies) = recovery();
    let (stack, _) = copied(Replication::to(&copies));
    let role = resource(stack.model(), "UploadsReplicationRole");
    let trusted = text(role, "AssumeRolePolicyDocument/Statement/0/Principal/Service");
    assert_eq!(trusted, "s3.amazonaws.com");
    let statements = role.properties().at("Policies/0/PolicyDocument/Statement").unwrap();
    let statements: Vec<(&str, Vec<&str>)> = statements
        .as_list()
        .unwrap()
        .iter()
        .map(|statement| {
            let sid = statement.get("Sid").and_then(Node::as_text).unwrap();
            (sid, texts(statement.get("Action").unwrap()))
        })
        .collect();
    assert_eq!(
        statements,
        [
            ("ReadConfiguration", vec!["s3:GetReplicationConfiguration", "s3:ListBucket"]),
            (
                "ReadVersions",
                vec![
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionTagging"
                ]
            ),
            ("WriteCopies", vec!["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]),
            ("DecryptObjects", vec!["kms:Decrypt"]),
            ("EncryptCopies", vec!["kms:Encrypt", "kms:GenerateDataKey"]),
        ]
    );
    let via = |index: u8| {
        let path = format!("Policies/0/PolicyDocument/Statement/{index}/Condition/StringEquals");
        text(role, &format!("{path}/kms:ViaService")).to_owned()
    };
    assert_eq!(via(3), "s3.eu-west-1.amazonaws.com");
    assert_eq!(via(4), "s3.eu-central-1.amazonaws.com");
}

#[test]
fn the_promise_of_15_minutes_comes_with_its_metric() {
    let (dr, copies) = recovery();
    let (stack, uploads) = copied(Replication::to(&copies).within_15_minutes());
    let bucket = resource(stack.model(), "Uploads");
    for path in ["ReplicationTime/Time/Minutes", "Metrics/EventThreshold/Minutes"] {
        let minutes = bucket.properties().at(&format!("{RULE}/Destination/{path}"));
        assert_eq!(minutes.unwrap().as_integer(), Some(15), "{path}");
    }
    let latency = uploads.replication_metric(ReplicationMetric::ReplicationLatency).unwrap();
    assert_eq!((latency.namespace(), latency.name()), ("AWS/S3", "ReplicationLatency"));
    assert_eq!(copies.replication_metric(ReplicationMetric::ReplicationLatency), None);
    assert_eq!(uploads.metric(BucketMetric::NumberOfObjects).name(), "NumberOfObjects");
    assert_eq!(said(App::new("test").stack(dr).stack(stack)), [""; 0]);
}

#[test]
fn the_recovery_region_is_deployed_first() {
    let (dr, copies) = recovery();
    let (stack, _) = copied(Replication::to(&copies));
    let files = assembly(App::new("test").stack(stack).stack(dr));
    let manifest =
        files.files().iter().find(|(path, _)| path.ends_with("manifest.json")).unwrap().1;
    let position = |name: &str| manifest.find(&format!("\"{name}\"")).unwrap();
    assert!(position("innovate-prod-dr") < position("innovate-prod-storage"), "{manifest}");
}

#[test]
fn copies_that_never_arrive_are_found() {
    let (dr, copies) = recovery();
    let (mut stack, uploads) = copied(Replication::to(&copies));
    let disabled =
        "ReplicationConfiguration/Rules/0/SourceSelectionCriteria/SseKmsEncryptedObjects/Status";
    stack.override_property("Uploads", disabled, "Disabled");
    let (_, logs) = (0, stack.add("MoreLogs", AccessLogBucket::builder().build()));
    let key = stack.add("More", KmsKey::<S3>::new());
    let bucket = || Bucket::builder().key(&key).access_logs(&logs);
    stack.add("SameRegion", bucket().replication(Replication::to(&uploads)).build());
    stack.add(
        "Locked",
        bucket()
            .object_lock(ObjectLock::governance(days!(30)))
            .replication(Replication::to(&copies))
            .build(),
    );
    stack.add(
        "Forgetful",
        bucket()
            .versioning(Waiver::because("made anew every night"))
            .replication(Replication::to(&copies))
            .build(),
    );
    assert_eq!(
        said(App::new("test").stack(dr).stack(stack)),
        [
            "S3-14 the bucket `Uploads` is encrypted with a key of KMS, and nothing of it is copied",
            "S3-14 the bucket `SameRegion` is copied to its own region",
            "S3-14 the bucket `Locked` locks objects, and is copied to a bucket that can't",
            "S3-14 the bucket `Forgetful` has copies made, and keeps no versions",
        ]
    );
}

#[test]
fn copies_under_another_key_than_their_buckets_are_found() {
    let (mut dr, copies) = recovery();
    let other = dr.add("Other", KmsKey::<S3>::new());
    let (mut stack, _) = copied(Replication::to(&copies));
    let key =
        "ReplicationConfiguration/Rules/0/Destination/EncryptionConfiguration/ReplicaKmsKeyID";
    stack.override_property("Uploads", key, other.arn());
    assert_eq!(
        said(App::new("test").stack(dr).stack(stack)),
        ["S3-14 the bucket `Uploads` is copied with another key than that of its copies"]
    );
}

#[test]
fn what_is_watched_of_a_bucket_is_its_copies() {
    let (mut dr, copies) = recovery();
    let (mut stack, uploads) = copied(Replication::to(&copies));
    let topic = stack.add("Alerts", AlarmTopic::builder().build());
    stack.add("UploadsAlarms", uploads.alarms().notify(&topic));
    let topic = dr.add("Alerts", AlarmTopic::builder().build());
    dr.add("UploadsAlarms", copies.alarms().notify(&topic));
    dr.add("UploadsCopyAlarms", uploads.copy_alarms().notify(&topic));
    let metrics = |stack: &StackModel| -> Vec<String> {
        let alarms = of_type(stack, "AWS::CloudWatch::Alarm");
        alarms.iter().map(|alarm| text(alarm, "MetricName").to_owned()).collect()
    };
    assert_eq!(metrics(stack.model()), ["OperationsFailedReplication"]);
    assert_eq!(metrics(dr.model()), ["ReplicationLatency"]);
}

#[test]
fn a_bucket_of_copies_brings_its_own_key_and_locks_if_the_other_does() {
    let lock = ObjectLock::governance(days!(30));
    let mut dr = environment().recovery_stack("dr");
    let logs = dr.add("AccessLogs", AccessLogBucket::builder().build());
    let copies = ReplicaBucket::builder().access_logs(&logs).object_lock(lock).build();
    let copies = dr.add("ClusterObjects", copies);
    let mut stack = environment().stack("backup");
    let (key, logs) = parts(&mut stack);
    let bucket = VeleroBucket::builder().key(&key).access_logs(&logs).object_lock(lock);
    stack.add("ClusterObjects", bucket.replication(Replication::to(&copies)).build());
    let alias = resource(dr.model(), "ClusterObjectsKeyAlias");
    assert_eq!(text(alias, "AliasName"), "alias/innovate-prod-dr/cluster-objects/key");
    let bucket = resource(dr.model(), "ClusterObjects");
    assert!(bucket.properties().at("LifecycleConfiguration/Rules/0/ExpirationInDays").is_none());
    assert_eq!(said(App::new("test").stack(stack).stack(dr)), [""; 0]);
}
