//! What holds for any distribution that the builder makes.

use std::collections::BTreeSet;

use innovate_aws::{
    Region,
    edge::{
        Certificate, ContentSecurityPolicy, Countries, Distribution, Frontend as _, Metrics,
        Origin, PriceClass, ResponseHeaders, ServerError, ViewerTls,
    },
    name::{DomainName, Hostname, PathPattern},
    observability::Retention,
    security::CloudFront,
};
use innovate_cfn::kind::LoadBalancerArn;
use innovate_core::{App, Dev, Node, Prod, Resource, Severity, Stage, app::Synthesis};
use proptest::{prelude::*, sample};

use crate::{
    edge::Edge,
    program::{findings, synth_with_registry},
};

/// What a program may choose.
#[derive(Clone, Debug)]
struct Choice {
    hosts: BTreeSet<String>,
    /// Whether the certificate names each host, or covers them by its zone.
    named: bool,
    /// What serves where no route says otherwise, if not the bucket.
    service: Option<bool>,
    /// The path and the origin of each route: its number, and whether it is reached through the VPC.
    routes: Vec<(&'static str, u8, bool)>,
    pages: BTreeSet<ServerError>,
    tls: ViewerTls,
    price: PriceClass,
    only: bool,
    shield: Option<Region>,
    metrics: Metrics,
    inline_styles: bool,
    zone: bool,
    /// Whether files below `/assets/` and `/api/` are kept, which a frontend in the cluster can't have.
    kept: bool,
}

const PATHS: [&str; 4] = ["/api/*", "/graphql", "/api/uploads/*", "/*.json"];

fn choice() -> impl Strategy<Value = Choice> {
    let route = (sample::subsequence(PATHS.to_vec(), 0..4)).prop_flat_map(|paths| {
        let origins = proptest::collection::vec((0u8..3, any::<bool>()), paths.len());
        (Just(paths), origins)
    });
    let pages = [ServerError::InternalServerError, ServerError::ServiceUnavailable];
    (
        proptest::collection::btree_set("[a-z][a-z0-9]{0,9}", 1..4),
        any::<bool>(),
        any::<Option<bool>>(),
        route,
        sample::subsequence(pages.to_vec(), 0..=2),
        sample::select(vec![ViewerTls::Tls13And12, ViewerTls::Tls13And12Of2025, ViewerTls::Tls13]),
        sample::select(vec![
            PriceClass::All,
            PriceClass::AllButTheMostExpensive,
            PriceClass::NorthAmericaAndEurope,
        ]),
        any::<[bool; 5]>(),
        sample::select(vec![None, Some(Region::EuWest1), Some(Region::UsEast1)]),
    )
        .prop_map(
            |(labels, named, service, (paths, origins), pages, tls, price, yes, shield)| {
                let [only, additional, inline_styles, zone, kept] = yes;
                // An origin's number decides how it is reached, since one host is one origin.
                let routes =
                    paths.into_iter().zip(origins).map(|(path, (at, _))| (path, at, at == 2));
                Choice {
                    hosts: labels.iter().map(|label| format!("{label}.innovate.example")).collect(),
                    named,
                    service,
                    routes: routes.collect(),
                    pages: pages.into_iter().collect(),
                    tls,
                    price,
                    only,
                    shield,
                    metrics: if additional { Metrics::Additional } else { Metrics::Standard },
                    inline_styles,
                    zone,
                    kept: kept && service.is_none(),
                }
            },
        )
}

impl Choice {
    fn app<S: Stage>(&self) -> App {
        let mut edge = Edge::<S>::new();
        let hosts: Vec<Hostname> = self.hosts.iter().map(|host| host.parse().unwrap()).collect();
        if self.named {
            let builder = Certificate::<CloudFront>::builder().zone(&edge.zone);
            let named = hosts.iter().fold(builder, |builder, host| builder.host(host.clone()));
            edge.certificate = edge.stack.add("Named", named.build());
        }
        let origin = |label: String, through_vpc: bool| {
            let host = edge.environment.host(&label);
            if through_vpc {
                let arn =
                    "arn:aws:elasticloadbalancing:eu-west-1:444455556666:loadbalancer/app/a/1";
                Origin::vpc_by_arn(host, LoadBalancerArn::literal(arn))
            } else {
                Origin::load_balancer(host, &edge.header)
            }
        };
        let frontend = match self.service {
            Some(through_vpc) => origin("origin".to_owned(), through_vpc).frontend(),
            None => (&edge.site).frontend(),
        };
        let policy = ContentSecurityPolicy::strict();
        let policy = if self.inline_styles { policy.inline_styles() } else { policy };
        let countries =
            if self.only { Countries::only(["DE", "FR"]) } else { Countries::all_but(["KP"]) };
        let builder = Distribution::builder()
            .aliases(hosts)
            .certificate(&edge.certificate)
            .web_acl(&edge.acl)
            .frontend(frontend)
            .headers(ResponseHeaders::new(policy))
            .tls(self.tls)
            .price_class(self.price)
            .countries(countries)
            .metrics(self.metrics)
            .log_retention(Retention::OneYear);
        let builder = self.routes.iter().fold(builder, |builder, (path, at, through_vpc)| {
            let path = PathPattern::new(*path).unwrap();
            builder.route(path, origin(format!("origin{at}"), *through_vpc))
        });
        let builder = self
            .pages
            .iter()
            .fold(builder, |builder, error| builder.error_page(*error, "/sorry.html"));
        let kept = if self.kept { &["/api/fonts/*", "/assets/*"][..] } else { &[] };
        let builder = kept
            .iter()
            .fold(builder, |builder, path| builder.immutable(PathPattern::new(*path).unwrap()));
        let distribution = match (self.shield, self.zone) {
            (Some(region), true) => builder.origin_shield(region).zone(&edge.zone).build(),
            (Some(region), false) => builder.origin_shield(region).build(),
            (None, true) => builder.zone(&edge.zone).build(),
            (None, false) => builder.build(),
        };
        edge.stack.add("Distribution", distribution);
        edge.app()
    }
}

fn text<'a>(node: &'a Node, path: &str) -> &'a str {
    node.at(path).and_then(Node::as_text).unwrap_or_default()
}

fn list<'a>(node: &'a Node, path: &str) -> &'a [Node] {
    node.at(path).and_then(Node::as_list).unwrap_or_default()
}

/// `CF-01` to `CF-04` and `CF-07` by what is written, and not by the rules that look for it.
fn is_safe(app: &App, choice: &Choice) -> Result<(), TestCaseError> {
    let stack = app.stack_models().iter().find(|stack| stack.name().ends_with("edge")).unwrap();
    let distribution: Vec<&Resource> =
        stack.resources_of("AWS::CloudFront::Distribution").collect();
    let config = distribution[0].properties().get("DistributionConfig").unwrap();
    let version = text(config, "ViewerCertificate/MinimumProtocolVersion");
    prop_assert!(["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"].contains(&version));
    prop_assert_eq!(list(config, "Aliases").len(), choice.hosts.len());
    let mut behaviors = vec![config.get("DefaultCacheBehavior").unwrap()];
    behaviors.extend(list(config, "CacheBehaviors"));
    let origins: BTreeSet<&str> =
        list(config, "Origins").iter().map(|origin| text(origin, "Id")).collect();
    prop_assert_eq!(origins.len(), list(config, "Origins").len());
    for behavior in &behaviors {
        prop_assert!(text(behavior, "ViewerProtocolPolicy").contains("https"));
        prop_assert!(origins.contains(text(behavior, "TargetOriginId")));
        prop_assert!(behavior.get("ResponseHeadersPolicyId").is_some());
    }
    for origin in list(config, "Origins") {
        if origin.get("S3OriginConfig").is_some() {
            prop_assert!(origin.get("OriginAccessControlId").is_some());
        } else if let Some(custom) = origin.get("CustomOriginConfig") {
            prop_assert_eq!(text(custom, "OriginProtocolPolicy"), "https-only");
            prop_assert_eq!(text(custom, "OriginSSLProtocols/0"), "TLSv1.2");
            let value = text(origin, "OriginCustomHeaders/0/HeaderValue");
            prop_assert!(value.starts_with("{{resolve:secretsmanager:"));
        } else {
            prop_assert!(origin.get("VpcOriginConfig").is_some());
        }
    }
    for error in list(config, "CustomErrorResponses") {
        let code = error.get("ErrorCode").and_then(Node::as_integer).unwrap();
        let shown = error.get("ResponseCode").and_then(Node::as_integer);
        prop_assert!(shown.is_none_or(|shown| shown == code && code >= 500));
    }
    // The longer beginning comes first, or else nothing would match it.
    let beginnings: Vec<usize> = list(config, "CacheBehaviors")
        .iter()
        .map(|behavior| text(behavior, "PathPattern").find(['*', '?']).unwrap_or(usize::MAX))
        .collect();
    for (at, behavior) in list(config, "CacheBehaviors").iter().enumerate() {
        let pattern = text(behavior, "PathPattern");
        let shadowed = list(config, "CacheBehaviors")
            .iter()
            .take(at)
            .filter_map(|before| text(before, "PathPattern").strip_suffix('*'))
            .any(|before| pattern.starts_with(before) && before.len() > 1);
        prop_assert!(!shadowed, "{} at {} of {:?}", pattern, at, beginnings);
    }
    let records = stack.resources_of("AWS::Route53::RecordSet").count();
    prop_assert_eq!(records, if choice.zone { 2 * choice.hosts.len() } else { 0 });
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_distribution_is_safe_and_accepted(choice in choice(), production in any::<bool>()) {
        let app = || if production { choice.app::<Prod>() } else { choice.app::<Dev>() };
        is_safe(&app(), &choice)?;
        let synthesis = synth_with_registry(app());
        let errors: Vec<_> = synthesis
            .report
            .findings()
            .iter()
            // Without a distribution that reads it, the bucket of the site waits for its policy.
            .filter(|found| found.severity() == Severity::Error && !found.code().starts_with("S3-"))
            .collect();
        prop_assert!(errors.is_empty(), "{:#?}", errors);
        let files = |made: Synthesis| made.assembly.map(|assembly| assembly.files().clone());
        prop_assert_eq!(files(synthesis), files(synth_with_registry(app())));
    }

    /// A certificate covers a host, or the host is a finding: never neither, never both.
    #[test]
    fn every_host_is_covered_or_found(
        covered in proptest::collection::btree_set("[a-c]{1,2}(\\.[a-c]{1,2})?", 1..4),
        wildcard in proptest::option::of("[a-c]{1,2}"),
        asked in "[a-c]{1,2}(\\.[a-c]{1,2})?",
    ) {
        let mut edge = Edge::<Prod>::new();
        let host = |label: &str| edge.environment.host(label);
        let builder = Certificate::<CloudFront>::builder().zone(&edge.zone);
        let builder = covered.iter().fold(builder, |builder, label| builder.host(host(label)));
        let below = wildcard.as_ref().map(|label| {
            DomainName::new(format!("{label}.innovate.example")).unwrap()
        });
        let builder = below.iter().fold(builder, |builder, domain| builder.wildcard(domain));
        let asked_host = host(&asked);
        let certificate = edge.stack.add("Named", builder.build());
        let distribution = Distribution::builder()
            .aliases([asked_host.clone()])
            .certificate(&certificate)
            .web_acl(&edge.acl)
            .frontend(&edge.site)
            .build();
        edge.stack.add("Distribution", distribution);
        let parent = asked.split_once('.').map(|(_, rest)| rest);
        let expected = covered.contains(&asked) || parent.is_some() && parent == wildcard.as_deref();
        prop_assert_eq!(certificate.covers(&asked_host), expected);
        let found = findings(edge.app());
        prop_assert_eq!(found.iter().any(|found| found.code() == "CF-01"), !expected, "{:?}", found);
    }
}
