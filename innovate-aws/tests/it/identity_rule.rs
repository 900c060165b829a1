//! The rules about IAM, on resources of generated types as well.

use innovate_cfn::{
    iam,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{
    App, Gives, Json, Node, Prod, Severity, Text, Value,
    app::Synthesis,
    value::{intrinsic::sub, pseudo},
};

use crate::program::{environment, synth, with_code};

fn document(policy: PolicyDocument) -> Value<Text> {
    Gives::<Json>::give(policy).assume()
}

/// A managed policy of the statements.
fn managed(statements: impl IntoIterator<Item = Statement>) -> Synthesis {
    let mut stack = environment::<Prod>().stack("roles");
    stack.add("Policy", iam::ManagedPolicy::new(document(PolicyDocument::new(statements))));
    synth(App::new("test").stack(stack))
}

fn trusting(statement: Statement) -> Synthesis {
    let mut stack = environment::<Prod>().stack("roles");
    stack.add("Role", iam::Role::new(PolicyDocument::new([statement])));
    synth(App::new("test").stack(stack))
}

fn count(synthesis: &Synthesis, code: &str) -> usize {
    with_code(synthesis, code).len()
}

#[test]
fn everything_on_everything_is_refused() {
    assert_eq!(count(&managed([Statement::allow(["*"]).on_all()]), "IAM-01"), 1);
    assert_eq!(count(&managed([Statement::allow_all_but(["iam:*"]).on_all()]), "IAM-01"), 1);
    assert_eq!(count(&managed([Statement::deny(["*"]).on_all()]), "IAM-01"), 0);
    assert_eq!(count(&managed([Statement::allow(["s3:*"]).on_all()]), "IAM-01"), 0);
}

#[test]
fn passing_any_role_to_any_service_is_refused() {
    let role = "arn:aws:iam::444455556666:role/nodes";
    for action in ["iam:PassRole", "iam:Pass*", "iam:*"] {
        let statement = Statement::allow([action]).on(role);
        assert_eq!(count(&managed([statement.clone()]), "IAM-01"), 1, "{action}");
        let scoped = Condition::string_equals("iam:PassedToService", "ec2.amazonaws.com");
        assert_eq!(count(&managed([statement.when(scoped)]), "IAM-01"), 0, "{action}");
    }
}

#[test]
fn users_and_access_keys_are_refused() {
    let mut stack = environment::<Prod>().stack("roles");
    stack.add("User", iam::User::new());
    stack.add("Key", iam::AccessKey::new("deployer"));
    assert_eq!(count(&synth(App::new("test").stack(stack)), "IAM-01"), 2);
}

#[test]
fn a_policy_written_as_text_is_read_like_any_other() {
    let mut stack = environment::<Prod>().stack("roles");
    let text =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    stack.add("Literal", iam::ManagedPolicy::new(innovate_core::text![text]));
    let template = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObjekt","Resource":"${Bucket}"}]}"#;
    stack.add("Deferred", iam::ManagedPolicy::new(sub(template, [("Bucket", pseudo::region())])));
    let synthesis = synth(App::new("test").stack(stack));
    assert_eq!(count(&synthesis, "IAM-01"), 1);
    assert_eq!(count(&synthesis, "IAM-04"), 1);
}

#[test]
fn a_service_that_acts_for_many_must_say_for_whom() {
    let service =
        |name: &'static str| Statement::allow(["sts:AssumeRole"]).to(Principal::service(name));
    let synthesis = trusting(service("pods.eks.amazonaws.com"));
    let found = with_code(&synthesis, "IAM-02");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity(), Severity::Warning);
    let narrowed = Condition::string_equals("aws:SourceAccount", "444455556666");
    assert_eq!(count(&trusting(service("pods.eks.amazonaws.com").when(narrowed)), "IAM-02"), 0);
    assert_eq!(count(&trusting(service("ec2.amazonaws.com")), "IAM-02"), 0);
}

#[test]
fn a_managed_policy_above_its_quota_is_refused() {
    let statements = |count: usize| {
        (0..count).map(|at| {
            let bucket = format!("arn:aws:s3:::{}-{at}/*", "b".repeat(60));
            Statement::allow(["s3:GetObject", "s3:PutObject"]).on(bucket)
        })
    };
    assert_eq!(count(&managed(statements(30)), "IAM-03"), 0);
    let synthesis = managed(statements(60));
    let found = with_code(&synthesis, "IAM-03");
    assert_eq!(found.len(), 1);
    assert!(found[0].given_value().unwrap().contains("characters"));
    assert_eq!(found[0].allowed_values(), Some("up to 6144"));
}

#[test]
fn inline_policies_above_their_common_quota_are_refused() {
    let inline = |at: usize| {
        let buckets: Vec<String> = (0..60)
            .map(|bucket| format!("arn:aws:s3:::{}-{at}-{bucket}/*", "b".repeat(50)))
            .collect();
        let policy = PolicyDocument::new([Statement::allow(["s3:GetObject"]).on(buckets)]);
        iam::role::Policy::new(policy, format!("Policy{at}"))
    };
    let role = |policies: Vec<iam::role::Policy>| {
        let trust = PolicyDocument::assumable_by(Principal::service("ec2.amazonaws.com"));
        let mut stack = environment::<Prod>().stack("roles");
        stack.add("Role", iam::Role::new(trust).policies(policies));
        synth(App::new("test").stack(stack))
    };
    assert_eq!(count(&role((0..2).map(inline).collect()), "IAM-03"), 0);
    assert_eq!(count(&role((0..3).map(inline).collect()), "IAM-03"), 1);
}

#[test]
fn an_action_that_does_not_exist_is_refused_with_the_nearest_that_does() {
    let synthesis = managed([Statement::allow(["s3:GetObjekt"]).on("arn:aws:s3:::b/*")]);
    let found = with_code(&synthesis, "IAM-04");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].given_value(), Some("s3:GetObjekt"));
    assert_eq!(found[0].help_texts(), ["did you mean `s3:getobject`?"]);
    let synthesis = managed([Statement::allow(["sqss:SendMessage"]).on("arn:aws:sqs:*:*:q")]);
    assert_eq!(
        with_code(&synthesis, "IAM-04")[0].help_texts(),
        ["did you mean `sqs:SendMessage`?"]
    );
    let known = ["s3:Get*", "ec2:DescribeInstances", "kms:ReEncrypt*"];
    assert_eq!(count(&managed([Statement::allow(known).on("*")]), "IAM-04"), 0);
}

#[test]
fn a_service_that_does_not_exist_is_refused() {
    let service = |name: &'static str| {
        trusting(Statement::allow(["sts:AssumeRole"]).to(Principal::service(name)))
    };
    let misspelt = service("lamda.amazonaws.com");
    let found = with_code(&misspelt, "IAM-05");
    assert_eq!(found[0].severity(), Severity::Error);
    assert_eq!(found[0].help_texts(), ["did you mean `lambda.amazonaws.com`?"]);
    let bare = service("ec2");
    assert_eq!(with_code(&bare, "IAM-05")[0].severity(), Severity::Error);
    let unknown = service("something-from-next-year.amazonaws.com");
    assert_eq!(with_code(&unknown, "IAM-05")[0].severity(), Severity::Warning);
    assert_eq!(count(&service("pods.eks.amazonaws.com"), "IAM-05"), 0);
}

#[test]
fn a_statement_alone_is_read_as_a_list_of_one() {
    let mut stack = environment::<Prod>().stack("roles");
    let statement = Node::from(Statement::allow(["s3:Nothing"]).on_all());
    let policy = Node::Map(vec![
        ("Version".into(), Node::Text("2012-10-17".into())),
        ("Statement".into(), statement),
    ]);
    stack.add("Policy", iam::ManagedPolicy::new(Value::<Text>::from_node(policy)));
    assert_eq!(count(&synth(App::new("test").stack(stack)), "IAM-04"), 1);
}
