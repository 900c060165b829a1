//! What holds for every environment that can be configured, checked on what is synthesized.
//!
//! * `configuration`: an arbitrary valid environment, and the program that makes it,
//! * `template`: the synthesized templates, to look at,
//! * the properties: here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test didn't expect fails it"
)]

mod configuration;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use innovate::core::Cidr;
use proptest::prelude::*;
use serde_json::Value;

use configuration::{Unrelated, any_configuration};
use template::{Templates, text};

const TIERS: [&str; 5] = ["Public", "Private", "Data", "Intra", "Endpoint"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_valid_environment_is_a_safe_one(configuration in any_configuration()) {
        let templates = configuration.synth(Unrelated::Absent);
        every_tier_spans_three_zones(&templates)?;
        subnets_are_inside_and_disjoint(&templates)?;
        no_route_leads_from_the_data_tier(&templates)?;
        everything_at_rest_has_a_key_of_its_own(&templates)?;
        capacity_is_a_range_in_half_steps(&templates)?;
        references_lead_somewhere_and_not_in_circles(&templates)?;
        templates_keep_to_the_limits(&templates)?;
    }

    #[test]
    fn the_same_environment_has_the_same_bytes(configuration in any_configuration()) {
        let (one, other) =
            (configuration.synth(Unrelated::Absent), configuration.synth(Unrelated::Absent));
        prop_assert_eq!(one.files, other.files);
    }

    #[test]
    fn what_is_unrelated_renames_nothing(configuration in any_configuration()) {
        let alone = configuration.synth(Unrelated::Absent);
        for unrelated in [Unrelated::First, Unrelated::Last] {
            let together = configuration.synth(unrelated);
            for (stack, id, resource) in alone.resources() {
                prop_assert_eq!(together.resource(stack, id), Some(resource), "{} {}", stack, id);
            }
        }
    }

    #[test]
    fn a_fourth_zone_moves_no_subnet(configuration in any_configuration()) {
        let (three, four) = configuration.in_three_and_four_zones();
        let (three, four) = (three.synth(Unrelated::Absent), four.synth(Unrelated::Absent));
        for (stack, id, subnet) in three.of_type("AWS::EC2::Subnet") {
            let same = four.resource(stack, id);
            prop_assert_eq!(same.map(|same| &same["Properties"]), Some(&subnet["Properties"]));
        }
        let count = |templates: &Templates| templates.of_type("AWS::EC2::Subnet").count();
        prop_assert_eq!((count(&three), count(&four)), (15, 20));
    }
}

fn subnets(templates: &Templates) -> impl Iterator<Item = (&str, &Value)> {
    templates.of_type("AWS::EC2::Subnet").map(|(_, id, subnet)| (id, &subnet["Properties"]))
}

fn every_tier_spans_three_zones(templates: &Templates) -> Result<(), TestCaseError> {
    for tier in TIERS {
        let zones: BTreeSet<&str> = subnets(templates)
            .filter(|(id, _)| id.starts_with(&format!("Vpc{tier}Az")))
            .map(|(_, subnet)| text(&subnet["AvailabilityZoneId"]))
            .collect();
        prop_assert!(zones.len() >= 3, "{} spans {:?}", tier, zones);
    }
    Ok(())
}

fn subnets_are_inside_and_disjoint(templates: &Templates) -> Result<(), TestCaseError> {
    let cidr = |node: &Value| Cidr::parse(text(node)).unwrap();
    let (_, _, vpc) = templates.of_type("AWS::EC2::VPC").next().unwrap();
    let vpc = cidr(&vpc["Properties"]["CidrBlock"]);
    let blocks: Vec<Cidr> =
        subnets(templates).map(|(_, subnet)| cidr(&subnet["CidrBlock"])).collect();
    for (at, block) in blocks.iter().enumerate() {
        prop_assert!(vpc.contains(*block), "{} is outside of {}", block, vpc);
        for other in &blocks[at + 1..] {
            prop_assert!(!block.overlaps(*other), "{} overlaps {}", block, other);
        }
    }
    Ok(())
}

/// From the subnets of the databases' subnet groups over their route tables to the routes.
fn no_route_leads_from_the_data_tier(templates: &Templates) -> Result<(), TestCaseError> {
    let tables: Vec<String> = templates
        .of_type("AWS::EC2::SubnetRouteTableAssociation")
        .filter(|(_, _, found)| {
            text(&found["Properties"]["SubnetId"]["Ref"]).starts_with("VpcData")
        })
        .map(|(_, _, found)| text(&found["Properties"]["RouteTableId"]["Ref"]).to_owned())
        .collect();
    prop_assert!(tables.len() >= 3);
    for (_, id, route) in templates.of_type("AWS::EC2::Route") {
        let table = text(&route["Properties"]["RouteTableId"]["Ref"]);
        prop_assert!(!tables.iter().any(|data| data == table), "{} leaves the data tier", id);
    }
    for (_, _, group) in templates.of_type("AWS::RDS::DBSubnetGroup") {
        let members = serde_json::to_string(&group["Properties"]["SubnetIds"]).unwrap();
        prop_assert!(members.contains("VpcData") && !members.contains("VpcPublic"));
        prop_assert!(!members.contains("VpcPrivate"));
    }
    for (_, id, instance) in templates.of_type("AWS::RDS::DBInstance") {
        prop_assert_eq!(
            &instance["Properties"]["PubliclyAccessible"],
            &Value::Bool(false),
            "{}",
            id
        );
    }
    Ok(())
}

fn everything_at_rest_has_a_key_of_its_own(templates: &Templates) -> Result<(), TestCaseError> {
    let at_rest = [
        ("AWS::RDS::DBCluster", "/KmsKeyId"),
        ("AWS::RDS::DBCluster", "/PerformanceInsightsKmsKeyId"),
        ("AWS::Logs::LogGroup", "/KmsKeyId"),
        ("AWS::EKS::Cluster", "/EncryptionConfig/0/Provider/KeyArn"),
    ];
    for (type_name, pointer) in at_rest {
        let mut seen = 0;
        for (_, id, resource) in templates.of_type(type_name) {
            seen += 1;
            let key = resource["Properties"].pointer(pointer);
            prop_assert!(key.is_some_and(|key| !key.is_null()), "{} has no key", id);
        }
        prop_assert!(seen > 0, "no {}", type_name);
    }
    for (_, id, cluster) in templates.of_type("AWS::RDS::DBCluster") {
        prop_assert_eq!(&cluster["Properties"]["StorageEncrypted"], &Value::Bool(true), "{}", id);
    }
    for (_, id, template) in templates.of_type("AWS::EC2::LaunchTemplate") {
        let volumes = &template["Properties"]["LaunchTemplateData"]["BlockDeviceMappings"];
        for volume in volumes.as_array().unwrap() {
            prop_assert_eq!(&volume["Ebs"]["Encrypted"], &Value::Bool(true), "{}", id);
            prop_assert!(!volume["Ebs"]["KmsKeyId"].is_null(), "{} has a volume without key", id);
        }
    }
    let node_classes = templates.files.iter().filter(|(path, _)| path.contains("/ec2nodeclass-"));
    for (path, text) in node_classes {
        prop_assert_eq!(
            text.matches("encrypted: true").count(),
            text.matches("kmsKeyID: ").count(),
            "{}",
            path
        );
        prop_assert!(text.contains("kmsKeyID: "), "{}", path);
    }
    Ok(())
}

fn capacity_is_a_range_in_half_steps(templates: &Templates) -> Result<(), TestCaseError> {
    for (_, id, cluster) in templates.of_type("AWS::RDS::DBCluster") {
        let scaling = &cluster["Properties"]["ServerlessV2ScalingConfiguration"];
        let (min, max) =
            (scaling["MinCapacity"].as_f64().unwrap(), scaling["MaxCapacity"].as_f64().unwrap());
        prop_assert!(0.5 <= min && min <= max && (1.0..=256.0).contains(&max), "{}", id);
        prop_assert!((min * 2.0).fract() == 0.0 && (max * 2.0).fract() == 0.0, "{}", id);
    }
    Ok(())
}

/// Within a template to what the template has; between templates to an output of one that is
/// deployed before.
fn references_lead_somewhere_and_not_in_circles(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    let mut deployed: Vec<&str> = Vec::new();
    for stack in &templates.order {
        let template = &templates.stacks[stack];
        let resources = template["Resources"].as_object().unwrap();
        let mut waits: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (id, resource) in resources {
            let references = template::references(resource);
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

fn templates_keep_to_the_limits(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, template) in &templates.stacks {
        let count = |section: &str| template[section].as_object().map_or(0, serde_json::Map::len);
        prop_assert!((1..=500).contains(&count("Resources")), "{}", stack);
        prop_assert!(count("Outputs") <= 200, "{}", stack);
        let body = &templates.files[&format!("templates/{stack}.template.json")];
        prop_assert!(body.len() <= 1_000_000, "{}", stack);
    }
    Ok(())
}
