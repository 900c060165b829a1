//! Grants: the policies that they become, and what is refused of them.

use innovate_aws::{
    Environment, Region, account, domain,
    identity::{Grant, Grantee, PodIdentity, RoleHandle},
    keys::{Ecr, KmsKey, Secrets},
    name,
    observability::{AlarmTopic, LogGroup, Retention},
    registry::Repository,
    secrets::{Contents, Secret},
    service_account,
};
use innovate_cfn::{
    iam,
    policy::{PolicyDocument, Principal, Statement},
};
use innovate_core::{App, Construct as _, Dev, Node, Prod, Severity, Stack, StackModel};
use proptest::prelude::*;

use crate::program::{
    Platform, environment, finds, problems, resource, synth, synth_with_registry, text, with_code,
};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:444455556666:orders";

fn send() -> Statement {
    Statement::allow(["sqs:SendMessage"]).on(QUEUE)
}

/// A role that a program makes itself.
fn role(stack: &mut Stack<Prod>) -> RoleHandle {
    let trust = PolicyDocument::assumable_by(Principal::service("ec2.amazonaws.com"));
    let role = stack.add("Worker", iam::Role::new(trust));
    RoleHandle::new("worker", &role, stack.model().site())
}

#[test]
fn a_grant_is_one_inline_policy_of_the_role_in_the_stack_that_it_is_added_to() {
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let pods = PodIdentity::builder()
        .cluster(&cluster)
        .service_account(service_account!("shop", "api"))
        .build();
    let pods = platform.compute.add("Api", pods);
    assert_eq!(pods.grantee().title(), "shop/api");
    let site = platform.keys.model().site().clone();
    let grant = Grant::new(&pods, &site, [send()]).decrypting(
        &platform.application_key,
        "secretsmanager",
        &site,
    );
    platform.keys.add("SendOrders", grant);
    let policy = resource(platform.keys.model(), "SendOrders");
    assert_eq!(policy.type_name(), "AWS::IAM::RolePolicy");
    assert_eq!(text(policy, "PolicyName"), "innovate-prod-keys-send-orders");
    let role = policy.properties().at("RoleName").and_then(Node::as_reference).unwrap();
    assert_eq!(role.target.logical_id(), "ApiRole");
    let decrypt = policy.properties().at("PolicyDocument/Statement/1").unwrap();
    assert_eq!(decrypt.at("Action").and_then(Node::as_text), Some("kms:Decrypt"));
    assert_eq!(
        decrypt.at("Condition/StringEquals/kms:ViaService").and_then(Node::as_text),
        Some("secretsmanager.eu-west-1.amazonaws.com")
    );
    let key = decrypt.at("Resource").and_then(Node::as_reference).unwrap();
    assert_eq!(key.target.logical_id(), "Secrets");
}

#[test]
fn who_encrypts_decrypts_too() {
    let mut stack = environment::<Prod>().stack("app");
    let (role, site) = (role(&mut stack), stack.model().site().clone());
    let key = stack.add("Key", KmsKey::<Secrets>::new());
    stack.add("Write", Grant::new(&role, &site, []).encrypting(&key, "s3", &site));
    let actions =
        resource(stack.model(), "Write").properties().at("PolicyDocument/Statement/0/Action");
    let actions: Vec<_> =
        actions.and_then(Node::as_list).unwrap().iter().map(Node::as_text).collect();
    assert_eq!(actions, [Some("kms:Decrypt"), Some("kms:GenerateDataKey")]);
}

#[test]
fn a_managed_grant_is_attached_in_as_many_policies_as_it_takes() {
    let mut stack = environment::<Prod>().stack("app");
    let (role, site) = (role(&mut stack), stack.model().site().clone());
    let statements =
        (0..60).map(|at| Statement::allow(["s3:GetObject"]).on(format!("{}{at}", "a".repeat(100))));
    stack.add("Read", Grant::new(&role, &site, statements).managed());
    let model = StackModel::from(stack);
    let policies: Vec<_> = model.resources_of("AWS::IAM::ManagedPolicy").collect();
    assert_eq!(policies.len(), 2);
    for policy in policies {
        let attached = policy.properties().at("Roles/0").and_then(Node::as_reference).unwrap();
        assert_eq!(attached.target.logical_id(), "Worker");
        assert_eq!(text(policy, "Description"), "Grant to worker");
    }
}

#[test]
fn a_grant_of_one_account_is_silent_in_any_region_of_it() {
    let environment = environment::<Prod>();
    let (mut stack, mut links) = (environment.stack("app"), environment.us_east_1_stack("links"));
    let role = role(&mut stack);
    links.add("Send", Grant::new(&role, stack.model().site(), [send()]));
    let existing = RoleHandle::existing(&name!(RoleName: "deployer"), stack.model().site());
    links.add("SendToo", Grant::new(&existing, stack.model().site(), [send()]));
    let synthesis = synth_with_registry(App::new("test").stack(stack).stack(links));
    assert_eq!(problems(&synthesis), [""; 0]);
}

fn other_account() -> Environment<Dev> {
    Environment::<Dev>::builder()
        .application(name!("innovate"))
        .account(account!("111122223333"))
        .region(Region::EuWest1)
        .domain(domain!("dev.innovate.example"))
        .owner("platform")
        .build()
}

#[test]
fn what_belongs_to_another_account_is_granted_only_if_it_admits_the_role() {
    let mut stack = environment::<Prod>().stack("app");
    let role = role(&mut stack);
    let site = other_account().site();
    stack.add("Send", Grant::new(&role, &site, [send()]));
    stack.add("SendAdmitted", Grant::new(&role, &site, [send()]).admitted());
    let synthesis = synth(App::new("test").stack(stack));
    let found = with_code(&synthesis, "IAM-06");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path(), Some("Send"));
    assert_eq!(
        found[0].given_value(),
        Some("a role of account 444455556666, a resource of account 111122223333")
    );
    assert!(found[0].help_texts()[0].contains("`.admitted()`"), "{found:?}");
}

#[test]
fn a_grant_is_refused_outside_the_account_of_its_role() {
    let (mut stack, mut other) = (environment::<Prod>().stack("app"), other_account().stack("app"));
    let role = role(&mut stack);
    other.add("Send", Grant::new(&role, stack.model().site(), [send()]).admitted());
    let synthesis = synth(App::new("test").stack(stack).stack(other));
    let found = with_code(&synthesis, "IAM-06");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].given_value(), Some("a stack of account 111122223333"));
    assert_eq!(found[0].allowed_values(), Some("a stack of account 444455556666, in any region"));
}

#[test]
fn a_grant_grants_something_under_a_name_that_iam_takes() {
    let mut stack = environment::<Prod>().stack("app");
    let (role, site) = (role(&mut stack), stack.model().site().clone());
    stack.add("Nothing", Grant::new(&role, &site, []));
    stack.add("A".repeat(120), Grant::new(&role, &site, [send()]));
    let synthesis = synth(App::new("test").stack(stack));
    assert!(finds(&synthesis, "IAM-06", "without a statement"));
    assert!(finds(&synthesis, "IAM-06", "too long a name"));
    assert_eq!(with_code(&synthesis, "IAM-06").len(), 2);
}

#[test]
fn a_grant_names_what_it_grants() {
    let mut stack = environment::<Prod>().stack("app");
    let (role, site) = (role(&mut stack), stack.model().site().clone());
    let all = Statement::allow(["sqs:*"]).on(QUEUE);
    stack.add("All", Grant::new(&role, &site, [all.clone()]));
    let accepted = Grant::new(&role, &site, [all]).suppress("IAM-07", "the queue is its own");
    stack.add("Accepted", accepted);
    let synthesis = synth(App::new("test").stack(stack));
    let found = with_code(&synthesis, "IAM-07");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].path(), found[0].given_value()), (Some("All"), Some("Action: sqs:*")));
}

/// A program with `count` grants to one role, in two stacks.
fn granting(count: usize, form: fn(Grant) -> Grant) -> App {
    let environment = environment::<Prod>();
    let (mut stack, mut links) = (environment.stack("app"), environment.stack("links"));
    let (role, site) = (role(&mut stack), stack.model().site().clone());
    for at in 0..count {
        let buckets: Vec<String> = (0..10)
            .map(|bucket| format!("arn:aws:s3:::{}-{at}-{bucket}/*", "b".repeat(50)))
            .collect();
        let grant = Grant::new(&role, &site, [Statement::allow(["s3:GetObject"]).on(buckets)]);
        let stack = if at % 2 == 0 { &mut stack } else { &mut links };
        stack.add(format!("Read{at}"), form(grant));
    }
    App::new("test").stack(stack).stack(links)
}

#[test]
fn the_inline_policies_of_a_role_are_counted_over_all_stacks() {
    assert_eq!(with_code(&synth(granting(12, |grant| grant)), "IAM-03"), Vec::<&_>::new());
    let synthesis = synth(granting(14, |grant| grant));
    let found = with_code(&synthesis, "IAM-03");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path(), Some("Worker"));
    assert_eq!(found[0].allowed_values(), Some("up to 10240"));
    assert_eq!(found[0].related_places().len(), 1);
}

#[test]
fn what_is_known_only_at_deployment_is_expected_to_be_as_long_as_an_arn() {
    let granting = |count: usize| {
        let mut stack = environment::<Prod>().stack("app");
        let (role, site) = (role(&mut stack), stack.model().site().clone());
        for at in 0..count {
            let key = stack.add(format!("Key{at}"), KmsKey::<Secrets>::new());
            let read = Grant::new(&role, &site, []).decrypting(&key, "secretsmanager", &site);
            stack.add(format!("Read{at}"), read);
        }
        synth(App::new("test").stack(stack))
    };
    assert_eq!(with_code(&granting(30), "IAM-03"), Vec::<&_>::new());
    let synthesis = granting(40);
    let found = with_code(&synthesis, "IAM-03");
    assert_eq!((found.len(), found[0].severity()), (1, Severity::Warning));
    let given = found[0].given_value().unwrap();
    assert!(given.ends_with("and 40 values that are known only at deployment"), "{given}");
}

#[test]
fn the_managed_policies_of_a_role_are_counted_over_all_stacks() {
    assert_eq!(with_code(&synth(granting(10, Grant::managed)), "IAM-03"), Vec::<&_>::new());
    let synthesis = synth(granting(11, Grant::managed));
    let found = with_code(&synthesis, "IAM-03");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].given_value(), found[0].allowed_values()), (Some("11"), Some("up to 10")));
}

#[test]
fn a_role_is_the_same_by_its_name_and_by_its_handle() {
    let mut stack = environment::<Prod>().stack("app");
    let trust = PolicyDocument::assumable_by(Principal::service("ec2.amazonaws.com"));
    let site = stack.model().site().clone();
    let made = stack.add("Role", iam::Role::new(trust).role_name("worker"));
    let buckets = |from: usize| -> Vec<String> {
        (from..from + 100).map(|at| format!("arn:aws:s3:::{}-{at}/*", "b".repeat(50))).collect()
    };
    let read = |from| [Statement::allow(["s3:GetObject"]).on(buckets(from))];
    stack.add("First", Grant::new(&RoleHandle::new("worker", &made, &site), &site, read(0)));
    let named = RoleHandle::existing(&name!(RoleName: "worker"), &site);
    stack.add("Second", Grant::new(&named, &site, read(100)));
    let synthesis = synth(App::new("test").stack(stack));
    assert_eq!(with_code(&synthesis, "IAM-03").len(), 1);
}

/// The statements of a grant: what it allows, and on what as text.
fn statements(grant: Grant) -> Vec<(Vec<String>, String)> {
    let mut stack = environment::<Prod>().stack("grants");
    stack.add("Grant", grant);
    let policy = resource(stack.model(), "Grant");
    let all = policy.properties().at("PolicyDocument/Statement").unwrap();
    let all = all.as_list().unwrap_or(std::slice::from_ref(all)).to_vec();
    let actions = |node: &Node| match node {
        Node::List(items) => items.iter().map(|item| item.as_text().unwrap().to_owned()).collect(),
        node => vec![node.as_text().unwrap().to_owned()],
    };
    all.iter()
        .map(|statement| {
            let on = format!("{:?}", statement.at("Resource").unwrap());
            (actions(statement.at("Action").unwrap()), on)
        })
        .collect()
}

#[test]
fn an_application_publishes_to_a_topic_through_its_key() {
    let mut stack = environment::<Prod>().stack("app");
    let role = role(&mut stack);
    let topic = stack.add("Alerts", AlarmTopic::builder().build());
    let granted = statements(topic.grant_publish(&role));
    assert_eq!(granted[0].0, ["sns:Publish"]);
    assert!(granted[0].1.contains(":sns:eu-west-1:444455556666:innovate-prod-app-alerts"));
    assert_eq!(granted[1].0, ["kms:Decrypt", "kms:GenerateDataKey"]);
    stack.add("Publish", topic.grant_publish(&role));
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_pipeline_reads_logs_brings_a_secret_and_finds_the_cluster() {
    let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
    let role = RoleHandle::existing(&name!(RoleName: "pipeline"), platform.keys.model().site());
    let logs = LogGroup::builder().retention(Retention::OneYear).key(&platform.logs_key).build();
    let logs = platform.compute.add("Logs", logs);
    let read = statements(logs.grant_read(&role));
    assert!(read[0].0.contains(&"logs:FilterLogEvents".to_owned()));
    assert_eq!(read[1], (vec!["logs:GetQueryResults".to_owned()], "Text(\"*\")".to_owned()));
    let token = Secret::builder()
        .path(name!(SecretPath: "partner/token"))
        .key(&platform.application_key)
        .contents(Contents::Brought)
        .build();
    let token = platform.compute.add("Token", token);
    let bring = statements(token.grant_write(&role));
    assert_eq!(bring[0].0, ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"]);
    assert!(bring[0].1.contains("secret:innovate/prod/partner/token-??????"), "{}", bring[0].1);
    assert_eq!(bring[1].0, ["kms:Decrypt", "kms:GenerateDataKey"]);
    let find = statements(cluster.grant_describe(&role));
    assert_eq!(find[0].0, ["eks:DescribeCluster"]);
    platform.compute.add("ReadLogs", logs.grant_read(&role));
    platform.compute.add("Bring", token.grant_write(&role));
    platform.compute.add("Find", cluster.grant_describe(&role));
    assert_eq!(problems(&platform.synth()), [""; 0]);
}

#[test]
fn a_pipeline_backs_up_with_the_role_of_a_plan_and_passes_it_to_nobody_else() {
    use innovate_aws::{
        backup::{BackupPlan, BackupRule, BackupVault, ResourceKind, Selection},
        keys::Backup,
        lifecycle,
    };
    let mut stack = environment::<Prod>().stack("backup");
    let role = role(&mut stack);
    let key = stack.add("Key", KmsKey::<Backup>::new());
    let vault = stack.add("Vault", BackupVault::builder().key(&key).build());
    let plan = BackupPlan::builder()
        .vault(&vault)
        .rules([BackupRule::daily(lifecycle!(35 days))])
        .selections([Selection::all(ResourceKind::AuroraCluster)])
        .build();
    let plan = stack.add("Plan", plan);
    let granted = statements(plan.grant_backup(&role));
    assert_eq!(granted[0].0, ["backup:StartBackupJob"]);
    assert!(granted[0].1.contains(":backup-vault:innovate-prod-backup-vault"), "{}", granted[0].1);
    assert_eq!(granted[1].0, ["iam:PassRole"]);
    assert!(granted[1].1.contains("Plan/Role"), "{}", granted[1].1);
    stack.add("BackUp", plan.grant_backup(&role));
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    let of_grants = |found: &&String| found.starts_with("IAM");
    assert_eq!(problems(&synthesis).iter().filter(of_grants).count(), 0);
}

#[test]
fn the_nodes_of_the_recovery_region_pull_the_replica_there() {
    let mut stack = environment::<Prod>().stack("images");
    let role = role(&mut stack);
    let key = stack.add("Images", KmsKey::<Ecr>::new());
    let name = name!(RepositoryName: "innovate/api");
    let repository = stack.add("Api", Repository::builder().name(name).key(&key).build());
    let pull = statements(repository.grant_pull_in(Region::EuCentral1, &role));
    assert!(pull[1].1.contains(":ecr:eu-central-1:444455556666:repository/innovate/api"));
}

/// The policies of a grant of statements on resources of these lengths: type, id and characters of each, and the
/// names of all statements in their order.
fn policies_of(lengths: &[usize]) -> (Vec<(String, String, usize)>, Vec<String>) {
    let mut stack = environment::<Prod>().stack("app");
    let (role, site) = (role(&mut stack), stack.model().site().clone());
    let statements = lengths.iter().enumerate().map(|(at, length)| {
        let object = format!("arn:aws:s3:::{}", "b".repeat(*length));
        Statement::allow(["s3:GetObject"]).sid(format!("Read{at}")).on(object)
    });
    stack.add("Read", Grant::new(&role, &site, statements));
    let synthesis = synth(App::new("test").stack(stack));
    let files = synthesis.assembly.map(|assembly| assembly.files().clone()).unwrap_or_default();
    let template = files.iter().find(|(path, _)| path.contains("app")).map(|(_, text)| text);
    let template: serde_json::Value = serde_json::from_str(template.unwrap()).unwrap();
    let (mut policies, mut sids) = (Vec::new(), Vec::new());
    for (id, resource) in template["Resources"].as_object().unwrap() {
        let document = &resource["Properties"]["PolicyDocument"];
        let Some(statements) = document["Statement"].as_array() else { continue };
        let kind = resource["Type"].as_str().unwrap().to_owned();
        policies.push((kind, id.clone(), document.to_string().len()));
        sids.extend(statements.iter().map(|each| each["Sid"].as_str().unwrap().to_owned()));
    }
    sids.sort_by_key(|sid| sid.trim_start_matches("Read").parse::<usize>().unwrap());
    (policies, sids)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_grant_of_any_length_fits_and_loses_no_statement(
        lengths in prop::collection::vec(prop_oneof![4 => 1usize..200, 1 => 200usize..2_000], 1..24),
    ) {
        let (policies, sids) = policies_of(&lengths);
        let expected: Vec<_> = (0..lengths.len()).map(|at| format!("Read{at}")).collect();
        prop_assert_eq!(sids, expected);
        let all: usize = policies.iter().map(|(.., length)| length).sum();
        let inline = policies.iter().any(|(kind, ..)| kind == "AWS::IAM::RolePolicy");
        if inline {
            prop_assert_eq!(policies.len(), 1);
            prop_assert_eq!(&*policies[0].1, "Read");
            prop_assert!(all <= 5_120, "{}", all);
        } else {
            prop_assert!(all > 5_100, "{}", all);
            prop_assert!(policies.len() <= 10);
        }
        for (kind, id, length) in &policies {
            prop_assert!(*length <= 6_144, "{} {} {}", kind, id, length);
        }
        prop_assert_eq!(policies_of(&lengths).0, policies);
    }
}

#[test]
fn a_statement_that_no_managed_policy_holds_stays_inline() {
    let (policies, _) = policies_of(&[7_000]);
    assert_eq!(policies.len(), 1);
    assert_eq!(policies[0].0, "AWS::IAM::RolePolicy");
}
