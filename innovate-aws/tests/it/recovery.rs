//! Stacks of the recovery region.

use innovate_aws::{
    Environment, Region, account,
    backup::BackupVault,
    domain,
    keys::{Backup, Key, KmsKey, Rds, ReplicaKey, S3},
    name,
    network::{Vpc, VpcCidr},
    storage::{AccessLogBucket, Bucket, Replication},
    vpc_cidr, zones,
};
use innovate_cfn::policy::{PolicyDocument, Principal, Statement};
use innovate_core::{
    App, Cidr, DeletionPolicy, Diagnostic, Node, Place, Prod, RecoveryRegion, Severity, Stack,
    Stage, Staging, cidr,
};

use crate::program::{environment, findings, flow_logs, keys, resource, text};

/// Production in Ireland, with its backups in Frankfurt.
pub(crate) fn recoverable() -> Environment<Prod> {
    recovering_in(Region::EuCentral1)
}

pub(crate) fn recovering_in(region: Region) -> Environment<Prod> {
    Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .recovery_region(region)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

#[test]
fn a_recovery_stack_is_in_the_recovery_region() {
    let prod = recoverable();
    let mut recovery = prod.recovery_stack("dr");
    recovery.add("Backup", KmsKey::<Backup>::new());
    assert_eq!(recovery.name(), "innovate-prod-dr");
    assert_eq!(recovery.model().site().region(), "eu-central-1");
    assert_eq!(recovery.model().site().account(), "444455556666");
    let mut home = prod.stack("data");
    home.add("Backup", KmsKey::<Backup>::new());
    assert_eq!(home.model().site().region(), "eu-west-1");
    assert_eq!(home.model().site().recovery_region(), Some("eu-central-1"));
    assert_eq!(findings(App::new("test").stack(home).stack(recovery)), []);
}

#[test]
fn an_environment_without_another_region_has_no_recovery_stack() {
    for (prod, given) in
        [(environment::<Prod>(), "nothing"), (recovering_in(Region::EuWest1), "eu-west-1")]
    {
        let mut recovery = prod.recovery_stack("dr");
        let line = line!() - 1;
        recovery.add("Backup", KmsKey::<Backup>::new());
        let found = findings(App::new("test").stack(recovery));
        let [finding] = &*found else { panic!("{found:?}") };
        assert_eq!(finding.code(), "BKP-02");
        assert_eq!(finding.given_value(), Some(given));
        assert_eq!(finding.allowed_values(), Some("any region but eu-west-1"));
        let place = finding.place().unwrap();
        assert!(place.file.ends_with("recovery.rs"));
        assert_eq!(place.line, line);
    }
}

/// The database's key of several regions, and its replica in the recovery region.
fn replicated() -> (Stack<Prod>, Stack<Prod, RecoveryRegion>, Key<Rds>) {
    let prod = recoverable();
    let (mut keys, mut recovery) = (prod.stack("keys"), prod.recovery_stack("dr"));
    let key = keys.add("Database", KmsKey::<Rds>::new().multi_region());
    let replica = recovery.add("DatabaseKey", ReplicaKey::of(&key));
    (keys, recovery, replica)
}

#[test]
fn a_replica_of_a_key_has_an_alias_of_its_own_and_lets_in_the_services_of_its_own_region() {
    let (keys, recovery, replica) = replicated();
    assert_eq!(replica.alias_name().as_str(), "alias/innovate-prod-dr/database-key");
    let alias = resource(recovery.model(), "DatabaseKeyAlias");
    assert_eq!(text(alias, "AliasName"), "alias/innovate-prod-dr/database-key");
    let key = resource(recovery.model(), "DatabaseKey");
    assert_eq!(key.type_name(), "AWS::KMS::ReplicaKey");
    assert_eq!(key.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    let primary = key.properties().at("PrimaryKeyArn").and_then(Node::as_reference).unwrap();
    assert_eq!(primary.target.stack(), "innovate-prod-keys");
    let policy = format!("{:?}", key.properties().at("KeyPolicy"));
    assert!(policy.contains("rds.eu-central-1.amazonaws.com"), "{policy}");
    assert!(!policy.contains("eu-west-1"), "{policy}");
    let primary = resource(keys.model(), "Database");
    let multi_region = primary.properties().at("MultiRegion").and_then(Node::as_bool);
    assert_eq!(multi_region, Some(true));
    assert_eq!(findings(App::new("test").stack(keys).stack(recovery)), []);
}

#[test]
fn a_replica_of_a_key_is_retained_as_the_key_is() {
    let (keys, mut recovery, _) = replicated();
    recovery.override_property("DatabaseKey", "PendingWindowInDays", 7);
    let found = findings(App::new("test").stack(keys).stack(recovery));
    let [finding] = &*found else { panic!("{found:?}") };
    assert_eq!((finding.code(), finding.given_value()), ("KMS-01", Some("7")));
}

#[test]
fn a_key_of_another_region_encrypts_nothing_here() {
    let prod = recoverable();
    let (mut keys, mut recovery) = (prod.stack("keys"), prod.recovery_stack("dr"));
    let key = keys.add("Backup", KmsKey::<Backup>::new());
    recovery.add("Vault", BackupVault::<RecoveryRegion>::builder().key(&key).build());
    let line = line!() - 1;
    let found = findings(App::new("test").stack(keys).stack(recovery));
    let [finding] = &*found else { panic!("{found:?}") };
    assert_eq!(finding.code(), "KMS-03");
    assert_eq!(finding.given_value(), Some("a key in eu-west-1"));
    assert_eq!(finding.allowed_values(), Some("a key in eu-central-1"));
    assert_eq!(finding.place().map(|place| place.line), Some(line));
}

/// The app with the network of an environment, which has this block.
fn network<S: Stage>(
    app: App,
    environment: &Environment<S>,
    cidr: VpcCidr,
    apart_from: &[Cidr],
) -> App {
    let (keys, logs) = keys(environment);
    let vpc = Vpc::builder()
        .cidr(cidr)
        .apart_from(apart_from.iter().copied())
        .zones(zones!(EuWest1: az1, az2, az3))
        .flow_logs(flow_logs(&logs))
        .build();
    let mut network = environment.stack("network");
    network.add("Vpc", vpc);
    app.stack(keys).stack(network)
}

#[test]
fn environments_of_one_program_share_no_address() {
    let two = |of_prod: VpcCidr| {
        let (prod, staging) = (recoverable(), environment::<Staging>());
        let app = network(App::new("test"), &prod, of_prod, &[]);
        findings(network(app, &staging, vpc_cidr!("10.20.0.0/16"), &[]))
    };
    assert_eq!(two(vpc_cidr!("10.30.0.0/16")), []);
    let found = two(vpc_cidr!("10.20.128.0/17"));
    let [finding] = &*found else { panic!("{found:?}") };
    assert_eq!((finding.code(), finding.severity()), ("NET-01", Severity::Error));
    assert_eq!(finding.given_value(), Some("10.20.0.0/16"));
    assert_eq!(
        finding.allowed_values(),
        Some("a block that shares no address with 10.20.128.0/17")
    );
}

#[test]
fn a_network_stays_apart_from_those_of_other_programs() {
    let prod = recoverable();
    let others = [cidr!("10.10.0.0/16"), cidr!("10.20.0.0/16")];
    assert_eq!(findings(network(App::new("test"), &prod, vpc_cidr!("10.30.0.0/16"), &others)), []);
    let found = findings(network(App::new("test"), &prod, vpc_cidr!("10.20.0.0/20"), &others));
    let [finding] = &*found else { panic!("{found:?}") };
    assert_eq!(finding.code(), "NET-01");
    assert_eq!(finding.setter_name(), Some("cidr"));
    assert_eq!(finding.given_value(), Some("10.20.0.0/20"));
    assert_eq!(finding.allowed_values(), Some("a block that shares no address with 10.20.0.0/16"));
}

/// The original's policy, or the replica's own, with the replica as the key of a vault for copies.
fn encrypting_with(policy_of_the_original: bool) -> Vec<Diagnostic> {
    let prod = recoverable();
    let (mut keys, mut recovery) = (prod.stack("keys"), prod.recovery_stack("dr"));
    let key = keys.add("Backup", KmsKey::<Backup>::new().multi_region());
    let replica = recovery.add("BackupKey", ReplicaKey::of(&key));
    recovery.add("Vault", BackupVault::<RecoveryRegion>::builder().key(&replica).build());
    if policy_of_the_original {
        let policy = resource(keys.model(), "Backup").properties().get("KeyPolicy").cloned();
        recovery.override_property("BackupKey", "KeyPolicy", policy.unwrap());
    }
    findings(App::new("test").stack(keys).stack(recovery))
}

#[test]
fn a_replica_with_the_policy_of_its_original_lets_in_the_services_of_another_region() {
    assert_eq!(encrypting_with(false), []);
    let found = encrypting_with(true);
    let [finding] = &*found else { panic!("{found:?}") };
    assert_eq!(finding.code(), "KMS-02");
    assert_eq!(finding.message(), "the key `BackupKey` of `Vault` does not let backup in");
    assert_eq!(
        finding.given_value(),
        Some("a key whose policy has no statement for backup in eu-central-1")
    );
}

#[test]
fn a_replica_takes_statements_of_its_own() {
    let prod = recoverable();
    let (mut keys, mut recovery) = (prod.stack("keys"), prod.recovery_stack("dr"));
    let key = keys.add("Backup", KmsKey::<Backup>::new().multi_region());
    let restorer = Statement::allow(["kms:Decrypt"])
        .sid("Restorer")
        .to(Principal::aws("arn:aws:iam::444455556666:role/restorer"))
        .on_all();
    recovery.add("BackupKey", ReplicaKey::of(&key).statement(restorer));
    let policy = format!("{:?}", resource(recovery.model(), "BackupKey").properties());
    assert!(policy.contains("Restorer"), "{policy}");
}

#[test]
fn the_key_of_copies_lets_in_who_copies() {
    let prod = recoverable();
    let (mut storage, mut recovery) = (prod.stack("storage"), prod.recovery_stack("dr"));
    let there = recovery.add("Objects", KmsKey::<S3>::new());
    let logs = recovery.add("AccessLogs", AccessLogBucket::builder().build());
    let copies = Bucket::builder().key(&there).access_logs(&logs).build();
    let copies = recovery.add("Uploads", copies);
    let here = storage.add("Objects", KmsKey::<S3>::new());
    let logs = storage.add("AccessLogs", AccessLogBucket::builder().build());
    let uploads = Bucket::builder().key(&here).access_logs(&logs);
    storage.add("Uploads", uploads.replication(Replication::to(&copies)).build());
    let only_root =
        PolicyDocument::new([Statement::allow(["kms:*"]).to(Principal::own_account()).on_all()]);
    recovery.override_property("Objects", "KeyPolicy", Node::from(only_root));
    let found = findings(App::new("test").stack(storage).stack(recovery));
    let messages: Vec<_> = found.iter().map(|found| (found.code(), found.message())).collect();
    // The bucket of the copies, and the one that is copied.
    let message = ("KMS-02", "the key `Objects` of `Uploads` does not let s3 in");
    assert_eq!(messages, [message, message]);
}

/// The names of keys and buckets, which don't begin with their stacks'.
fn names_without_a_stack<P: Place>(mut stack: Stack<Prod, P>) -> [String; 2] {
    let key = stack.add("Objects", KmsKey::<S3>::new());
    let logs = stack.add("AccessLogs", AccessLogBucket::builder().build());
    let bucket = stack.add("Uploads", Bucket::builder().key(&key).access_logs(&logs).build());
    [key.alias_name().to_string(), bucket.bucket_name().to_string()]
}

#[test]
fn what_waits_in_the_recovery_region_leaves_its_names_to_the_environment_that_is_made_there() {
    let there = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuCentral1)
        .recovery_region(Region::EuNorth1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
    let waiting = names_without_a_stack(recoverable().recovery_stack("recovery"));
    let made = names_without_a_stack(there.stack("storage"));
    assert_eq!(waiting[0], "alias/innovate-prod-dr/objects");
    assert_eq!(made[0], "alias/innovate-prod/objects");
    let place = "444455556666-eu-central-1-an";
    assert_eq!(waiting[1], format!("innovate-prod-dr-uploads-{place}"));
    assert_eq!(made[1], format!("innovate-prod-uploads-{place}"));
    // The edge doesn't wait, also where it is in the recovery region.
    let edge = names_without_a_stack(recovering_in(Region::UsEast1).us_east_1_stack("edge"));
    assert_eq!(edge[0], "alias/innovate-prod/objects");
}
