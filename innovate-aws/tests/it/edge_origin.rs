//! A distribution in us-east-1 and the load balancer that it asks, in the environment's own region.

use innovate_aws::{
    Region,
    edge::{AliasRecord, Certificate, Distribution, Origin},
    keys::{Key, KmsKey, Secrets},
    load_balancer::{LoadBalancer, OriginHeader, Scheme, TargetGroup},
    name,
    name::SecretPath,
    secrets::{Generated, Secret},
    security::Regional,
};
use innovate_core::{App, Prod, Stack};

use crate::{
    edge::Edge,
    program::{Platform, assembly, findings},
};

/// What the load balancer of the API is called.
const HOST: &str = "origin-api";

struct World {
    edge: Edge,
    platform: Platform,
    ingress: Stack<Prod>,
}

impl World {
    fn new() -> Self {
        let edge = Edge::<Prod>::new();
        let ingress = edge.environment.stack("ingress");
        Self { edge, platform: Platform::<Prod>::new(), ingress }
    }

    fn certificate(&mut self, label: &str) -> innovate_aws::edge::CertificateHandle<Regional> {
        let host = self.edge.environment.host(label);
        let certificate = Certificate::<Regional>::builder().zone(&self.edge.zone).host(host);
        self.ingress.add("Certificate", certificate.build())
    }

    fn distribution(&self, api: Origin) -> Distribution {
        Distribution::builder()
            .aliases([self.edge.environment.host("www")])
            .certificate(&self.edge.certificate)
            .web_acl(&self.edge.acl)
            .frontend(&self.edge.site)
            .api(api)
            .zone(&self.edge.zone)
            .build()
    }

    /// The one internal load balancer, whose certificate covers `label`.
    fn through_the_vpc(label: &str) -> Self {
        let mut world = Self::new();
        let certificate = world.certificate(label);
        let balancer = LoadBalancer::builder()
            .scheme(Scheme::vpc_origin(&world.platform.vpc))
            .certificate(&certificate)
            .access_logs(&name!(BucketName: "innovate-prod-access"))
            .build();
        let balancer = world.ingress.add("LoadBalancer", balancer);
        let api = Origin::vpc(world.edge.environment.host(HOST), &balancer);
        let distribution = world.distribution(api);
        world.edge.stack.add("Distribution", distribution);
        world
    }

    /// A secret that both regions have.
    fn secret(&mut self, id: &'static str, path: SecretPath, key: &Key<Secrets>) -> OriginHeader {
        let secret = Secret::builder()
            .path(path)
            .contents(Generated::token())
            .key(key)
            .replica(Region::EuWest1, &self.platform.application_key)
            .build();
        OriginHeader::of(&self.edge.stack.add(id, secret))
    }

    /// The one internet-facing load balancer, which asks for a secret that both regions have.
    fn over_the_internet() -> Self {
        Self::showing(|first, _| (first.clone(), first))
    }

    /// The same, where CloudFront shows one header and the load balancer asks for the other.
    fn showing(
        choose: impl FnOnce(OriginHeader, OriginHeader) -> (OriginHeader, OriginHeader),
    ) -> Self {
        let mut world = Self::new();
        let key = world.edge.stack.add("OriginKey", KmsKey::<Secrets>::new());
        let first = world.secret("Verify", name!(SecretPath: "edge/verify"), &key);
        let second = world.secret("Next", name!(SecretPath: "edge/next"), &key);
        let (shown, header) = choose(first, second);
        let host = world.edge.environment.host(HOST);
        let distribution = world.distribution(Origin::load_balancer(host.clone(), &shown));
        world.edge.stack.add("Distribution", distribution);
        let certificate = world.certificate(HOST);
        let balancer = LoadBalancer::builder()
            .scheme(Scheme::cloudfront(&world.platform.vpc))
            .certificate(&certificate)
            .access_logs(&name!(BucketName: "innovate-prod-access"))
            .origin_header(header)
            .build();
        let balancer = world.ingress.add("LoadBalancer", balancer);
        let api = TargetGroup::builder().load_balancer(&balancer).port(8443).host(host.clone());
        world.ingress.add("Api", api.build());
        world.ingress.add("Record", AliasRecord::new(&world.edge.zone, host, &balancer));
        world
    }

    fn app(self) -> App {
        let (platform, ..) = self.platform.with_cluster();
        let Platform { keys, network, compute, .. } = platform;
        self.edge.app().stacks([keys, network, compute, self.ingress])
    }
}

#[test]
fn a_load_balancer_without_public_addresses_is_asked_through_its_vpc() {
    assert_eq!(findings(World::through_the_vpc(HOST).app()), []);
    let assembly = assembly(World::through_the_vpc(HOST).app());
    let (_, template) =
        assembly.files().iter().find(|(path, _)| path.contains("innovate-prod-edge")).unwrap();
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    let origin = &template["Resources"]["DistributionVpcOriginOriginApiInnovateExampleEuWest1"];
    let endpoint = &origin["Properties"]["VpcOriginEndpointConfig"];
    // CloudFront refuses to change one in use: a load balancer of another region has another origin.
    assert_eq!(endpoint["Name"], "innovate-prod-edge-distribution-eu-west-1");
    let arn = &endpoint["Arn"]["Fn::GetStackOutput"];
    assert_eq!(
        (&arn["StackName"], &arn["Region"]),
        (&"innovate-prod-ingress".into(), &"eu-west-1".into())
    );
}

#[test]
fn a_load_balancer_has_a_certificate_for_what_it_is_asked_as() {
    let found = findings(World::through_the_vpc("api").app());
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(one.message(), "no certificate of the load balancer covers the origin's host");
    assert_eq!(
        (one.code(), one.given_value(), one.setter_name()),
        ("CF-01", Some("origin-api.innovate.example"), Some("api"))
    );
}

#[test]
fn a_load_balancer_on_the_internet_asks_for_a_secret_that_both_regions_have() {
    assert_eq!(findings(World::over_the_internet().app()), []);
    let assembly = assembly(World::over_the_internet().app());
    let template = |stack: &str| -> serde_json::Value {
        let (_, text) = assembly.files().iter().find(|(path, _)| path.contains(stack)).unwrap();
        serde_json::from_str(text).unwrap()
    };
    let ingress = template("innovate-prod-ingress");
    let rule = ingress["Resources"]["ApiRule"]["Properties"].to_string();
    let edge = template("innovate-prod-edge");
    let distribution = edge["Resources"]["Distribution"]["Properties"].to_string();
    let value = "{{resolve:secretsmanager:innovate/prod/edge/verify:SecretString:";
    assert!(rule.contains("X-Origin-Verify") && rule.contains(value), "{rule}");
    assert!(distribution.contains("X-Origin-Verify") && distribution.contains(value));
    let record = &ingress["Resources"]["Record"]["Properties"];
    assert_eq!(
        (&record["Type"], &record["Name"]),
        (&"A".into(), &"origin-api.innovate.example".into())
    );
    assert!(ingress["Resources"]["RecordIpv6"].is_null(), "it has no addresses of IPv6");
}

#[test]
fn a_load_balancer_asks_for_what_its_distribution_shows() {
    let found = findings(World::showing(|one, other| (one, other)).app());
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(one.message(), "the load balancer refuses what its distribution shows");
    assert_eq!((one.code(), one.setter_name()), ("CF-04", Some("origin_header")));
    let related: Vec<&str> = one.related_places().iter().map(|(_, text)| &**text).collect();
    assert_eq!(related, ["this distribution has it as an origin", "this rule asks for it"]);
}

#[test]
fn a_load_balancer_lets_in_both_values_while_one_replaces_the_other() {
    for app in [
        || World::showing(|old, new| (old.clone(), old.accepting(&new))).app(),
        || World::showing(|old, new| (new.clone(), new.accepting(&old))).app(),
    ] {
        assert_eq!(findings(app()), []);
        let assembly = assembly(app());
        let file = assembly.files().iter().find(|(path, _)| path.contains("ingress")).unwrap();
        let template: serde_json::Value = serde_json::from_str(file.1).unwrap();
        let rule = &template["Resources"]["ApiRule"]["Properties"];
        let values = rule["Conditions"][0]["HttpHeaderConfig"]["Values"].as_array().unwrap();
        assert_eq!(values.len(), 2, "{rule}");
    }
}
