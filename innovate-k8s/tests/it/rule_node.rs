//! What a program is told whose nodes, or whose pods for them, are good but for one thing.

use innovate_core::{Prod, Severity};
use innovate_k8s::{
    Architecture, Budget, EC2NodeClass, Listen, Resources, Taint, WebService, ami, label,
    object_name,
};
use serde_json::{Value, json};

use crate::{
    program::{IMAGE, Program, pool},
    rule::{broken, good, namespace, service, told},
};

#[test]
fn a_pool_is_bounded() {
    for (pointer, field, message) in [
        ("/spec", "limits", "NodePool arm64 has no limits"),
        (
            "/spec/template/spec",
            "terminationGracePeriod",
            "NodePool arm64 gives its nodes no time by which they must be gone",
        ),
        ("/spec/disruption", "budgets", "NodePool arm64 has no disruption budget"),
    ] {
        let finding = broken("NodePool", "arm64", |object| {
            object.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(field);
        });
        assert_eq!((finding.code(), finding.message()), ("KAR-01", message));
    }
    let finding = broken("NodePool", "arm64", |object| {
        object["spec"]["template"]["spec"]["expireAfter"] = "Never".into();
    });
    assert_eq!(finding.message(), "NodePool arm64 keeps its nodes for ever");
}

#[test]
fn a_pool_says_which_nodes_and_leaves_a_choice() {
    let finding = broken("NodePool", "arm64", |object| {
        object["spec"]["template"]["spec"]["requirements"].as_array_mut().unwrap().remove(2);
    });
    assert_eq!((told(&finding).0, told(&finding).3), ("KAR-02", "no karpenter.sh/capacity-type"));
    let finding = broken("NodePool", "arm64", |object| {
        object["spec"]["template"]["spec"]["requirements"].as_array_mut().unwrap().push(
            json!({ "key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["m7g.large"] }),
        );
    });
    assert_eq!((told(&finding).0, told(&finding).3), ("KAR-02", "1: m7g.large"));
}

#[test]
fn pools_exclude_each_other_or_differ_in_weight() {
    let twins = |weight: u8, other: u8, taint: Option<Taint>| {
        let mut program = Program::<Prod>::new();
        let nodes = program.node_class();
        let one = pool!(&nodes, object_name!("one"), Architecture::Arm64).weight(weight);
        program.manifests.add(one.build());
        let two = pool!(&nodes, object_name!("two"), Architecture::Arm64).weight(other);
        program.manifests.add(match taint {
            Some(taint) => two.taint(taint).build(),
            None => two.build(),
        });
        program
    };
    let finding = twins(50, 50, None).only_finding();
    assert_eq!((told(&finding).0, told(&finding).3), ("KAR-03", "the weight 50 for both"));
    assert_eq!(twins(50, 49, None).findings(), []);
    let batch = Taint::no_schedule(label!("workload", "batch"));
    assert_eq!(twins(50, 50, Some(batch)).findings(), []);
}

#[test]
fn nodes_boot_a_pinned_image() {
    let finding = broken("EC2NodeClass", "default", |object| {
        object["spec"]["amiSelectorTerms"][0]["alias"] = "bottlerocket@latest".into();
    });
    assert_eq!((told(&finding).0, told(&finding).3), ("KAR-04", "bottlerocket@latest"));
}

#[test]
fn a_workload_finds_a_node() {
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["template"]["spec"]["nodeSelector"]["karpenter.sh/capacity-type"] =
            "reserved".into();
    });
    assert_eq!(finding.code(), "KAR-06");
    let help = finding.help_texts();
    assert_eq!(
        help.first().map(String::as_str),
        Some(
            "`arm64`: its karpenter.sh/capacity-type is on-demand or spot, the pods ask for reserved"
        )
    );
    assert!(
        help.iter().any(|help| help.contains("CriticalAddonsOnly")),
        "the core nodes refuse them too: {help:?}"
    );
}

#[test]
fn pods_that_leave_no_choice_of_instances_find_no_spot_node() {
    let finding = broken("Deployment", "api", |object| {
        object["spec"]["template"]["spec"]["nodeSelector"]["node.kubernetes.io/instance-type"] =
            "m7g.large".into();
    });
    assert_eq!(finding.code(), "KAR-06");
    assert_eq!(
        finding.help_texts().first().map(String::as_str),
        Some(
            "`arm64`: it chooses each node from at least 15 values of node.kubernetes.io/instance-type, the pods ask for m7g.large"
        )
    );
}

#[test]
fn pods_for_another_architecture_find_no_node() {
    let mut program = Program::<Prod>::new();
    let nodes = program.node_class();
    program.manifests.add(pool!(&nodes, object_name!("arm64"), Architecture::Arm64).build());
    let other = namespace(&mut program);
    let worker = service!(&other, object_name!("worker")).replicas(2..=2);
    program.manifests.add(worker.arch(Architecture::Amd64).build());
    let finding = program.only_finding();
    assert_eq!(finding.code(), "KAR-06");
    assert_eq!(
        finding.help_texts().first().map(String::as_str),
        Some("`arm64`: its kubernetes.io/arch is arm64, the pods ask for amd64")
    );
}

#[test]
fn a_workload_that_names_its_pool_tolerates_its_taint() {
    let mut program = Program::<Prod>::new();
    let nodes = program.node_class();
    let batch = pool!(&nodes, object_name!("batch"), Architecture::Amd64)
        .taint(Taint::no_schedule(label!("workload", "batch")))
        .build();
    let batch = program.manifests.add(batch);
    let other = namespace(&mut program);
    let worker = service!(&other, object_name!("worker")).replicas(2..=2);
    program.manifests.add(worker.clone().pool(&batch).build());
    assert_eq!(program.findings(), []);
}

#[test]
fn a_workload_may_run_on_the_core_nodes() {
    let program = good().breaking("Deployment", "api", |object| {
        let spec = &mut object["spec"]["template"]["spec"];
        spec["nodeSelector"] = json!({ "role": "core" });
        spec["tolerations"] = json!([{ "key": "CriticalAddonsOnly", "operator": "Exists" }]);
    });
    assert_eq!(program.findings(), []);
}

#[test]
fn a_node_class_finds_the_private_subnets() {
    let finding = broken("EC2NodeClass", "default", |object| {
        object["spec"]["subnetSelectorTerms"][0]["tags"]["karpenter.sh/discovery"] =
            "another".into();
    });
    assert_eq!(
        (told(&finding).0, told(&finding).2),
        ("NET-13", "EC2NodeClass default finds no subnet")
    );
    let finding = broken("EC2NodeClass", "default", |object| {
        object["spec"]["subnetSelectorTerms"][0]["tags"] = json!({ "kubernetes.io/role/elb": "*" });
    });
    assert_eq!(told(&finding).2, "EC2NodeClass default finds a public subnet");
}

/// Karpenter takes the subnets that any of the terms selects.
#[test]
fn one_term_of_a_node_class_finds_subnets() {
    let beside = |term: Value| {
        good().breaking("EC2NodeClass", "default", |object| {
            object["spec"]["subnetSelectorTerms"].as_array_mut().unwrap().push(term);
        })
    };
    let unknown = json!({ "tags": { "karpenter.sh/discovery": "another" } });
    assert_eq!(beside(unknown.clone()).findings(), []);
    let public = beside(json!({ "tags": { "kubernetes.io/role/elb": "1" } })).only_finding();
    assert_eq!(public.message(), "EC2NodeClass default finds a public subnet");
    let of = |terms: Value| {
        good().breaking("EC2NodeClass", "default", |object| {
            object["spec"]["subnetSelectorTerms"] = terms;
        })
    };
    assert_eq!(of(json!([unknown, { "id": "subnet-0a1b2c3d" }])).findings(), []);
    let none = of(json!([unknown, unknown])).only_finding();
    assert_eq!(none.message(), "EC2NodeClass default finds no subnet");
}

#[test]
fn a_pool_is_one_that_karpenter_takes() {
    let pool = |change: fn(&mut Program<Prod>, innovate_k8s::EC2NodeClassRef)| {
        let mut program = Program::<Prod>::new();
        let nodes = program.node_class();
        change(&mut program, nodes);
        program.only_finding()
    };
    for (change, setter, given) in [
        (
            (|program, nodes| {
                let pool = pool!(&nodes, object_name!("a"), Architecture::Arm64);
                program.manifests.add(pool.budgets([Budget::percent(101)]).build());
            }) as fn(&mut Program<Prod>, innovate_k8s::EC2NodeClassRef),
            "budgets",
            "101%",
        ),
        (
            |program, nodes| {
                let pool = pool!(&nodes, object_name!("a"), Architecture::Arm64);
                let budget = Budget::none().during("8 o'clock", 8);
                program.manifests.add(pool.budgets([budget]).build());
            },
            "budgets",
            "8 o'clock",
        ),
        (
            |program, nodes| {
                let pool = pool!(&nodes, object_name!("a"), Architecture::Arm64);
                program.manifests.add(pool.categories([]).build());
            },
            "categories",
            "karpenter.k8s.aws/instance-category",
        ),
        (
            |program, nodes| {
                let pool = pool!(&nodes, object_name!("a"), Architecture::Arm64);
                program.manifests.add(pool.expire_after_days(0).build());
            },
            "expire_after_days",
            "0h",
        ),
        (
            |program, nodes| {
                let pool = pool!(&nodes, object_name!("a"), Architecture::Arm64);
                let label = label!("karpenter.sh/team", "shop");
                program.manifests.add(pool.label(label).build());
            },
            "label",
            "karpenter.sh/team",
        ),
    ] {
        let finding = pool(change);
        assert_eq!((finding.code(), finding.setter_name()), ("KAR-07", Some(setter)));
        assert_eq!(finding.given_value(), Some(given));
    }
    let frozen = pool(|program, nodes| {
        let pool = pool!(&nodes, object_name!("a"), Architecture::Arm64);
        program.manifests.add(pool.budgets([Budget::none()]).build());
    });
    assert_eq!((frozen.code(), frozen.severity()), ("KAR-07", Severity::Warning));
}

#[test]
fn a_raw_pool_or_class_is_one_that_karpenter_takes() {
    for (kind, pointer, value) in [
        ("NodePool", "/spec/disruption/budgets/0", json!({ "nodes": "1", "duration": "8h" })),
        ("NodePool", "/spec/template/spec/requirements/3/minValues", json!(4)),
        (
            "NodePool",
            "/spec/template/spec/requirements/4",
            json!({ "key": "karpenter.k8s.aws/instance-generation", "operator": "Gt", "values": ["5", "6"] }),
        ),
        (
            "NodePool",
            "/spec/template/spec/requirements/4",
            json!({ "key": "karpenter.k8s.aws/instance-generation", "operator": "Lte", "values": ["new"] }),
        ),
        (
            "NodePool",
            "/spec/template/spec/requirements/4",
            json!({ "key": "karpenter.k8s.aws/instance-generation", "operator": "Gte", "values": ["-1"] }),
        ),
        (
            "NodePool",
            "/spec/template/spec/requirements/4",
            json!({ "key": "karpenter.k8s.aws/instance-colour", "operator": "Exists" }),
        ),
        (
            "NodePool",
            "/spec/template/metadata",
            json!({ "labels": { "karpenter.k8s.aws/instance-colour": "red" } }),
        ),
        (
            "NodePool",
            "/spec/template/metadata",
            json!({ "labels": { "shop.karpenter.sh/capacity-type": "spot" } }),
        ),
        ("EC2NodeClass", "/spec/role", json!("KarpenterNodeRole")),
        ("EC2NodeClass", "/spec/amiSelectorTerms/1", json!({ "name": "own" })),
        ("EC2NodeClass", "/spec/tags/kubernetes.io~1cluster~1a", json!("owned")),
    ] {
        let name = if kind == "NodePool" { "arm64" } else { "default" };
        let finding = broken(kind, name, |object| {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            match object.pointer_mut(parent).unwrap() {
                Value::Array(list) => match field.parse::<usize>().unwrap() {
                    at if at < list.len() => list[at] = value,
                    _ => list.push(value),
                },
                object => object[field.replace("~1", "/")] = value,
            }
        });
        assert_eq!(finding.code(), "KAR-07", "{pointer}: {finding:#?}");
    }
}

#[test]
fn an_image_has_the_clusters_version_of_kubernetes() {
    let finding = broken("EC2NodeClass", "default", |object| {
        object["spec"]["amiSelectorTerms"][0]["alias"] = "bottlerocket@v1.52.1".into();
    });
    assert_eq!((finding.code(), finding.setter_name()), ("KAR-09", Some("ami")));
    assert_eq!(finding.given_value(), Some("bottlerocket@v1.52.1"));
    assert_eq!(finding.message(), "EC2NodeClass default boots a release without Kubernetes 1.35");
}

#[test]
fn a_volume_of_a_class_has_a_size_that_karpenter_reads() {
    for (gib, given) in [(0, "\"0Gi\""), (59_001, "\"59001Gi\"")] {
        let mut program = Program::<Prod>::new();
        let class = EC2NodeClass::builder()
            .name(object_name!("default"))
            .karpenter(&program.karpenter)
            .ami(ami!("bottlerocket@v1.53.0"))
            .data_volume_gib(gib)
            .build();
        program.manifests.add(class);
        let finding = program.only_finding();
        assert_eq!((finding.code(), finding.setter_name()), ("KAR-07", Some("data_volume_gib")));
        assert_eq!(finding.given_value(), Some(given));
    }
    let finding = broken("EC2NodeClass", "default", |object| {
        object["spec"]["blockDeviceMappings"][1]["ebs"]["volumeSize"] = "51712Mi".into();
    });
    assert_eq!((finding.code(), finding.given_value()), ("KAR-07", Some("\"51712Mi\"")));
}

#[test]
fn karpenters_nodes_are_hardened() {
    for (pointer, value, message) in [
        (
            "/spec/metadataOptions/httpTokens",
            json!("optional"),
            "EC2NodeClass default answers for the instance metadata without a session token",
        ),
        (
            "/spec/metadataOptions/httpPutResponseHopLimit",
            json!(2),
            "EC2NodeClass default lets pods reach the instance metadata",
        ),
        (
            "/spec/blockDeviceMappings/1/ebs/encrypted",
            json!(false),
            "EC2NodeClass default has a volume that isn't encrypted",
        ),
    ] {
        let finding = broken("EC2NodeClass", "default", |object| {
            *object.pointer_mut(pointer).unwrap() = value;
        });
        assert_eq!((finding.code(), finding.message()), ("KAR-08", message));
    }
}
