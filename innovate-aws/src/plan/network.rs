//! Who else can connect, and what becomes public.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::shown;

/// What it means that a setting isn't said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsaid {
    /// It is closed.
    Closed,
    /// It is open.
    Open,
    /// It is closed in what is new, and open in what said it before.
    OpenOnceSaid,
}

use Unsaid::{Closed, Open, OpenOnceSaid};

/// A setting: its type, its path, the value that is open, what it means that it isn't said, and what is
/// open then.
type Switch = (&'static str, &'static str, bool, Unsaid, &'static str);

/// Source: the pages of these types in the AWS CloudFormation Template Reference; "Default settings for new
/// S3 buckets", Amazon S3 User Guide.
const SWITCHES: &[Switch] = &[
    ("AWS::EC2::Subnet", "MapPublicIpOnLaunch", true, Closed, "gives instances public addresses"),
    (
        "AWS::EC2::Subnet",
        "AssignIpv6AddressOnCreation",
        true,
        Closed,
        "gives instances IPv6 addresses",
    ),
    (
        "AWS::EKS::Cluster",
        "ResourcesVpcConfig/EndpointPublicAccess",
        true,
        Open,
        "opens the cluster's API to the internet",
    ),
    (
        "AWS::RDS::DBInstance",
        "PubliclyAccessible",
        true,
        Closed,
        "gives the database a public address",
    ),
    (
        "AWS::RDS::DBCluster",
        "PubliclyAccessible",
        true,
        Closed,
        "gives the database a public address",
    ),
    (
        "AWS::S3::Bucket",
        "PublicAccessBlockConfiguration/BlockPublicAcls",
        false,
        OpenOnceSaid,
        "lets access control lists make objects public",
    ),
    (
        "AWS::S3::Bucket",
        "PublicAccessBlockConfiguration/BlockPublicPolicy",
        false,
        OpenOnceSaid,
        "lets a policy make the bucket public",
    ),
    (
        "AWS::S3::Bucket",
        "PublicAccessBlockConfiguration/IgnorePublicAcls",
        false,
        OpenOnceSaid,
        "heeds public access control lists",
    ),
    (
        "AWS::S3::Bucket",
        "PublicAccessBlockConfiguration/RestrictPublicBuckets",
        false,
        OpenOnceSaid,
        "lets anyone use a public policy of the bucket",
    ),
];

/// Lists that stand for everyone if they aren't said, and what that opens.
const UNBOUNDED: &[(&str, &str, &str)] = &[
    (
        "AWS::EKS::Cluster",
        "ResourcesVpcConfig/PublicAccessCidrs",
        "opens the cluster's API to every address, if it is public",
    ),
    ("AWS::EC2::SecurityGroup", "SecurityGroupEgress", "lets out everything"),
];

/// Lists by type whose items each let somebody in: the path of each, and what an item does.
const LISTS: &[(&str, &str, &str)] = &[
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", "lets in"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupEgress", "lets out"),
    ("AWS::EKS::Cluster", "ResourcesVpcConfig/PublicAccessCidrs", "opens the cluster's API to"),
    ("AWS::EC2::PrefixList", "Entries", "adds to the list"),
    ("AWS::WAFv2::IPSet", "Addresses", "adds to the set"),
];

/// Types of which each is one rule.
const RULES: &[(&str, &str)] = &[
    ("AWS::EC2::SecurityGroupIngress", "lets in"),
    ("AWS::EC2::SecurityGroupEgress", "lets out"),
    ("AWS::EC2::Route", "routes"),
    ("AWS::EC2::VPCPeeringConnection", "peers"),
    ("AWS::Lambda::Permission", "lets call"),
    ("AWS::EKS::AccessEntry", "gives access to the cluster"),
];

/// What the new properties open that the old ones don't.
pub(super) fn opened(type_name: &str, old: &Value, new: &Value) -> Vec<String> {
    let mut opened = Vec::new();
    if new.is_null() {
        if type_name == "AWS::WAFv2::WebACLAssociation" {
            opened.push("takes the web ACL from what it protects".to_owned());
        }
        return opened;
    }
    for (_, path, open, unsaid, what) in SWITCHES.iter().filter(|(kind, ..)| *kind == type_name) {
        let said = |properties: &Value| {
            let text = if *open { "true" } else { "false" };
            let value = at(properties, path)?;
            Some(*value == Value::Bool(*open) || value.as_str() == Some(text))
        };
        let before = said(old);
        let was_open = !old.is_null() && before.unwrap_or(*unsaid == Open);
        let is_open = said(new).unwrap_or(match unsaid {
            Closed => false,
            Open => true,
            OpenOnceSaid => before.is_some(),
        });
        if is_open && !was_open {
            opened.push((*what).to_owned());
        }
    }
    for (_, path, what) in UNBOUNDED.iter().filter(|(kind, ..)| *kind == type_name) {
        let bound = |properties: &Value| at(properties, path).is_some();
        if !bound(new) && (old.is_null() || bound(old)) {
            opened.push((*what).to_owned());
        }
    }
    for (_, path, what) in LISTS.iter().filter(|(kind, ..)| *kind == type_name) {
        let items = |properties: &Value| -> BTreeSet<String> {
            let items = at(properties, path).and_then(Value::as_array);
            items.into_iter().flatten().map(rule).collect()
        };
        opened.extend(items(new).difference(&items(old)).map(|item| format!("{what} {item}")));
    }
    for (_, what) in RULES.iter().filter(|(kind, _)| *kind == type_name) {
        let (was, is) = (rule(old), rule(new));
        if was != is {
            opened.push(format!("{what} {is}"));
        }
    }
    let allows = |entry: &Value| entry.get("RuleAction").and_then(Value::as_str) == Some("allow");
    if type_name == "AWS::EC2::NetworkAclEntry" && allows(new) && rule(old) != rule(new) {
        opened.push(format!("lets through the network ACL {}", rule(new)));
    }
    opened
}

fn at<'a>(properties: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').try_fold(properties, |value, part| value.get(part))
}

/// A rule in one line, without what describes it only.
fn rule(value: &Value) -> String {
    let Value::Object(map) = value else { return shown(value) };
    let told = |key: &str| !matches!(key, "Description" | "Tags");
    let said: Map<String, Value> = map
        .iter()
        .filter(|(key, _)| told(key))
        .map(|(key, part)| (key.clone(), part.clone()))
        .collect();
    let parts: Vec<String> =
        said.iter().map(|(key, part)| format!("{key} {}", shown(part))).collect();
    format!("`{}`", parts.join(", "))
}
