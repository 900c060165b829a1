//! Enumerations of texts and of numbers.

use innovate_cfn::{ec2, eks::nodegroup::AmiType, logs, logs::log_group::RetentionInDays};
use innovate_core::{Gives, Node, ResourceType, Value, text};

#[test]
fn a_constant_is_the_value_that_aws_knows() {
    let value: Value<AmiType> = AmiType::BOTTLEROCKET_ARM_64.give();
    assert_eq!(value.node().as_text(), Some("BOTTLEROCKET_ARM_64"));
    let tenancy: Value<ec2::vpc::InstanceTenancy> = ec2::vpc::InstanceTenancy::DEDICATED.give();
    assert_eq!(tenancy.node().as_text(), Some("dedicated"));
}

#[test]
fn a_value_that_this_version_does_not_know_is_custom() {
    let value: Value<AmiType> = AmiType::custom("BOTTLEROCKET_NEXT");
    assert_eq!(value.node().as_text(), Some("BOTTLEROCKET_NEXT"));
}

#[test]
fn an_enumeration_of_numbers_gives_numbers() {
    let known = logs::LogGroup::new().retention_in_days(RetentionInDays::DAYS_30).into_draft();
    assert_eq!(known.properties.get("RetentionInDays"), Some(&Node::Integer(30)));
    let custom = logs::LogGroup::new().retention_in_days(RetentionInDays::custom(31)).into_draft();
    assert_eq!(custom.properties.get("RetentionInDays"), Some(&Node::Integer(31)));
}

#[test]
fn a_constant_stands_in_a_text() {
    let text = text!["the type is ", AmiType::CUSTOM];
    assert_eq!(text.node().as_text(), Some("the type is CUSTOM"));
}
