//! Each rule on secrets, by a good program broken in just this way, and on resources of generated types.

use innovate_aws::{
    Environment, Region, account, domain,
    keys::{Key, KmsKey, Secrets},
    name,
    secrets::{Generated, Rotation, RotationInterval, Secret, SecretHandle},
};
use innovate_cfn::{
    kind::{FunctionArn, KeyIdentifier, SecretArn},
    policy::{Condition, PolicyDocument, Principal, Statement},
    secretsmanager::{self as sm, rotation_schedule::RotationRules},
    ssm,
};
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Gives, Prod, ResourceType as _, Severity, Stack, Text,
    Value, app::Synthesis, text, value::pseudo,
};

use crate::program::{environment, problems, synth, synth_with_registry, with_code};

fn key(stack: &mut Stack<Prod>) -> Key<Secrets> {
    stack.add("Secrets", KmsKey::<Secrets>::new())
}

/// A program of one secret of the generated type.
fn raw(change: impl FnOnce(sm::Secret, &Key<Secrets>) -> sm::Secret) -> Synthesis {
    let mut stack = environment::<Prod>().stack("app");
    let key = key(&mut stack);
    let secret = sm::Secret::new()
        .name("innovate/prod/app")
        .kms_key_id(key.arn())
        .removal_policy(DeletionPolicy::Retain);
    stack.add("Secret", change(secret, &key));
    synth_with_registry(App::new("test").stack(stack))
}

fn one<'a>(synthesis: &'a Synthesis, code: &str) -> &'a Diagnostic {
    let found = with_code(synthesis, code);
    assert_eq!(found.len(), 1, "{:?}", synthesis.report.findings());
    found[0]
}

#[test]
fn a_good_secret_of_the_generated_type_is_silent() {
    assert_eq!(problems(&raw(|secret, _| secret)), [""; 0]);
}

#[test]
fn a_production_secret_is_rotated_or_says_why_not() {
    let found = raw(|secret, _| secret);
    let warned = one(&found, "SEC-09");
    assert_eq!((warned.severity(), warned.setter_name()), (Severity::Warning, Some("rotation")));
    assert_eq!(warned.given_value(), Some("no rotation schedule"));
    let known = raw(|secret, _| secret.secret_string("{\"host\":\"db.internal\"}"));
    assert!(with_code(&known, "SEC-09").is_empty(), "where something answers is no secret");

    let secret = |rotation: Rotation| {
        let mut stack = environment::<Prod>().stack("app");
        let key = key(&mut stack);
        let path = name!(SecretPath: "api/session");
        stack.add("Session", Secret::builder().path(path).key(&key).rotation(rotation).build());
        synth(App::new("test").stack(stack))
    };
    let function = FunctionArn::literal("arn:aws:lambda:eu-west-1:444455556666:function:rotate");
    let rotated = secret(Rotation::by(function, RotationInterval::Monthly));
    assert!(with_code(&rotated, "SEC-09").is_empty());
    let accepted = secret(Rotation::none_because("each spring has its own generation"));
    assert!(with_code(&accepted, "SEC-09").is_empty());
    let reasons: Vec<&str> = accepted
        .report
        .accepted()
        .iter()
        .filter(|accepted| accepted.finding.code() == "SEC-09")
        .map(|accepted| &*accepted.reason)
        .collect();
    assert_eq!(reasons, ["each spring has its own generation"]);
    let without_a_reason = secret(Rotation::none_because(""));
    assert_eq!(with_code(&without_a_reason, "SUP-03").len(), 1);
}

#[test]
fn outside_production_a_secret_needs_no_word_on_rotation() {
    let mut stack = environment::<Dev>().stack("app");
    let key = stack.add("Secrets", KmsKey::<Secrets>::new());
    let path = name!(SecretPath: "api/session");
    let secret = stack.add("Session", Secret::builder().path(path).key(&key).build());
    assert_eq!(secret.name().as_str(), "innovate/dev/api/session");
    assert!(with_code(&synth(App::new("test").stack(stack)), "SEC-09").is_empty());
}

#[test]
fn a_secret_and_its_replicas_need_keys_of_their_own() {
    let mut stack = environment::<Prod>().stack("app");
    let secret = sm::Secret::new().name("innovate/prod/app").removal_policy(DeletionPolicy::Retain);
    stack.add("Secret", secret);
    let synthesis = synth(App::new("test").stack(stack));
    let found = one(&synthesis, "SEC-08");
    assert_eq!(found.property_path(), Some("KmsKeyId"));
    assert_eq!(found.given_value(), Some("nothing, which means aws/secretsmanager"));

    let synthesis =
        raw(|secret, _| secret.kms_key_id(KeyIdentifier::literal("alias/aws/secretsmanager")));
    assert_eq!(one(&synthesis, "SEC-08").given_value(), Some("alias/aws/secretsmanager"));

    let replica = sm::secret::ReplicaRegion::new("eu-central-1");
    let synthesis = raw(|secret, _| secret.replica_regions([replica]));
    assert_eq!(one(&synthesis, "SEC-08").property_path(), Some("ReplicaRegions/0/KmsKeyId"));
}

/// A program with a schedule of rotation.
fn rotating(change: impl FnOnce(sm::RotationSchedule) -> sm::RotationSchedule) -> Synthesis {
    let mut stack = environment::<Prod>().stack("app");
    let key = key(&mut stack);
    let secret = Secret::builder().path(name!(SecretPath: "app")).key(&key).build();
    let secret = stack.add("Secret", secret);
    stack.add("Schedule", change(sm::RotationSchedule::new(secret.arn())));
    synth_with_registry(App::new("test").stack(stack))
}

fn function() -> Value<FunctionArn> {
    FunctionArn::literal("arn:aws:lambda:eu-west-1:444455556666:function:rotate")
}

#[test]
fn a_schedule_of_rotation_has_a_function_and_one_interval() {
    let days = |days: i32| RotationRules::new().automatically_after_days(days);
    let good =
        rotating(|schedule| schedule.rotation_lambda_arn(function()).rotation_rules(days(30)));
    assert_eq!(problems(&good), [""; 0]);

    let synthesis = rotating(|schedule| schedule.rotation_rules(days(30)));
    assert_eq!(one(&synthesis, "SEC-03").given_value(), Some("no function"));

    let synthesis = rotating(|schedule| schedule.rotation_lambda_arn(function()));
    assert!(one(&synthesis, "SEC-03").message().contains("has no interval"));

    let rules = days(30).schedule_expression("rate(30 days)");
    let synthesis =
        rotating(|schedule| schedule.rotation_lambda_arn(function()).rotation_rules(rules));
    assert!(one(&synthesis, "SEC-03").message().contains("two intervals"));
}

#[test]
fn a_rotation_is_neither_too_rare_nor_impossible() {
    let with = |rules: RotationRules| {
        rotating(|schedule| schedule.rotation_lambda_arn(function()).rotation_rules(rules))
    };
    let days = |days: i32| with(RotationRules::new().automatically_after_days(days));
    let at = |text: &'static str| with(RotationRules::new().schedule_expression(text));
    for silent in [days(90), at("rate(4 hours)"), at("rate(90 days)"), at("cron(0 8 1 * ? *)")] {
        assert_eq!(with_code(&silent, "SEC-03"), Vec::<&Diagnostic>::new());
    }
    for (synthesis, severity, given) in [
        (days(91), Severity::Warning, "91 days"),
        (at("rate(120 days)"), Severity::Warning, "120 days"),
        (days(0), Severity::Error, "0 days"),
        (days(1_001), Severity::Error, "1001 days"),
        (at("rate(3 hours)"), Severity::Error, "3 hours"),
    ] {
        let found = one(&synthesis, "SEC-03");
        assert_eq!((found.severity(), found.given_value()), (severity, Some(given)));
    }
}

#[test]
fn a_secret_has_one_schedule_of_rotation() {
    let mut stack = environment::<Prod>().stack("app");
    let key = key(&mut stack);
    let secret = Secret::builder().path(name!(SecretPath: "app")).key(&key).build();
    let secret = stack.add("Secret", secret);
    for id in ["First", "Second"] {
        let rules = RotationRules::new().automatically_after_days(30);
        let schedule = sm::RotationSchedule::new(secret.arn())
            .rotation_lambda_arn(function())
            .rotation_rules(rules);
        stack.add(id, schedule);
    }
    let synthesis = synth(App::new("test").stack(stack));
    let found = one(&synthesis, "SEC-03");
    assert_eq!((found.path(), found.given_value()), (Some("Second"), Some("`Secret`")));
}

fn with_recovery() -> Environment<Prod> {
    Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .recovery_region(Region::EuCentral1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

#[test]
fn a_production_secret_is_in_the_recovery_region_too() {
    let environment = with_recovery();
    let mut dr = environment.recovery_stack("dr");
    let there = dr.add("Secrets", KmsKey::<Secrets>::new());
    let mut stack = environment.stack("app");
    let here = key(&mut stack);
    let good = Secret::builder()
        .path(name!(SecretPath: "good"))
        .key(&here)
        .replica(Region::EuCentral1, &there)
        .build();
    stack.add("Good", good);
    stack.add("Lost", Secret::builder().path(name!(SecretPath: "lost")).key(&here).build());
    let synthesis = synth(App::new("test").stack(dr).stack(stack));
    let found = one(&synthesis, "SEC-04");
    assert_eq!((found.path(), found.severity()), (Some("Lost/Resource"), Severity::Warning));
    assert_eq!(found.allowed_values(), Some("a replica in eu-central-1"));
}

#[test]
fn a_replica_is_elsewhere_and_has_a_key_from_there() {
    let mut stack = with_recovery().stack("app");
    let here = key(&mut stack);
    let wrong = Secret::builder()
        .path(name!(SecretPath: "wrong"))
        .key(&here)
        .replica(Region::EuWest1, &here)
        .replica(Region::EuCentral1, &here)
        .build();
    stack.add("Wrong", wrong);
    let synthesis = synth(App::new("test").stack(stack));
    let found = with_code(&synthesis, "SEC-04");
    let given: Vec<_> = found.iter().filter_map(|found| found.given_value()).collect();
    assert_eq!(given, ["a key in eu-west-1", "eu-west-1"]);
    assert_eq!(found[0].property_path(), Some("ReplicaRegions/1/KmsKeyId"));
}

#[test]
fn a_name_is_one_secrets() {
    let mut stack = environment::<Prod>().stack("app");
    let key = key(&mut stack);
    for id in ["First", "Second"] {
        stack.add(id, Secret::builder().path(name!(SecretPath: "app")).key(&key).build());
    }
    let synthesis = synth(App::new("test").stack(stack));
    let found = one(&synthesis, "SEC-05");
    assert_eq!(found.path(), Some("Second/Resource"));
    assert_eq!(found.given_value(), Some("`innovate/prod/app` in eu-west-1"));
}

#[test]
fn a_name_is_no_other_secrets_arn_and_one_that_is_allowed() {
    let found = raw(|secret, _| secret.name("innovate/prod/origin-header"));
    let finding = one(&found, "SEC-05");
    assert_eq!(finding.severity(), Severity::Warning);
    assert_eq!(finding.given_value(), Some("innovate/prod/origin-header"));
    let found = raw(|secret, _| secret.name("innovate prod"));
    assert_eq!(one(&found, "SEC-05").severity(), Severity::Error);
    let good = raw(|secret, _| secret.name("innovate/prod/origin-headers"));
    assert_eq!(with_code(&good, "SEC-05"), Vec::<&Diagnostic>::new());
}

/// A secret, and a parameter that reads it in a region: in the secret's stack, or in us-east-1.
fn read_by(
    change: impl FnOnce(ssm::Parameter, &SecretHandle) -> ssm::Parameter,
    region: Region,
) -> Synthesis {
    let environment = environment::<Prod>();
    let mut stack = environment.stack("app");
    let key = key(&mut stack);
    let token = Secret::builder()
        .path(name!(SecretPath: "edge/token"))
        .key(&key)
        .contents(Generated::token())
        .build();
    let token = stack.add("Token", token);
    let parameter =
        ssm::Parameter::new(ssm::parameter::Type::STRING, text!["Bearer ", token.value()]);
    let parameter = change(parameter, &token);
    let app = App::new("test");
    if region != Region::UsEast1 {
        stack.add("Reader", parameter);
        return synth(app.stack(stack));
    }
    let mut edge = environment.us_east_1_stack("edge");
    edge.add("Reader", parameter);
    synth(app.stack(stack).stack(edge))
}

#[test]
fn a_dynamic_reference_waits_for_its_secret() {
    let synthesis = read_by(|parameter, _| parameter, Region::EuWest1);
    let found = one(&synthesis, "SEC-06");
    assert_eq!(found.given_value(), Some("`innovate/prod/edge/token` without a dependency"));
    assert_eq!(found.path(), Some("Reader"));
    let synthesis = read_by(|parameter, token| parameter.depends_on(token), Region::EuWest1);
    assert_eq!(with_code(&synthesis, "SEC-06"), Vec::<&Diagnostic>::new());
    assert_eq!(with_code(&synthesis, "SEC-01"), Vec::<&Diagnostic>::new());
}

#[test]
fn a_dynamic_reference_is_resolved_where_the_secret_is() {
    let synthesis = read_by(|parameter, token| parameter.depends_on(token), Region::UsEast1);
    let found = one(&synthesis, "SEC-06");
    assert_eq!(found.given_value(), Some("`innovate/prod/edge/token` in us-east-1"));
    assert_eq!(found.allowed_values(), Some("eu-west-1"));
    let synthesis = read_by(|parameter, _| parameter, Region::UsEast1);
    assert_eq!(with_code(&synthesis, "SEC-06").len(), 2, "not there, and not waited for");
}

#[test]
fn the_policy_of_a_secret_opens_it_to_nobody_in_particular() {
    let with = |statement: Statement, blocked: bool| {
        let mut stack = environment::<Prod>().stack("app");
        let policy = sm::ResourcePolicy::new(
            PolicyDocument::new([statement.on_all()]),
            SecretArn::literal("arn:aws:secretsmanager:eu-west-1:444455556666:secret:a-AbCdEf"),
        );
        stack.add("Policy", policy.block_public_policy(blocked));
        synth(App::new("test").stack(stack))
    };
    let read = || Statement::allow(["secretsmanager:GetSecretValue"]);
    let open = with(read().to(Principal::any()), true);
    let found = one(&open, "SEC-07");
    assert_eq!(found.property_path(), Some("ResourcePolicy/Statement/0/Principal"));
    let organization = Condition::string_equals("aws:PrincipalOrgID", "o-1234567890");
    let bound = with(read().to(Principal::any()).when(organization), true);
    assert_eq!(with_code(&bound, "SEC-07"), Vec::<&Diagnostic>::new());
    let unblocked = with(read().to(Principal::account("111122223333")), false);
    assert_eq!(one(&unblocked, "SEC-07").property_path(), Some("BlockPublicPolicy"));
}

#[test]
fn a_secret_of_facts_holds_no_literal_under_a_secret_name() {
    let string = |value: Value<Text>| raw(|secret, _| secret.secret_string(value));
    let facts = || text![r#"{"host":"db."#, pseudo::region(), r#"","username":"app","#];
    let good = string(text![facts(), r#""port":"5432"}"#]);
    assert_eq!(with_code(&good, "SEC-01"), Vec::<&Diagnostic>::new());
    let reference = text![facts(), r#""password":"{{resolve:secretsmanager:other}}"}"#];
    assert_eq!(with_code(&string(reference), "SEC-01"), Vec::<&Diagnostic>::new());
    for literal in [r#""password":"hunter2"}"#, r#""api-key":"hunter2"}"#, r#""Token":"hunter2"}"#]
    {
        let synthesis = string(text![facts(), literal]);
        let found = one(&synthesis, "SEC-01");
        assert_eq!(found.property_path(), Some("SecretString"));
        assert_eq!(found.given_value(), Some("not shown"));
    }
    let known = string(r#"{"host":"cache.internal","port":"6379","engine":"redis"}"#.give());
    assert_eq!(with_code(&known, "SEC-01"), Vec::<&Diagnostic>::new());
    let mixed = string(r#"{"host":"cache.internal","pin":"1234"}"#.give());
    assert_eq!(with_code(&mixed, "SEC-01").len(), 1);
    let bare = string("hunter2".give());
    assert_eq!(one(&bare, "SEC-01").property_path(), Some("SecretString"));
}

#[test]
fn a_template_of_a_generated_secret_holds_no_literal_under_a_secret_name() {
    let template = |template: &'static str| {
        raw(|secret, _| {
            let generate = sm::secret::GenerateSecretString::new()
                .secret_string_template(template)
                .generate_string_key("password");
            secret.generate_secret_string(generate)
        })
    };
    let good = template(r#"{"username":"app"}"#);
    assert_eq!(with_code(&good, "SEC-01"), Vec::<&Diagnostic>::new());
    let synthesis = template(r#"{"username":"app","client_secret":"hunter2"}"#);
    let found = one(&synthesis, "SEC-01");
    assert_eq!(found.property_path(), Some("GenerateSecretString/SecretStringTemplate"));
}
