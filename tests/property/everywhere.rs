//! What holds for all resources: keys, logs, tags, permissions, references and limits.

use std::collections::{BTreeMap, BTreeSet};

use innovate::core::check::TagShape;
use proptest::prelude::*;
use serde_json::Value;

use crate::template::{Templates, items, references, text};

/// Where a type that holds data names the key that encrypts it.
const AT_REST: [(&str, &str); 11] = [
    ("AWS::RDS::DBCluster", "/KmsKeyId"),
    ("AWS::RDS::DBCluster", "/PerformanceInsightsKmsKeyId"),
    ("AWS::RDS::DBInstance", "/KmsKeyId"),
    ("AWS::Logs::LogGroup", "/KmsKeyId"),
    ("AWS::ECR::Repository", "/EncryptionConfiguration/KmsKey"),
    ("AWS::SecretsManager::Secret", "/KmsKeyId"),
    ("AWS::Backup::BackupVault", "/EncryptionKeyArn"),
    ("AWS::SNS::Topic", "/KmsMasterKeyId"),
    ("AWS::EKS::Cluster", "/EncryptionConfig/0/Provider/KeyArn"),
    ("AWS::EC2::LaunchTemplate", "/LaunchTemplateData/BlockDeviceMappings/0/Ebs/KmsKeyId"),
    ("AWS::EC2::LaunchTemplate", "/LaunchTemplateData/BlockDeviceMappings/1/Ebs/KmsKeyId"),
];

/// What holds data and names no key: the keys, buckets, which have an invariant of their own, instances
/// whose storage is their cluster's or whose key is their source's, and the queue of warnings about
/// instances, which SQS encrypts with a key of its own. Each by its type and how its id begins.
const WITHOUT_A_KEY: [(&str, &str); 5] = [
    ("AWS::KMS::Key", ""),
    ("AWS::S3::Bucket", ""),
    ("AWS::RDS::DBInstance", "Database"),
    ("AWS::RDS::DBInstance", "InstanceReplica"),
    ("AWS::SQS::Queue", "KarpenterInterruptionQueue"),
];

fn is_without_a_key(type_name: &str, id: &str) -> bool {
    WITHOUT_A_KEY.iter().any(|(known, of)| *known == type_name && id.starts_with(of))
}

/// Everything at rest is encrypted with a key of the program, and that one lets its service use it.
pub(crate) fn everything_at_rest_has_a_key_of_its_own(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    let registry = innovate::checks().registry;
    for (_, id, resource) in templates.resources() {
        let kind = text(&resource["Type"]);
        if registry.facts(kind).unwrap().stateful {
            let keyed = AT_REST.iter().any(|(known, _)| *known == kind);
            let excepted = is_without_a_key(kind, id);
            prop_assert!(keyed || excepted, "{} ({}) holds data", id, kind);
        }
    }
    for (type_name, pointer) in AT_REST {
        let mut seen = 0;
        for (stack, id, resource) in templates.of_type(type_name) {
            seen += 1;
            if is_without_a_key(type_name, id) {
                continue;
            }
            let key = resource["Properties"].pointer(pointer);
            let key = key.and_then(|key| templates.target(stack, key));
            let is_key = key.is_some_and(|(.., key)| key["Type"] == "AWS::KMS::Key");
            prop_assert!(is_key, "{} of {} is no key", pointer, id);
        }
        prop_assert!(seen > 0 || type_name == "AWS::ECR::Repository", "no {}", type_name);
    }
    for (stack, id, cluster) in templates.of_type("AWS::RDS::DBCluster") {
        let cluster = &cluster["Properties"];
        prop_assert_eq!(&cluster["StorageEncrypted"], &Value::Bool(true), "{}", id);
        if cluster["ManageMasterUserPassword"] == true {
            let key = templates.target(stack, &cluster["MasterUserSecret"]["KmsKeyId"]);
            let is_key = key.is_some_and(|(.., key)| key["Type"] == "AWS::KMS::Key");
            prop_assert!(is_key, "the password of {} has no key", id);
        }
    }
    for (_, id, template) in templates.of_type("AWS::EC2::LaunchTemplate") {
        let volumes = &template["Properties"]["LaunchTemplateData"]["BlockDeviceMappings"];
        for volume in items(volumes) {
            prop_assert_eq!(&volume["Ebs"]["Encrypted"], &Value::Bool(true), "{}", id);
        }
    }
    for (_, id, queue) in templates.of_type("AWS::SQS::Queue") {
        let queue = &queue["Properties"];
        let managed = queue["SqsManagedSseEnabled"] == true;
        prop_assert!(managed || !queue["KmsMasterKeyId"].is_null(), "{}", id);
    }
    Ok(())
}

/// Keys rotate, stay when their stack goes, and let in nobody but their account without a condition.
pub(crate) fn keys_are_kept(templates: &Templates) -> Result<(), TestCaseError> {
    for (_, id, resource) in templates.of_type("AWS::KMS::Key") {
        let key = &resource["Properties"];
        prop_assert_eq!(&key["EnableKeyRotation"], &Value::Bool(true), "{}", id);
        prop_assert_eq!(&resource["DeletionPolicy"], "RetainExceptOnCreate", "{}", id);
        prop_assert_eq!(&resource["UpdateReplacePolicy"], "Retain", "{}", id);
        if templates.production {
            prop_assert_eq!(&key["PendingWindowInDays"], &Value::from(30), "{}", id);
        }
        let statements = || items(&key["KeyPolicy"]["Statement"]);
        let root = |it: &Value| it["Principal"]["AWS"].to_string().contains(":root");
        prop_assert!(statements().any(root), "{} is lost to its account", id);
        for statement in statements() {
            let everyone = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
            let bounded = !statement["Condition"]["StringEquals"].is_null();
            prop_assert!(!everyone || bounded, "{}: {}", id, statement);
        }
    }
    for (stack, id, group) in templates.of_type("AWS::Logs::LogGroup") {
        let (_, _, key) = templates.target(stack, &group["Properties"]["KmsKeyId"]).unwrap();
        let policy = key["Properties"]["KeyPolicy"].to_string();
        prop_assert!(policy.contains("logs."), "the key of {} isn't for logs", id);
    }
    Ok(())
}

/// Every log group ends, at a number of days that CloudWatch Logs knows.
pub(crate) fn logs_are_kept_for_a_known_time(templates: &Templates) -> Result<(), TestCaseError> {
    let known = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
        2922, 3288, 3653,
    ];
    for (_, id, group) in templates.of_type("AWS::Logs::LogGroup") {
        let days = group["Properties"]["RetentionInDays"].as_i64();
        prop_assert!(days.is_some_and(|days| known.contains(&days)), "{} {:?}", id, days);
    }
    Ok(())
}

/// Every resource that can be tagged says whose it is.
pub(crate) fn everything_is_tagged(templates: &Templates) -> Result<(), TestCaseError> {
    let registry = innovate::checks().registry;
    let mut tagged = 0;
    for (_, id, resource) in templates.resources() {
        let facts = registry.facts(text(&resource["Type"])).unwrap();
        let Some(tags) = facts.tags else { continue };
        let property = &resource["Properties"][tags.property];
        tagged += 1;
        for key in ["application", "environment", "owner", "cost-center", "data-classification"] {
            let found = match tags.shape {
                TagShape::Map => !property[key].is_null(),
                _ => {
                    items(property).any(|tag| tag["Key"] == *key && !text(&tag["Value"]).is_empty())
                }
            };
            prop_assert!(found, "{} has no tag {}", id, key);
        }
    }
    prop_assert!(tagged > 20);
    Ok(())
}

/// What holds data says what becomes of it.
pub(crate) fn data_outlives_its_stack(templates: &Templates) -> Result<(), TestCaseError> {
    let registry = innovate::checks().registry;
    for (_, id, resource) in templates.resources() {
        if registry.facts(text(&resource["Type"])).unwrap().stateful {
            prop_assert!(!resource["DeletionPolicy"].is_null(), "{}", id);
            prop_assert!(!resource["UpdateReplacePolicy"].is_null(), "{}", id);
        }
    }
    Ok(())
}

/// No policy allows everything on everything, and a role is passed to one service only.
pub(crate) fn permissions_are_scoped(templates: &Templates) -> Result<(), TestCaseError> {
    let mut statements = Vec::new();
    for (_, id, resource) in templates.resources() {
        let properties = &resource["Properties"];
        let inline = items(&properties["Policies"]).map(|policy| &policy["PolicyDocument"]);
        for document in inline.chain([&properties["PolicyDocument"]]) {
            statements.extend(items(&document["Statement"]).map(|statement| (id, statement)));
        }
    }
    prop_assert!(statements.len() > 10);
    for (id, statement) in statements {
        let has = |field: &str, wanted: &str| {
            let value = &statement[field];
            *value == *wanted || items(value).any(|item| *item == *wanted)
        };
        if statement["Effect"] == "Allow" {
            prop_assert!(!(has("Action", "*") && has("Resource", "*")), "{}: {}", id, statement);
            if has("Action", "iam:PassRole") {
                let passed = statement["Condition"].to_string();
                prop_assert!(passed.contains("iam:PassedToService"), "{}: {}", id, statement);
            }
        }
    }
    for type_name in ["AWS::IAM::User", "AWS::IAM::AccessKey"] {
        prop_assert_eq!(templates.of_type(type_name).count(), 0);
    }
    Ok(())
}

/// Services that don't say on whose behalf they assume a role, or do so within the role's account alone.
const SILENT: [&str; 4] =
    ["backup.amazonaws.com", "ec2.amazonaws.com", "ecr.amazonaws.com", "s3.amazonaws.com"];

/// Every other service assumes a role on behalf of the role's own account alone.
pub(crate) fn trusts_name_their_source(templates: &Templates) -> Result<(), TestCaseError> {
    let mut seen = 0;
    for (_, id, role) in templates.of_type("AWS::IAM::Role") {
        let trust = &role["Properties"]["AssumeRolePolicyDocument"];
        for statement in items(&trust["Statement"]) {
            let service = text(&statement["Principal"]["Service"]);
            if service.is_empty() || SILENT.contains(&service) {
                continue;
            }
            seen += 1;
            let condition = statement["Condition"].to_string();
            let named = ["aws:SourceAccount", "aws:SourceArn"].map(|key| condition.contains(key));
            prop_assert!(named.contains(&true), "{} trusts {} of any account", id, service);
        }
    }
    prop_assert!(seen > 3);
    Ok(())
}

/// Within a template to what the template has; between templates to an output of one that is
/// deployed before.
pub(crate) fn references_lead_somewhere_and_not_in_circles(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    let mut deployed: Vec<&str> = Vec::new();
    for stack in &templates.order {
        let template = &templates.stacks[stack];
        let resources = template["Resources"].as_object().unwrap();
        let mut waits: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (id, resource) in resources {
            let references = references(resource);
            for target in &references.local {
                prop_assert!(resources.contains_key(target), "{} refers to {}", id, target);
            }
            for (producer, output) in &references.remote {
                prop_assert!(deployed.contains(&producer.as_str()), "{} reads {}", stack, producer);
                let value = &templates.stacks[producer]["Outputs"][output]["Value"];
                prop_assert!(!value.is_null(), "{} has no output {}", producer, output);
            }
            waits.insert(id, references.local);
        }
        let mut done: BTreeSet<String> = BTreeSet::new();
        while done.len() < waits.len() {
            let ready: Vec<String> = waits
                .iter()
                .filter(|(id, on)| !done.contains(**id) && on.is_subset(&done))
                .map(|(id, _)| (*id).to_owned())
                .collect();
            prop_assert!(!ready.is_empty(), "resources of {} wait for each other", stack);
            done.extend(ready);
        }
        deployed.push(stack);
    }
    Ok(())
}

pub(crate) fn templates_keep_to_the_limits(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, template) in &templates.stacks {
        let count = |section: &str| template[section].as_object().map_or(0, serde_json::Map::len);
        prop_assert!((1..=500).contains(&count("Resources")), "{}", stack);
        prop_assert!(count("Outputs") <= 200, "{}", stack);
        let body = &templates.files[&format!("templates/{stack}.template.json")];
        prop_assert!(body.len() <= 1_000_000, "{}", stack);
    }
    Ok(())
}
