//! What may be done with the objects of a bucket, and for how long nobody may.

use innovate_aws::{
    days,
    identity::{Grant, RoleHandle},
    keys::{KmsKey, S3},
    name,
    storage::{
        AccessLogBucketHandle, Bucket, BucketHandle, NobodyCanDelete, ObjectLock, VeleroBucket,
        Waiver,
    },
};
use innovate_core::{App, Node, Prod, Stack};

use crate::{
    program::{environment, resource, text},
    storage::{said, storage},
};

const UPLOADS: &str = "arn:aws:s3:::innovate-prod-uploads-444455556666-eu-west-1-an";

/// A role of the account that the program doesn't make.
fn role() -> RoleHandle {
    RoleHandle::existing(&name!(RoleName: "api"), &environment::<Prod>().site())
}

/// One statement: its sid, its actions, its resource.
type Granted = (String, Vec<String>, String);

fn texts(node: &Node) -> Vec<String> {
    node.as_list()
        .unwrap_or(std::slice::from_ref(node))
        .iter()
        .map(|one| one.as_text().unwrap_or("a reference").to_owned())
        .collect()
}

/// The policy of a grant on the bucket of uploads, in a good program whose grant is in another stack.
fn policy_of(grant: impl FnOnce(&BucketHandle) -> Grant) -> Node {
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket = Bucket::builder().key(&key).access_logs(&logs).build();
    let uploads = stack.add("Uploads", bucket);
    let mut api = environment::<Prod>().stack("api");
    api.add("Grant", grant(&uploads));
    let policy = resource(api.model(), "Grant").properties().at("PolicyDocument").unwrap().clone();
    assert_eq!(said(App::new("test").stack(stack).stack(api)), [""; 0]);
    policy
}

fn granted(grant: impl FnOnce(&BucketHandle) -> Grant) -> Vec<Granted> {
    let policy = policy_of(grant);
    let statements = policy.get("Statement").and_then(Node::as_list).unwrap().iter();
    statements
        .map(|statement| {
            let sid = statement.get("Sid").and_then(Node::as_text).unwrap().to_owned();
            let resources = texts(statement.get("Resource").unwrap());
            let [resource] = resources.as_slice() else { panic!("{resources:?}") };
            (sid, texts(statement.get("Action").unwrap()), resource.clone())
        })
        .collect()
}

fn expect<const N: usize>(statements: [(&str, &[&str], &str); N]) -> Vec<Granted> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let granted = |(sid, actions, arn): (&str, &[&str], &str)| {
        let arn = match arn {
            "key" => "a reference".to_owned(),
            below => format!("{UPLOADS}{below}"),
        };
        (sid.to_owned(), owned(actions), arn)
    };
    statements.map(granted).into()
}

const WRITE: &[&str] = &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];
const ENCRYPT: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];

#[test]
fn a_reader_lists_reads_and_decrypts() {
    assert_eq!(
        granted(|uploads| uploads.grant_read(&role())),
        expect([
            ("ListBucket", &["s3:ListBucket"], ""),
            ("ReadObjects", &["s3:GetObject"], "/*"),
            ("UseKey", &["kms:Decrypt"], "key"),
        ])
    );
}

#[test]
fn a_writer_reads_nothing() {
    assert_eq!(
        granted(|uploads| uploads.grant_write(&role())),
        expect([("WriteObjects", WRITE, "/*"), ("UseKey", ENCRYPT, "key")])
    );
}

#[test]
fn who_reads_and_writes_deletes_nothing() {
    assert_eq!(
        granted(|uploads| uploads.grant_read_write(&role())),
        expect([
            ("ListBucket", &["s3:ListBucket"], ""),
            ("ReadObjects", &["s3:GetObject"], "/*"),
            ("WriteObjects", WRITE, "/*"),
            ("UseKey", ENCRYPT, "key"),
        ])
    );
}

#[test]
fn who_deletes_needs_no_key() {
    assert_eq!(
        granted(|uploads| uploads.grant_delete(&role())),
        expect([("DeleteObjects", &["s3:DeleteObject"], "/*")])
    );
}

#[test]
fn a_grant_on_a_folder_reaches_no_further() {
    let invoices = |uploads: &BucketHandle| {
        uploads.folder(name!(KeyPrefix: "invoices/2026/")).grant_read(&role())
    };
    assert_eq!(
        granted(invoices),
        expect([
            ("ListBucket", &["s3:ListBucket"], ""),
            ("ReadObjects", &["s3:GetObject"], "/invoices/2026/*"),
            ("UseKey", &["kms:Decrypt"], "key"),
        ])
    );
    let policy = policy_of(invoices);
    let prefix = policy.at("Statement/0/Condition/StringLike/s3:prefix");
    assert_eq!(prefix.and_then(Node::as_text), Some("invoices/2026/*"));
}

#[test]
fn the_key_works_through_s3_and_for_this_bucket_alone() {
    let policy = policy_of(|uploads| uploads.grant_read(&role()));
    let condition = policy.at("Statement/2/Condition").unwrap();
    let via = condition.at("StringEquals/kms:ViaService").and_then(Node::as_text);
    assert_eq!(via, Some("s3.eu-west-1.amazonaws.com"));
    let context = condition.at("StringLike/kms:EncryptionContext:aws:s3:arn").unwrap();
    assert_eq!(texts(context), [UPLOADS.to_owned(), format!("{UPLOADS}/*")]);
}

#[test]
fn a_bucket_with_keys_of_s3_grants_no_key() {
    let (stack, _, logs) = storage::<Prod>();
    let mut audit = environment::<Prod>().stack("audit");
    audit.add("ReadLogs", logs.bucket().grant_read(&role()));
    let policy = resource(audit.model(), "ReadLogs").properties().at("PolicyDocument/Statement");
    assert_eq!(policy.and_then(Node::as_list).unwrap().len(), 2);
    assert_eq!(said(App::new("test").stack(stack).stack(audit)), [""; 0]);
}

fn velero(lock: Option<ObjectLock>) -> (Stack<Prod>, AccessLogBucketHandle) {
    let (mut stack, _, logs) = storage::<Prod>();
    let key = stack.add("VeleroKey", KmsKey::<S3>::new());
    let bucket = VeleroBucket::builder().key(&key).access_logs(&logs);
    let bucket = match lock {
        Some(lock) => bucket.object_lock(lock).build(),
        None => bucket.build(),
    };
    let bucket = stack.add("Velero", bucket);
    stack.add("Backups", bucket.grant_backups(&role()));
    (stack, logs)
}

#[test]
fn velero_keeps_its_backups_and_does_nothing_else() {
    let (stack, _) = velero(None);
    assert!(resource(stack.model(), "Velero").properties().get("ObjectLockEnabled").is_none());
    let policy = resource(stack.model(), "Backups").properties().at("PolicyDocument").unwrap();
    assert_eq!(
        texts(policy.at("Statement/1/Action").unwrap()),
        [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
            "s3:PutObjectTagging",
        ]
    );
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn a_lock_keeps_objects_from_being_deleted() {
    for (lock, mode) in [
        (ObjectLock::governance(days!(30)), "GOVERNANCE"),
        (ObjectLock::compliance(days!(30), NobodyCanDelete), "COMPLIANCE"),
    ] {
        let (stack, _) = velero(Some(lock));
        let bucket = resource(stack.model(), "Velero");
        assert_eq!(bucket.properties().get("ObjectLockEnabled").unwrap().as_bool(), Some(true));
        let retention = "ObjectLockConfiguration/Rule/DefaultRetention";
        assert_eq!(text(bucket, &format!("{retention}/Mode")), mode);
        let days = bucket.properties().at(&format!("{retention}/Days"));
        assert_eq!(days.unwrap().as_integer(), Some(30));
        assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
    }
    let (stack, _) = velero(Some(ObjectLock::governance(days!(0))));
    assert_eq!(
        said(App::new("test").stack(stack)),
        ["S3-13 an object can't be locked for so long"]
    );
}

#[test]
fn a_lock_on_a_bucket_without_versions_is_refused() {
    let (mut stack, key, logs) = storage::<Prod>();
    let bucket = Bucket::builder()
        .key(&key)
        .access_logs(&logs)
        .object_lock(ObjectLock::governance(days!(30)))
        .versioning(Waiver::because("made anew every night"))
        .build();
    stack.add("Scratch", bucket);
    assert_eq!(
        said(App::new("test").stack(stack)),
        ["S3-13 objects are locked in a bucket without versions"]
    );
}
