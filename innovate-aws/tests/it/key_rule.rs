//! The rules on keys and log groups, by a good program broken in just this way.

use innovate_aws::{
    keys::{Ebs, KmsKey, Logs, Rds, Secrets, Sns, Sqs},
    name,
};
use innovate_cfn::{
    cloudwatch::{self, alarm::TreatMissingData},
    ec2, eks,
    kind::{RoleArn, SubnetId},
    kms, logs,
    policy::{Condition, PolicyDocument, Principal, Statement},
    sns,
};
use innovate_core::{App, DeletionPolicy, Dev, Diagnostic, Node, Prod, ResourceType, Stack, Value};

use crate::program::{codes, environment, findings};

fn keys(fill: impl FnOnce(&mut Stack<Prod>)) -> App {
    let mut stack = environment::<Prod>().stack("keys");
    fill(&mut stack);
    App::new("test").stack(stack)
}

fn messages(code: &str, app: App) -> Vec<String> {
    let found = findings(app);
    assert!(found.iter().all(|found| found.code() == code), "{found:#?}");
    found.iter().map(|found| found.message().to_owned()).collect()
}

fn administer() -> Statement {
    Statement::allow(["kms:*"]).to(Principal::own_account()).on_all()
}

#[test]
fn a_key_of_each_use_is_good() {
    let app = keys(|stack| {
        stack.add("Volumes", KmsKey::<Ebs>::new());
        stack.add("Databases", KmsKey::<Rds>::new());
        stack.add("Logs", KmsKey::<Logs>::new());
        stack.add("Topics", KmsKey::<Sns>::new());
        stack.add("Queues", KmsKey::<Sqs>::new());
        stack.add("Secrets", KmsKey::<Secrets>::new());
    });
    assert_eq!(codes(app), [""; 0]);
}

#[test]
fn a_key_for_topics_lets_event_rules_in_by_what_they_send() {
    let mut stack = environment::<Prod>().stack("keys");
    stack.add("Topics", KmsKey::<Sns>::new());
    let key = crate::program::resource(stack.model(), "Topics");
    let statements = key.properties().at("KeyPolicy/Statement").and_then(Node::as_list).unwrap();
    let names = |statement: &Node, service: &str| {
        let named = statement.at("Principal/Service").cloned();
        named.is_some_and(|named| format!("{named:?}").contains(service))
    };
    let of = |service| statements.iter().find(|found| names(found, service)).unwrap();
    let conditions = |service| of(service).get("Condition").and_then(Node::as_map).unwrap();
    let events = conditions("\"events.amazonaws.com");
    assert_eq!(events.len(), 1, "EventBridge sends no source: {events:?}");
    let topics = of("\"events.amazonaws.com").at("Condition/ArnLike");
    let topics = topics.and_then(|found| found.get("kms:EncryptionContext:aws:sns:topicArn"));
    assert_eq!(topics.and_then(Node::as_text), Some("arn:aws:sns:eu-west-1:444455556666:*"));
    let alarms = of("cloudwatch.amazonaws.com").at("Condition/StringEquals");
    assert!(alarms.is_some_and(|found| found.get("aws:SourceAccount").is_some()));
}

#[test]
fn a_key_that_does_not_rotate_or_stay_is_refused() {
    let app = keys(|stack| {
        let policy = PolicyDocument::new([administer()]);
        stack.add("Bare", kms::Key::new().key_policy(policy).pending_window_in_days(7));
    });
    assert_eq!(
        messages("KMS-01", app),
        [
            "the key `Bare` does not rotate",
            "the key `Bare` would be deleted with its stack",
            "the key `Bare` would be gone after 7 days",
        ]
    );
}

fn with_policy(policy: PolicyDocument) -> App {
    keys(|stack| {
        let key = kms::Key::new()
            .enable_key_rotation(true)
            .key_policy(policy)
            .removal_policy(DeletionPolicy::Retain);
        stack.add("Own", key);
    })
}

#[test]
fn a_policy_that_locks_its_account_out_is_refused() {
    let only_one = Statement::allow(["kms:*"])
        .to(Principal::aws("arn:aws:iam::444455556666:role/security"))
        .on_all();
    assert_eq!(
        messages("KMS-01", with_policy(PolicyDocument::new([only_one]))),
        ["the policy of the key `Own` locks its own account out"]
    );
}

#[test]
fn a_policy_for_everyone_needs_a_condition_that_bounds_them() {
    let everyone = || Statement::allow(["kms:Decrypt"]).to(Principal::aws("*")).on_all();
    let check = |statement| codes(with_policy(PolicyDocument::new([administer(), statement])));
    assert_eq!(check(everyone()), ["KMS-01"]);
    let through = Condition::string_equals("kms:ViaService", "s3.eu-west-1.amazonaws.com");
    assert_eq!(check(everyone().when(through)), ["KMS-01"], "any account may come through S3");
    let unless = Condition::string_not_equals("kms:CallerAccount", "111122223333");
    assert_eq!(check(everyone().when(unless)), ["KMS-01"]);
    let own = Condition::string_equals("kms:CallerAccount", "444455556666");
    assert_eq!(check(everyone().when(own)), [""; 0]);
}

#[test]
fn a_policy_in_text_is_read_as_one_in_properties() {
    let text = |principal: &str, service: &str| {
        let policy = format!(
            r#"{{"Version": "2012-10-17", "Statement": [
                {{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "kms:*", "Resource": "*"}},
                {{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "kms:Decrypt", "Resource": "*"}}
            ]}}"#
        );
        keys(|stack| {
            let key = stack.add("Own", KmsKey::<Logs>::new());
            stack.override_property("Own", "KeyPolicy", Node::Text(policy.into()));
            let group = logs::LogGroup::new()
                .retention_in_days(logs::log_group::RetentionInDays::DAYS_365)
                .kms_key_id(key.arn())
                .removal_policy(DeletionPolicy::Retain);
            stack.add("Audit", group);
        })
    };
    let (root, logs) = ("arn:aws:iam::444455556666:root", "logs.eu-west-1.amazonaws.com");
    assert_eq!(codes(text(root, logs)), [""; 0]);
    assert_eq!(
        messages("KMS-01", text("arn:aws:iam::444455556666:role/one", logs)),
        ["the policy of the key `Own` locks its own account out"]
    );
    assert_eq!(
        messages("KMS-02", text(root, "sns.amazonaws.com")),
        ["the key `Own` of `Audit` does not let logs in"]
    );
}

#[test]
fn a_log_group_needs_a_key_that_lets_the_logs_service_in() {
    let app = keys(|stack| {
        let key = stack.add("Secrets", KmsKey::<Secrets>::new());
        let group = logs::LogGroup::new()
            .retention_in_days(logs::log_group::RetentionInDays::DAYS_365)
            .kms_key_id(key.arn())
            .removal_policy(DeletionPolicy::Retain);
        stack.add("Audit", group);
    });
    assert_eq!(messages("KMS-02", app), ["the key `Secrets` of `Audit` does not let logs in"]);
}

#[test]
fn a_topic_that_alarms_publish_to_needs_a_key_that_lets_cloudwatch_in() {
    let alarmed = |grant: bool| {
        keys(move |stack| {
            let key = if grant {
                stack.add("Topics", KmsKey::<Sns>::new()).id()
            } else {
                let through =
                    Condition::string_equals("kms:ViaService", "sns.eu-west-1.amazonaws.com");
                let own = Condition::string_equals("kms:CallerAccount", "444455556666");
                let use_it = Statement::allow(["kms:Decrypt", "kms:GenerateDataKey*"])
                    .to(Principal::aws("*"))
                    .on_all()
                    .when(through)
                    .when(own);
                let key = kms::Key::new()
                    .enable_key_rotation(true)
                    .key_policy(PolicyDocument::new([administer(), use_it]))
                    .removal_policy(DeletionPolicy::Retain);
                stack.add("Topics", key).key_id()
            };
            let topic = stack.add("Pages", sns::Topic::new().kms_master_key_id(key));
            let alarm = cloudwatch::Alarm::new()
                .treat_missing_data(TreatMissingData::NOT_BREACHING)
                .alarm_actions([topic.topic_arn()]);
            stack.add("Alarm", alarm);
        })
    };
    assert_eq!(codes(alarmed(true)), [""; 0]);
    assert_eq!(
        messages("KMS-02", alarmed(false)),
        ["the key `Topics` of `Pages` does not let cloudwatch in"]
    );
}

#[test]
fn volumes_of_node_groups_need_a_key_that_lets_auto_scaling_in() {
    let grouped = |whole: bool| {
        keys(move |stack| {
            let key = stack.add("Volumes", KmsKey::<Ebs>::new());
            if !whole {
                // The statements for what comes through EC2 alone, as Karpenter's nodes need.
                let policy = stack.model().resource("Volumes").unwrap().properties();
                let statements = policy.at("KeyPolicy/Statement").unwrap().as_list().unwrap();
                let fewer = Node::list(statements[..3].to_vec());
                stack.override_property("Volumes", "KeyPolicy/Statement", fewer);
            }
            use ec2::launch_template as lt;
            let volume = lt::Ebs::new().encrypted(true).kms_key_id(key.id());
            let mapping = lt::BlockDeviceMapping::new().device_name("/dev/xvda").ebs(volume);
            let data = lt::LaunchTemplateData::new().block_device_mappings([mapping]);
            let template = stack.add("Template", ec2::LaunchTemplate::new(data));
            let group = eks::Nodegroup::new(
                name!(ClusterName: "innovate-prod"),
                Value::<RoleArn>::literal("arn:aws:iam::444455556666:role/nodes"),
                [Value::<SubnetId>::literal("subnet-0123456789abcdef0")],
            )
            .launch_template(
                eks::nodegroup::LaunchTemplateSpecification::new()
                    .id(template.reference())
                    .version(template.latest_version_number()),
            );
            stack.add("Nodes", group);
        })
    };
    let codes = |app| findings(app).iter().filter(|found| found.code() == "KMS-02").count();
    assert_eq!(codes(grouped(true)), 0);
    assert_eq!(codes(grouped(false)), 1);
}

#[test]
fn a_log_group_needs_a_retention_that_is_offered_and_a_key() {
    let app = keys(|stack| {
        let bare = logs::LogGroup::new().removal_policy(DeletionPolicy::Retain);
        stack.add("Bare", bare.clone());
        let odd = logs::log_group::RetentionInDays::custom(42);
        stack.add("Odd", bare.retention_in_days(odd));
    });
    assert_eq!(
        messages("LOG-01", app),
        [
            "the log group `Bare` has no key of its own",
            "the log group `Bare` keeps everything for ever",
            "the log group `Odd` has a retention that is not offered",
            "the log group `Odd` has no key of its own",
        ]
    );
}

#[test]
fn findings_stand_where_the_program_made_the_resource() {
    let app = keys(|stack| {
        stack.add("Bare", logs::LogGroup::new());
    });
    let found = findings(app);
    let place = found.first().and_then(Diagnostic::place).unwrap();
    assert!(place.file.ends_with("key_rule.rs"), "{place:?}");
}

#[test]
fn other_stages_may_wait_less_before_a_key_goes() {
    let mut stack = environment::<Dev>().stack("keys");
    stack.add("Logs", KmsKey::<Logs>::new());
    stack.override_property("Logs", "PendingWindowInDays", 7);
    assert_eq!(codes(App::new("test").stack(stack)), [""; 0]);
}
