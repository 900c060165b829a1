//! What a program is told of its ingresses and their classes.

use innovate_aws::{
    name,
    storage::{LoadBalancerLogBucket, Waiver},
};
use innovate_core::{Diagnostic, Prod, Severity, Stack};
use innovate_k8s::{
    Exposure, Ingress, IngressClass, Listen, Probes, Resources, WebService, object_name,
};
use serde_json::{Value, json};

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

/// An ingress of the group `shared`, which leads a path to the good program's service.
fn shared(name: &str, path: &str, more: &[(&str, &str)]) -> Value {
    let mut ingress = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": { "name": name, "namespace": "shop", "annotations": {
            "alb.ingress.kubernetes.io/group.name": "shared",
            "alb.ingress.kubernetes.io/listen-ports": "[{\"HTTPS\": 443}]",
        } },
        "spec": { "ingressClassName": "public", "rules": [{
            "host": "shared.innovate.example",
            "http": { "paths": [{
                "path": path, "pathType": "Prefix",
                "backend": { "service": { "name": "api", "port": { "name": "https" } } },
            }] },
        }] },
    });
    for (annotation, value) in more {
        let annotations = &mut ingress["metadata"]["annotations"];
        annotations[format!("alb.ingress.kubernetes.io/{annotation}")] = (*value).into();
    }
    ingress
}

/// The good program with two ingresses of one group, each with an annotation of its own.
fn grouped(annotation: &str, one: &str, two: &str) -> Program {
    good().with(shared("one", "/one", &[(annotation, one)])).with(shared(
        "two",
        "/two",
        &[(annotation, two)],
    ))
}

#[test]
fn two_ingresses_of_one_group_agree() {
    assert_eq!(grouped("load-balancer-name", "one", "one").findings(), []);
    let finding = grouped("load-balancer-name", "one", "two").only_finding();
    assert_eq!(finding.code(), "K8S-11");
    assert_eq!((finding.given_value(), finding.allowed_values()), (Some("two"), Some("one")));
    let path = "metadata/annotations/load-balancer-name";
    assert_eq!(finding.property_path(), Some(path));
}

#[test]
fn what_a_class_pins_is_what_its_ingresses_say() {
    let [one, two] = ["ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06"];
    assert_eq!(grouped("ssl-policy", one, two).findings(), []);
    let mut program = good();
    let namespace = namespace(&mut program);
    let service = service!(&namespace, object_name!("worker")).replicas(2..=2).build();
    let service = program.manifests.add(service);
    for (name, exposure, group) in [
        (object_name!("inside"), Exposure::Vpc, object_name!("all")),
        (object_name!("outside"), public(), object_name!("all")),
    ] {
        let class = IngressClass::builder().name(name.clone()).exposure(exposure).group(group);
        let class = program.manifests.add(class.namespace(&namespace).build());
        let host = program.environment.host(name.as_str());
        let ingress = Ingress::builder().name(name).class(&class).host(host).service(&service);
        program.manifests.add(ingress.build());
    }
    let finding = program.only_finding();
    assert_eq!(finding.code(), "K8S-11");
    let both = (finding.given_value(), finding.allowed_values());
    assert_eq!(both, (Some("internet-facing"), Some("internal")));
}

#[test]
fn two_ingresses_of_one_group_have_attributes_orders_and_paths_that_go_together() {
    let attributes = "load-balancer-attributes";
    let apart = grouped(attributes, "routing.http.xff_client_port.enabled=true", "a=b");
    assert_eq!(apart.findings(), []);
    let finding = grouped(attributes, "a=b,c=d", "c = e").only_finding();
    assert_eq!((finding.given_value(), finding.allowed_values()), (Some("e"), Some("d")));
    let finding = grouped("group.order", "10", "10").only_finding();
    assert_eq!((finding.code(), finding.given_value()), ("K8S-11", Some("order 10")));
    assert_eq!(grouped("group.order", "10", "20").findings(), []);
    let twice = good().with(shared("one", "/api", &[])).with(shared("two", "/api", &[]));
    let finding = twice.only_finding();
    assert_eq!(finding.given_value(), Some("shared.innovate.example/api"));
    assert_eq!(finding.related_places().len(), 1);
}

#[test]
fn ingresses_of_a_class_share_a_load_balancer_if_the_class_says_so() {
    let class = |group: bool| {
        let mut program = good();
        let builder = IngressClass::builder().name(object_name!("inside")).exposure(Exposure::Vpc);
        let class = match group {
            true => builder.group(object_name!("inside")).build(),
            false => builder.build(),
        };
        program.manifests.add(class);
        let objects = program.manifests.objects().iter();
        let mut classes = objects.filter(|object| object.kind() == "IngressClassParams");
        let made = classes.find(|object| object.name() == "inside").unwrap();
        made.object().pointer("/spec/group/name").cloned()
    };
    assert_eq!(class(true), Some(json!("inside")));
    assert_eq!(class(false), None);
}

fn public() -> Exposure {
    Exposure::internet(&name!(WebAclName: "innovate-prod-protection-web-acl"))
}

#[test]
fn a_host_is_one_that_a_certificate_of_the_program_covers() {
    for host in ["innovate.example", "a.b.innovate.example", "www.other.example"] {
        let finding = broken("Ingress", "api", |object| {
            object["spec"]["rules"][0]["host"] = host.into();
            object["spec"]["tls"][0]["hosts"][0] = host.into();
        });
        assert_eq!((finding.code(), finding.severity()), ("K8S-19", Severity::Error));
        assert_eq!(finding.given_value(), Some(host));
        assert_eq!(finding.allowed_values(), Some("*.innovate.example"));
        assert_eq!(finding.property_path(), Some("spec/rules/0/host"));
        assert_eq!(finding.setter_name(), Some("host"));
    }
    let finding = broken("Ingress", "api", |object| {
        object["spec"]["tls"][0]["hosts"] = json!(["api.innovate.example", "other.example"]);
    });
    assert_eq!(finding.property_path(), Some("spec/tls/0/hosts/1"));
}

#[test]
fn a_host_without_any_certificate_in_the_clusters_region_is_noticed() {
    let program = Program::<Prod>::new().with_nodes().with_service_and_certificate(None);
    let finding = program.only_finding();
    assert_eq!((finding.code(), finding.severity()), ("K8S-19", Severity::Warning));
    assert_eq!(finding.given_value(), Some("api.innovate.example"));
}

#[test]
fn a_certificate_that_is_named_is_not_looked_for() {
    let arn = "arn:aws:acm:eu-west-1:444455556666:certificate/1";
    let mut program = Program::<Prod>::new().with_nodes().with_service_and_certificate(None);
    program = program.breaking("Ingress", "api", |object| {
        object["metadata"]["annotations"]["alb.ingress.kubernetes.io/certificate-arn"] = arn.into();
    });
    assert_eq!(program.findings(), []);
    let finding = broken("Ingress", "api", |object| {
        object["spec"]["rules"][0].as_object_mut().unwrap().remove("host");
        object["spec"].as_object_mut().unwrap().remove("tls");
    });
    assert_eq!(
        (finding.code(), finding.allowed_values()),
        ("K8S-19", Some("a host in `spec.rules` or `spec.tls`"),)
    );
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
fn what_a_service_says_of_its_pods_counts_before_what_its_ingress_says() {
    let finding = broken("Service", "api", |object| {
        object["metadata"]["annotations"]["alb.ingress.kubernetes.io/backend-protocol"] =
            "HTTP".into();
    });
    assert_eq!((told(&finding).0, told(&finding).3), ("CF-05", "plain HTTP to the pods"));
    let program = good().breaking("Ingress", "api", |object| {
        let annotations = object["metadata"]["annotations"].as_object_mut().unwrap();
        annotations.retain(|name, _| !name.ends_with("-protocol"));
        let mut paths = object.pointer_mut("/spec/rules/0/http/paths");
        let path = paths.as_mut().unwrap();
        path[0]["backend"]["service"]["name"] = "elsewhere".into();
    });
    let codes: Vec<_> = program.findings().iter().map(Diagnostic::code).collect();
    assert!(codes.contains(&"CF-05"), "{codes:?}");
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
        let second = line!() - 2;
        program.manifests.add(ingress);
        let findings = program.findings();
        for found in findings.iter().filter(|found| found.given_value() != Some("/ -> one and two"))
        {
            assert_eq!(found.place().unwrap().line, second);
        }
        findings.iter().map(|found| found.given_value().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("/two", "/two/three"), [""; 0]);
    assert_eq!(told("/two", "/two"), ["/two -> two and three"]);
    assert_eq!(told("/two", "/two/"), ["/two/ -> two and three"]);
    assert_eq!(told("/", "/three"), ["/ -> one and two"]);
}
