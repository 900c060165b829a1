//! What a program adds to the policies of buckets, buckets that exist already, and alarms of buckets.

use innovate_aws::{
    account, arn, days,
    identity::RoleHandle,
    keys::{Key, KmsKey, S3},
    name,
    observability::{AlarmTopic, Alarms},
    storage::{
        AccessLogBucket, Bucket, BucketAlarm, BucketCopyAlarm, BucketHandle, BucketPrincipal,
        BucketStatement, ExistingBucket, ObjectLifecycle, Replication, RequestMetric,
    },
};
use innovate_cfn::policy::Condition;
use innovate_core::{App, Node, Place, Prod, RecoveryRegion, Stack};

use crate::{
    program::{codes, environment, findings, of_type, resource, text},
    recovery::recoverable,
    storage::{said, storage},
};

const UPLOADS: &str = "arn:aws:s3:::innovate-prod-uploads-444455556666-eu-west-1-an";

fn partner() -> BucketPrincipal {
    BucketPrincipal::account(account!("777788889999"))
}

/// A bucket with these statements, and a key with those for `keyed`.
fn opened(statements: Vec<BucketStatement>, keyed: &[BucketPrincipal]) -> Stack<Prod> {
    let (mut stack, _, logs) = storage::<Prod>();
    let site = stack.model().site().clone();
    let key = keyed
        .iter()
        .fold(KmsKey::<S3>::new(), |key, principal| key.statement(principal.use_key(&site)));
    let key = stack.add("Shared", key);
    let bucket = Bucket::builder().key(&key).access_logs(&logs).policy(statements);
    stack.add("Uploads", bucket.build());
    stack
}

/// The statements of the bucket's policy after those about TLS, as text.
fn added(stack: &Stack<Prod>) -> Vec<Node> {
    let policy = resource(stack.model(), "UploadsPolicy");
    let statements = policy.properties().at("PolicyDocument/Statement").and_then(Node::as_list);
    statements.unwrap().iter().skip(2).cloned().collect()
}

fn at<'a>(node: &'a Node, path: &str) -> &'a str {
    node.at(path).and_then(Node::as_text).unwrap_or_else(|| panic!("no {path} in {node:?}"))
}

#[test]
fn a_bucket_without_statements_refuses_what_has_no_tls_and_says_nothing_else() {
    assert_eq!(added(&opened(Vec::new(), &[])).len(), 0);
}

#[test]
fn an_account_reads_and_writes_where_it_is_let_and_nowhere_else() {
    let read = BucketStatement::read(&partner()).below(name!(KeyPrefix: "out/"));
    let write = BucketStatement::write(&partner()).below(name!(KeyPrefix: "in/"));
    let stack = opened(vec![read, write], &[partner()]);
    let statements = added(&stack);
    let [list, read, write] = &*statements else { panic!("{statements:#?}") };
    assert_eq!((at(list, "Action"), at(list, "Resource")), ("s3:ListBucket", UPLOADS));
    assert_eq!(at(list, "Condition/StringLike/s3:prefix"), "out/*");
    assert_eq!(at(read, "Action"), "s3:GetObject");
    assert_eq!(at(read, "Resource"), format!("{UPLOADS}/out/*"));
    assert_eq!(at(write, "Resource"), format!("{UPLOADS}/in/*"));
    for statement in [list, read, write] {
        let principal = format!("{:?}", statement.get("Principal"));
        assert!(principal.contains("777788889999") && !principal.contains('*'), "{principal}");
    }
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn who_is_let_in_under_a_condition_is_bound_by_it_in_every_statement() {
    let inside = || Condition::string_equals("aws:SourceVpc", "vpc-0a1b2c3d4e5f60718");
    let read = BucketStatement::read(&partner()).below(name!(KeyPrefix: "out/")).when(inside());
    let write = BucketStatement::write(&partner()).when(inside());
    let stack = opened(vec![read, write], &[partner()]);
    let statements = added(&stack);
    assert_eq!(statements.len(), 3);
    for statement in &statements {
        let source = at(statement, "Condition/StringEquals/aws:SourceVpc");
        assert_eq!(source, "vpc-0a1b2c3d4e5f60718");
    }
    assert_eq!(at(&statements[0], "Condition/StringLike/s3:prefix"), "out/*");
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn an_organization_is_bound_by_its_id() {
    let all = || BucketPrincipal::organization(name!(OrganizationId: "o-a1b2c3d4e5"));
    let stack = opened(vec![BucketStatement::read(&all())], &[all()]);
    for statement in added(&stack) {
        assert_eq!(at(&statement, "Condition/StringEquals/aws:PrincipalOrgID"), "o-a1b2c3d4e5");
    }
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn whom_a_bucket_lets_in_and_its_key_does_not_is_an_error() {
    let role = || BucketPrincipal::role(arn!(RoleArn: "arn:aws:iam::777788889999:role/importer"));
    let other = || BucketPrincipal::account(account!("111122223333"));
    let check = |who: BucketPrincipal, keyed: &[BucketPrincipal]| {
        let found =
            findings(App::new("test").stack(opened(vec![BucketStatement::read(&who)], keyed)));
        found.iter().map(|found| found.message().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        check(role(), &[]),
        ["the key `Shared` of `Uploads` does not let arn:aws:iam::777788889999:role/importer in"]
    );
    assert_eq!(check(role(), &[other()]).len(), 1);
    assert_eq!(check(role(), &[role()]), [""; 0]);
    assert_eq!(check(role(), &[partner()]), [""; 0], "the whole account is let in");
    assert_eq!(check(partner(), &[role()]).len(), 1, "one role is not the whole account");
}

#[test]
fn a_denial_is_for_everyone_and_only_if_its_conditions_hold() {
    let from_elsewhere = Condition::string_not_equals("aws:SourceVpce", "vpce-0a1b2c3d4e5f60718");
    let deny = BucketStatement::deny(["s3:GetObject"])
        .below(name!(KeyPrefix: "private/"))
        .when(from_elsewhere);
    let stack = opened(vec![deny], &[]);
    let statements = added(&stack);
    let [deny] = &*statements else { panic!("{statements:#?}") };
    assert_eq!((at(deny, "Effect"), at(deny, "Principal")), ("Deny", "*"));
    assert_eq!(at(deny, "Resource"), format!("{UPLOADS}/private/*"));
    assert!(deny.at("Condition/StringNotEquals/aws:SourceVpce").is_some());
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

#[test]
fn a_bucket_that_exists_is_granted_by_its_name_and_with_its_key() {
    let site = environment::<Prod>().site();
    let role = RoleHandle::existing(&name!(RoleName: "api"), &site);
    let imports = ExistingBucket::new(name!(BucketName: "innovate-imports"), &site);
    let key = Key::<S3>::existing(
        arn!(KeyArn: "arn:aws:kms:eu-west-1:444455556666:key/0a1b2c3d-0000-1111-2222-333344445555"),
        name!(KeyAlias: "alias/imports"),
    );
    let mut stack = environment::<Prod>().stack("api");
    stack.add("Read", imports.folder(name!(KeyPrefix: "daily/")).grant_read(&role));
    stack.add("Write", imports.encrypted_with(&key).grant_write(&role));
    let statements = |id: &str| {
        let policy = resource(stack.model(), id).properties().at("PolicyDocument/Statement");
        policy.and_then(Node::as_list).unwrap().to_vec()
    };
    let read = statements("Read");
    assert_eq!(read.len(), 2);
    assert_eq!(at(&read[1], "Resource"), "arn:aws:s3:::innovate-imports/daily/*");
    let write = statements("Write");
    assert_eq!(
        at(&write[1], "Condition/StringEquals/kms:ViaService"),
        "s3.eu-west-1.amazonaws.com"
    );
    assert_eq!(said(App::new("test").stack(stack)), [""; 0]);
}

/// A bucket that counts requests and has copies, in stacks of both regions.
fn copied() -> (Stack<Prod>, Stack<Prod, RecoveryRegion>, BucketHandle) {
    let prod = recoverable();
    let (mut storage, mut recovery) = (prod.stack("storage"), prod.recovery_stack("dr"));
    let there = recovery.add("Objects", KmsKey::<S3>::new());
    let logs = recovery.add("AccessLogs", AccessLogBucket::builder().build());
    let copies = Bucket::builder().key(&there).access_logs(&logs).build();
    let copies = recovery.add("Uploads", copies);
    let here = storage.add("Objects", KmsKey::<S3>::new());
    let logs = storage.add("AccessLogs", AccessLogBucket::builder().build());
    let uploads = Bucket::builder()
        .key(&here)
        .access_logs(&logs)
        .request_metrics()
        .lifecycle(ObjectLifecycle::new().expire_after(days!(400)))
        .replication(Replication::to(&copies))
        .build();
    let uploads = storage.add("Uploads", uploads);
    assert_eq!(uploads.objects_expire_after_days(), Some(400));
    (storage, recovery, uploads)
}

fn watch<P: Place, K: innovate_aws::observability::AlarmKind>(
    stack: &mut Stack<Prod, P>,
    alarms: Alarms<K>,
) {
    let topic = stack.add("Alerts", AlarmTopic::builder().build());
    stack.add("UploadsAlarms", alarms.notify(&topic));
}

#[test]
fn a_bucket_is_watched_by_what_s3_counts_of_it() {
    let (mut storage, mut recovery, uploads) = copied();
    let metrics = resource(storage.model(), "Uploads").properties().at("MetricsConfigurations");
    assert_eq!(at(metrics.unwrap(), "0/Id"), "EntireBucket");
    watch(&mut storage, uploads.alarms());
    watch(&mut recovery, uploads.copy_alarms());
    let alarms = of_type(storage.model(), "AWS::CloudWatch::Alarm");
    let names: Vec<_> = alarms.iter().map(|alarm| text(alarm, "MetricName")).collect();
    assert_eq!(names, ["5xxErrors", "4xxErrors", "OperationsFailedReplication"]);
    let behind = of_type(recovery.model(), "AWS::CloudWatch::Alarm");
    assert_eq!(text(behind[0], "MetricName"), "ReplicationLatency");
    assert_eq!(said(App::new("test").stack(storage).stack(recovery)), [""; 0]);
}

#[test]
fn a_bucket_that_counts_nothing_has_no_alarms() {
    let (mut stack, key, logs) = storage::<Prod>();
    let uploads = stack.add("Uploads", Bucket::builder().key(&key).access_logs(&logs).build());
    assert_eq!(uploads.request_metric(RequestMetric::ServerErrors), None);
    watch(&mut stack, uploads.alarms());
    assert_eq!(of_type(stack.model(), "AWS::CloudWatch::Alarm").len(), 0);
    let alarms = uploads.alarms().without(BucketAlarm::ServerErrors);
    let mut stack = environment::<Prod>().stack("monitoring");
    watch(&mut stack, alarms);
    assert_eq!(codes(App::new("test").stack(stack)), ["ALM-03"]);
}

#[test]
fn alarms_on_copies_in_the_region_of_the_original_wait_for_data_for_ever() {
    let (mut storage, recovery, uploads) = copied();
    watch(&mut storage, uploads.copy_alarms().threshold(BucketCopyAlarm::ReplicationBehind, 60));
    let found = findings(App::new("test").stack(storage).stack(recovery));
    let [finding] = &*found else { panic!("{found:#?}") };
    assert_eq!(finding.code(), "S3-15");
    assert_eq!(finding.given_value(), Some("an alarm in eu-west-1"));
    assert_eq!(finding.allowed_values(), Some("an alarm in eu-central-1"));
}

#[test]
fn a_denial_that_nobody_could_take_back_is_an_error() {
    let check = |deny: BucketStatement| {
        let app = App::new("test").stack(opened(vec![deny], &[]));
        let found = findings(app).into_iter().filter(|found| found.code() == "S3-16");
        found.collect::<Vec<_>>()
    };
    for actions in ["s3:*", "*", "s3:PutBucketPolicy", "s3:deletebucket*"] {
        let found = check(BucketStatement::deny([actions]));
        let [one] = &*found else { panic!("{actions}: {found:#?}") };
        assert_eq!(one.message(), "nobody could change this policy of a bucket again");
        assert_eq!(one.given_value(), Some(&*format!("{actions}, denied to everyone")));
        assert_eq!(one.setter_name(), Some("policy"));
        assert_eq!(one.place().unwrap().file, file!());
    }
    let elsewhere = Condition::string_not_equals("aws:SourceVpce", "vpce-0a1b2c3d4e5f60718");
    assert_eq!(check(BucketStatement::deny(["s3:*"]).when(elsewhere)), []);
    assert_eq!(check(BucketStatement::deny(["s3:DeleteObject", "s3:DeleteObjectVersion"])), []);
    assert_eq!(check(BucketStatement::deny(["s3:*"]).below(name!(KeyPrefix: "legal/"))), []);
}

#[test]
fn below_a_prefix_there_are_objects_alone() {
    let check = |actions: &[&'static str]| {
        let deny = BucketStatement::deny(actions.iter().copied());
        let deny = deny.below(name!(KeyPrefix: "private/"));
        let found = findings(App::new("test").stack(opened(vec![deny], &[])));
        found
            .iter()
            .map(|found| format!("{} {:?}", found.code(), found.given_value()))
            .collect::<Vec<_>>()
    };
    assert_eq!(check(&["s3:GetObject", "s3:ListBucket"]), ["S3-16 Some(\"s3:ListBucket\")"]);
    assert_eq!(check(&["s3:GetBucketLocation"]), ["S3-16 Some(\"s3:GetBucketLocation\")"]);
    assert_eq!(check(&["s3:GetObject", "s3:Delete*", "s3:*"]), [""; 0]);
}

#[test]
fn objects_are_not_read_by_the_arn_of_their_bucket() {
    let mut stack = opened(Vec::new(), &[]);
    let statement = |on: &str| {
        Node::from(serde_json::json!({
            "Effect": "Deny", "Principal": "*", "Action": ["s3:GetObject"], "Resource": on,
        }))
    };
    stack.override_property("UploadsPolicy", "PolicyDocument/Statement/2", statement(UPLOADS));
    let found = findings(App::new("test").stack(stack));
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(
        (one.code(), one.message()),
        ("S3-16", "S3 refuses an action on objects in a statement about a bucket")
    );
    for on in ["*", "arn:aws:s3:::innovate-*", &format!("{UPLOADS}/*")] {
        let mut stack = opened(Vec::new(), &[]);
        stack.override_property("UploadsPolicy", "PolicyDocument/Statement/2", statement(on));
        assert_eq!(findings(App::new("test").stack(stack)), [], "{on}");
    }
}
