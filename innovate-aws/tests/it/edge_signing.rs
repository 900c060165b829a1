//! Zones that are signed, what the zones above say of it, and who asks for what.

use innovate_aws::{
    Environment, Region, domain,
    edge::{
        Delegation, HostedZone, HostedZoneHandle, HostedZoneMetric, QueryLog, Record, RecordData,
        ZoneSigning, ZoneSigningAlarm,
    },
    keys::{KmsKey, Logs},
    name,
    name::DelegationSigner,
    observability::{AlarmTopic, Retention},
};
use innovate_cfn::{
    kind::HostedZoneId,
    kms,
    route53::{self, hosted_zone, key_signing_key},
};
use innovate_core::{
    App, DeletionPolicy, Diagnostic, Node, Prod, ResourceType as _, Severity, Stack, UsEast1,
};
use serde_json::{Value, json};

use crate::program::{
    assembly, environment, findings, of_type, problems, resource, synth_with_registry, text,
};

const DIGEST: &str = "2371 13 2 1F987CC6583E92DF0890718C42E4F8B3BB7B0E0CA4A9C8D3E16E15E3F1A5E1C6";

fn signer() -> DelegationSigner {
    DelegationSigner::new(DIGEST).unwrap()
}

/// A zone at home, in a zone of the same program, and a stack beside it in us-east-1.
struct World {
    environment: Environment<Prod>,
    dns: Stack<Prod>,
    edge: Stack<Prod, UsEast1>,
    parent: HostedZoneHandle,
    zone: HostedZoneHandle,
}

impl World {
    fn new(signer: Option<DelegationSigner>) -> Self {
        let environment = environment::<Prod>();
        let mut dns = environment.stack("dns");
        let parent = HostedZone::builder().domain(&domain!("innovate.example")).build();
        let parent = dns.add("Parent", parent);
        let zone = HostedZone::builder().domain(&domain!("eu.innovate.example")).parent(&parent);
        let zone = match signer {
            Some(signer) => zone.signer(signer).build(),
            None => zone.build(),
        };
        let zone = dns.add("Zone", zone);
        let edge = environment.us_east_1_stack("edge");
        Self { environment, dns, edge, parent, zone }
    }

    fn signed(signer: Option<DelegationSigner>) -> Self {
        let mut world = Self::new(signer);
        world.edge.add("Signing", ZoneSigning::of(&world.zone));
        world
    }

    fn app(self) -> App {
        App::new("test").stack(self.dns).stack(self.edge)
    }

    /// What is found about names.
    fn found(self) -> Vec<Diagnostic> {
        let found = findings(self.app()).into_iter();
        found.filter(|found| found.code().starts_with("DNS-")).collect()
    }
}

/// The one finding: its code, its message and the value given.
fn one(found: &[Diagnostic]) -> (&'static str, &str, &str) {
    match found {
        [one] => (one.code(), one.message(), one.given_value().unwrap_or_default()),
        other => panic!("not one finding: {other:#?}"),
    }
}

fn template(app: App, stack: &str) -> Value {
    let assembly = assembly(app);
    let file = assembly.files().iter().find(|(path, _)| path.contains(stack));
    serde_json::from_str(file.unwrap().1).unwrap()
}

#[test]
fn a_zone_at_home_is_signed_by_a_key_in_us_east_1() {
    assert_eq!(findings(World::signed(Some(signer())).app()), []);
    let synthesis = synth_with_registry(World::signed(Some(signer())).app());
    assert_eq!(problems(&synthesis), Vec::<String>::new());
    let world = World::signed(Some(signer()));
    for id in ["Signing", "SigningKeySigningKey", "SigningKey"] {
        let policy = resource(world.edge.model(), id).deletion_policy();
        assert_eq!(policy, Some(DeletionPolicy::RetainExceptOnCreate), "{id}");
    }
    let template = template(world.app(), "innovate-prod-edge");
    let resources = &template["Resources"];
    let key = &resources["SigningKey"]["Properties"];
    assert_eq!(
        (&key["KeySpec"], &key["KeyUsage"]),
        (&json!("ECC_NIST_P256"), &json!("SIGN_VERIFY"))
    );
    assert!(key["EnableKeyRotation"].is_null(), "KMS rotates no such key");
    assert_eq!(key["Description"], "Signs eu.innovate.example");
    assert_eq!(
        resources["SigningKeyAlias"]["Properties"]["AliasName"],
        "alias/innovate-prod/signing"
    );
    let signer = &resources["SigningKeySigningKey"]["Properties"];
    assert_eq!(
        (&signer["Status"], &signer["Name"]),
        (&json!("ACTIVE"), &json!("innovate_prod_edge_signing"))
    );
    let zone = &signer["HostedZoneId"]["Fn::GetStackOutput"];
    assert_eq!(
        (&zone["Region"], &zone["StackName"]),
        (&json!("eu-west-1"), &json!("innovate-prod-dns"))
    );
    assert_eq!(resources["Signing"]["DependsOn"], json!(["SigningKeySigningKey"]));
}

#[test]
fn route_53_alone_signs_and_this_zone_alone() {
    let world = World::signed(None);
    let key = resource(world.edge.model(), "SigningKey").properties();
    let statement = |at: usize| key.at(&format!("KeyPolicy/Statement/{at}")).unwrap();
    let service = |at| statement(at).at("Principal/Service").unwrap().as_text();
    assert_eq!(service(1), Some("dnssec-route53.amazonaws.com"));
    assert_eq!(service(2), Some("dnssec-route53.amazonaws.com"));
    let actions = statement(1).get("Action").and_then(Node::as_list).unwrap();
    let actions: Vec<_> = actions.iter().filter_map(Node::as_text).collect();
    assert_eq!(actions, ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]);
    let account = statement(1).at("Condition/StringEquals/aws:SourceAccount").unwrap();
    assert_eq!(account.as_text(), Some("444455556666"));
    let mut zones = Vec::new();
    statement(1)
        .visit_references(&mut |reference| zones.push(reference.target.logical_id().to_owned()));
    assert_eq!(zones, ["Zone"]);
    let grant = statement(2).at("Condition/Bool/kms:GrantIsForAWSResource");
    assert!(grant.is_some());
}

#[test]
fn the_zone_above_says_by_which_key_a_zone_is_signed() {
    let template = template(World::signed(Some(signer())).app(), "innovate-prod-dns");
    let record = &template["Resources"]["ZoneDelegationSigner"]["Properties"];
    assert_eq!((&record["Type"], &record["TTL"]), (&json!("DS"), &json!("300")));
    assert_eq!(record["Name"], "eu.innovate.example");
    assert_eq!(record["HostedZoneId"], json!({"Ref": "Parent"}));
    assert_eq!(record["ResourceRecords"], json!([DIGEST]));
}

#[test]
fn a_zone_that_is_signed_in_vain_is_a_warning() {
    let found = World::signed(None).found();
    let message = "the zone `eu.innovate.example` is signed, and nobody verifies it";
    assert_eq!((one(&found).0, one(&found).1), ("DNS-05", message));
    assert_eq!(found[0].severity(), Severity::Warning);
    // Of a delegation that another construct makes, too.
    let mut world = World::new(None);
    let shop = HostedZone::builder().domain(&domain!("shop.innovate.example")).build();
    let shop = world.dns.add("Shop", shop);
    world.dns.add("ShopDelegation", Delegation::new(&shop, &world.parent).signer(signer()));
    world.edge.add("ShopSigning", ZoneSigning::of(&shop));
    assert_eq!(world.found(), []);
}

#[test]
fn a_zone_of_which_a_key_is_known_is_signed() {
    let found = World::new(Some(signer())).found();
    let message = "the zone `eu.innovate.example` isn't signed, and the zone above says that it is";
    assert_eq!((one(&found).0, one(&found).1), ("DNS-05", message));
    assert_eq!((found[0].severity(), found[0].setter_name()), (Severity::Error, Some("signer")));
}

#[test]
fn a_key_is_told_to_a_zone_above() {
    let mut dns = environment::<Prod>().stack("dns");
    let zone = HostedZone::builder().domain(&domain!("innovate.example")).signer(signer()).build();
    dns.add("Zone", zone);
    let found = findings(App::new("test").stack(dns));
    let message = "no zone of the program is told which key signs this one";
    assert_eq!(one(&found), ("DNS-05", message, DIGEST));
}

/// A zone that is signed by resources of its own, as `change` has them.
fn by_hand(
    change: impl FnOnce(&mut Stack<Prod, UsEast1>, &HostedZoneHandle, kms::Key),
) -> Vec<Diagnostic> {
    let mut world = World::new(Some(signer()));
    let key = kms::Key::new()
        .key_spec(kms::key::KeySpec::ECC_NIST_P256)
        .key_usage(kms::key::KeyUsage::SIGN_VERIFY);
    change(&mut world.edge, &world.zone, key);
    world.found()
}

fn key_of(zone: &HostedZoneHandle, key: &kms::KeyRef) -> route53::KeySigningKey {
    let status = key_signing_key::Status::ACTIVE;
    route53::KeySigningKey::new(
        zone.zone_id(),
        key.arn().assume::<innovate_core::Text>(),
        "key",
        status,
    )
    .removal_policy(DeletionPolicy::Retain)
}

fn signing_of(zone: &HostedZoneHandle) -> route53::DNSSEC {
    route53::DNSSEC::new(zone.zone_id()).removal_policy(DeletionPolicy::Retain)
}

#[test]
fn a_zone_waits_for_its_key() {
    let found = by_hand(|edge, zone, key| {
        let key = edge.add("Key", key);
        let signer = edge.add("Signer", key_of(zone, &key));
        edge.add("Signing", signing_of(zone).depends_on(&signer));
    });
    assert_eq!(found, []);
    let found = by_hand(|edge, zone, key| {
        let key = edge.add("Key", key);
        edge.add("Signer", key_of(zone, &key));
        edge.add("Signing", signing_of(zone));
    });
    assert_eq!(
        (one(&found).0, one(&found).1),
        ("DNS-04", "signing doesn't wait for the zone's key")
    );
    let found = by_hand(|edge, zone, _| drop(edge.add("Signing", signing_of(zone))));
    assert_eq!((one(&found).0, one(&found).1), ("DNS-04", "the zone has no key to be signed with"));
}

#[test]
fn a_zone_is_signed_with_a_key_that_route_53_takes() {
    let found = by_hand(|edge, zone, _| {
        let key = edge.add("Key", kms::Key::new());
        let signer = edge.add("Signer", key_of(zone, &key));
        edge.add("Signing", signing_of(zone).depends_on(&signer));
    });
    let message = "Route 53 can't sign with such a key";
    assert_eq!(one(&found), ("DNS-04", message, "SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT"));
    let mut world = World::new(Some(signer()));
    let key = kms::Key::new()
        .key_spec(kms::key::KeySpec::ECC_NIST_P256)
        .key_usage(kms::key::KeyUsage::SIGN_VERIFY);
    let key = world.dns.add("Key", key);
    let signer = world.edge.add("Signer", key_of(&world.zone, &key));
    world.edge.add("Signing", signing_of(&world.zone).depends_on(&signer));
    let found = world.found();
    let message = "Route 53 signs with no key of this region";
    assert_eq!(one(&found), ("DNS-04", message, Region::EuWest1.code()));
    assert_eq!(found[0].related_places()[0].1, "the key is made here");
}

#[test]
fn what_signs_a_zone_stays() {
    let found = by_hand(|edge, zone, key| {
        let key = edge.add("Key", key);
        let signer = edge.add("Signer", key_of(zone, &key));
        edge.add("Signing", route53::DNSSEC::new(zone.zone_id()).depends_on(&signer));
    });
    let message = "a zone would lose its signatures with its stack";
    assert_eq!((one(&found).0, one(&found).1), ("DNS-04", message));
}

#[test]
fn a_private_zone_is_not_signed() {
    let mut world = World::new(None);
    let vpc = hosted_zone::VPC::new(
        innovate_cfn::kind::VpcId::literal("vpc-0123456789abcdef0"),
        "us-east-1",
    );
    let zone = route53::HostedZone::new().name("innovate.internal").vpcs([vpc]);
    let zone = world.edge.add("Private", zone);
    let signing = route53::DNSSEC::new(zone.reference()).removal_policy(DeletionPolicy::Retain);
    world.edge.add("Signing", signing);
    let found = world.found();
    assert_eq!((one(&found).0, one(&found).1), ("DNS-04", "a private zone can't be signed"));
}

#[test]
fn its_alarms_are_on_metrics_that_route_53_publishes() {
    let mut world = World::new(Some(signer()));
    let signing = world.edge.add("Signing", ZoneSigning::of(&world.zone));
    let topic = world.edge.add("Alerts", AlarmTopic::builder().build());
    world.edge.add("ZoneAlarms", signing.alarms().notify(&topic));
    let alarms = of_type(world.edge.model(), "AWS::CloudWatch::Alarm");
    assert_eq!(alarms.len(), ZoneSigningAlarm::ALL.len());
    for alarm in alarms {
        assert!(text(alarm, "MetricName").starts_with("DNSSEC"));
        assert_eq!(text(alarm, "TreatMissingData"), "ignore");
        assert_eq!(text(alarm, "Dimensions/0/Name"), "HostedZoneId");
    }
    let queries = world.zone.metric(HostedZoneMetric::DnsQueries);
    assert_eq!((queries.namespace(), queries.name()), ("AWS/Route53", "DNSQueries"));
    assert_eq!(findings(world.app()), []);
}

#[test]
fn lookups_are_written_to_an_encrypted_log_group_in_us_east_1() {
    let mut world = World::new(None);
    world.edge.add("ZoneLog", QueryLog::builder().zone(&world.zone).build());
    let group = resource(world.edge.model(), "ZoneLogLogs");
    assert_eq!(text(group, "LogGroupName"), "/aws/route53/eu.innovate.example");
    assert_eq!(group.properties().get("RetentionInDays").and_then(Node::as_integer), Some(365));
    let template = template(world.app(), "innovate-prod-edge");
    let log = &template["Resources"]["ZoneLog"];
    assert_eq!(log["DependsOn"], json!(["ZoneLogLogPolicy"]));
    let group = json!({"Fn::Sub": "arn:${AWS::Partition}:logs:us-east-1:444455556666:log-group:${ZoneLogLogs}"});
    assert_eq!(log["Properties"]["CloudWatchLogsLogGroupArn"], group);
    let policy = &template["Resources"]["ZoneLogLogPolicy"]["Properties"];
    let policy = policy["PolicyDocument"].to_string();
    for part in ["route53.amazonaws.com", "logs:PutLogEvents", "${ZoneLogLogs}:*", "aws:SourceArn"]
    {
        assert!(policy.contains(part), "{policy}");
    }
}

#[test]
fn a_log_of_lookups_takes_a_key_and_a_retention() {
    let mut world = World::new(None);
    let key = world.edge.add("Logs", KmsKey::<Logs>::new());
    let log =
        QueryLog::builder().zone(&world.zone).key(&key).retention(Retention::TwoYears).build();
    world.edge.add("ZoneLog", log);
    assert!(world.edge.model().resource("ZoneLogLogKey").is_none());
    let group = resource(world.edge.model(), "ZoneLogLogs");
    assert_eq!(group.properties().get("RetentionInDays").and_then(Node::as_integer), Some(731));
    let synthesis = synth_with_registry(world.app());
    assert_eq!(problems(&synthesis), Vec::<String>::new());
}

#[test]
fn a_record_has_a_name_that_no_host_has() {
    let mut world = World::new(None);
    let outside = HostedZoneHandle::existing(
        HostedZoneId::literal("Z0123456789AB"),
        domain!("innovate.example"),
    );
    let name = world.zone.domain().record("_dmarc").unwrap();
    let data = || RecordData::txt(["v=DMARC1; p=reject"]);
    world.dns.add("Dmarc", Record::builder().zone(&world.zone).host(name).data(data()).build());
    let all = name!(RecordName: "*.innovate.example");
    world.dns.add("All", Record::builder().zone(&outside).host(all).data(data()).build());
    assert_eq!(text(resource(world.dns.model(), "Dmarc"), "Name"), "_dmarc.eu.innovate.example");
    assert_eq!(text(resource(world.dns.model(), "All"), "Name"), "*.innovate.example");
    let wrong = name!(RecordName: "_dmarc.example.org");
    world.dns.add("Wrong", Record::builder().zone(&outside).host(wrong).data(data()).build());
    let _ = &world.environment;
    let found = world.found();
    let message = "`_dmarc.example.org` is not in the zone `innovate.example`";
    assert_eq!(one(&found), ("DNS-01", message, "_dmarc.example.org"));
}
