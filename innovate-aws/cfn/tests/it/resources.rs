//! Resources and their nested properties.

use innovate_cfn::{
    Tag, cloudformation, ec2, eks,
    kind::{RoleArn, SubnetId},
    rds, sqs, wafv2,
};
use innovate_core::{Gives, Node, ResourceType, cidr, json};

use crate::stack;

/// What a resource of a generated type sets, by name.
fn properties(resource: impl ResourceType) -> Node {
    resource.into_draft().properties.into_node()
}

fn text<'a>(node: &'a Node, path: &str) -> Option<&'a str> {
    node.at(path).and_then(Node::as_text)
}

#[test]
fn a_resource_has_what_was_set_under_cloudformations_names() {
    let model = stack(|stack| {
        let vpc = stack.add("Vpc", ec2::VPC::new().cidr_block(cidr!("10.30.0.0/16")));
        stack.add(
            "Subnet",
            ec2::Subnet::new(&vpc)
                .cidr_block(cidr!("10.30.1.0/24"))
                .map_public_ip_on_launch(false)
                .tags([Tag::new("Name", "a")]),
        );
    });
    let subnet = model.resource("Subnet").unwrap();
    assert_eq!(subnet.type_name(), "AWS::EC2::Subnet");
    let names: Vec<_> = subnet.properties().entries().iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["VpcId", "CidrBlock", "MapPublicIpOnLaunch", "Tags"]);
    assert_eq!(subnet.properties().at("CidrBlock").and_then(Node::as_text), Some("10.30.1.0/24"));
    assert_eq!(subnet.properties().at("Tags/0/Value").and_then(Node::as_text), Some("a"));
    let vpc = subnet.properties().get("VpcId").and_then(Node::as_reference).unwrap();
    assert_eq!((vpc.target.logical_id(), vpc.attribute.as_deref()), ("Vpc", None));
}

#[test]
fn a_nested_property_keeps_its_required_and_optional_parts() {
    let subnets = ["subnet-1", "subnet-2"].map(SubnetId::literal);
    let access = eks::cluster::ResourcesVpcConfig::new(subnets).endpoint_public_access(false);
    let role = RoleArn::literal("arn:aws:iam::111122223333:role/cluster");
    let cluster = properties(eks::Cluster::new(access, &role).name("prod"));
    assert_eq!(text(&cluster, "ResourcesVpcConfig/SubnetIds/1"), Some("subnet-2"));
    let public = cluster.at("ResourcesVpcConfig/EndpointPublicAccess");
    assert_eq!(public.and_then(Node::as_bool), Some(false));
    assert_eq!(text(&cluster, "Name"), Some("prod"), "a resource's own name is text");
}

#[test]
fn a_recursive_property_nests_as_deep_as_it_is_written() {
    use wafv2::web_acl::{NotStatement, Statement};
    let geo = wafv2::web_acl::GeoMatchStatement::new();
    let mut statement = Statement::new().geo_match_statement(geo);
    for _ in 0..3 {
        statement = Statement::new().not_statement(NotStatement::new(statement));
    }
    let node = statement.give().into_node();
    let path = "NotStatement/Statement/".repeat(3) + "GeoMatchStatement";
    assert_eq!(node.at(&path).and_then(Node::as_map), Some(&[][..]));
}

#[test]
fn free_json_takes_objects_and_texts() {
    let object = json! { "maxReceiveCount" => 3 };
    let queue = properties(sqs::Queue::new().redrive_allow_policy(object));
    assert_eq!(queue.at("RedriveAllowPolicy/maxReceiveCount"), Some(&Node::Integer(3)));
    let text = innovate_core::text!["{}"];
    let queue = properties(sqs::Queue::new().redrive_allow_policy(text));
    assert_eq!(queue.at("RedriveAllowPolicy").and_then(Node::as_text), Some("{}"));
}

#[test]
fn a_custom_resource_takes_any_property() {
    let resource = cloudformation::CustomResource::new("arn:aws:lambda:eu-west-1:1:function:f")
        .with("Retries", 3)
        .with("Targets", ["a", "b"]);
    let node = properties(resource);
    assert_eq!(node.at("Retries"), Some(&Node::Integer(3)));
    assert_eq!(text(&node, "Targets/1"), Some("b"));
    assert!(text(&node, "ServiceToken").is_some());
}

#[test]
fn a_property_set_twice_has_the_later_value() {
    let cluster = properties(rds::DBCluster::new().port(5432).port(5433));
    assert_eq!(cluster.at("Port"), Some(&Node::Integer(5433)));
    assert_eq!(cluster.as_map().map(<[_]>::len), Some(1));
}
