//! What holds for every bucket that can be made.

use innovate_aws::{
    Environment, Region, account,
    days::Days,
    domain,
    identity::RoleHandle,
    keys::{KmsKey, LogDelivery, S3},
    name,
    name::KeyPrefix,
    storage::{
        AccessLogBucket, AwsConfig, Bucket, CloudTrail, LoadBalancerLogBucket, LogBucket,
        ObjectLifecycle, ObjectLock, ObjectStorageClass, VeleroBucket, VendedLogs,
    },
};
use innovate_core::{App, Dev, Node, Prod, Resource, Stack, StackModel, Stage, Staging};
use proptest::{prelude::*, sample::select};

use crate::program::{of_type, synth_with_registry};

/// What a program chooses for its buckets.
#[derive(Clone, Debug)]
struct Choice {
    region: Region,
    stage: u8,
    id: String,
    lifecycle: u8,
    event_bridge: bool,
    locked: bool,
    folder: Option<String>,
    rights: u8,
}

prop_compose! {
    fn choice()(
        region in select(Region::ALL.to_vec()),
        stage in 0..3_u8,
        id in "[A-Z][a-z]{1,7}",
        lifecycle in 0..5_u8,
        event_bridge: bool,
        locked: bool,
        folder in proptest::option::of("[a-zA-Z0-9_.-]{1,12}/"),
        rights in 0..4_u8,
    ) -> Choice {
        Choice { region, stage, id, lifecycle, event_bridge, locked, folder, rights }
    }
}

fn environment<S: Stage>(region: Region) -> Environment<S> {
    Environment::<S>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(region)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

fn lifecycle(choice: u8) -> ObjectLifecycle {
    let plain = ObjectLifecycle::new();
    match choice {
        0 => plain,
        1 => plain.old_versions_for(Days::<1>),
        2 => plain.expire_after(Days::<2557>),
        3 => plain
            .move_to(ObjectStorageClass::StandardInfrequentAccess, Days::<30>)
            .move_to(ObjectStorageClass::GlacierInstantRetrieval, Days::<60>)
            .move_to(ObjectStorageClass::GlacierDeepArchive, Days::<180>)
            .expire_after(Days::<181>),
        _ => plain.move_to(ObjectStorageClass::IntelligentTiering, Days::<1>),
    }
}

/// Every kind of bucket that needs nobody else, and a grant on one.
fn fill<S: Stage>(choice: &Choice) -> Stack<S> {
    let environment = environment::<S>(choice.region);
    let mut stack = environment.stack("storage");
    let objects = stack.add("Objects", KmsKey::<S3>::new());
    let delivery = stack.add("Delivery", KmsKey::<LogDelivery>::new());
    let logs = stack.add("Access", AccessLogBucket::builder().build());
    let lifecycle = lifecycle(choice.lifecycle);
    let bucket = Bucket::builder().key(&objects).access_logs(&logs).lifecycle(lifecycle.clone());
    let bucket = match (choice.event_bridge, choice.locked) {
        (true, true) => {
            bucket.event_bridge().object_lock(ObjectLock::governance(Days::<7>)).build()
        }
        (true, false) => bucket.event_bridge().build(),
        (false, true) => bucket.object_lock(ObjectLock::governance(Days::<7>)).build(),
        (false, false) => bucket.build(),
    };
    let made = stack.add(format!("O{}", choice.id), bucket);
    let balancers =
        LoadBalancerLogBucket::builder().access_logs(&logs).lifecycle(lifecycle.clone()).build();
    stack.add("Alb", balancers);
    let vended = LogBucket::<VendedLogs>::builder().key(&delivery).access_logs(&logs);
    stack.add("Flow", vended.lifecycle(lifecycle.clone()).build());
    let trail = LogBucket::<CloudTrail>::builder().key(&delivery).access_logs(&logs).build();
    stack.add("Trail", trail);
    let config = LogBucket::<AwsConfig>::builder().key(&delivery).access_logs(&logs).build();
    stack.add("Config", config);
    let velero = VeleroBucket::builder().key(&objects).access_logs(&logs).build();
    let velero = stack.add("Velero", velero);
    let role = RoleHandle::existing(&name!(RoleName: "api"), stack.model().site());
    let folder = match &choice.folder {
        Some(prefix) => made.folder(KeyPrefix::new(prefix.clone()).unwrap()),
        None => made.folder(name!(KeyPrefix: "a/")),
    };
    let grant = match choice.rights {
        0 => folder.grant_read(&role),
        1 => folder.grant_write(&role),
        2 => folder.grant_read_write(&role),
        _ => folder.grant_delete(&role),
    };
    stack.add("Grant", grant);
    stack.add("VeleroGrant", velero.grant_backups(&role));
    stack
}

/// The stack of a program without a finding.
fn checked(choice: &Choice) -> Result<StackModel, TestCaseError> {
    fn check<S: Stage>(choice: &Choice) -> Result<StackModel, TestCaseError> {
        let stack = fill::<S>(choice);
        let model = stack.model().clone();
        let synthesis = synth_with_registry(App::new("test").stack(stack));
        prop_assert_eq!(synthesis.report.findings(), &[]);
        prop_assert_eq!(synthesis.report.accepted(), &[]);
        Ok(model)
    }
    match choice.stage {
        0 => check::<Dev>(choice),
        1 => check::<Staging>(choice),
        _ => check::<Prod>(choice),
    }
}

fn texts(node: &Node) -> Vec<&str> {
    node.as_list().unwrap_or(std::slice::from_ref(node)).iter().filter_map(Node::as_text).collect()
}

fn statements(policy: &Resource) -> &[Node] {
    let statements = policy.properties().at("PolicyDocument/Statement");
    statements.and_then(Node::as_list).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_bucket_passes_every_rule_and_has_one_policy(choice in choice()) {
        let stack = checked(&choice)?;
        let buckets = of_type(&stack, "AWS::S3::Bucket");
        prop_assert_eq!(buckets.len(), of_type(&stack, "AWS::S3::BucketPolicy").len());
        for bucket in buckets {
            let name = bucket.properties().at("BucketName").and_then(Node::as_text).unwrap();
            prop_assert!((3..=63).contains(&name.len()), "{}", name);
            prop_assert!(name.contains("-444455556666-"), "{}", name);
            prop_assert!(name.contains(choice.region.code()), "{}", name);
        }
    }

    #[test]
    fn only_services_are_let_in_and_each_for_this_account_alone(choice in choice()) {
        let stack = checked(&choice)?;
        for policy in of_type(&stack, "AWS::S3::BucketPolicy") {
            for statement in statements(policy) {
                let allows = statement.get("Effect").and_then(Node::as_text) == Some("Allow");
                prop_assert_eq!(allows, statement.at("Principal/Service").is_some());
                if allows {
                    let condition = format!("{:?}", statement.get("Condition").unwrap());
                    prop_assert!(condition.contains("444455556666"), "{}", condition);
                    let actions = texts(statement.get("Action").unwrap());
                    prop_assert!(!actions.iter().any(|action| action.contains('*')));
                }
            }
        }
    }

    #[test]
    fn a_grant_names_its_actions_and_reaches_no_other_bucket(choice in choice()) {
        let stack = checked(&choice)?;
        for grant in of_type(&stack, "AWS::IAM::RolePolicy") {
            for statement in statements(grant) {
                let actions = texts(statement.get("Action").unwrap());
                prop_assert!(!actions.iter().any(|action| action.contains('*')), "{:?}", actions);
                for arn in texts(statement.get("Resource").unwrap()) {
                    prop_assert!(arn.starts_with("arn:aws:s3:::innovate-"), "{}", arn);
                    // Only behind the bucket's name and the folder.
                    let (_, below) = arn.split_once('/').unwrap_or((arn, ""));
                    let whole = arn.len() - below.len();
                    prop_assert!(!arn[..whole].contains('*'), "{}", arn);
                    prop_assert!(below.matches('*').count() <= 1, "{}", arn);
                }
                let key = actions.iter().all(|action| action.starts_with("kms:"));
                let through = statement.at("Condition/StringEquals/kms:ViaService");
                prop_assert_eq!(key, through.is_some());
            }
        }
    }
}
