//! What the registry's schemas say against resources, as a program's author meets it.

use innovate_cfn::schema::{self, RULES};
use innovate_core::{
    Diagnostic, Node, Prod, Properties, RawResource, Severity, Site, Stack, StageKind, UsEast1,
    value::{Intrinsic, Pseudo, Reference, Strength},
};
use serde_json::{Value, json};

fn stack() -> Stack<Prod, UsEast1> {
    Stack::new("test", Site::new("test", StageKind::Prod, "123456789012", "us-east-1"))
}

/// The findings about a resource of a type with these properties.
pub(crate) fn findings(type_name: &str, properties: impl Into<Node>) -> Vec<Diagnostic> {
    findings_in("us-east-1", type_name, properties)
}

fn findings_in(region: &str, type_name: &str, properties: impl Into<Node>) -> Vec<Diagnostic> {
    let mut given = Properties::new();
    let Node::Map(entries) = properties.into() else { unreachable!("properties are a map") };
    for (name, node) in entries {
        given.set_node(name, node);
    }
    let mut stack = stack();
    stack.add("It", RawResource::new(type_name.to_owned(), given));
    let [resource] = stack.model().resources() else { unreachable!("one resource was added") };
    schema::validate(resource, region)
}

/// A finding in one line: code, property, message, allowed, help.
pub(crate) fn line(finding: &Diagnostic) -> String {
    let mut line = format!("{} {}", finding.code(), finding.message());
    for (what, text) in [
        ("at", finding.property_path()),
        ("given", finding.given_value()),
        ("allowed", finding.allowed_values()),
        ("help", finding.help_texts().first().map(String::as_str)),
    ] {
        if let Some(text) = text {
            line.push_str(&format!(" | {what}: {text}"));
        }
    }
    line
}

#[track_caller]
pub(crate) fn refuses(type_name: &str, properties: impl Into<Node>, expected: &[&str]) {
    let found = findings(type_name, properties);
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), expected);
}

#[track_caller]
pub(crate) fn accepts(type_name: &str, properties: impl Into<Node>) {
    refuses(type_name, properties, &[]);
}

pub(crate) fn no_value() -> Node {
    Node::intrinsic(Intrinsic::Pseudo(Pseudo::NoValue))
}

/// What `Ref` returns.
pub(crate) fn reference() -> Node {
    referring(None, false)
}

/// What `Fn::GetAtt` returns for an attribute that is a list, or isn't.
pub(crate) fn attribute(list: bool) -> Node {
    referring(Some("It"), list)
}

fn referring(attribute: Option<&'static str>, list: bool) -> Node {
    let mut stack = stack();
    let topic = stack.add("Topic", RawResource::new("AWS::SNS::Topic", Properties::new()));
    Node::intrinsic(Intrinsic::Reference(Reference {
        target: topic.address().clone(),
        attribute: attribute.map(Into::into),
        list,
        strength: Strength::Weak,
    }))
}

pub(crate) fn either(then: Node, otherwise: Node) -> Node {
    Node::intrinsic(Intrinsic::If { condition: "IsBig".into(), then, otherwise })
}

/// The entries of `rest` and one more.
pub(crate) fn with(rest: Value, key: &'static str, node: Node) -> Node {
    let Node::Map(mut entries) = rest.into() else { unreachable!("properties are a map") };
    entries.push((key.into(), node));
    Node::Map(entries)
}

pub(crate) fn text(text: &'static str) -> Node {
    Node::Text(text.into())
}

#[test]
fn a_good_resource_has_no_finding() {
    accepts(
        "AWS::EC2::Subnet",
        json!({"VpcId": "vpc-0123456789abcdef0", "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": false,
               "Tags": [{"Key": "Name", "Value": "a"}]}),
    );
    accepts("AWS::S3::Bucket", json!({}));
    accepts(
        "AWS::IAM::Role",
        json!({"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]},
               "RoleName": "a"}),
    );
}

#[test]
fn an_unknown_type_names_the_one_that_was_meant() {
    refuses(
        "AWS::S3::Buckett",
        json!({}),
        &[
            "SCH-01 there is no resource type `AWS::S3::Buckett` | help: did you mean `AWS::S3::Bucket`?",
        ],
    );
    refuses(
        "AWS::Inspector2::Filter",
        json!({}),
        &[
            "SCH-01 there is no resource type `AWS::Inspector2::Filter` | help: did you mean `AWS::InspectorV2::Filter`?",
        ],
    );
    refuses(
        "Bucket",
        json!({}),
        &[
            "SCH-01 there is no resource type `Bucket` | help: did you mean one of `AWS::S3::Bucket`, `AWS::S3::BucketPolicy`, `AWS::Lightsail::Bucket`?",
        ],
    );
    accepts("Custom::Thing", json!({"Anything": 1}));
    accepts("Datadog::Monitors::Monitor", json!({"Anything": 1}));
}

#[test]
fn an_unknown_property_names_the_one_that_was_meant() {
    refuses(
        "AWS::S3::Bucket",
        json!({"BuketName": "abc"}),
        &[
            "SCH-02 `AWS::S3::Bucket` has no property `BuketName` | at: BuketName | given: \"abc\" | help: did you mean `BucketName`?",
        ],
    );
    refuses(
        "AWS::S3::Bucket",
        json!({"VersioningConfiguration": {"status": "Enabled"}}),
        &[
            "SCH-03 `VersioningConfiguration` lacks the required `Status` | at: VersioningConfiguration | help: set `Status`",
            "SCH-02 `VersioningConfiguration` has no property `status` | at: VersioningConfiguration/status | given: \"Enabled\" | help: did you mean `Status`?",
        ],
    );
    refuses(
        "AWS::SNS::Topic",
        json!({"Zzz": 1}),
        &[
            "SCH-02 `AWS::SNS::Topic` has no property `Zzz` | at: Zzz | given: 1 | allowed: `ArchivePolicy`, `ContentBasedDeduplication`, `DataProtectionPolicy`, `DeliveryStatusLogging`, `DisplayName`, `FifoThroughputScope`, `FifoTopic`, `KmsMasterKeyId` and 7 more",
        ],
    );
}

#[test]
fn a_missing_property_is_named() {
    refuses(
        "AWS::IAM::Role",
        json!({}),
        &[
            "SCH-03 `AWS::IAM::Role` lacks the required `AssumeRolePolicyDocument` | help: set `AssumeRolePolicyDocument`",
        ],
    );
    refuses(
        "AWS::S3::Bucket",
        json!({"Tags": [{"Key": "a"}]}),
        &["SCH-03 `Tags/0` lacks the required `Value` | at: Tags/0 | help: set `Value`"],
    );
    let left_out = with(json!({}), "AssumeRolePolicyDocument", no_value());
    assert_eq!(findings("AWS::IAM::Role", left_out).len(), 1);
    let decided_later =
        with(json!({}), "AssumeRolePolicyDocument", either(json!({}).into(), no_value()));
    accepts("AWS::IAM::Role", decided_later);
}

#[test]
fn a_value_of_another_kind_is_refused_and_one_that_converts_is_not() {
    refuses(
        "AWS::S3::Bucket",
        json!({"VersioningConfiguration": ["Enabled"]}),
        &[
            "SCH-04 `VersioningConfiguration` takes a map, not a list | at: VersioningConfiguration | given: a list of 1 item",
        ],
    );
    refuses(
        "AWS::EC2::Subnet",
        json!({"VpcId": ["vpc-01234567"], "CidrBlock": "10.0.0.0/24"}),
        &["SCH-04 `VpcId` takes text, not a list | at: VpcId | given: a list of 1 item"],
    );
    refuses(
        "AWS::SQS::Queue",
        json!({"DelaySeconds": "soon"}),
        &[
            "SCH-04 `DelaySeconds` takes a whole number, not text | at: DelaySeconds | given: \"soon\"",
        ],
    );
    refuses(
        "AWS::SQS::Queue",
        json!({"FifoQueue": "yes"}),
        &["SCH-04 `FifoQueue` takes true or false, not text | at: FifoQueue | given: \"yes\""],
    );
    refuses(
        "AWS::SQS::Queue",
        json!({"DelaySeconds": 1.5}),
        &[
            "SCH-04 `DelaySeconds` takes a whole number, not a number with a fraction | at: DelaySeconds | given: 1.5",
        ],
    );
    accepts("AWS::SQS::Queue", json!({"DelaySeconds": "5", "FifoQueue": "true", "QueueName": 12}));
    accepts("AWS::SQS::Queue", json!({"DelaySeconds": 5.0}));
}

#[test]
fn a_list_that_is_known_only_at_deployment_is_no_single_value() {
    refuses(
        "AWS::SNS::Topic",
        with(json!({}), "TopicName", attribute(true)),
        &["SCH-04 `TopicName` takes text, not a list | at: TopicName"],
    );
    accepts("AWS::SNS::Topic", with(json!({}), "TopicName", reference()));
    accepts("AWS::SNS::Topic", with(json!({}), "TopicName", attribute(false)));
}

#[test]
fn a_single_value_that_is_known_only_at_deployment_is_no_list() {
    let subnets = |node| with(json!({"DBSubnetGroupDescription": "a"}), "SubnetIds", node);
    for single in [reference(), attribute(false)] {
        refuses(
            "AWS::RDS::DBSubnetGroup",
            subnets(single.clone()),
            &[
                "SCH-04 `SubnetIds` takes a list, not a single value | at: SubnetIds | help: put it into a list",
            ],
        );
        accepts("AWS::RDS::DBSubnetGroup", subnets(Node::list([single])));
    }
    accepts("AWS::RDS::DBSubnetGroup", subnets(attribute(true)));
    // What an attribute returns may be a map.
    let function = |node| {
        with(
            json!({"Role": "arn:aws:iam::123456789012:role/a", "Code": {"ZipFile": "a"},
                   "Handler": "a.b", "Runtime": "python3.13"}),
            "Environment",
            node,
        )
    };
    accepts("AWS::Lambda::Function", function(attribute(false)));
}

#[test]
fn a_value_outside_an_enumeration_is_refused() {
    refuses(
        "AWS::S3::Bucket",
        json!({"VersioningConfiguration": {"Status": "enabled"}}),
        &[
            "SCH-05 `Status` has a value that is not allowed | at: VersioningConfiguration/Status | given: \"enabled\" | allowed: `Enabled` or `Suspended`",
        ],
    );
    refuses(
        "AWS::Logs::LogGroup",
        json!({"RetentionInDays": 31}),
        &[
            "SCH-05 `RetentionInDays` has a value that is not allowed | at: RetentionInDays | given: 31 | allowed: `30`, `14`, `7`, `5`, `3`, `60`, `1`, `90` and 14 more",
        ],
    );
    accepts("AWS::Logs::LogGroup", json!({"RetentionInDays": "30"}));
    // AmazonMQ takes days in any case.
    let broker = |day: &str| {
        json!({"BrokerName": "a", "DeploymentMode": "SINGLE_INSTANCE", "EngineType": "ACTIVEMQ", "HostInstanceType": "mq.t3.micro",
               "PubliclyAccessible": false, "Users": [{"Username": "administrator", "Password": "0123456789ab"}],
               "MaintenanceWindowStartTime": {"DayOfWeek": day, "TimeOfDay": "01:00", "TimeZone": "UTC"}})
    };
    accepts("AWS::AmazonMQ::Broker", broker("Monday"));
    refuses(
        "AWS::AmazonMQ::Broker",
        broker("Mon"),
        &[
            "SCH-05 `DayOfWeek` has a value that is not allowed | at: MaintenanceWindowStartTime/DayOfWeek | given: \"Mon\" | allowed: `MONDAY`, `SUNDAY`, `FRIDAY`, `TUESDAY`, `WEDNESDAY`, `THURSDAY` or `SATURDAY`",
        ],
    );
}

#[test]
fn a_text_of_another_form_is_refused() {
    refuses(
        "AWS::EC2::Subnet",
        json!({"VpcId": "subnet-01234567", "CidrBlock": "10.0.0.1/24"}),
        &[
            "SCH-06 `CidrBlock` is not an IPv4 block | at: CidrBlock | given: \"10.0.0.1/24\" | allowed: the form `10.30.0.0/16`, with no bits behind the prefix",
            "SCH-06 `VpcId` is not the id of a VPC | at: VpcId | given: \"subnet-01234567\" | allowed: `vpc-` and 8 or 17 hexadecimal digits",
        ],
    );
    refuses(
        "AWS::IAM::Role",
        json!({"AssumeRolePolicyDocument": {}, "RoleName": "a b"}),
        &[
            "SCH-06 `RoleName` has a form that its service refuses | at: RoleName | given: \"a b\" | allowed: what matches `^[\\w+=,.@-]+$`",
        ],
    );
    refuses(
        "AWS::S3::Bucket",
        json!({"BucketName": "My_Bucket"}),
        &[
            "SCH-06 `BucketName` is not the name of a bucket | at: BucketName | given: \"My_Bucket\" | allowed: 3 to 63 small letters, digits, hyphens and dots, a letter or digit at each end",
        ],
    );
    accepts("AWS::S3::Bucket", json!({"BucketName": "{{resolve:ssm:/bucket}}"}));
}

#[test]
fn a_text_of_a_form_with_alternatives_is_refused_with_all_of_them() {
    refuses(
        "AWS::Logs::LogGroup",
        json!({"KmsKeyId": "my key"}),
        &[
            "SCH-06 `KmsKeyId` has a form that its service refuses | at: KmsKeyId | given: \"my key\" | allowed: `arn:aws:kms:region:123456789012:key/id`; or a UUID, or `mrk-` and 32 digits; or `alias/name`",
        ],
    );
    refuses(
        "AWS::SQS::Queue",
        json!({"KmsMasterKeyId": "my key"}),
        &[
            "SCH-06 `KmsMasterKeyId` has a form that its service refuses | at: KmsMasterKeyId | given: \"my key\" | allowed: `arn:aws:kms:region:123456789012:key/id`; or a UUID, or `mrk-` and 32 digits; or `alias/name`",
        ],
    );
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    let long = "a".repeat(129);
    refuses(
        "AWS::S3::Bucket",
        json!({"Tags": [{"Key": long, "Value": "b"}]}),
        &[
            "SCH-07 `Key` has 129 characters | at: Tags/0/Key | given: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" | allowed: at most 128 characters",
        ],
    );
    accepts("AWS::S3::Bucket", json!({"Tags": [{"Key": "é".repeat(128), "Value": "b"}]}));
    refuses(
        "AWS::IAM::Role",
        json!({"AssumeRolePolicyDocument": {}, "Description": "a".repeat(1001)}),
        &[
            "SCH-07 `Description` has 1001 characters | at: Description | given: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" | allowed: at most 1000 characters",
        ],
    );
}

#[test]
fn a_number_out_of_range_is_refused_also_as_text() {
    refuses(
        "AWS::EKS::Nodegroup",
        json!({"ClusterName": "a", "NodeRole": "arn:aws:iam::123456789012:role/a", "Subnets": ["subnet-01234567"], "DiskSize": 0, "ScalingConfig": {"MinSize": "-1"}}),
        &[
            "SCH-08 `MinSize` is out of range | at: ScalingConfig/MinSize | given: \"-1\" | allowed: 0 or more",
        ],
    );
}

#[test]
fn a_number_between_the_steps_of_its_type_is_refused() {
    let policy = |weight: Value| {
        json!({"ContinuousDeploymentPolicyConfig": {
            "Enabled": true, "StagingDistributionDnsNames": ["a.cloudfront.net"],
            "TrafficConfig": {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": weight}}}})
    };
    for weight in [json!(0.07), json!(0.14), json!(0.15), json!(0), json!("0.1")] {
        accepts("AWS::CloudFront::ContinuousDeploymentPolicy", policy(weight));
    }
    refuses(
        "AWS::CloudFront::ContinuousDeploymentPolicy",
        policy(json!(0.075)),
        &[
            "SCH-08 `Weight` is out of range | at: ContinuousDeploymentPolicyConfig/TrafficConfig/SingleWeightConfig/Weight | given: 0.075 | allowed: a multiple of 0.01",
        ],
    );
}

#[test]
fn a_number_at_a_bound_that_is_excluded_is_refused() {
    let attribute = |most: u32| {
        json!({"InstanceArn": "arn:aws:connect:us-east-1:123456789012:instance/a", "DataTableArn": "arn:aws:connect:us-east-1:123456789012:instance/a/data-table/b",
               "Name": "a", "ValueType": "TEXT_LIST", "Validation": {"MaxValues": most}})
    };
    accepts("AWS::Connect::DataTableAttribute", attribute(99));
    refuses(
        "AWS::Connect::DataTableAttribute",
        attribute(100),
        &[
            "SCH-08 `MaxValues` is out of range | at: Validation/MaxValues | given: 100 | allowed: less than 100",
        ],
    );
}

#[test]
fn a_list_with_too_many_items_or_one_twice_is_refused() {
    refuses(
        "AWS::EKS::Cluster",
        json!({"RoleArn": "arn:aws:iam::123456789012:role/a", "ResourcesVpcConfig": {"SubnetIds": []},
               "EncryptionConfig": [{}, {}]}),
        &["SCH-09 `EncryptionConfig` has 2 items | at: EncryptionConfig | allowed: at most 1 item"],
    );
    refuses(
        "AWS::DynamoDB::Table",
        json!({"KeySchema": [{"AttributeName": "a", "KeyType": "RANGE"}],
               "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "a", "AttributeType": "N"}]}),
        &[
            "SCH-09 two items of `AttributeDefinitions` have the same `AttributeName` | at: AttributeDefinitions/1 | given: \"a\"",
            "SCH-05 `KeyType` has a value that is not allowed | at: KeySchema/0/KeyType | given: \"RANGE\" | allowed: `HASH`",
        ],
    );
}

#[test]
fn properties_that_need_or_exclude_each_other_are_checked() {
    refuses(
        "AWS::EC2::VPC",
        json!({}),
        &[
            "SCH-10 `AWS::EC2::VPC` needs `CidrBlock` or `Ipv4IpamPoolId` | help: set exactly one of them",
        ],
    );
    refuses(
        "AWS::EC2::VPC",
        json!({"CidrBlock": "10.0.0.0/16", "Ipv4IpamPoolId": "ipam-pool-01234567"}),
        &[
            "SCH-10 `Ipv4IpamPoolId` needs `Ipv4NetmaskLength` beside it | at: Ipv4IpamPoolId | help: set `Ipv4NetmaskLength` too, or leave `Ipv4IpamPoolId` out",
            "SCH-10 `CidrBlock` and `Ipv4IpamPoolId` exclude each other | allowed: one of `CidrBlock` or `Ipv4IpamPoolId`",
        ],
    );
    refuses(
        "AWS::Events::Rule",
        json!({}),
        &[
            "SCH-10 `AWS::Events::Rule` needs `EventPattern` or `ScheduleExpression` | help: set at least one of them",
        ],
    );
    refuses(
        "AWS::EC2::Subnet",
        json!({"VpcId": "vpc-01234567", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az1"}),
        &[
            "SCH-10 `AvailabilityZone` and `AvailabilityZoneId` exclude each other | help: leave one of them out",
        ],
    );
    refuses(
        "AWS::IAM::Policy",
        json!({"PolicyName": "a", "PolicyDocument": {}}),
        &["SCH-10 `AWS::IAM::Policy` needs `Users`, `Groups` or `Roles` | help: set one of them"],
    );
    refuses(
        "AWS::CloudFormation::StackSet",
        json!({"StackSetName": "a", "PermissionModel": "SELF_MANAGED", "TemplateBody": "{}", "TemplateURL": "https://a"}),
        &[
            "SCH-10 `TemplateBody` and `TemplateURL` exclude each other | allowed: either `TemplateURL`; or `TemplateBody`",
        ],
    );
    refuses(
        "AWS::RDS::DBCluster",
        json!({"Engine": "aurora-postgresql", "MasterUsername": "admin"}),
        &[
            "SCH-10 `MasterUsername` has a value that its service refuses | at: MasterUsername | given: \"admin\" | allowed: anything but `admin`",
        ],
    );
    refuses(
        "AWS::SecurityHub::SecurityControl",
        json!({"Parameters": {}}),
        &[
            "SCH-10 `AWS::SecurityHub::SecurityControl` needs `SecurityControlId` or `SecurityControlArn` | help: set one of them",
        ],
    );
}

#[test]
fn a_region_without_the_type_is_refused() {
    let found = findings_in("eu-west-1", "AWS::CUR::ReportDefinition", json!({}));
    let first = "SCH-11 `AWS::CUR::ReportDefinition` does not exist in eu-west-1 | given: eu-west-1 | allowed: cn-northwest-1, us-east-1 | help: put it into a stack of a region that has it";
    assert_eq!(found.first().map(line).as_deref(), Some(first));
    assert!(findings_in("us-east-1", "AWS::CUR::ReportDefinition", json!({})).len() < found.len());
    // A region that opened after the schemas were taken.
    assert!(findings_in("eu-north-9", "AWS::CUR::ReportDefinition", json!({})).len() < found.len());
}

#[test]
fn a_property_that_can_only_be_read_is_refused() {
    refuses(
        "AWS::S3::Bucket",
        json!({"Arn": "arn:aws:s3:::a"}),
        &[
            "SCH-12 `Arn` can be read, but not set | at: Arn | help: leave `Arn` out: AWS decides it",
        ],
    );
}

#[test]
fn a_secret_is_not_shown() {
    refuses(
        "AWS::RDS::DBInstance",
        json!({"MasterUserPassword": ["hunter2hunter2"]}),
        &[
            "SCH-04 `MasterUserPassword` takes text, not a list | at: MasterUserPassword | given: (not shown)",
        ],
    );
}

#[test]
fn both_branches_of_a_condition_are_checked() {
    let topic = |node| with(json!({}), "DisplayName", node);
    refuses(
        "AWS::SNS::Topic",
        topic(either(text("a"), Node::list([]))),
        &[
            "SCH-04 `DisplayName` takes text, not a list | at: DisplayName | given: a list of 0 items",
        ],
    );
    accepts("AWS::SNS::Topic", topic(either(text("a"), no_value())));
    let vpc = |node| with(json!({"CidrBlock": "10.0.0.0/16"}), "Ipv4IpamPoolId", node);
    accepts("AWS::EC2::VPC", vpc(either(text("ipam-pool-01234567"), no_value())));
    accepts("AWS::EC2::VPC", vpc(no_value()));
}

#[test]
fn a_deprecated_property_is_a_warning() {
    let found = findings(
        "AWS::Neptune::DBInstance",
        json!({"DBInstanceClass": "db.r5.large", "DBSnapshotIdentifier": "a"}),
    );
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        [
            "SCH-13 AWS advises against `DBSnapshotIdentifier` | at: DBSnapshotIdentifier | help: its documentation names what to use instead"
        ]
    );
    assert_eq!(found[0].severity(), Severity::Warning);
}

#[test]
fn a_finding_points_at_the_builder_method() {
    let found = findings("AWS::RDS::DBCluster", json!({"Engine": "a", "DBClusterIdentifier": []}));
    assert_eq!(found[0].setter_name(), Some("db_cluster_identifier"));
    assert_eq!(found[0].severity(), Severity::Error);
    assert!(found[0].place().is_some());
}

#[test]
fn the_rules_have_each_its_own_code() {
    let mut codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    codes.dedup();
    assert_eq!(codes.len(), RULES.len());
    assert!(codes.is_sorted());
}
