//! Traces of pods, and what a program is told of them.

use innovate_core::{Prod, Severity};
use innovate_k8s::{Language, Listen, Resources, Telemetry, WebService, object_name};
use serde_json::{Value, json};

use crate::{
    program::{IMAGE, Program},
    rule::{namespace, service, told},
};

fn with(telemetry: Telemetry) -> Program<Prod> {
    let mut program = Program::new().with_nodes();
    let shop = namespace(&mut program);
    let orders = service!(&shop, object_name!("orders")).replicas(3..=9).telemetry(telemetry);
    program.manifests.add(orders.build());
    program
}

fn object<'a>(program: &'a Program<Prod>, kind: &str) -> &'a Value {
    let mut objects = program.manifests.objects().iter();
    let found = objects.find(|object| object.kind() == kind && object.name() == "orders");
    found.unwrap().object()
}

fn variable<'a>(program: &'a Program<Prod>, name: &str) -> Option<&'a str> {
    let container = &object(program, "Deployment")["spec"]["template"]["spec"]["containers"][0];
    let mut variables = container["env"].as_array().unwrap().iter();
    variables.find(|found| found["name"] == name)?["value"].as_str()
}

#[test]
fn an_image_with_an_sdk_is_told_where_the_agent_is() {
    assert_eq!(with(Telemetry::OfTheImage).findings(), []);
    let program = with(Telemetry::OfTheImage);
    assert_eq!(
        variable(&program, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
        Some("http://cloudwatch-agent.amazon-cloudwatch:4316/v1/traces")
    );
    assert_eq!(variable(&program, "OTEL_SERVICE_NAME"), Some("orders"));
    assert_eq!(
        variable(&program, "OTEL_RESOURCE_ATTRIBUTES"),
        Some("service.namespace=other,deployment.environment.name=innovate-prod")
    );
    let template = &object(&program, "Deployment")["spec"]["template"];
    assert_eq!(template["metadata"].get("annotations"), None);
}

#[test]
fn an_image_without_one_gets_it_from_the_operator() {
    assert_eq!(with(Telemetry::Injected(Language::Python)).findings(), []);
    let program = with(Telemetry::Injected(Language::Python));
    assert_eq!(variable(&program, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), None);
    assert_eq!(
        object(&program, "Deployment")["spec"]["template"]["metadata"]["annotations"],
        json!({ "instrumentation.opentelemetry.io/inject-python": "true" })
    );
}

#[test]
fn the_pods_may_connect_to_the_agent_wherever_it_is() {
    let program = with(Telemetry::OfTheImage);
    let egress = object(&program, "NetworkPolicy")["spec"]["egress"].as_array().unwrap();
    let ports: Vec<_> = egress.iter().map(|rule| &rule["ports"][0]["port"]).collect();
    assert_eq!(ports, [&json!(4316), &json!(2000)]);
    let to = &egress[0]["to"];
    let namespace = &to[0]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"];
    assert_eq!(namespace, "amazon-cloudwatch");
    let nodes = program.vpc.private().block().to_string();
    assert_eq!(to[1]["ipBlock"]["cidr"], nodes);
}

#[test]
fn a_service_without_telemetry_reaches_no_agent() {
    let mut program = Program::new().with_nodes();
    let shop = namespace(&mut program);
    program.manifests.add(service!(&shop, object_name!("orders")).replicas(3..=9).build());
    assert_eq!(object(&program, "NetworkPolicy")["spec"].get("egress"), None);
}

#[test]
fn traces_that_no_agent_takes_are_told() {
    let core = |telemetry| {
        let mut program = Program::<Prod>::with_core_addons().with_nodes();
        let shop = namespace(&mut program);
        let orders = service!(&shop, object_name!("orders")).replicas(3..=9);
        program.manifests.add(orders.telemetry(telemetry).build());
        program.only_finding()
    };
    for telemetry in [Telemetry::OfTheImage, Telemetry::Injected(Language::Java)] {
        assert_eq!(
            told(&core(telemetry)),
            (
                "K8S-17",
                Severity::Error,
                "Deployment other/orders sends traces to an agent that there is not",
                "`innovate-prod` without `amazon-cloudwatch-observability`",
            )
        );
    }
}

#[test]
fn a_secret_is_read_by_its_handle_or_by_its_name() {
    use innovate_aws::{cluster::ExternalSecrets, name::SecretName};
    use innovate_aws::{keys::KmsKey, name, secrets::Secret};
    use innovate_k8s::{ClusterSecretStore, ExternalSecret};

    let mut program = Program::new().with_nodes();
    let key = program.stacks[0].add("Application", KmsKey::new());
    let secret = Secret::builder().path(name!(SecretPath: "token")).key(&key).build();
    let secret = program.stacks[0].add("Token", secret);
    let operator = ExternalSecrets::builder().cluster(&program.cluster).key(&key).build();
    let operator = program.stacks.last_mut().unwrap().add("ExternalSecrets", operator);
    let shop = namespace(&mut program);
    let store = ClusterSecretStore::builder()
        .name(object_name!("aws"))
        .operator(&operator)
        .namespace(&shop)
        .build();
    let store = program.manifests.add(store);
    let external = |name| ExternalSecret::builder().namespace(&shop).name(name).store(&store);
    program.manifests.add(external(object_name!("orders")).secret(&secret).build());
    let by_name = SecretName::new("innovate/prod/token").unwrap();
    program.manifests.add(external(object_name!("again")).secret(by_name).build());
    let mut objects = program.manifests.objects().iter();
    let key_of = |object: &innovate_core::Manifest| {
        object.object()["spec"]["dataFrom"][0]["extract"]["key"].clone()
    };
    let keys: Vec<Value> =
        objects.by_ref().filter(|found| found.kind() == "ExternalSecret").map(key_of).collect();
    assert_eq!(keys, [json!("innovate/prod/token"), json!("innovate/prod/token")]);
}
