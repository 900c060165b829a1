//! What a program is told that is good but for one thing.

use innovate_aws::{identity::PodIdentity, service_account};
use innovate_core::{Dev, Diagnostic, Prod, Severity};
use innovate_k8s::{
    Label, Listen, Namespace, NamespaceRef, ObjectName, Resources, WebService, object_name,
};
use serde_json::{Value, json};

use crate::program::{IMAGE, Program};

pub(crate) fn good() -> Program<Prod> {
    Program::new().with_nodes().with_service()
}

/// The one finding of the good program with one object changed.
pub(crate) fn broken(kind: &str, name: &str, break_it: impl FnOnce(&mut Value)) -> Diagnostic {
    good().breaking(kind, name, break_it).only_finding()
}

pub(crate) fn told(finding: &Diagnostic) -> (&'static str, Severity, &str, &str) {
    let given = finding.given_value().unwrap_or_default();
    (finding.code(), finding.severity(), finding.message(), given)
}

/// A service that a test adds to the good program.
macro_rules! service {
    ($namespace:expr, $name:expr) => {
        WebService::builder()
            .namespace($namespace)
            .name($name)
            .image(IMAGE)
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(250).memory_mib(256))
    };
}
pub(crate) use service;

pub(crate) fn namespace(program: &mut Program<Prod>) -> NamespaceRef {
    program.manifests.add(Namespace::new(object_name!("other")))
}

#[test]
fn the_good_program_has_no_findings_written_by_hand_either() {
    let same = good().breaking("Service", "api", |_| ());
    assert_eq!(same.findings(), []);
}

#[test]
fn an_object_needs_a_name_that_kubernetes_accepts() {
    let finding = broken("ConfigMap", "api", |object| {
        object["metadata"]["labels"]["team"] = "check out".into();
    });
    assert_eq!(told(&finding).0, "K8S-01");
    assert_eq!(told(&finding).3, "team=check out");
    let unnamed = good().with(json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "Api_Config", "namespace": "shop" },
    }));
    assert_eq!(told(&unnamed.only_finding()).3, "Api_Config");
}

#[test]
fn what_a_name_is_like_depends_on_the_kind() {
    let object = |api: &str, kind: &str, name: &str| {
        let object =
            json!({ "apiVersion": api, "kind": kind, "metadata": { "name": name }, "rules": [] });
        Program::<Prod>::new().with(object).findings()
    };
    let rbac = "rbac.authorization.k8s.io/v1";
    assert_eq!(object(rbac, "ClusterRole", "system:metrics-reader"), []);
    assert_eq!(object("scheduling.k8s.io/v1", "RuntimeClass", &"a".repeat(200)), []);
    for (kind, name) in [("Namespace", "team.shop"), ("RuntimeClass", "team:shop")] {
        let findings = object("v1", kind, name);
        assert!(findings.iter().any(|found| found.given_value() == Some(name)), "{findings:#?}");
    }
}

#[test]
fn an_object_of_a_namespace_names_it_and_one_of_the_cluster_does_not() {
    let finding = good()
        .with(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" } }))
        .only_finding();
    assert_eq!(told(&finding).2, "ConfigMap a has no namespace");
    let finding = broken("NodePool", "arm64", |object| {
        object["metadata"]["namespace"] = "shop".into();
    });
    assert_eq!(told(&finding).0, "K8S-01");
}

#[test]
fn a_selector_matches_pods() {
    let typo =
        |object: &mut Value| object["spec"]["selector"]["app.kubernetes.io/name"] = "apu".into();
    let finding = broken("Service", "api", typo);
    assert_eq!(told(&finding).0, "K8S-03");
    assert_eq!(told(&finding).2, "Service shop/api selects no pods");
    let finding = broken("NetworkPolicy", "api-from-ingress-api", |object| {
        object["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"] = "apu".into();
    });
    assert_eq!(told(&finding).2, "NetworkPolicy shop/api-from-ingress-api selects no pods");
}

#[test]
fn what_pods_refer_to_exists() {
    for (break_it, given) in [
        (
            (|object| {
                object["spec"]["template"]["spec"]["containers"][0]["envFrom"][0]["configMapRef"]
                    ["name"] = "apu".into()
            }) as fn(&mut Value),
            "apu",
        ),
        (
            |object| {
                object["spec"]["template"]["spec"]["volumes"][0] =
                    json!({ "name": "tmp", "configMap": { "name": "files" } })
            },
            "files",
        ),
    ] {
        let finding = broken("Deployment", "api", break_it);
        assert_eq!((told(&finding).0, told(&finding).3), ("K8S-04", given));
        assert_eq!(finding.allowed_values(), Some("api"));
    }
}

#[test]
fn a_pool_and_an_autoscaler_find_what_they_are_for() {
    let finding = broken("NodePool", "arm64", |object| {
        object["spec"]["template"]["spec"]["nodeClassRef"]["name"] = "defualt".into();
    });
    assert_eq!((told(&finding).0, told(&finding).3), ("K8S-04", "defualt"));
    let findings = good()
        .breaking("HorizontalPodAutoscaler", "api", |object| {
            object["spec"]["scaleTargetRef"]["name"] = "apu".into();
        })
        .findings();
    assert!(findings.iter().any(|found| found.code() == "K8S-04"), "{findings:#?}");
}

#[test]
fn an_api_that_is_gone_is_named_with_its_successor() {
    let findings = good()
        .breaking("HorizontalPodAutoscaler", "api", |object| {
            object["apiVersion"] = "autoscaling/v2beta2".into();
        })
        .findings();
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!((told(finding).0, told(finding).3), ("K8S-10", "autoscaling/v2beta2"));
    assert_eq!(finding.allowed_values(), Some("autoscaling/v2"));
}

#[test]
fn a_misspelt_field_is_told() {
    let finding = broken("Deployment", "api", |object| {
        let container = &mut object["spec"]["template"]["spec"]["containers"][0];
        let probe = container.as_object_mut().unwrap().remove("readinessProbe").unwrap();
        container["readinesProbe"] = probe;
    });
    assert_eq!(
        (told(&finding).0, told(&finding).2),
        ("K8S-12", "Deployment has no field `spec/template/spec/containers/0/readinesProbe`")
    );
}

#[test]
fn a_misspelt_field_of_a_custom_resource_is_told() {
    let finding = broken("NodePool", "arm64", |object| {
        let spec = object["spec"]["disruption"].as_object_mut().unwrap();
        let after = spec.remove("consolidateAfter").unwrap();
        spec.insert("consolidateAfer".to_owned(), after);
        spec.insert("consolidateAfter".to_owned(), "5m".into());
    });
    assert_eq!(
        (told(&finding).0, told(&finding).2),
        ("K8S-12", "NodePool has no field `spec/disruption/consolidateAfer`")
    );
    assert_eq!(finding.help_texts(), ["`consolidateAfter` may be meant"]);
    let finding = broken("IngressClassParams", "public", |object| {
        object["spec"]["scheme"] = "internet".into();
    });
    assert_eq!(
        told(&finding).2,
        "the field `spec/scheme` of IngressClassParams takes no \"internet\""
    );
}

#[test]
fn a_choice_is_one_that_kubernetes_knows() {
    for (kind, name, pointer, value, path) in [
        ("NetworkPolicy", "api", "/spec/policyTypes/1", "egress", "spec/policyTypes/1"),
        (
            "NetworkPolicy",
            "allow-dns",
            "/spec/egress/0/ports/0/protocol",
            "udp",
            "spec/egress/0/ports/0/protocol",
        ),
        (
            "Ingress",
            "api",
            "/spec/rules/0/http/paths/0/pathType",
            "prefix",
            "spec/rules/0/http/paths/0/pathType",
        ),
        (
            "Deployment",
            "api",
            "/spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable",
            "Never",
            "spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable",
        ),
    ] {
        let finding = broken(kind, name, |object| {
            *object.pointer_mut(pointer).unwrap() = value.into();
        });
        assert_eq!((told(&finding).0, told(&finding).3), ("K8S-15", &*format!("{value:?}")));
        assert_eq!(finding.property_path(), Some(path));
    }
    let finding = broken("NetworkPolicy", "api", |object| {
        object["spec"]["policyTypes"] = json!(["Ingres"]);
    });
    assert_eq!(finding.allowed_values(), Some("Ingress, Egress"));
    assert_eq!(finding.help_texts(), ["`Ingress` may be meant"]);
}

#[test]
fn a_text_where_a_number_belongs_is_told() {
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["revisionHistoryLimit"] = "5".into();
    });
    let message = "the field `spec/revisionHistoryLimit` of Deployment is no \"5\"";
    assert_eq!(told(&finding), ("K8S-12", Severity::Error, message, ""));
    assert_eq!(finding.property_path(), Some("spec/revisionHistoryLimit"));
    assert_eq!(finding.help_texts(), ["it is an integer"]);
}

#[test]
fn an_object_has_what_its_kind_needs() {
    let finding = broken("Deployment", "api", |object| {
        let container = &mut object["spec"]["template"]["spec"]["containers"][0];
        container["env"] = json!([{ "value": "1" }]);
    });
    let message = "Deployment needs a field `spec/template/spec/containers/0/env/0/name`";
    assert_eq!(told(&finding), ("K8S-12", Severity::Error, message, ""));
}

/// The cluster of the program has Kubernetes 1.35.
#[test]
fn a_field_is_one_of_the_clusters_version() {
    let with = |field: &'static str, value: Value| {
        good().breaking("Deployment", "api", |object| {
            object["spec"]["template"]["spec"][field] = value;
        })
    };
    assert_eq!(with("hostnameOverride", "api".into()).findings(), []);
    let finding = with("schedulingGroup", json!({ "podGroupName": "api" })).only_finding();
    let path = "spec/template/spec/schedulingGroup";
    let message = format!("Deployment has no field `{path}` before Kubernetes 1.36");
    assert_eq!(told(&finding), ("K8S-12", Severity::Error, &*message, ""));
    assert_eq!(finding.help_texts(), ["the cluster has Kubernetes 1.35"]);
}

#[test]
fn a_role_is_bound_to_a_service_account_that_there_is() {
    let mut program = good();
    let identity = PodIdentity::builder()
        .cluster(&program.cluster)
        .service_account(service_account!("shop", "apu"))
        .build();
    program.stacks.last_mut().unwrap().add("Typo", identity);
    let finding = program.only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("EKS-16", "shop/apu"));
    assert_eq!(finding.allowed_values(), Some("api"));
}

#[test]
fn a_store_of_secrets_leaves_its_role_to_the_operator() {
    let store = |auth: Value| {
        json!({
            "apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore",
            "metadata": {"name": "own"},
            "spec": {"provider": {"aws": {
                "service": "SecretsManager", "region": "eu-west-1", "auth": auth,
            }}},
        })
    };
    let of = |namespace: &str, name: &str| json!({"jwt": {"serviceAccountRef": {"name": name, "namespace": namespace}}});
    // The operator, which every store asks for, isn't in these programs.
    let found = |program: Program, auth: Value| -> Vec<Diagnostic> {
        let found = program.with(store(auth)).findings();
        found.into_iter().filter(|found| found.code() == "EKS-12").collect()
    };
    let given = "shop/api, without the annotation `eks.amazonaws.com/role-arn`";
    let named = found(good(), of("shop", "api"));
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].given_value(), Some(given));
    assert_eq!(named[0].property_path(), Some("spec/provider/aws/auth/jwt/serviceAccountRef"));

    let mut program = good();
    let bound = PodIdentity::builder()
        .cluster(&program.cluster)
        .service_account(service_account!("charts", "reader"))
        .build();
    program.stacks.last_mut().unwrap().add("Reader", bound);
    let bound = found(program, of("charts", "reader"));
    assert_eq!(bound.len(), 1, "whoever makes the service account");

    assert_eq!(found(good(), json!({})), [], "the operator's own role");
    assert_eq!(found(good(), of("charts", "reader")), [], "nothing is known of it here");
    let annotated = good().with(json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {
            "name": "reader", "namespace": "shop",
            "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/reader"},
        },
    }));
    assert_eq!(found(annotated, of("shop", "reader")), []);
}

#[test]
fn pods_that_use_aws_have_a_role() {
    let mut program = good();
    let other = namespace(&mut program);
    let worker = service!(&other, object_name!("worker")).replicas(2..=2);
    program.manifests.add(worker.connects_to(&innovate_k8s::AwsEndpoints).build());
    let finding = program.only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("EKS-16", "other/worker"));
    assert_eq!(finding.setter_name(), Some("connects_to"));
}

/// The good program with a second service that has a role, and what it connects to.
fn with_role(
    connect: impl FnOnce(Program<Prod>, innovate_k8s::NamespaceRef) -> Program<Prod>,
) -> Program<Prod> {
    let mut program = good();
    let other = namespace(&mut program);
    let identity = PodIdentity::builder()
        .cluster(&program.cluster)
        .service_account(service_account!("other", "worker"))
        .build();
    program.stacks.last_mut().unwrap().add("Worker", identity);
    connect(program, other)
}

#[test]
fn pods_that_have_a_role_reach_the_agent_that_gives_its_credentials() {
    let shut = with_role(|mut program, other| {
        let worker = service!(&other, object_name!("worker")).replicas(2..=2);
        program.manifests.add(worker.connects_to(&innovate_k8s::Internet).build());
        program
    });
    let finding = shut.only_finding();
    let message = "the pods of Deployment other/worker have a role, and their network policies keep \
                   them from its credentials";
    assert_eq!(told(&finding), ("K8S-18", Severity::Error, message, "other/worker"));
    assert_eq!(finding.setter_name(), Some("connects_to"));
    assert_eq!(
        finding.help_texts(),
        ["let them connect to the agent: `.connects_to(&AwsCredentials)`"]
    );
    assert_eq!(finding.related_places().len(), 1);
    let open = with_role(|mut program, other| {
        let worker = service!(&other, object_name!("worker")).replicas(2..=2);
        program.manifests.add(worker.connects_to(&innovate_k8s::AwsCredentials).build());
        program
    });
    assert_eq!(open.findings(), []);
}

#[test]
fn the_agent_may_be_reached_by_a_wider_rule_or_without_any() {
    let with = |change: fn(&mut Value)| {
        let program = with_role(|mut program, other| {
            let worker = service!(&other, object_name!("worker")).replicas(2..=2);
            program.manifests.add(worker.connects_to(&innovate_k8s::AwsCredentials).build());
            program
        });
        let policies = program.breaking("NetworkPolicy", "worker", |policy| {
            let rules = policy["spec"]["egress"].as_array_mut().unwrap();
            let agent = "169.254.170.23/32";
            let rule = rules.iter_mut().find(|rule| rule["to"][0]["ipBlock"]["cidr"] == agent);
            change(rule.unwrap());
        });
        policies.findings().iter().map(|finding| finding.code()).collect::<Vec<_>>()
    };
    assert_eq!(with(|rule| *rule = json!({})), Vec::<&str>::new());
    assert_eq!(
        with(|rule| rule["to"][0]["ipBlock"]["cidr"] = "169.254.0.0/16".into()),
        Vec::<&str>::new()
    );
    assert_eq!(
        with(|rule| rule["ports"][0] = json!({ "port": 1, "endPort": 99 })),
        Vec::<&str>::new()
    );
    assert_eq!(with(|rule| rule["ports"][0]["port"] = 443.into()), ["K8S-18"]);
    assert_eq!(with(|rule| rule["ports"][0]["protocol"] = "UDP".into()), ["K8S-18"]);
    assert_eq!(
        with(|rule| {
            rule["to"][0]["ipBlock"] = json!({ "cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"] });
        }),
        ["K8S-18"]
    );
}

#[test]
fn a_role_that_the_service_account_names_itself_is_one() {
    let mut program = good();
    let other = namespace(&mut program);
    let worker = service!(&other, object_name!("worker")).replicas(2..=2);
    program.manifests.add(worker.connects_to(&innovate_k8s::AwsEndpoints).build());
    let program = program.breaking("ServiceAccount", "worker", |object| {
        object["metadata"]["annotations"] = json!({
            "eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/worker",
        });
    });
    assert_eq!(program.findings(), []);
}

#[test]
fn pods_that_use_aws_as_no_service_account_of_their_own_have_a_role_too() {
    let without_account = |mut program: Program<Prod>, has_role: bool| {
        if has_role {
            let identity = PodIdentity::builder()
                .cluster(&program.cluster)
                .service_account(service_account!("shop", "default"))
                .build();
            program.stacks.last_mut().unwrap().add("Default", identity);
        }
        program.breaking("Deployment", "api", |object| {
            let pod = object["spec"]["template"]["spec"].as_object_mut().unwrap();
            pod.remove("serviceAccountName");
        })
    };
    let finding = without_account(good(), false).only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("EKS-16", "shop/default"));
    assert_eq!(without_account(good(), true).findings(), []);
}

#[test]
fn a_finding_can_be_accepted_with_a_reason() {
    use innovate_k8s::ManifestConstruct as _;

    let mut program = good();
    let other = namespace(&mut program);
    let worker = service!(&other, object_name!("worker")).replicas(1..=1).build();
    program
        .manifests
        .add(worker.suppress("K8S-06", "the leader of a queue, of which there is one"));
    let synthesis = program.synth();
    assert_eq!(synthesis.report.findings(), []);
    let accepted = synthesis.report.accepted().iter();
    assert_eq!(accepted.filter(|accepted| accepted.finding.code() == "K8S-06").count(), 1);
}

#[test]
fn a_cluster_belongs_to_its_environment_and_network() {
    use innovate_k8s::ClusterManifests as _;

    let (prod, dev) = (Program::<Prod>::new(), Program::<Dev>::new());
    let manifests = prod.environment.manifests(&dev.cluster, &prod.vpc);
    let app = Program { manifests, ..prod };
    let finding = app.only_finding();
    assert_eq!(finding.message(), "the cluster is one of another environment");
}

#[test]
fn the_stack_of_a_cluster_is_in_the_app() {
    let mut app = Program::<Prod>::new();
    let compute = app.stacks.pop().unwrap();
    assert_eq!(compute.name(), "innovate-prod-cluster");
    let finding = app.only_finding();
    assert_eq!(finding.code(), "REF-01");
    let given = finding.given_value().unwrap();
    assert_eq!(given, "the manifests of `innovate-prod` use `Cluster/Resource`");
}

#[test]
fn labels_and_names_that_the_program_computes_are_checked() {
    assert!(ObjectName::parse(format!("tenant-{}", 7)).is_ok());
    assert!(ObjectName::parse("Tenant 7").is_err());
    assert!(Label::parse("team", "check out").is_err());
}
