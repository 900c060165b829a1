//! The cluster, its nodes and its pods: `EKS-01` to `EKS-13` and `KAR-01` to `KAR-06` of every
//! environment.

use std::collections::BTreeSet;

use innovate::core::Cidr;
use proptest::prelude::*;
use serde_json::Value;

use crate::template::{Templates, items, references, text};

/// The API is private or listed, open to access entries alone, and logs all it does.
pub(crate) fn the_cluster_is_guarded(templates: &Templates) -> Result<(), TestCaseError> {
    let (stack, id, resource) = templates.one("AWS::EKS::Cluster");
    let cluster = &resource["Properties"];
    let access = &cluster["ResourcesVpcConfig"];
    prop_assert_eq!(&access["EndpointPrivateAccess"], &Value::Bool(true));
    let listed: Vec<Cidr> = items(&access["PublicAccessCidrs"])
        .map(|block| Cidr::parse(text(block)).unwrap())
        .collect();
    if access["EndpointPublicAccess"] == true {
        prop_assert!(!listed.is_empty());
        prop_assert!(listed.iter().all(|block| block.prefix() >= 8), "{:?}", listed);
    }
    let mode = &cluster["AccessConfig"];
    prop_assert_eq!(&mode["AuthenticationMode"], "API");
    prop_assert_eq!(&mode["BootstrapClusterCreatorAdminPermissions"], &Value::Bool(false));
    let administers = |entry: &Value| {
        items(&entry["Properties"]["AccessPolicies"]).any(|policy| {
            policy["AccessScope"]["Type"] == "cluster"
                && policy["PolicyArn"].to_string().contains("AmazonEKSClusterAdminPolicy")
        })
    };
    prop_assert!(templates.of_type("AWS::EKS::AccessEntry").any(|(.., entry)| administers(entry)));
    let logged: BTreeSet<&str> = items(&cluster["Logging"]["ClusterLogging"]["EnabledTypes"])
        .map(|kind| text(&kind["Type"]))
        .collect();
    let kinds = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
    prop_assert_eq!(logged, BTreeSet::from(kinds));
    let name = format!("/aws/eks/{}/cluster", text(&cluster["Name"]));
    let waits = references(resource).local;
    let before = templates.of_type("AWS::Logs::LogGroup").any(|(of, group, resource)| {
        (of, &resource["Properties"]["LogGroupName"]) == (stack, &Value::from(name.clone()))
            && waits.contains(group)
    });
    prop_assert!(before, "{} doesn't wait for its log group", id);
    prop_assert_eq!(&cluster["UpgradePolicy"]["SupportType"], "STANDARD");
    if templates.production {
        prop_assert_eq!(&cluster["DeletionProtection"], &Value::Bool(true));
    }
    Ok(())
}

/// Nodes are in private subnets, keep pods from the instance's metadata, and encrypt their volumes.
pub(crate) fn nodes_are_hardened(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, id, group) in templates.of_type("AWS::EKS::Nodegroup") {
        let group = &group["Properties"];
        for subnet in items(&group["Subnets"]) {
            let (_, subnet, _) = templates.target(stack, subnet).unwrap();
            prop_assert!(subnet.starts_with("VpcPrivateAz"), "{} in {}", id, subnet);
        }
        let (_, _, template) = templates.target(stack, &group["LaunchTemplate"]["Id"]).unwrap();
        let data = &template["Properties"]["LaunchTemplateData"];
        prop_assert_eq!(&data["MetadataOptions"]["HttpTokens"], "required");
        prop_assert_eq!(&data["MetadataOptions"]["HttpPutResponseHopLimit"], &Value::from(1));
        prop_assert!(data["KeyName"].is_null(), "{} takes SSH", id);
    }
    for class in templates.of_kind("EC2NodeClass") {
        let options = &class["spec"]["metadataOptions"];
        prop_assert_eq!(&options["httpTokens"], "required");
        prop_assert_eq!(&options["httpPutResponseHopLimit"], &Value::from(1));
    }
    Ok(())
}

/// The core nodes are on demand, two at least and kept for controllers; they wait for their network,
/// and the add-ons that run on them for them.
pub(crate) fn core_nodes_survive(templates: &Templates) -> Result<(), TestCaseError> {
    let (_, id, resource) = templates.one("AWS::EKS::Nodegroup");
    let group = &resource["Properties"];
    prop_assert_eq!(&group["CapacityType"], "ON_DEMAND");
    prop_assert!(group["ScalingConfig"]["MinSize"].as_i64() >= Some(2));
    prop_assert!(items(&group["Subnets"]).count() >= 2);
    prop_assert!(items(&group["Taints"]).count() >= 1);
    let addon = |name: &str| {
        let of = |found: &&(&str, &str, &Value)| found.2["Properties"]["AddonName"] == *name;
        templates.of_type("AWS::EKS::Addon").find(|found| of(&found)).unwrap()
    };
    let waits = references(resource).local;
    for name in ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] {
        let (_, before, _) = addon(name);
        prop_assert!(waits.contains(before), "{} doesn't wait for {}", id, name);
    }
    let (_, _, dns) = addon("coredns");
    prop_assert!(references(dns).local.contains(id), "CoreDNS doesn't wait for nodes");
    for (_, id, addon) in templates.of_type("AWS::EKS::Addon") {
        let version = text(&addon["Properties"]["AddonVersion"]);
        prop_assert!(version.contains("-eksbuild."), "{} is {}", id, version);
    }
    Ok(())
}

/// Pools are bounded, and what Karpenter boots is pinned where it matters.
pub(crate) fn pools_are_bounded(templates: &Templates) -> Result<(), TestCaseError> {
    let mut pools = 0;
    for pool in templates.of_kind("NodePool") {
        pools += 1;
        let spec = &pool["spec"];
        prop_assert!(spec["limits"].as_object().is_some_and(|limits| limits.len() >= 2));
        prop_assert!(items(&spec["disruption"]["budgets"]).count() >= 1);
        let nodes = &spec["template"]["spec"];
        prop_assert!(text(&nodes["expireAfter"]).ends_with('h'), "{}", nodes);
        prop_assert!(text(&nodes["terminationGracePeriod"]).ends_with('h'), "{}", nodes);
        let keys: BTreeSet<&str> =
            items(&nodes["requirements"]).map(|one| text(&one["key"])).collect();
        for key in ["kubernetes.io/arch", "kubernetes.io/os", "karpenter.sh/capacity-type"] {
            prop_assert!(keys.contains(key), "no {}", key);
        }
        let class = &nodes["nodeClassRef"]["name"];
        prop_assert!(templates.of_kind("EC2NodeClass").any(|it| it["metadata"]["name"] == *class));
    }
    prop_assert!(pools > 0);
    for class in templates.of_kind("EC2NodeClass") {
        for term in items(&class["spec"]["amiSelectorTerms"]) {
            prop_assert!(!text(&term["alias"]).ends_with("@latest"), "{}", term);
        }
    }
    Ok(())
}

/// Karpenter hears of all five kinds of interruption, and both sides call its things by one name.
pub(crate) fn karpenter_is_complete(templates: &Templates) -> Result<(), TestCaseError> {
    let (_, queue, _) = templates.one("AWS::SQS::Queue");
    let rules = templates.of_type("AWS::Events::Rule").filter(|(stack, _, rule)| {
        let mut targets = items(&rule["Properties"]["Targets"]);
        targets.any(|to| templates.target(stack, &to["Arn"]).is_some_and(|(_, id, _)| id == queue))
    });
    prop_assert_eq!(rules.count(), 5);
    let (_, _, policy) = templates.one("AWS::SQS::QueuePolicy");
    let statements = &policy["Properties"]["PolicyDocument"]["Statement"];
    let denied = items(statements).any(|statement| {
        statement["Effect"] == "Deny"
            && statement["Condition"]["Bool"]["aws:SecureTransport"] == "false"
    });
    prop_assert!(denied, "the queue takes messages without TLS");
    let (_, _, profile) = templates.one("AWS::IAM::InstanceProfile");
    let name = &profile["Properties"]["InstanceProfileName"];
    for class in templates.of_kind("EC2NodeClass") {
        prop_assert_eq!(&class["spec"]["instanceProfile"], name);
        for device in items(&class["spec"]["blockDeviceMappings"]) {
            prop_assert_eq!(&device["ebs"]["encrypted"], &Value::Bool(true));
            let alias = &device["ebs"]["kmsKeyID"];
            let mut aliases = templates.of_type("AWS::KMS::Alias");
            prop_assert!(
                aliases.any(|(.., known)| known["Properties"]["AliasName"] == *alias),
                "no key {}",
                alias
            );
        }
    }
    Ok(())
}

/// Some pool makes nodes that have what a pod asks for, and no taint that it doesn't tolerate.
pub(crate) fn every_pod_finds_a_node(templates: &Templates) -> Result<(), TestCaseError> {
    for deployment in templates.of_kind("Deployment") {
        let pod = &deployment["spec"]["template"]["spec"];
        let found = templates.of_kind("NodePool").any(|pool| takes(pool, pod));
        prop_assert!(found, "no node for {}", pod);
    }
    Ok(())
}

fn takes(pool: &Value, pod: &Value) -> bool {
    let node = &pool["spec"]["template"];
    let has = |key: &str, value: &Value| {
        let one_of = |requirement: &Value| {
            requirement["key"] == *key
                && requirement["operator"] == "In"
                && items(&requirement["values"]).any(|each| each == value)
        };
        node["metadata"]["labels"][key] == *value
            || (key == "karpenter.sh/nodepool" && pool["metadata"]["name"] == *value)
            || items(&node["spec"]["requirements"]).any(one_of)
    };
    let tolerates = |taint: &Value| {
        items(&pod["tolerations"]).any(|toleration| {
            toleration["key"] == taint["key"]
                && (toleration["operator"] == "Exists" || toleration["value"] == taint["value"])
        })
    };
    let mut wanted = pod["nodeSelector"].as_object().into_iter().flatten();
    wanted.all(|(key, value)| has(key, value)) && items(&node["spec"]["taints"]).all(tolerates)
}

/// What pods run is named by its digest.
pub(crate) fn images_do_not_move(templates: &Templates) -> Result<(), TestCaseError> {
    let mut images = 0;
    for deployment in templates.of_kind("Deployment") {
        for container in items(&deployment["spec"]["template"]["spec"]["containers"]) {
            images += 1;
            let digest = text(&container["image"]).split_once("@sha256:");
            prop_assert!(digest.is_some_and(|(_, digest)| digest.len() == 64), "{}", container);
        }
    }
    prop_assert!(images > 0);
    Ok(())
}

/// No service account has two roles, the one that has a role exists, and the cluster's identity
/// provider vouches to a role for one service account alone.
pub(crate) fn a_service_account_has_one_role(templates: &Templates) -> Result<(), TestCaseError> {
    let mut bound = BTreeSet::new();
    for (stack, id, association) in templates.of_type("AWS::EKS::PodIdentityAssociation") {
        let (namespace, name) =
            (&association["Properties"]["Namespace"], &association["Properties"]["ServiceAccount"]);
        prop_assert!(bound.insert((text(namespace), text(name))), "{} has a second role", name);
        let ours = templates.of_kind("Namespace").any(|it| it["metadata"]["name"] == *namespace);
        let made = templates.of_kind("ServiceAccount").any(|account| {
            (&account["metadata"]["namespace"], &account["metadata"]["name"]) == (namespace, name)
        });
        prop_assert!(made || !ours, "{} is for nobody", id);
        let (_, _, role) = templates.target(stack, &association["Properties"]["RoleArn"]).unwrap();
        let trust = &role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0];
        prop_assert_eq!(&trust["Principal"]["Service"], "pods.eks.amazonaws.com", "{}", id);
        let cluster = trust["Condition"]["ArnEquals"]["aws:SourceArn"].to_string();
        prop_assert!(cluster.contains(":cluster/"), "pods of any cluster have the role of {}", id);
    }
    prop_assert!(bound.contains(&("api", "api")));
    let mut vouched = 0;
    for (_, id, role) in templates.of_type("AWS::IAM::Role") {
        // The issuer is part of the keys, and so the document is a text.
        let Some(trust) = role["Properties"]["AssumeRolePolicyDocument"].pointer("/Fn::Sub/0")
        else {
            continue;
        };
        let trust: Value = serde_json::from_str(text(trust)).unwrap();
        for statement in items(&trust["Statement"]) {
            vouched += 1;
            prop_assert_eq!(&statement["Action"], "sts:AssumeRoleWithWebIdentity");
            let exact = statement["Condition"]["StringEquals"].as_object().unwrap();
            let of = |end: &str| {
                let found = exact.iter().find(|(key, _)| key.ends_with(end));
                found.map_or("", |(_, value)| text(value))
            };
            prop_assert_eq!(of(":aud"), "sts.amazonaws.com", "{}", id);
            let subject = of(":sub");
            prop_assert!(subject.starts_with("system:serviceaccount:"), "{}: {}", id, subject);
            prop_assert!(!subject.contains(['*', '?']), "{}: {}", id, subject);
        }
    }
    prop_assert_eq!(vouched, 1);
    Ok(())
}
