//! `KMS-02`: a key's policy lets in the services that use it.

use std::borrow::Cow;

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::consumer::{BUCKET_KEY, Consumer, Found, consumer, consumers, key_of};
use crate::{
    identity::{
        document::{Policy, policies_of},
        statement::{
            allows, asked_for, is_about, lets_everyone_in, names_everyone, principal_patterns,
            principals,
        },
    },
    rules::{
        edge::{DISTRIBUTION, origin::bucket},
        read::{items, pattern, region_of},
        storage::policy::policies_for,
    },
};

/// `KMS-02`.
pub static KEY_GRANTS_WHAT_ITS_CONSUMERS_NEED: Rule = Rule {
    code: "KMS-02",
    title: "a key's policy lets in the services that use it",
    explanation: "A service that a key's policy leaves out fails when it first needs the key: log \
groups are not created, alarms are dropped on the way to a topic, nodes end with \
Client.InternalError as they start. Each resource that names a key needs a statement of the key's \
policy for its service: for the service itself, or for what comes through it (`kms:ViaService`). \
A replica of a key has a policy of \
its own, for the services of its own region. `KmsKey<Use>` and `ReplicaKey` write what their use needs.\n\nSources: the pages on encryption of each service's guide, \
as named at the uses of `KmsKey`.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for Found { consumer, resource, property, key } in consumers(model) {
        require(model, (resource, &property), consumer, key, findings);
    }
    for (group, key) in auto_scaled(model) {
        if key.properties().at("KeyPolicy").is_some() && !permits(key, lets_in_auto_scaling) {
            findings.report(
                denied(group, "KmsKeyId", key, "Auto Scaling, which starts the group's nodes")
                    .help("make the key with `KmsKey::<Ebs>::new()`"),
            );
        }
    }
    alarms(model, findings);
    sites(model, findings);
    writers(model, findings);
    outsiders(model, findings);
}

fn require(
    model: &Model<'_>,
    (resource, property): (&Resource, &str),
    consumer: &Consumer,
    key: &Resource,
    findings: &mut Findings,
) {
    let (service, region) = (consumer.service, region_of(model, key));
    if permits(key, |statement| lets_in(statement, service, region)) {
        return;
    }
    let finding = denied(resource, property, key, service);
    let help = match consumer.key_use {
        key_use if key.type_name() == "AWS::KMS::ReplicaKey" => format!(
            "a replica has a policy of its own, for its own region: make it with `ReplicaKey::of(..)` of \
             a `KmsKey::<{key_use}>`"
        ),
        key_use => format!("make the key with `KmsKey::<{key_use}>::new()`"),
    };
    findings.report(match region {
        // Another region's service may be let in, which is easily overlooked.
        Some(region) => finding
            .given(format!("a key whose policy has no statement for {service} in {region}"))
            .help(help),
        None => finding.help(help),
    });
}

fn denied(resource: &Resource, property: &str, key: &Resource, service: &str) -> Diagnostic {
    let (id, key_id) = (resource.logical_id(), key.logical_id());
    let message = format!("the key `{key_id}` of `{id}` does not let {service} in");
    Diagnostic::error("KMS-02", message)
        .on(resource)
        .property(property)
        .given(format!("a key whose policy has no statement for {service}"))
        .allowed("a key whose policy has one")
        .related(key.location(), "the key is made here")
}

/// Whether a statement of the key's policy does. A policy that is known only at deployment may; a key
/// without one is its account's alone, and no service gets in on its own.
fn permits(key: &Resource, allowed: impl Fn(&Node) -> bool) -> bool {
    let policies = policies_of(key);
    let unknown = policies.is_empty() && key.properties().at("KeyPolicy").is_some();
    let mut statements = policies.iter().flat_map(Policy::statements);
    unknown || statements.any(|statement| allows(statement) && allowed(statement))
}

/// Whether the statement is for the service in the key's region, or for what comes through it.
fn lets_in(statement: &Node, service: &str, region: Option<&str>) -> bool {
    let is_it = |name: &str| {
        // `logs.eu-west-1.amazonaws.com`, or `sns.amazonaws.com`.
        let mut parts = name.split('.');
        let (first, second) = (parts.next(), parts.next().unwrap_or("*"));
        let everywhere = second == "amazonaws" || second.contains('*');
        first == Some(service) && (everywhere || region.is_none_or(|region| region == second))
    };
    let own = principal_patterns(statement, "Service").iter().any(|name| is_it(name));
    let through = || {
        let operators = statement.get("Condition").and_then(Node::as_map).unwrap_or_default();
        operators.iter().any(|(operator, keys)| {
            !operator.contains("Not")
                && keys.as_map().unwrap_or_default().iter().any(|(key, values)| {
                    key.eq_ignore_ascii_case("kms:ViaService")
                        && items(values).iter().map(pattern).any(|name| is_it(&name))
                })
        })
    };
    (own || through()) && uses(statement)
}

/// Whether the statement lets data keys be made or opened.
fn uses(statement: &Node) -> bool {
    ["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
        .iter()
        .any(|action| is_about(statement, action))
}

/// Managed node groups with the keys of their volumes.
fn auto_scaled<'m>(model: &Model<'m>) -> Vec<(&'m Resource, &'m Resource)> {
    let mut pairs = Vec::new();
    let kinds = [
        ("AWS::EKS::Nodegroup", "LaunchTemplate"),
        ("AWS::AutoScaling::AutoScalingGroup", "LaunchTemplate"),
    ];
    for (kind, property) in kinds {
        for group in model.resources_of(kind) {
            let mut templates: Vec<Address> = Vec::new();
            if let Some(node) = group.properties().at(property) {
                node.visit_references(&mut |found| templates.push(found.target.clone()));
            }
            templates.dedup();
            for template in templates.iter().filter_map(|found| model.resource(found)) {
                let mappings = template.properties().at("LaunchTemplateData/BlockDeviceMappings");
                let mappings = mappings.and_then(Node::as_list).unwrap_or_default();
                for index in 0..mappings.len() {
                    let path =
                        format!("LaunchTemplateData/BlockDeviceMappings/{index}/Ebs/KmsKeyId");
                    pairs.extend(key_of(model, template, &path).map(|key| (template, key)));
                }
            }
        }
    }
    pairs.dedup_by_key(|(template, key)| (template.address(), key.address()));
    pairs
}

/// Whether the statement is for the role with which Auto Scaling starts instances.
fn lets_in_auto_scaling(statement: &Node) -> bool {
    const ROLE: &str = "AWSServiceRoleForAutoScaling";
    let mut named = principal_patterns(statement, "AWS").iter().any(|arn| arn.contains(ROLE));
    let mut look =
        |node: &Node| named |= items(node).iter().map(pattern).any(|arn| arn.contains(ROLE));
    for (_, keys) in statement.get("Condition").and_then(Node::as_map).unwrap_or_default() {
        for (key, values) in keys.as_map().unwrap_or_default() {
            if key.eq_ignore_ascii_case("aws:PrincipalArn") {
                look(values);
            }
        }
    }
    named && uses(statement)
}

/// The topics that alarms publish to: CloudWatch does so on its own.
fn alarms(model: &Model<'_>, findings: &mut Findings) {
    const TOPIC: Consumer = consumer("AWS::SNS::Topic", "KmsMasterKeyId", "cloudwatch", "Sns");
    let mut topics: Vec<Address> = Vec::new();
    for alarm in model.resources_of("AWS::CloudWatch::Alarm") {
        for property in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
            if let Some(node) = alarm.properties().at(property) {
                node.visit_references(&mut |found| topics.push(found.target.clone()));
            }
        }
    }
    topics.sort();
    topics.dedup();
    for topic in topics.iter().filter_map(|topic| model.resource(topic)) {
        if let Some(key) = key_of(model, topic, TOPIC.property) {
            require(model, (topic, TOPIC.property), &TOPIC, key, findings);
        }
    }
}

/// The buckets that CloudFront reads on its own.
fn sites(model: &Model<'_>, findings: &mut Findings) {
    const SITE: Consumer = consumer("AWS::S3::Bucket", BUCKET_KEY, "cloudfront", "StaticSite");
    let mut sites: Vec<&Resource> = Vec::new();
    for distribution in model.resources_of(DISTRIBUTION) {
        let origins = distribution.properties().at("DistributionConfig/Origins");
        let origins = origins.and_then(Node::as_list).unwrap_or_default();
        sites.extend(origins.iter().filter_map(|origin| bucket(model, origin)));
    }
    sites.dedup_by_key(|site| site.address());
    for site in sites {
        if let Some(key) = key_of(model, site, SITE.property) {
            require(model, (site, SITE.property), &SITE, key, findings);
        }
    }
}

/// The buckets that services write to on their own, as the buckets' policies say.
fn writers(model: &Model<'_>, findings: &mut Findings) {
    for bucket in model.resources_of("AWS::S3::Bucket") {
        let Some(key) = key_of(model, bucket, BUCKET_KEY) else { continue };
        let mut services: Vec<String> = Vec::new();
        for policy in policies_for(model, bucket) {
            for document in policies_of(policy) {
                let writes =
                    |statement: &&Node| allows(statement) && is_about(statement, "s3:PutObject");
                for statement in document.statements().iter().filter(writes) {
                    services
                        .extend(principals(statement, "Service").into_iter().map(Cow::into_owned));
                }
            }
        }
        services.sort();
        services.dedup();
        for service in services {
            let named = |statement: &Node| {
                principals(statement, "Service").iter().any(|found| *found == service)
                    && uses(statement)
            };
            if !permits(key, named) {
                findings.report(
                    denied(bucket, BUCKET_KEY, key, &service)
                        .help("make the key with `KmsKey::<LogDelivery>::new()`"),
                );
            }
        }
    }
}

/// Those of other accounts whom the policies of buckets let have objects: S3 uses the bucket's key on their
/// behalf, so its policy decides, too.
fn outsiders(model: &Model<'_>, findings: &mut Findings) {
    for bucket in model.resources_of("AWS::S3::Bucket") {
        let Some(key) = key_of(model, bucket, BUCKET_KEY) else { continue };
        let Some(own) = model.stack_of(bucket).map(|stack| stack.site().account()) else {
            continue;
        };
        let mut outsiders: Vec<Outsider> = Vec::new();
        for policy in policies_for(model, bucket) {
            for document in policies_of(policy) {
                let opens = |statement: &&Node| {
                    let actions = ["s3:GetObject", "s3:PutObject"];
                    allows(statement) && actions.iter().any(|action| is_about(statement, action))
                };
                let found = document.statements().iter().filter(opens).flat_map(Outsider::named_in);
                outsiders.extend(found.filter(|outsider| outsider.is_beyond(own)));
            }
        }
        outsiders.sort();
        outsiders.dedup();
        for outsider in outsiders {
            let named = |statement: &Node| {
                uses(statement)
                    && (lets_everyone_in(statement)
                        || Outsider::named_in(statement)
                            .iter()
                            .any(|known| known.includes(&outsider)))
            };
            if !permits(key, named) {
                findings.report(
                    denied(bucket, BUCKET_KEY, key, &outsider.0)
                        .help("add `.statement(principal.use_key(&site))` to the key, of the `BucketPrincipal`"),
                );
            }
        }
    }
}

/// Somebody whom a policy names: an ARN, an account or an organization.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Outsider(String);

impl Outsider {
    /// Whom a statement is for: those whom it names, and of everyone, those whom a condition asks for.
    fn named_in(statement: &Node) -> Vec<Self> {
        /// From one caller to all of an organization.
        const KEYS: [&str; 5] = [
            "aws:PrincipalArn",
            "aws:PrincipalAccount",
            "kms:CallerAccount",
            "aws:PrincipalOrgID",
            "aws:PrincipalOrgPaths",
        ];
        let mut found: Vec<Self> =
            principal_patterns(statement, "AWS").into_iter().map(Self).collect();
        if names_everyone(statement) {
            let asked = KEYS.iter().map(|key| asked_for(statement, key));
            let asked = asked.into_iter().find(|values| !values.is_empty()).unwrap_or_default();
            found.extend(asked.into_iter().map(|value| {
                // `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*` is of the organization `o-a1b2c3d4e5`.
                let organization = value.split('/').next().filter(|id| id.starts_with("o-"));
                Self(organization.map_or_else(|| value.clone(), str::to_owned))
            }));
        }
        found
    }

    fn is_organization(&self) -> bool {
        self.0.starts_with("o-")
    }

    /// Its account: `777788889999`, or that of `arn:aws:iam::777788889999:role/..`.
    fn account(&self) -> Option<&str> {
        match self.0.starts_with("arn:") {
            true => self.0.split(':').nth(4),
            false => Some(&self.0).filter(|_| !self.is_organization()).map(String::as_str),
        }
    }

    /// Whether it is of another account than this one, or an organization. One that is known only at
    /// deployment isn't.
    fn is_beyond(&self, own: &str) -> bool {
        self.is_organization()
            || self.account().is_some_and(|account| account != own && !account.contains(['*', '?']))
    }

    /// Whether the other is the same, one of the account that this is, or of an account of the organization that
    /// this is: which accounts those are is known to AWS alone.
    fn includes(&self, other: &Self) -> bool {
        let is_account =
            !self.is_organization() && (!self.0.starts_with("arn:") || self.0.ends_with(":root"));
        self == other
            || (is_account && self.account() == other.account())
            || (self.is_organization() && !other.is_organization())
    }
}
