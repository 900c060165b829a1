//! What Velero saves, and what of it is refused.

use innovate_aws::{
    Environment, Region, account,
    backup::{Velero, VeleroHandle},
    days, domain,
    keys::{KmsKey, S3},
    name,
    storage::{AccessLogBucket, BucketHandle, ObjectLifecycle, ReplicaBucket, VeleroBucket},
};
use innovate_core::{Diagnostic, Prod};
use innovate_k8s::{
    Namespace, object_name,
    velero::{
        AccessMode, BackupStorageLocation, DefaultLocation, Every, Schedule, VolumeSnapshotLocation,
    },
};
use serde_json::{Value, json};

use crate::{
    program::{Program, files},
    schema::Definitions,
};

/// A program with Velero's part of AWS.
fn program() -> (Program<Prod>, VeleroHandle) {
    keeping(ObjectLifecycle::new())
}

/// The same, in whose bucket objects have this lifecycle.
fn keeping(lifecycle: ObjectLifecycle) -> (Program<Prod>, VeleroHandle) {
    let mut program = Program::<Prod>::new();
    let stack = program.stacks.last_mut().unwrap();
    let key = stack.add("Objects", KmsKey::<S3>::new());
    let logs = stack.add("AccessLogs", AccessLogBucket::builder().build());
    let bucket = VeleroBucket::builder().key(&key).access_logs(&logs).lifecycle(lifecycle).build();
    let bucket = stack.add("Saved", bucket);
    let velero = Velero::builder().cluster(&program.cluster).bucket(&bucket).build();
    let velero = stack.add("Velero", velero);
    (program, velero)
}

/// A program whose Velero also reads what is copied to the recovery region; and a bucket there that it doesn't
/// read.
fn reading_copies() -> (Program<Prod>, VeleroHandle, [BucketHandle; 2]) {
    let mut program = Program::<Prod>::new();
    let environment = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .recovery_region(Region::EuCentral1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();
    let mut recovery = environment.recovery_stack("dr");
    let logs = recovery.add("AccessLogs", AccessLogBucket::builder().build());
    let buckets = ["Copies", "Others"]
        .map(|id| recovery.add(id, ReplicaBucket::builder().access_logs(&logs).build()));
    let stack = program.stacks.last_mut().unwrap();
    let key = stack.add("Objects", KmsKey::<S3>::new());
    let logs = stack.add("AccessLogs", AccessLogBucket::builder().build());
    let bucket = VeleroBucket::builder().key(&key).access_logs(&logs).build();
    let bucket = stack.add("Saved", bucket);
    let velero = Velero::builder().cluster(&program.cluster).bucket(&bucket).reads(&buckets[0]);
    let velero = stack.add("Velero", velero.build());
    program.elsewhere.push(recovery.into());
    (program, velero, buckets)
}

/// A location with what has no default, and whatever else is set.
macro_rules! location {
    ($program:expr, $velero:expr, $name:literal $(, $setter:ident($value:expr))*) => {
        $program.manifests.add(
            BackupStorageLocation::builder()
                .name(object_name!($name))
                .velero($velero)
                $(.$setter($value))*
                .build(),
        )
    };
}

/// A schedule with what has no default, and whatever else is set.
macro_rules! schedule {
    ($program:expr, $velero:expr $(, $setter:ident($value:expr))*) => {{
        let location = location!($program, $velero, "default");
        let snapshots = VolumeSnapshotLocation::builder()
            .name(object_name!("default"))
            .velero($velero)
            .build();
        let snapshots = $program.manifests.add(snapshots);
        let schedule = Schedule::builder()
            .name(object_name!("nightly"))
            .location(&location)
            .snapshots(&snapshots)
            $(.$setter($value))*
            .build();
        $program.manifests.add(schedule);
    }};
}

/// The objects of Velero, by their kinds.
fn objects(program: Program<Prod>) -> Vec<Value> {
    let parse = |text: String| serde_saphyr::from_str::<Value>(&text).unwrap();
    let mut objects: Vec<Value> = files(&program.synth())
        .into_values()
        .map(parse)
        .filter(|object| object["apiVersion"] == "velero.io/v1")
        .collect();
    objects.sort_by_key(|object| object["kind"].as_str().unwrap().to_owned());
    objects
}

#[test]
fn what_velero_is_told_names_its_bucket_and_its_region() {
    let (mut program, velero) = program();
    let bucket = velero.bucket_name().to_string();
    schedule!(program, &velero);
    let objects = objects(program);
    let [storage, schedule, snapshots] = &*objects else { panic!("{objects:?}") };
    let region = json!({ "region": "eu-west-1" });
    assert_eq!(
        storage["spec"],
        json!({
            "provider": "aws",
            "default": true,
            "accessMode": "ReadWrite",
            "objectStorage": { "bucket": bucket },
            "config": region,
        })
    );
    assert_eq!(snapshots["spec"], json!({ "provider": "aws", "config": region }));
    assert_eq!(
        schedule["spec"],
        json!({
            "schedule": "0 1 * * *",
            "template": {
                "includedNamespaces": ["*"],
                "storageLocation": "default",
                "snapshotVolumes": true,
                "volumeSnapshotLocations": ["default"],
                "ttl": "720h0m0s",
            },
        })
    );
    if let Some(definitions) = Definitions::read() {
        for object in &objects {
            assert_eq!(definitions.refusals(object), Some(Vec::new()), "{object}");
        }
    }
}

#[test]
fn a_schedule_saves_the_namespaces_that_it_names_as_often_as_it_says() {
    for (every, cron) in [
        (Every::Hour, "0 * * * *"),
        (Every::SixHours, "0 */6 * * *"),
        (Every::DayAt(23), "0 23 * * *"),
        (Every::SundayAt(4), "0 4 * * 0"),
    ] {
        let (mut program, velero) = program();
        let saved = [program.manifests.add(Namespace::new(object_name!("shop")))];
        schedule!(program, &velero, every(every), namespaces(saved), keep_days(7));
        let objects = objects(program);
        let schedule = &objects[1]["spec"];
        assert_eq!(schedule["schedule"], cron);
        assert_eq!(schedule["template"]["includedNamespaces"], json!(["shop"]));
        assert_eq!(schedule["template"]["ttl"], "168h0m0s");
    }
}

/// Code, builder method, value given and what is allowed.
fn said(finding: &Diagnostic) -> (&str, &str, &str, &str) {
    (
        finding.code(),
        finding.setter_name().unwrap_or_default(),
        finding.given_value().unwrap_or_default(),
        finding.allowed_values().unwrap_or_default(),
    )
}

#[test]
fn a_schedule_at_no_hour_or_for_no_day_is_an_error() {
    let (mut program, velero) = program();
    schedule!(program, &velero, every(Every::DayAt(24)), keep_days(0));
    let findings = program.findings();
    let said: Vec<_> = findings.iter().map(said).collect();
    assert_eq!(
        said,
        [("K8S-02", "every", "24", "0 to 23"), ("K8S-02", "keep_days", "0", "1 or more days")]
    );
}

#[test]
fn velero_without_a_role_in_aws_is_an_error() {
    let mut program = Program::<Prod>::new();
    program.manifests.raw(json!({
        "apiVersion": "velero.io/v1",
        "kind": "VolumeSnapshotLocation",
        "metadata": { "name": "default", "namespace": "velero" },
        "spec": { "provider": "aws" },
    }));
    let findings = program.findings();
    let codes: Vec<_> = findings.iter().map(Diagnostic::code).collect();
    assert_eq!(codes, ["EKS-15"]);
}

#[test]
fn a_bucket_that_deletes_backups_before_their_time_is_refused() {
    let found = |keep_days: u16| {
        let (mut program, velero) = keeping(ObjectLifecycle::new().expire_after(days!(30)));
        schedule!(program, &velero, keep_days(keep_days));
        program.findings()
    };
    assert_eq!(found(29), []);
    for days in [30, 31] {
        let found = found(days);
        let [finding] = &*found else { panic!("{found:#?}") };
        assert_eq!((finding.code(), finding.setter_name()), ("K8S-02", Some("keep_days")));
        let given = format!("kept for {days} days, in a bucket whose objects go after 30");
        assert_eq!(finding.given_value(), Some(&*given));
    }
}

#[test]
fn a_location_on_the_copies_is_restored_from_and_never_written_to() {
    let (mut program, velero, [copies, _]) = reading_copies();
    location!(program, &velero, "default");
    location!(program, &velero, "recovery", bucket(&copies));
    let objects = objects(program);
    let [own, recovery] = &*objects else { panic!("{objects:?}") };
    assert_eq!(
        (&own["spec"]["accessMode"], &own["spec"]["default"]),
        (&json!("ReadWrite"), &json!(true))
    );
    assert_eq!(
        recovery["spec"],
        json!({
            "provider": "aws",
            "default": false,
            "accessMode": "ReadOnly",
            "objectStorage": { "bucket": copies.bucket_name().as_str() },
            "config": { "region": "eu-central-1" },
        })
    );
    if let Some(definitions) = Definitions::read() {
        assert_eq!(definitions.refusals(recovery), Some(Vec::new()));
    }
}

#[test]
fn a_location_is_of_a_bucket_that_velero_may_use_so() {
    let (mut program, velero, [copies, others]) = reading_copies();
    location!(program, &velero, "others", bucket(&others));
    location!(program, &velero, "copies", bucket(&copies), access_mode(AccessMode::ReadWrite));
    let findings = program.findings();
    let said: Vec<_> = findings.iter().map(said).collect();
    let (own, copies, others) =
        (velero.bucket_name(), copies.bucket_name(), others.bucket_name().as_str());
    assert_eq!(
        said,
        [
            ("K8S-04", "bucket", others, &*format!("{own}, {copies}")),
            ("K8S-02", "access_mode", &*format!("ReadWrite on {copies}"), "ReadOnly"),
        ]
    );
}

#[test]
fn a_cluster_is_recovered_from_its_own_bucket_while_its_schedules_are_paused() {
    let recovering = |paused: bool| {
        let (mut program, velero) = program();
        let own = location!(program, &velero, "default", access_mode(AccessMode::ReadOnly));
        let schedule = Schedule::builder().name(object_name!("nightly")).location(&own);
        match paused {
            true => program.manifests.add(schedule.paused().build()),
            false => program.manifests.add(schedule.build()),
        }
        program
    };
    let objects = objects(recovering(true));
    assert_eq!(
        (&objects[0]["spec"]["accessMode"], &objects[0]["spec"]["default"]),
        (&json!("ReadOnly"), &json!(true))
    );
    assert_eq!(objects[1]["spec"]["paused"], true);
    let finding = recovering(false).only_finding();
    let allowed = "a location that is `ReadWrite`";
    assert_eq!(said(&finding), ("K8S-02", "location", "default, which is ReadOnly", allowed));
}

#[test]
fn one_location_is_the_default_one() {
    let two = |second: DefaultLocation| {
        let (mut program, velero) = program();
        location!(program, &velero, "default");
        location!(program, &velero, "second", default_location(second));
        program
    };
    assert_eq!(two(DefaultLocation::No).findings(), []);
    let finding = two(DefaultLocation::Yes).only_finding();
    let allowed = "one BackupStorageLocation that is the default one";
    assert_eq!(said(&finding), ("K8S-20", "default_location", "default and second", allowed));
    assert_eq!(finding.message(), "BackupStorageLocation velero/second is the second default one");
    assert_eq!(finding.related_places().len(), 1);
}
