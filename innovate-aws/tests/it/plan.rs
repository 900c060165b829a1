//! What a deployment would open.

use innovate_aws::plan::broadenings;
use innovate_cfn::schema::Registry;
use innovate_core::diff::{Diff, Snapshot, StackId, StackSnapshot};
use serde_json::{Value, json};

fn snapshot(resources: Value) -> Snapshot {
    let (account, region) = ("111122223333".to_owned(), "eu-west-1".to_owned());
    let id = StackId { name: "app".to_owned(), account, region };
    Snapshot::new([StackSnapshot::new(id, json!({ "Resources": resources }))])
}

/// What is opened when a resource of a type becomes another one. Nothing stands for one that isn't there.
fn opened(type_name: &str, before: Option<Value>, after: Option<Value>) -> Vec<String> {
    let resource = |properties: Option<Value>| match properties {
        Some(properties) => json!({ "It": { "Type": type_name, "Properties": properties } }),
        None => json!({}),
    };
    let (before, after) = (snapshot(resource(before)), snapshot(resource(after)));
    let diff = Diff::between(&before, &after, &Registry);
    broadenings(&before, &after, &diff).into_iter().map(|found| found.what).collect()
}

fn policy(statements: Value) -> Option<Value> {
    Some(json!({ "PolicyDocument": { "Version": "2012-10-17", "Statement": statements } }))
}

fn of_policies(before: Value, after: Value) -> Vec<String> {
    opened("AWS::IAM::ManagedPolicy", policy(before), policy(after))
}

fn allow(action: Value, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

#[test]
fn a_permission_that_is_new_opens_something() {
    let (old, new) =
        (allow(json!("s3:GetObject"), "a"), allow(json!(["s3:GetObject", "s3:PutObject"]), "a"));
    assert_eq!(of_policies(json!([old]), json!([new])), ["allows `s3:PutObject` on `a`"]);
    assert!(of_policies(json!([new]), json!([old])).is_empty());
    let role = opened("AWS::IAM::ManagedPolicy", None, policy(json!([old])));
    assert_eq!(role, ["allows `s3:GetObject` on `a`"]);
}

#[test]
fn what_a_wildcard_covered_before_is_not_new() {
    let wide = allow(json!("s3:Get*"), "arn:aws:s3:::data/*");
    let narrow = allow(json!("S3:GetObject"), "arn:aws:s3:::data/x");
    assert!(of_policies(json!([wide]), json!([narrow])).is_empty());
    assert_eq!(
        of_policies(json!([narrow]), json!([wide])),
        ["allows `s3:Get*` on `arn:aws:s3:::data/*`"]
    );
}

#[test]
fn a_condition_that_goes_opens_something_and_a_new_order_does_not() {
    let mut guarded = allow(json!("s3:GetObject"), "a");
    guarded["Condition"] = json!({ "Bool": { "aws:SecureTransport": "true" } });
    let open = allow(json!("s3:GetObject"), "a");
    assert_eq!(of_policies(json!([guarded]), json!([open])).len(), 1);
    assert!(of_policies(json!([open]), json!([guarded])).is_empty());
    let other = allow(json!("s3:PutObject"), "b");
    assert!(of_policies(json!([open, other]), json!([other, open])).is_empty());
}

#[test]
fn a_denial_that_goes_opens_something() {
    let deny = json!({ "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": "*" });
    assert_eq!(of_policies(json!([deny]), json!([])), ["no longer denies `s3:*` on `*` to `*`"]);
    assert!(of_policies(json!([]), json!([deny])).is_empty());
}

#[test]
fn policies_inside_of_other_properties_and_in_texts_are_read() {
    let role = |principal: &str, policies: Value| {
        Some(json!({
            "AssumeRolePolicyDocument": { "Statement": [{ "Effect": "Allow", "Principal": { "Service": principal }, "Action": "sts:AssumeRole" }] },
            "ManagedPolicyArns": policies,
        }))
    };
    assert_eq!(
        opened(
            "AWS::IAM::Role",
            role("ec2.amazonaws.com", json!([])),
            role("eks.amazonaws.com", json!(["x"]))
        ),
        ["allows `sts:AssumeRole` to `eks.amazonaws.com`", "attaches `x`"]
    );
    let text = json!({ "Statement": [allow(json!("logs:PutLogEvents"), "*")] }).to_string();
    let resource = Some(json!({ "PolicyDocument": text }));
    assert_eq!(
        opened("AWS::Logs::ResourcePolicy", None, resource),
        ["allows `logs:PutLogEvents` on `*`"]
    );
}

#[test]
fn rules_of_networks_that_are_new_open_something() {
    let group = |rules: Value| Some(json!({ "SecurityGroupIngress": rules }));
    let rule = json!({ "CidrIp": "0.0.0.0/0", "FromPort": 443, "IpProtocol": "tcp", "ToPort": 443, "Description": "d" });
    let found = opened("AWS::EC2::SecurityGroup", group(json!([])), group(json!([rule])));
    assert_eq!(found, ["lets in `CidrIp 0.0.0.0/0, FromPort 443, IpProtocol tcp, ToPort 443`"]);
    assert!(opened("AWS::EC2::SecurityGroup", group(json!([rule])), group(json!([]))).is_empty());
    let mut worded = rule.clone();
    worded["Description"] = json!("another");
    assert!(
        opened("AWS::EC2::SecurityGroup", group(json!([rule])), group(json!([worded]))).is_empty()
    );
    let entry = |action: &str| Some(json!({ "RuleAction": action, "CidrBlock": "10.0.0.0/8" }));
    assert!(opened("AWS::EC2::NetworkAclEntry", None, entry("deny")).is_empty());
    assert_eq!(opened("AWS::EC2::NetworkAclEntry", entry("deny"), entry("allow")).len(), 1);
}

#[test]
fn what_becomes_public_opens_something() {
    let bucket = |block: bool| {
        Some(
            json!({ "PublicAccessBlockConfiguration": { "BlockPublicAcls": true, "BlockPublicPolicy": block, "IgnorePublicAcls": true, "RestrictPublicBuckets": true } }),
        )
    };
    assert_eq!(
        opened("AWS::S3::Bucket", bucket(true), bucket(false)),
        ["lets a policy make the bucket public"]
    );
    assert_eq!(opened("AWS::S3::Bucket", bucket(true), Some(json!({}))).len(), 4);
    assert!(opened("AWS::S3::Bucket", None, Some(json!({}))).is_empty(), "S3 blocks what is new");
    assert!(opened("AWS::S3::Bucket", bucket(false), bucket(true)).is_empty());
    let database = |public: bool| Some(json!({ "PubliclyAccessible": public }));
    assert_eq!(
        opened("AWS::RDS::DBInstance", database(false), database(true)),
        ["gives the database a public address"]
    );
    let association = Some(json!({ "ResourceArn": "a", "WebACLArn": "b" }));
    assert_eq!(
        opened("AWS::WAFv2::WebACLAssociation", association, None),
        ["takes the web ACL from what it protects"]
    );
}

#[test]
fn what_is_open_unless_it_is_said_opens_something_when_it_is_said_no_more() {
    let cluster = |config: Value| Some(json!({ "ResourcesVpcConfig": config }));
    let closed = json!({ "EndpointPublicAccess": false, "PublicAccessCidrs": ["10.0.0.0/8"] });
    let opens = opened("AWS::EKS::Cluster", cluster(closed.clone()), cluster(json!({})));
    assert_eq!(opens.len(), 2, "{opens:?}");
    assert!(opened("AWS::EKS::Cluster", cluster(closed.clone()), cluster(closed)).is_empty());
    let group = |rules: Value| Some(rules);
    let bounded = json!({ "SecurityGroupEgress": [] });
    assert_eq!(
        opened("AWS::EC2::SecurityGroup", group(bounded), group(json!({}))),
        ["lets out everything"]
    );
}

#[test]
fn an_exclusion_that_shrinks_opens_something() {
    let but = |excluded: &str| json!({ "Effect": "Allow", "NotAction": excluded, "Resource": "*" });
    assert_eq!(of_policies(json!([but("iam:*")]), json!([but("iam:PassRole")])).len(), 1);
    assert!(of_policies(json!([but("iam:*")]), json!([but("iam:*")])).is_empty());
}

#[test]
fn statements_under_a_condition_are_read() {
    let choice =
        json!({ "Fn::If": ["C", allow(json!("s3:GetObject"), "a"), { "Ref": "AWS::NoValue" }] });
    assert_eq!(of_policies(json!([]), json!([choice])), ["allows `s3:GetObject` on `a`"]);
}

#[test]
fn a_boundary_that_goes_and_a_role_that_gets_a_policy_open_something() {
    let role = |boundary: Option<&str>| {
        Some(boundary.map_or(json!({}), |arn| json!({ "PermissionsBoundary": arn })))
    };
    assert_eq!(
        opened("AWS::IAM::Role", role(Some("b")), role(None)),
        ["is no longer bounded by `b`"]
    );
    assert!(opened("AWS::IAM::Role", role(None), role(Some("b"))).is_empty());
    let policy = |roles: Value| Some(json!({ "Roles": roles }));
    assert_eq!(
        opened("AWS::IAM::ManagedPolicy", policy(json!(["a"])), policy(json!(["a", "b"]))),
        ["is attached to the role `b`"]
    );
}
