//! What a program is told of its ingresses and their classes.

use innovate_aws::{
    name,
    storage::{LoadBalancerLogBucket, Waiver},
};
use innovate_core::{Diagnostic, Prod, Severity, Stack};
use innovate_k8s::{
    Exposure, Ingress, IngressClass, Listen, Probes, Resources, WebService, object_name,
};
use serde_json::json;

use crate::{
    program::{IMAGE, Program},
    rule::{broken, good, namespace, service, told},
};

#[test]
fn what_an_ingress_leads_to_exists() {
    let backend = "/spec/rules/0/http/paths/0/backend/service";
    let finding = broken("Ingress", "api", |object| {
        object.pointer_mut(backend).unwrap()["port"] = json!({ "number": 443 });
    });
    assert_eq!(told(&finding).2, "Ingress shop/api leads to a port that its service hasn't");
    assert_eq!(finding.allowed_values(), Some("8443 (https)"));
    let finding = broken("Ingress", "api", |object| {
        object.pointer_mut(backend).unwrap()["name"] = "apu".into();
    });
    assert_eq!(told(&finding).2, "Ingress shop/api refers to a Service that there is not");
}

#[test]
fn two_ingresses_of_one_group_agree() {
    let ingress = |name: &str, policy: &str| {
        json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": { "name": name, "namespace": "shop", "annotations": {
                "alb.ingress.kubernetes.io/group.name": "shared",
                "alb.ingress.kubernetes.io/ssl-policy": policy,
                "alb.ingress.kubernetes.io/listen-ports": "[{\"HTTPS\": 443}]",
            } },
            "spec": { "ingressClassName": "public", "defaultBackend": {
                "service": { "name": "api", "port": { "name": "https" } },
            } },
        })
    };
    let finding = good()
        .with(ingress("one", "ELBSecurityPolicy-TLS13-1-2-2021-06"))
        .with(ingress("two", "ELBSecurityPolicy-TLS13-1-3-2021-06"))
        .only_finding();
    assert_eq!(finding.code(), "K8S-11");
    assert_eq!(finding.allowed_values(), Some("ELBSecurityPolicy-TLS13-1-2-2021-06"));
}

/// The good program, which makes the bucket that its load balancers log to.
fn with_log_bucket(change: impl FnOnce(&mut Stack<Prod>)) -> Program {
    let mut program = good();
    let stack = program.stacks.last_mut().unwrap();
    let bucket = LoadBalancerLogBucket::builder()
        .name(name!(BucketName: "innovate-prod-logs"))
        .access_logs(Waiver::because("the test looks at the bucket alone"))
        .build();
    stack.add("Logs", bucket);
    change(stack);
    program
}

/// What the program is told of the class, beside what it is told of the bucket.
fn about_logs(program: Program) -> Option<Diagnostic> {
    program.findings().into_iter().find(|finding| finding.code() == "S3-02")
}

#[test]
fn load_balancers_write_to_a_bucket_that_is_made_for_them() {
    assert_eq!(with_log_bucket(|_| {}).findings(), []);
}

#[test]
fn load_balancers_write_to_no_bucket_with_a_key_of_kms() {
    for algorithm in ["aws:kms", "aws:kms:dsse"] {
        let path = "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
        let program = with_log_bucket(|stack| {
            stack.override_property("Logs", path, algorithm);
        });
        let finding = about_logs(program).unwrap();
        assert_eq!(finding.severity(), Severity::Error);
        assert_eq!(finding.setter_name(), Some("access_logs"));
        assert_eq!(finding.related_places().len(), 1);
        let given = "`innovate-prod-logs`, encrypted with a key of KMS";
        assert_eq!(finding.given_value(), Some(given));
    }
}

#[test]
fn load_balancers_write_to_no_bucket_whose_policy_leaves_them_out() {
    let program = with_log_bucket(|stack| {
        let service = "PolicyDocument/Statement/2/Principal/Service";
        stack.override_property("LogsPolicy", service, "delivery.logs.amazonaws.com");
    });
    let finding = about_logs(program).unwrap();
    let given = "`innovate-prod-logs`, whose policy lets no load balancer in";
    assert_eq!(finding.given_value(), Some(given));
}

#[test]
fn a_web_acl_whose_stack_was_forgotten_is_noticed() {
    let mut program = good();
    program.stacks.retain(|stack| stack.name() != "innovate-prod-protection");
    let findings = program.findings();
    let [stack, finding] = findings.as_slice() else { panic!("not two findings: {findings:#?}") };
    assert_eq!((stack.code(), stack.severity()), ("STK-08", Severity::Warning));
    assert_eq!((finding.code(), finding.severity()), ("WAF-08", Severity::Warning));
    assert_eq!(finding.given_value(), Some("innovate-prod-protection-web-acl"));
}

#[test]
fn a_load_balancer_speaks_modern_tls_behind_a_web_acl() {
    for (field, reason) in [
        ("sslPolicy", "no TLS policy, so the one of 2016"),
        ("sslRedirectPort", "no redirect from HTTP"),
        ("wafv2AclName", "no web ACL in front of the internet"),
    ] {
        let finding = broken("IngressClassParams", "public", |object| {
            object["spec"].as_object_mut().unwrap().remove(field);
        });
        assert_eq!((told(&finding).0, told(&finding).3), ("CF-05", reason));
    }
    let finding = broken("IngressClassParams", "public", |object| {
        object["spec"]["sslPolicy"] = "ELBSecurityPolicy-2016-08".into();
    });
    assert_eq!(told(&finding).3, "the TLS policy ELBSecurityPolicy-2016-08");
}

#[test]
fn an_ingress_is_in_a_namespace_that_its_class_is_for() {
    let finding = broken("IngressClassParams", "public", |object| {
        object["spec"]["namespaceSelector"]["matchExpressions"][0]["values"] = json!(["other"]);
    });
    assert_eq!((told(&finding).0, told(&finding).3), ("K8S-14", "Ingress shop/api"));
    assert_eq!(finding.allowed_values(), Some("no namespace"));
    let finding = broken("IngressClassParams", "public", |object| {
        object["spec"]["namespaceSelector"] = json!({ "matchLabels": { "exposed": "true" } });
    });
    assert_eq!(finding.setter_name(), Some("class"));
    let labelled = good()
        .breaking("IngressClassParams", "public", |object| {
            object["spec"]["namespaceSelector"] = json!({ "matchLabels": { "exposed": "true" } });
        })
        .breaking("Namespace", "shop", |object| {
            object["metadata"]["labels"]["exposed"] = "true".into();
        });
    assert_eq!(labelled.findings(), []);
}

#[test]
fn a_class_that_names_no_namespace_is_for_none() {
    let mut program = good();
    let other = namespace(&mut program);
    let service = service!(&other, object_name!("worker")).replicas(2..=2).build();
    let service = program.manifests.add(service);
    let class = IngressClass::builder().name(object_name!("inside")).exposure(Exposure::Vpc);
    let class = program.manifests.add(class.build());
    let ingress = Ingress::builder()
        .name(object_name!("worker"))
        .class(&class)
        .host(program.environment.host("worker"))
        .service(&service)
        .build();
    program.manifests.add(ingress);
    assert_eq!(program.only_finding().code(), "K8S-14");
}

#[test]
fn what_a_load_balancer_would_refuse_is_told() {
    let mut program = good();
    let other = namespace(&mut program);
    let [one, two] = [object_name!("one"), object_name!("two")].map(|name| {
        let service = service!(&other, name).replicas(2..=2);
        program.manifests.add(service.probes(Probes::default().readiness("/readyz")).build())
    });
    let class = IngressClass::builder()
        .name(object_name!("inside"))
        .exposure(Exposure::Vpc)
        .idle_timeout_seconds(4001)
        .namespace(&other)
        .build();
    let class = program.manifests.add(class);
    let ingress = Ingress::builder()
        .name(object_name!("both"))
        .class(&class)
        .host(program.environment.host("both"))
        .service(&one)
        .route("/", &two)
        .build();
    program.manifests.add(ingress);
    let third = service!(&other, object_name!("three")).replicas(2..=2);
    program.manifests.add(third.probes(Probes::default().readiness("readyz")).build());
    let findings = program.findings();
    let told: Vec<_> = findings.iter().map(|found| (found.code(), found.setter_name())).collect();
    assert_eq!(
        told,
        [
            ("K8S-02", Some("idle_timeout_seconds")),
            ("K8S-02", Some("route")),
            ("K8S-02", Some("probes")),
        ]
    );
}

#[test]
fn a_path_leads_to_one_service() {
    let told = |first: &'static str, second: &'static str| {
        let mut program = good();
        let other = namespace(&mut program);
        let [one, two, three] = [object_name!("one"), object_name!("two"), object_name!("three")]
            .map(|name| program.manifests.add(service!(&other, name).replicas(2..=2).build()));
        let class = IngressClass::builder().name(object_name!("inside")).exposure(Exposure::Vpc);
        let class = program.manifests.add(class.namespace(&other).build());
        let ingress = Ingress::builder()
            .name(object_name!("all"))
            .class(&class)
            .host(program.environment.host("all"))
            .service(&one)
            .route(first, &two)
            .route(second, &three)
            .build();
        program.manifests.add(ingress);
        let findings = program.findings();
        findings.iter().map(|found| found.given_value().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("/two", "/two/three"), [""; 0]);
    assert_eq!(told("/two", "/two"), ["/two -> two and three"]);
    assert_eq!(told("/two", "/two/"), ["/two/ -> two and three"]);
    assert_eq!(told("/", "/three"), ["/ -> one and two"]);
}
