//! What holds for any load balancer that the builder makes.

use std::collections::{BTreeMap, BTreeSet};

use innovate_aws::{
    Region,
    load_balancer::{
        LoadBalancer, LoadBalancerHandle, OriginHeader, Reach, Scheme, TargetGroup, TlsPolicy,
    },
    name,
    name::{Hostname, TargetGroupName},
    security::{Regional, WebAcl},
};
use innovate_core::{
    App, Dev, Diagnostic, Node, Prod, Resource, Severity, Stack, StackModel, Stage,
};
use proptest::{prelude::*, sample};

use crate::{
    load_balancer::{certificate, header},
    program::{of_type, problems, program, resource, synth, synth_with_registry, text, vpc},
};

/// Who reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Everyone,
    CloudFront,
    VpcOrigin,
    Network,
}

/// Which requests go to a target group.
#[derive(Clone, Debug)]
struct Targets {
    port: u16,
    priority: u16,
    hosts: BTreeSet<&'static str>,
    paths: BTreeSet<&'static str>,
    drain: u16,
}

impl Targets {
    fn values(&self) -> usize {
        self.hosts.len() + self.paths.len()
    }
}

/// What a program may choose.
#[derive(Clone, Debug)]
struct Choice {
    who: Who,
    /// Whether there is a web ACL that needn't be.
    protected: bool,
    /// How many values of the header it lets in.
    values: usize,
    tls: TlsPolicy,
    idle: u16,
    targets: Vec<Targets>,
}

const HOSTS: [&str; 4] =
    ["innovate.example", "www.innovate.example", "api.innovate.example", "a.b.innovate.example"];
const PATHS: [&str; 4] = ["/api/*", "/login", "/", "no-slash"];

/// Whether the certificate of the tests, `*.innovate.example`, covers the host.
fn is_covered(host: &str) -> bool {
    matches!(host, "www.innovate.example" | "api.innovate.example")
}

fn targets() -> impl Strategy<Value = Targets> {
    (
        prop_oneof![4 => Just(8443u16), 1 => Just(9443), 1 => Just(0)],
        prop_oneof![8 => 1u16..6, 1 => Just(0), 1 => Just(50_000), 1 => Just(50_001)],
        sample::subsequence(HOSTS.to_vec(), 0..=4),
        sample::subsequence(PATHS.to_vec(), 0..=4),
        prop_oneof![4 => 0u16..=3_600, 1 => Just(3_601)],
    )
        .prop_map(|(port, priority, hosts, paths, drain)| Targets {
            port,
            priority,
            hosts: hosts.into_iter().collect(),
            paths: paths.into_iter().collect(),
            drain,
        })
}

fn choice() -> impl Strategy<Value = Choice> {
    (
        sample::select(vec![Who::Everyone, Who::CloudFront, Who::VpcOrigin, Who::Network]),
        any::<bool>(),
        0usize..4,
        sample::select(vec![TlsPolicy::Tls13And12, TlsPolicy::Tls13]),
        prop_oneof![8 => 1u16..=4_000, 1 => Just(0), 1 => Just(4_001)],
        proptest::collection::vec(targets(), 0..5),
    )
        .prop_map(|(who, protected, values, tls, idle, targets)| {
            let values = if who == Who::CloudFront { values } else { 0 };
            Choice { who, protected, values, tls, idle, targets }
        })
}

/// Another header than that of the tests.
fn another(at: usize) -> OriginHeader {
    let arn =
        format!("arn:aws:secretsmanager:eu-west-1:444455556666:secret:innovate/prod/h{at}-aBcDeF");
    OriginHeader::new(innovate_cfn::kind::SecretArn::literal(arn), "header")
}

impl Choice {
    /// The program with what can be refused left out.
    fn mended(&self) -> Self {
        let mut mended = self.clone();
        mended.idle = self.idle.clamp(1, 4_000);
        if self.who == Who::CloudFront {
            mended.values = self.values.max(1);
        }
        let most = 5 - mended.values;
        let mut places = BTreeSet::new();
        for (targets, free) in mended.targets.iter_mut().zip(10..) {
            targets.port = targets.port.max(1);
            targets.drain = targets.drain.min(3_600);
            targets.hosts.retain(|host| is_covered(host));
            targets.paths.retain(|path| path.starts_with('/'));
            while targets.values() > most {
                targets.paths.pop_first();
            }
            if !(1..=50_000).contains(&targets.priority) || !places.insert(targets.priority) {
                targets.priority = free;
                places.insert(free);
            }
        }
        mended
    }

    /// How often each rule finds something, by what AWS documents.
    fn mistakes(&self) -> BTreeMap<&'static str, usize> {
        let mut refused = usize::from(!(1..=4_000).contains(&self.idle));
        let mut places = BTreeSet::new();
        let mut taken = 0;
        for targets in &self.targets {
            refused += usize::from(targets.port == 0);
            refused += usize::from(!(1..=50_000).contains(&targets.priority));
            refused += usize::from(targets.drain > 3_600);
            refused += targets.paths.iter().filter(|path| !path.starts_with('/')).count();
            refused += targets.hosts.iter().filter(|host| !is_covered(host)).count();
            refused += usize::from(self.values + targets.values() > 5);
            taken += usize::from(!places.insert(targets.priority));
        }
        let open = self.who == Who::CloudFront && self.values == 0;
        [("ELB-05", refused), ("ELB-04", taken), ("CF-04", usize::from(open))]
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn header(&self) -> Option<OriginHeader> {
        (self.values > 0)
            .then(|| (1..self.values).fold(header(), |header, at| header.accepting(&another(at))))
    }

    fn app<S: Stage>(&self) -> App {
        program::<S>(vpc, |stack, vpc| {
            let acl = (self.who == Who::Everyone || self.protected)
                .then(|| stack.add("WebAcl", WebAcl::<Regional>::builder().build()));
            let protect = |acl| (acl, self.protected);
            match (self.who, protect(acl)) {
                (Who::Everyone, (Some(acl), _)) => self.add(stack, Scheme::internet(vpc, &acl)),
                (Who::CloudFront, (Some(acl), true)) => {
                    self.add(stack, Scheme::cloudfront(vpc).protected_by(&acl));
                }
                (Who::CloudFront, _) => self.add(stack, Scheme::cloudfront(vpc)),
                (Who::VpcOrigin, (Some(acl), true)) => {
                    self.add(stack, Scheme::vpc_origin(vpc).protected_by(&acl));
                }
                (Who::VpcOrigin, _) => self.add(stack, Scheme::vpc_origin(vpc)),
                (Who::Network, (Some(acl), true)) => {
                    self.add(stack, Scheme::vpc(vpc).protected_by(&acl));
                }
                (Who::Network | Who::Everyone, _) => self.add(stack, Scheme::vpc(vpc)),
            }
        })
    }

    fn add<S: Stage, R: Reach>(&self, stack: &mut Stack<S>, scheme: Scheme<R>) {
        let builder = LoadBalancer::builder()
            .scheme(scheme)
            .certificate(&certificate(Region::EuWest1))
            .access_logs(&name!(BucketName: "innovate-prod-access"))
            .tls(self.tls)
            .idle_timeout_seconds(self.idle);
        let balancer = match self.header() {
            Some(header) => builder.origin_header(header).build(),
            None => builder.build(),
        };
        let balancer: LoadBalancerHandle<R> = stack.add("LoadBalancer", balancer);
        for (at, targets) in self.targets.iter().enumerate() {
            let builder = TargetGroup::builder()
                .load_balancer(&balancer)
                .port(targets.port)
                .priority(targets.priority)
                .drain_seconds(targets.drain)
                .name(TargetGroupName::new(format!("targets-{at}")).unwrap());
            let hosts = targets.hosts.iter().map(|host| host.parse::<Hostname>().unwrap());
            let builder = hosts.fold(builder, |builder, host| builder.host(host));
            let builder = targets.paths.iter().fold(builder, |builder, path| builder.path(*path));
            stack.add(format!("Targets{at}"), builder.build());
        }
    }
}

fn list<'a>(resource: &'a Resource, path: &str) -> &'a [Node] {
    resource.properties().at(path).and_then(Node::as_list).unwrap_or_default()
}

fn node_text<'a>(node: &'a Node, path: &str) -> &'a str {
    node.at(path).and_then(Node::as_text).unwrap_or_default()
}

fn number(resource: &Resource, path: &str) -> i64 {
    resource.properties().at(path).and_then(Node::as_integer).unwrap()
}

/// `ELB-01` to `ELB-05`, `WAF-09` and `CF-04` by what is written, and not by the rules that look for it.
fn is_safe(choice: &Choice, stack: &StackModel, production: bool) -> Result<(), TestCaseError> {
    let balancer = resource(stack, "LoadBalancer");
    let public = matches!(choice.who, Who::Everyone | Who::CloudFront);
    let redirects = matches!(choice.who, Who::Everyone | Who::Network);
    prop_assert_eq!(text(balancer, "Scheme"), if public { "internet-facing" } else { "internal" });
    let subnets = list(balancer, "Subnets").iter().map(|node| node.as_reference().unwrap());
    let tier = if public { "VpcPublic" } else { "VpcPrivate" };
    let subnets: Vec<&str> = subnets.map(|subnet| subnet.target.logical_id()).collect();
    prop_assert_eq!(subnets.len(), 3);
    prop_assert!(subnets.iter().all(|subnet| subnet.starts_with(tier)), "{:?}", subnets);

    let attributes: BTreeMap<&str, &str> = list(balancer, "LoadBalancerAttributes")
        .iter()
        .map(|attribute| (node_text(attribute, "Key"), node_text(attribute, "Value")))
        .collect();
    prop_assert_eq!(attributes["access_logs.s3.enabled"], "true");
    prop_assert_eq!(attributes["routing.http.drop_invalid_header_fields.enabled"], "true");
    prop_assert_eq!(attributes["deletion_protection.enabled"], production.to_string());
    prop_assert_eq!(attributes["idle_timeout.timeout_seconds"], choice.idle.to_string());

    let listeners = of_type(stack, "AWS::ElasticLoadBalancingV2::Listener");
    prop_assert_eq!(listeners.len(), 1 + usize::from(redirects));
    for listener in listeners {
        match number(listener, "Port") {
            443 => {
                prop_assert_eq!(text(listener, "Protocol"), "HTTPS");
                prop_assert!(text(listener, "SslPolicy").starts_with("ELBSecurityPolicy-TLS13-1-"));
                let answer = text(listener, "DefaultActions/0/FixedResponseConfig/StatusCode");
                prop_assert_eq!(answer, "404");
            }
            80 => {
                let redirect =
                    |name| text(listener, &format!("DefaultActions/0/RedirectConfig/{name}"));
                prop_assert_eq!((redirect("Protocol"), redirect("Port")), ("HTTPS", "443"));
                prop_assert_eq!(list(listener, "DefaultActions").len(), 1);
            }
            port => prop_assert!(false, "a listener on {}", port),
        }
    }

    let acls = of_type(stack, "AWS::WAFv2::WebACLAssociation").len();
    let expected = choice.who == Who::Everyone || choice.protected;
    prop_assert_eq!(acls, usize::from(expected));
    admits(choice, stack)?;
    leads(choice, stack)
}

/// Nobody but whom the scheme names connects, on no other port.
fn admits(choice: &Choice, stack: &StackModel) -> Result<(), TestCaseError> {
    let own = |found: &&&Resource| found.logical_id().starts_with("LoadBalancer");
    let groups = of_type(stack, "AWS::EC2::SecurityGroup");
    let [group] = groups.iter().filter(own).collect::<Vec<_>>()[..] else {
        return Err(TestCaseError::fail("not one security group"));
    };
    let separate = of_type(stack, "AWS::EC2::SecurityGroupIngress");
    let separate = separate.iter().filter(own).map(|rule| rule.properties());
    let at = |node: &Node, name: &str| node.get(name).and_then(Node::as_text).map(str::to_owned);
    let port = |node: &Node| node.get("FromPort").and_then(Node::as_integer);
    let mut admitted: Vec<(Option<i64>, String)> = list(group, "SecurityGroupIngress")
        .iter()
        .map(|rule| (port(rule), at(rule, "CidrIp").or(at(rule, "CidrIpv6")).unwrap()))
        .collect();
    for rule in separate {
        let text = |name| rule.get(name).and_then(Node::as_text).map(str::to_owned);
        let who = text("CidrIp").or(text("SourcePrefixListId")).unwrap();
        admitted.push((rule.get("FromPort").and_then(Node::as_integer), who));
    }
    admitted.sort();
    let both = |who: &str| vec![(Some(80), who.to_owned()), (Some(443), who.to_owned())];
    let expected = match choice.who {
        Who::Everyone => both("0.0.0.0/0"),
        Who::Network => both("10.30.0.0/16"),
        Who::CloudFront | Who::VpcOrigin => vec![(Some(443), "pl-4fa04526".to_owned())],
    };
    prop_assert_eq!(admitted, expected);
    Ok(())
}

/// Each target group has a rule of its own, which asks for the header, the hosts and the paths.
fn leads(choice: &Choice, stack: &StackModel) -> Result<(), TestCaseError> {
    let rules = of_type(stack, "AWS::ElasticLoadBalancingV2::ListenerRule");
    prop_assert_eq!(rules.len(), choice.targets.len());
    let mut places = BTreeSet::new();
    for (at, targets) in choice.targets.iter().enumerate() {
        let group = resource(stack, &format!("Targets{at}"));
        prop_assert_eq!(
            (text(group, "Protocol"), text(group, "HealthCheckProtocol")),
            ("HTTPS", "HTTPS")
        );
        let rule = resource(stack, &format!("Targets{at}Rule"));
        prop_assert!(places.insert(number(rule, "Priority")));
        let conditions = list(rule, "Conditions");
        let values = |field: &str, config: &str| -> BTreeSet<&str> {
            let found = conditions.iter().filter(|found| node_text(found, "Field") == field);
            let values = found.flat_map(|found| {
                found.at(&format!("{config}/Values")).and_then(Node::as_list).unwrap_or_default()
            });
            values.filter_map(Node::as_text).collect()
        };
        let asked = values("http-header", "HttpHeaderConfig");
        prop_assert_eq!(asked.len(), choice.values);
        prop_assert!(asked.iter().all(|value| value.starts_with("{{resolve:secretsmanager:")));
        prop_assert_eq!(&values("host-header", "HostHeaderConfig"), &targets.hosts);
        let paths = values("path-pattern", "PathPatternConfig");
        let everything = choice.values == 0 && targets.values() == 0;
        let expected = if everything { BTreeSet::from(["/*"]) } else { targets.paths.clone() };
        prop_assert_eq!(paths, expected);
        prop_assert!(!conditions.is_empty() && asked.len() + targets.values() <= 5);
        let forward = rule.properties().at("Actions/0/TargetGroupArn").unwrap();
        prop_assert_eq!(forward.as_reference().unwrap().target.logical_id(), group.logical_id());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_load_balancer_is_safe_and_accepted(choice in choice(), production in any::<bool>()) {
        let choice = choice.mended();
        let app = || if production { choice.app::<Prod>() } else { choice.app::<Dev>() };
        is_safe(&choice, app().stack_models().last().unwrap(), production)?;
        prop_assert_eq!(problems(&synth_with_registry(app())), Vec::<String>::new());
    }

    /// What AWS would refuse is found, each mistake once and nothing else.
    #[test]
    fn every_mistake_is_found(choice in choice()) {
        let synthesis = synth(choice.app::<Prod>());
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        let findings = synthesis.report.findings().iter();
        let errors = findings.filter(|found| found.severity() == Severity::Error);
        for code in errors.map(Diagnostic::code) {
            *found.entry(code).or_default() += 1;
        }
        prop_assert_eq!(&found, &choice.mistakes());
        prop_assert_eq!(synthesis.assembly.is_some(), found.is_empty());
    }
}
