//! What the registry's schemas say against lists, maps and alternatives.

use innovate_core::Node;
use serde_json::{Value, json};

use crate::schema::{accepts, either, no_value, reference, refuses, text, with};

#[test]
fn items_that_must_differ_are_compared_where_they_are_known() {
    let group = |ids: Value| json!({"Engine": "aurora-postgresql", "VpcSecurityGroupIds": ids});
    refuses(
        "AWS::RDS::DBCluster",
        group(json!(["sg-01234567", "sg-01234567"])),
        &[
            "SCH-09 `VpcSecurityGroupIds` has the same item twice | at: VpcSecurityGroupIds/1 | given: \"sg-01234567\" | allowed: each item once",
        ],
    );
    accepts("AWS::RDS::DBCluster", group(json!(["sg-01234567", "sg-89abcdef"])));
    let actions = |count: usize| {
        let actions: Vec<String> =
            (0..count).map(|at| format!("arn:aws:sns:us-east-1:123456789012:t{at}")).collect();
        json!({"MetricName": "a", "Namespace": "b", "ComparisonOperator": "GreaterThanThreshold",
               "EvaluationPeriods": 1, "Period": 60, "Statistic": "Sum", "Threshold": 1, "AlarmActions": actions})
    };
    accepts("AWS::CloudWatch::Alarm", actions(5));
    refuses(
        "AWS::CloudWatch::Alarm",
        actions(6),
        &["SCH-09 `AlarmActions` has 6 items | at: AlarmActions | allowed: at most 5 items"],
    );
}

#[test]
fn items_that_a_condition_may_leave_out_are_counted_only_where_they_surely_are_there() {
    let config = || json!({"Provider": {"KeyArn": "arn:aws:kms:us-east-1:123456789012:key/a"}});
    let cluster = |items: Vec<Node>| {
        with(
            json!({"RoleArn": "arn:aws:iam::123456789012:role/a",
                   "ResourcesVpcConfig": {"SubnetIds": ["subnet-01234567"]}}),
            "EncryptionConfig",
            Node::list(items),
        )
    };
    accepts("AWS::EKS::Cluster", cluster(vec![config().into(), no_value()]));
    accepts(
        "AWS::EKS::Cluster",
        cluster(vec![either(config().into(), no_value()), config().into()]),
    );
}

#[test]
fn the_keys_of_a_map_have_the_form_that_its_type_asks_for() {
    let function = |variables: Value| {
        json!({"Role": "arn:aws:iam::123456789012:role/a", "Code": {"ZipFile": "a"}, "Handler": "a.b",
               "Runtime": "python3.13", "Environment": {"Variables": variables}})
    };
    accepts("AWS::Lambda::Function", function(json!({"A_1": "b"})));
    refuses(
        "AWS::Lambda::Function",
        function(json!({"1-A": "b"})),
        &[
            "SCH-02 `Variables` has the key `1-A`, which its service refuses | at: Environment/Variables/1-A | allowed: keys that match `[a-zA-Z][a-zA-Z0-9_]+`",
        ],
    );
    accepts("AWS::SSM::Parameter", json!({"Type": "String", "Value": "a", "Tags": {"a": "b"}}));
}

#[test]
fn what_holds_only_under_a_condition_of_the_schema_is_checked_under_it() {
    let table = |extra: Value| {
        let mut table = json!({
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}]
        });
        for (key, value) in extra.as_object().into_iter().flatten() {
            table[key] = value.clone();
        }
        table
    };
    accepts("AWS::DynamoDB::Table", table(json!({"BillingMode": "PAY_PER_REQUEST"})));
    let index = json!([{"IndexName": "abc", "Projection": {"ProjectionType": "ALL"},
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}]}]);
    refuses(
        "AWS::DynamoDB::Table",
        table(json!({"BillingMode": "PAY_PER_REQUEST", "LocalSecondaryIndexes": index})),
        &[
            "SCH-09 `AttributeDefinitions` has 1 item | at: AttributeDefinitions | allowed: at least 2 items",
            "SCH-09 `KeySchema` has 1 item | at: KeySchema | allowed: at least 2 items",
        ],
    );
}

#[test]
fn one_of_several_alternatives_is_decided_by_what_is_known() {
    // With a domain of one's own, the name is that of a host.
    let domain = |custom: Node| {
        with(json!({"UserPoolId": "us-east-1_a", "Domain": "auth"}), "CustomDomainConfig", custom)
    };
    refuses(
        "AWS::Cognito::UserPoolDomain",
        domain(
            json!({"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a"}).into(),
        ),
        &[
            "SCH-06 `Domain` has a form that its service refuses | at: Domain | given: \"auth\" | allowed: what matches `^[a-z0-9](?:[a-z0-9\\-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9\\-]*[a-z0-9])?)+$`",
        ],
    );
    accepts("AWS::Cognito::UserPoolDomain", domain(no_value()));
    let key = |node| with(json!({}), "KmsKeyId", node);
    accepts("AWS::Logs::LogGroup", key(reference()));
    accepts("AWS::Logs::LogGroup", key(text("arn:aws:kms:us-east-1:123456789012:key/a")));
}

#[test]
fn the_branches_of_a_recursive_schema_are_checked_at_every_depth() {
    let statement = |inner: Value| json!({"NotStatement": {"Statement": {"AndStatement": {"Statements": [inner, inner]}}}});
    let acl = |inner: Value| {
        let visible = json!({"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "a"});
        json!({"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": visible,
               "Rules": [{"Name": "a", "Priority": 0, "Action": {"Block": {}}, "VisibilityConfig": visible, "Statement": statement(inner)}]})
    };
    accepts("AWS::WAFv2::WebACL", acl(json!({"GeoMatchStatement": {"CountryCodes": ["DE"]}})));
    refuses(
        "AWS::WAFv2::WebACL",
        acl(json!({"GeoMatchStatement": {"CountryCodes": ["XY"]}})),
        &[
            "SCH-05 `CountryCodes/0` has a value that is not allowed | at: Rules/0/Statement/NotStatement/Statement/AndStatement/Statements/0/GeoMatchStatement/CountryCodes/0 | given: \"XY\" | allowed: `BY`, `CY`, `GY`, `KY`, `LY`, `MY`, `PY`, `SY` and 242 more",
            "SCH-05 `CountryCodes/0` has a value that is not allowed | at: Rules/0/Statement/NotStatement/Statement/AndStatement/Statements/1/GeoMatchStatement/CountryCodes/0 | given: \"XY\" | allowed: `BY`, `CY`, `GY`, `KY`, `LY`, `MY`, `PY`, `SY` and 242 more",
        ],
    );
}

#[test]
fn a_map_with_too_many_entries_is_refused() {
    let service = |count: usize| {
        let attributes: serde_json::Map<String, Value> =
            (0..count).map(|at| (format!("k{at}"), json!("v"))).collect();
        json!({"ServiceAttributes": attributes})
    };
    accepts("AWS::ServiceDiscovery::Service", service(30));
    refuses(
        "AWS::ServiceDiscovery::Service",
        service(31),
        &[
            "SCH-09 `ServiceAttributes` has 31 entries | at: ServiceAttributes | allowed: at most 30 entries",
        ],
    );
}

#[test]
fn a_map_with_too_few_entries_is_refused() {
    let flow = |substitutions: Value| {
        json!({"Name": "a", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/service-role/a",
               "DefinitionString": "{}", "DefinitionSubstitutions": substitutions})
    };
    accepts("AWS::Bedrock::Flow", flow(json!({"a": "b"})));
    refuses(
        "AWS::Bedrock::Flow",
        flow(json!({})),
        &[
            "SCH-09 `DefinitionSubstitutions` has 0 entries | at: DefinitionSubstitutions | allowed: at least 1 entry",
        ],
    );
}

#[test]
fn a_text_that_is_too_short_is_refused() {
    refuses(
        "AWS::S3::Bucket",
        json!({"Tags": [{"Key": "", "Value": "b"}]}),
        &[
            "SCH-07 `Key` has 0 characters | at: Tags/0/Key | given: \"\" | allowed: at least 1 character",
        ],
    );
}
