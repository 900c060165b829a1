//! Handles: what `Ref` and `Fn::GetAtt` give, and what they may stand for.

use innovate_cfn::{
    cloudformation, ec2, eks, iam,
    kind::{
        AllocationId, EksClusterName, GatewayId, KeyIdentifier, RoleArn, SecurityGroupId, Text,
    },
    kms,
    policy::{PolicyDocument, Principal},
    rds, secretsmanager, sqs,
};
use innovate_core::{Gives, Value, text, value::Intrinsic};

use crate::stack;

/// The attribute that a value reads, or `None` for `Ref`.
fn attribute<T>(value: &Value<T>) -> Option<String> {
    value.node().as_reference().unwrap().attribute.as_deref().map(str::to_owned)
}

#[test]
fn ref_and_attributes_give_the_ids_that_properties_take() {
    stack(|stack| {
        let trust = PolicyDocument::assumable_by(Principal::service("eks.amazonaws.com"));
        let role = stack.add("Role", iam::Role::new(trust));
        let arn: Value<RoleArn> = role.arn();
        assert_eq!(attribute(&arn).as_deref(), Some("Arn"));

        let vpc = stack.add("Vpc", ec2::VPC::new());
        let group = stack.add("Group", ec2::SecurityGroup::new("all").vpc_id(&vpc));
        let id: Value<SecurityGroupId> = group.group_id();
        assert_eq!(attribute(&id).as_deref(), Some("GroupId"));
        let id: Value<SecurityGroupId> = group.give();
        assert_eq!(attribute(&id), None);

        let access =
            eks::cluster::ResourcesVpcConfig::new([&stack.add("A", ec2::Subnet::new(&vpc))]);
        let cluster = stack.add("Cluster", eks::Cluster::new(access, &arn));
        let _: Value<EksClusterName> = cluster.reference();
        let _: Value<SecurityGroupId> = cluster.cluster_security_group_id();
        let data: Value<Text> = cluster.certificate_authority_data();
        assert_eq!(attribute(&data).as_deref(), Some("CertificateAuthorityData"));
    });
}

#[test]
fn an_elastic_ip_gives_its_address_by_ref_and_its_allocation_by_name() {
    stack(|stack| {
        let ip = stack.add("Ip", ec2::EIP::new());
        let _: Value<Text> = ip.reference();
        let allocation: Value<AllocationId> = ip.allocation_id();
        assert_eq!(attribute(&allocation).as_deref(), Some("AllocationId"));
    });
}

#[test]
fn a_key_is_identified_in_several_ways() {
    stack(|stack| {
        let key = stack.add("Key", kms::Key::new());
        let by_id: Value<KeyIdentifier> = (&key).give();
        assert_eq!(attribute(&by_id), None);
        let by_arn: Value<KeyIdentifier> = key.arn().give();
        assert_eq!(attribute(&by_arn).as_deref(), Some("Arn"));
        let gateway = stack.add("Gateway", ec2::InternetGateway::new());
        let _: Value<GatewayId> = gateway.give();
    });
}

#[test]
fn attributes_reach_into_objects_and_beyond_what_is_read_only() {
    stack(|stack| {
        let cluster = stack.add("Cluster", rds::DBCluster::new());
        assert_eq!(attribute(&cluster.endpoint_address()).as_deref(), Some("Endpoint.Address"));
        let secret: Value<innovate_cfn::kind::SecretArn> = cluster.master_user_secret_secret_arn();
        assert_eq!(attribute(&secret).as_deref(), Some("MasterUserSecret.SecretArn"));
        let secret = stack.add("Secret", secretsmanager::Secret::new());
        let _: Value<innovate_cfn::kind::SecretArn> = secret.reference();
        let queue = stack.add("Queue", sqs::Queue::new());
        assert_eq!(attribute(&queue.queue_name()).as_deref(), Some("QueueName"));
        let nested = stack.add("Nested", cloudformation::Stack::new("https://a/b.json"));
        assert_eq!(attribute(&nested.output::<Text>("Url")).as_deref(), Some("Outputs.Url"));
    });
}

#[test]
fn a_list_attribute_is_read_as_a_list() {
    stack(|stack| {
        let vpc = stack.add("Vpc", ec2::VPC::new());
        let blocks = vpc.ipv6_cidr_blocks();
        assert!(blocks.node().as_reference().unwrap().list);
        assert!(!vpc.cidr_block().node().as_reference().unwrap().list);
    });
}

#[test]
fn a_handle_stands_in_a_text() {
    stack(|stack| {
        let queue = stack.add("Queue", sqs::Queue::new());
        let url = text!["url: ", &queue];
        let Some(Intrinsic::Concat(parts)) = url.node().as_intrinsic() else {
            panic!("no concatenation: {url:?}");
        };
        assert!(parts.get(1).is_some_and(|part| part.as_reference().is_some()));
    });
}

#[test]
fn a_wait_names_the_other_resource() {
    use innovate_core::ResourceType as _;
    let model = stack(|stack| {
        let gateway = stack.add("Gateway", ec2::InternetGateway::new());
        stack.add("Ip", ec2::EIP::new().depends_on(&gateway));
    });
    let waits = model.resource("Ip").unwrap().depends_on();
    assert_eq!(waits.iter().map(|address| address.logical_id()).collect::<Vec<_>>(), ["Gateway"]);
}
