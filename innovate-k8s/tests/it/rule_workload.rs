//! What a program is told whose workloads are good but for one thing.

use innovate_aws::{
    keys::KmsKey,
    name,
    name::RepositoryName,
    registry::{PullThroughCache, Repository, Upstream},
};
use innovate_core::{Dev, Severity};
use innovate_k8s::{Digest, Image, Listen, Namespace, Resources, WebService, object_name};
use serde_json::json;

use crate::{
    program::{IMAGE, Program},
    rule::{broken, good, namespace, service, told},
};

#[test]
fn a_quantity_is_one() {
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] =
            "512MB".into();
    });
    assert_eq!(told(&finding).0, "K8S-02");
    assert_eq!(told(&finding).3, "\"512MB\"");
}

#[test]
fn a_request_is_not_above_its_limit() {
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["memory"] =
            "1Gi".into();
    });
    assert_eq!(
        (told(&finding).2, told(&finding).3),
        ("a container requests more memory than its limit", "1Gi requested, limit 256Mi")
    );
    assert_eq!(
        finding.property_path(),
        Some("spec/template/spec/containers/0/resources/requests/memory")
    );
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"] =
            2.into();
    });
    assert_eq!(told(&finding).3, "2 requested, limit 1");
}

#[test]
fn a_container_listens_on_a_port_that_there_is() {
    let mut program = good();
    let other = namespace(&mut program);
    let service = WebService::builder()
        .namespace(&other)
        .name(object_name!("worker"))
        .image(IMAGE)
        .listen(Listen::http(0))
        .resources(Resources::cpu_millis(250).memory_mib(256))
        .replicas(2..=2)
        .build();
    program.manifests.add(service);
    let finding = program.only_finding();
    assert_eq!((finding.code(), finding.setter_name()), ("K8S-02", Some("listen")));
}

#[test]
fn a_workload_selects_its_own_pods() {
    let findings = good()
        .breaking("Deployment", "api", |object| {
            object["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] = "apu".into();
        })
        .findings();
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(told(finding).2, "Deployment shop/api doesn't select its own pods");
}

#[test]
fn an_autoscaler_stands_alone() {
    let finding = broken("Deployment", "api", |object| object["spec"]["replicas"] = 3.into());
    assert_eq!((told(&finding).0, told(&finding).3), ("K8S-05", "3"));
}

#[test]
fn replicas_are_a_range_and_more_than_one_in_production() {
    for (least, most, message) in [
        (10, 3, "HorizontalPodAutoscaler other/worker has its least number of pods above the most"),
        (1, 3, "HorizontalPodAutoscaler other/worker lets the pods become fewer than 2"),
        (1, 1, "Deployment other/worker has fewer than 2 pods"),
    ] {
        let mut program = good();
        let other = namespace(&mut program);
        program
            .manifests
            .add(service!(&other, object_name!("worker")).replicas(least..=most).build());
        let finding = program.only_finding();
        assert_eq!((finding.code(), finding.message()), ("K8S-06", message));
        assert_eq!(finding.setter_name(), Some("replicas"));
    }
}

#[test]
fn one_pod_will_do_for_development() {
    let mut program = Program::<Dev>::new();
    let namespace = program.manifests.add(Namespace::new(object_name!("shop")));
    let service = service!(&namespace, object_name!("api")).replicas(1..=1).build();
    program.manifests.add(service);
    assert_eq!(program.findings(), []);
}

#[test]
fn a_budget_lets_a_pod_be_down() {
    for (field, value) in [
        ("minAvailable", json!(3)),
        ("minAvailable", json!("100%")),
        ("minAvailable", json!("90%")),
        ("maxUnavailable", json!(0)),
        ("maxUnavailable", json!("0%")),
    ] {
        let finding = broken("PodDisruptionBudget", "api", |object| {
            let spec = object["spec"].as_object_mut().unwrap();
            spec.remove("maxUnavailable");
            spec.insert(field.to_owned(), value);
        });
        assert_eq!(finding.code(), "K8S-07");
    }
    let both = broken("PodDisruptionBudget", "api", |object| {
        object["spec"]["minAvailable"] = 1.into();
    });
    assert_eq!(told(&both).3, "minAvailable and maxUnavailable");
}

#[test]
fn a_container_states_what_it_takes() {
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({});
    });
    assert_eq!(
        (told(&finding).0, told(&finding).3),
        ("K8S-08", "no requests/cpu, no requests/memory, no limits/memory")
    );
}

#[test]
fn liveness_asks_another_question_than_readiness() {
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]["httpGet"]["path"] =
            "/readyz".into();
    });
    assert_eq!((told(&finding).0, told(&finding).1), ("K8S-13", Severity::Warning));
}

#[test]
fn production_takes_no_image_by_tag() {
    for image in ["registry.example/api:1.4.2", "registry.example:5000/api", "api:latest"] {
        let finding = broken("Deployment", "api", |object| {
            object["spec"]["template"]["spec"]["containers"][0]["image"] = image.into();
        });
        assert_eq!((told(&finding).0, told(&finding).3), ("EKS-13", image));
    }
}

#[test]
fn an_autoscaler_aims_at_some_use() {
    let mut program = good();
    let other = namespace(&mut program);
    let worker = service!(&other, object_name!("worker")).replicas(2..=9).cpu_target_percent(0);
    program.manifests.add(worker.build());
    let finding = program.only_finding();
    assert_eq!((finding.code(), finding.setter_name()), ("K8S-02", Some("cpu_target_percent")));
}

#[test]
fn a_budget_of_any_number_is_read() {
    for (least, found) in [(i64::MIN, 0), (i64::MAX, 1)] {
        let program = good().breaking("PodDisruptionBudget", "api", |object| {
            object["spec"] =
                json!({ "minAvailable": least, "selector": object["spec"]["selector"] });
        });
        let findings = program.findings();
        let never = findings.iter().filter(|finding| finding.code() == "K8S-07");
        assert_eq!(never.count(), found, "{least}");
    }
}

#[test]
fn an_image_is_of_a_repository_that_the_program_has() {
    let with_repository = |name: RepositoryName| {
        let mut program = good();
        let mut images = program.environment.stack("images");
        let key = images.add("Images", KmsKey::new());
        images.add("Api", Repository::builder().name(name).key(&key).build());
        program.stacks.push(images);
        program
    };
    // The image is of `api`.
    assert_eq!(with_repository(name!(RepositoryName: "api")).findings(), []);
    assert_eq!(with_repository(name!(RepositoryName: "innovate/worker")).findings(), []);
    let finding = with_repository(name!(RepositoryName: "apl")).only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("ECR-09", "api"));
    assert_eq!(finding.allowed_values(), Some("apl"));
    assert!(finding.help_texts()[0].starts_with("did you mean `apl`?"), "{finding:?}");
}

#[test]
fn an_image_of_a_cache_is_below_its_prefix() {
    let with_image = |name: &str| {
        let image = format!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/{name}@{DIGEST}");
        let mut program = good().breaking("Deployment", "api", |object| {
            object["spec"]["template"]["spec"]["containers"][0]["image"] = image.into();
        });
        let mut images = program.environment.stack("images");
        let key = images.add("Images", KmsKey::new());
        let cache = PullThroughCache::builder().upstream(Upstream::EcrPublic).key(&key).build();
        let cache = images.add("Public", cache);
        program.stacks.push(images);
        (program, cache)
    };
    assert_eq!(with_image("ecr-public/nginx/nginx").0.findings(), []);
    assert_eq!(with_image("worker").0.findings(), []);
    let (program, cache) = with_image("ecr-pubilc/nginx/nginx");
    let finding = program.only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("ECR-09", "ecr-pubilc/nginx/nginx"));
    assert_eq!(finding.allowed_values(), Some("names below ecr-public"));
    assert!(finding.help_texts()[0].starts_with("did you mean `ecr-public/nginx/nginx`?"));
    let image = Image::of(
        &cache.uri(&name!(RepositoryName: "nginx/nginx")),
        &Digest::parse(DIGEST).unwrap(),
    );
    let name = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/nginx/nginx";
    assert_eq!(Image::parse(format!("{name}@{DIGEST}")), Ok(image));
}

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
