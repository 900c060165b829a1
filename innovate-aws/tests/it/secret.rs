//! Secrets as they come out: their names, values, policies, replicas and readers.

use innovate_aws::{
    Region,
    identity::{Grantee as _, RoleHandle},
    keys::{Key, KmsKey, Secrets},
    length, name,
    network::Port,
    secrets::{
        Alphabet, ConnectionFacts, ConnectionSecret, Contents, Generated, Rotation,
        RotationInterval, Secret, SecretHandle,
    },
};
use innovate_cfn::{kind::FunctionArn, rds};
use innovate_core::{
    App, DeletionPolicy, Dev, Node, Prod, ResourceType as _, Stack, Stage, value::Intrinsic,
};

use crate::program::{environment, problems, resource, synth_with_registry, text, with_code};

/// A stack with a key and a secret made by `make`.
fn stack<S: Stage>(make: impl FnOnce(&Key<Secrets>) -> Secret) -> (Stack<S>, SecretHandle) {
    let mut stack = environment::<S>().stack("app");
    let key = stack.add("Secrets", KmsKey::<Secrets>::new());
    let secret = stack.add("Session", make(&key));
    (stack, secret)
}

fn session(key: &Key<Secrets>) -> Secret {
    Secret::builder().path(name!(SecretPath: "api/session")).key(key).build()
}

#[test]
fn a_secret_is_made_up_encrypted_and_closed_to_other_accounts() {
    let (stack, secret) = stack::<Prod>(session);
    assert_eq!(secret.name().as_str(), "innovate/prod/api/session");
    let made = resource(stack.model(), "Session");
    assert_eq!(text(made, "Name"), "innovate/prod/api/session");
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    let key = made.properties().at("KmsKeyId").and_then(Node::as_reference).unwrap();
    assert_eq!(key.target.logical_id(), "Secrets");
    assert_eq!(text(made, "GenerateSecretString/GenerateStringKey"), "password");
    let length = made.properties().at("GenerateSecretString/PasswordLength");
    assert_eq!(length.and_then(Node::as_integer), Some(32));
    assert!(made.properties().at("SecretString").is_none());

    let policy = resource(stack.model(), "SessionPolicy");
    let blocked = policy.properties().at("BlockPublicPolicy").and_then(Node::as_bool);
    assert_eq!(blocked, Some(true));
    let statement = "ResourcePolicy/Statement/0";
    assert_eq!(text(policy, &format!("{statement}/Effect")), "Deny");
    let account = format!("{statement}/Condition/StringNotEquals/aws:PrincipalAccount");
    assert_eq!(text(policy, &account), "444455556666");
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_secret_outside_production_goes_with_its_stack() {
    let (stack, secret) = stack::<Dev>(session);
    assert_eq!(secret.name().as_str(), "innovate/dev/api/session");
    let made = resource(stack.model(), "Session");
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::Delete));
}

#[test]
fn what_is_made_up_is_what_the_program_says() {
    let generated = Generated::token()
        .field(name!(SecretField: "signing-key"))
        .length(length!(48))
        .alphabet(Alphabet::Printable)
        .username("app")
        .generation(3);
    let (stack, secret) = stack::<Prod>(|key| {
        let path = name!(SecretPath: "api/session");
        Secret::builder().path(path).key(key).contents(generated).description("Sessions").build()
    });
    let made = resource(stack.model(), "Session");
    let template = text(made, "GenerateSecretString/SecretStringTemplate");
    assert_eq!(template, r#"{"generation":"3","username":"app"}"#);
    assert_eq!(text(made, "GenerateSecretString/GenerateStringKey"), "signing-key");
    assert_eq!(text(made, "GenerateSecretString/ExcludeCharacters"), "\"'`@/\\$");
    assert_eq!(text(made, "Description"), "Sessions");
    assert_eq!(
        secret.value().node().as_text(),
        Some("{{resolve:secretsmanager:innovate/prod/api/session:SecretString:signing-key}}")
    );
}

#[test]
fn a_token_needs_no_escape() {
    let (stack, _) = stack::<Prod>(|key| {
        let path = name!(SecretPath: "edge/origin");
        Secret::builder().path(path).key(key).contents(Generated::token()).build()
    });
    let made = resource(stack.model(), "Session");
    let excluded = made.properties().at("GenerateSecretString/ExcludePunctuation");
    assert_eq!(excluded.and_then(Node::as_bool), Some(true));
    let spaces = made.properties().at("GenerateSecretString/IncludeSpace");
    assert_eq!(spaces.and_then(Node::as_bool), Some(false));
}

#[test]
fn what_someone_brings_is_empty_until_then() {
    let (stack, secret) = stack::<Prod>(|key| {
        let path = name!(SecretPath: "mail/token");
        Secret::builder().path(path).key(key).contents(Contents::Brought).build()
    });
    let made = resource(stack.model(), "Session");
    assert!(made.properties().at("GenerateSecretString").is_none());
    assert!(made.properties().at("SecretString").is_none());
    assert_eq!(
        secret.value().node().as_text(),
        Some("{{resolve:secretsmanager:innovate/prod/mail/token}}")
    );
    assert_eq!(
        secret.value_of(&name!(SecretField: "key")).node().as_text(),
        Some("{{resolve:secretsmanager:innovate/prod/mail/token:SecretString:key}}")
    );
}

#[test]
fn a_role_reads_a_secret_by_its_name_and_through_its_key() {
    let (mut stack, secret) = stack::<Prod>(session);
    let role = RoleHandle::existing(&name!(RoleName: "api"), stack.model().site());
    assert_eq!(role.grantee().title(), "api");
    stack.add("Read", secret.grant_read(&role));
    let policy = resource(stack.model(), "Read");
    let read = policy.properties().at("PolicyDocument/Statement/0/Resource").unwrap();
    let Some(Intrinsic::Concat(parts)) = read.as_intrinsic() else { panic!("{read:?}") };
    assert_eq!(
        parts.last().and_then(Node::as_text),
        Some(":secretsmanager:eu-west-1:444455556666:secret:innovate/prod/api/session-??????")
    );
    let decrypt = "PolicyDocument/Statement/1";
    assert_eq!(text(policy, &format!("{decrypt}/Action")), "kms:Decrypt");
    let via = format!("{decrypt}/Condition/StringEquals/kms:ViaService");
    assert_eq!(text(policy, &via), "secretsmanager.eu-west-1.amazonaws.com");
}

#[test]
fn a_replica_has_a_key_of_its_region_and_is_read_through_it() {
    let environment = environment::<Prod>();
    let mut edge = environment.us_east_1_stack("edge-keys");
    let there = edge.add("Secrets", KmsKey::<Secrets>::new());
    let (mut stack, secret) = stack::<Prod>(|key| {
        Secret::builder()
            .path(name!(SecretPath: "edge/origin"))
            .key(key)
            .replica(Region::UsEast1, &there)
            .build()
    });
    assert_eq!(secret.replica_regions(), [Region::UsEast1]);
    assert_eq!(text(resource(stack.model(), "Session"), "ReplicaRegions/0/Region"), "us-east-1");
    let role = RoleHandle::existing(&name!(RoleName: "api"), stack.model().site());
    stack.add("Read", secret.grant_read_in(Region::UsEast1, &there, &role));
    let via = "PolicyDocument/Statement/1/Condition/StringEquals/kms:ViaService";
    let policy = resource(stack.model(), "Read");
    assert_eq!(text(policy, via), "secretsmanager.us-east-1.amazonaws.com");
    let key = policy.properties().at("PolicyDocument/Statement/1/Resource").unwrap();
    assert_eq!(key.as_reference().unwrap().target.stack(), "innovate-prod-edge-keys");
    let synthesis = synth_with_registry(App::new("test").stack(edge).stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_function_rotates_at_an_interval() {
    let (stack, _) = stack::<Prod>(|key| {
        let function =
            FunctionArn::literal("arn:aws:lambda:eu-west-1:444455556666:function:rotate");
        Secret::builder()
            .path(name!(SecretPath: "partner/key"))
            .key(key)
            .rotation(Rotation::by(function, RotationInterval::Monthly))
            .build()
    });
    let schedule = resource(stack.model(), "SessionRotation");
    let days = schedule.properties().at("RotationRules/AutomaticallyAfterDays");
    assert_eq!(days.and_then(Node::as_integer), Some(30));
    let secret = schedule.properties().at("SecretId").and_then(Node::as_reference).unwrap();
    assert_eq!(secret.target.logical_id(), "Session");
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn where_a_database_answers_is_one_json_object() {
    let environment = environment::<Prod>();
    let mut data = environment.stack("data");
    let key = data.add("Secrets", KmsKey::<Secrets>::new());
    let cluster = rds::DBCluster::new().removal_policy(DeletionPolicy::Snapshot);
    let cluster = data.add("Database", cluster);
    let facts = ConnectionFacts::new(cluster.endpoint_address(), Port::POSTGRES)
        .reader_host(cluster.read_endpoint_address())
        .engine("postgres")
        .database("app")
        .username(&name!(DatabaseUser: "app"));
    let secret = ConnectionSecret::builder()
        .path(name!(SecretPath: "database/main"))
        .key(&key)
        .facts(facts)
        .build();
    let secret = data.add("Connection", secret);
    assert_eq!(secret.name().as_str(), "innovate/prod/database/main");
    let made = resource(data.model(), "Connection");
    let node = made.properties().at("SecretString").unwrap();
    let Some(Intrinsic::Concat(parts)) = node.as_intrinsic() else { panic!("{node:?}") };
    let json: String =
        parts.iter().map(|part| part.as_text().map_or("a.b.c".to_owned(), str::to_owned)).collect();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({
        "host": "a.b.c", "port": "5432", "reader_host": "a.b.c", "engine": "postgres",
        "dbname": "app", "username": "app",
    });
    assert_eq!(json, expected);
    let synthesis = synth_with_registry(App::new("test").stack(data));
    assert!(with_code(&synthesis, "SEC-01").is_empty());
}
