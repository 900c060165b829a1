//! What a distribution tells browsers.

use innovate_aws::{
    edge::{
        BrowserFeature, ContentSecurityPolicy, Distribution, ReferrerPolicy, ResponseHeaders,
        Source,
    },
    name,
};
use innovate_core::{Node, Prod};
use serde_json::json;

use crate::{
    edge::{Edge, template},
    program::resource,
};

#[test]
fn browsers_are_told_to_be_careful() {
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    let headers = resource(edge.stack.model(), "DistributionHeaders").properties();
    let at = |path: &str| headers.at(&format!("ResponseHeadersPolicyConfig/{path}"));
    let security = |path: &str| at(&format!("SecurityHeadersConfig/{path}"));
    let transport = |name: &str| security(&format!("StrictTransportSecurity/{name}"));
    assert_eq!(transport("AccessControlMaxAgeSec").and_then(Node::as_integer), Some(63_072_000));
    assert_eq!(transport("IncludeSubdomains").and_then(Node::as_bool), Some(true));
    assert_eq!(transport("Preload").and_then(Node::as_bool), Some(false));
    assert_eq!(security("FrameOptions/FrameOption").and_then(Node::as_text), Some("DENY"));
    assert_eq!(security("ContentTypeOptions/Override").and_then(Node::as_bool), Some(true));
    assert_eq!(
        security("ReferrerPolicy/ReferrerPolicy").and_then(Node::as_text),
        Some("strict-origin-when-cross-origin")
    );
    let policy = security("ContentSecurityPolicy/ContentSecurityPolicy").and_then(Node::as_text);
    assert!(policy.unwrap().starts_with("default-src 'self'; "));
    assert!(!policy.unwrap().contains("unsafe"));
    let removed = at("RemoveHeadersConfig/Items/0/Header").and_then(Node::as_text);
    assert_eq!(removed, Some("Server"));
    let template = template(edge.app());
    let config = &template["Distribution"]["Properties"]["DistributionConfig"];
    let policy = |name: &str| json!({"Ref": name});
    let of_site = &config["DefaultCacheBehavior"]["ResponseHeadersPolicyId"];
    assert_eq!(*of_site, policy("DistributionHeaders"));
    let of_api = &config["CacheBehaviors"][0]["ResponseHeadersPolicyId"];
    assert_eq!(*of_api, policy("DistributionRouteHeaders"));
    // Of the files of a site nobody knows a better policy; an API has its own.
    let wins = |name: &str| {
        let config = &template[name]["Properties"]["ResponseHeadersPolicyConfig"];
        let header = &config["CustomHeadersConfig"]["Items"][0];
        assert_eq!(header["Header"], "Permissions-Policy");
        let features = header["Value"].as_str().unwrap();
        assert!(features.contains("camera=(), ") && features.contains("payment=()"), "{features}");
        assert!(!features.contains("self"), "{features}");
        let policy = &config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["Override"];
        (policy.as_bool(), header["Override"].as_bool())
    };
    assert_eq!(wins("DistributionHeaders"), (Some(true), Some(true)));
    assert_eq!(wins("DistributionRouteHeaders"), (Some(false), Some(false)));
}

#[test]
fn browsers_are_told_what_the_program_says() {
    let mut edge = Edge::<Prod>::new();
    let policy = ContentSecurityPolicy::strict()
        .connections([Source::Host(name!(Hostname: "login.example.org"))]);
    let headers = ResponseHeaders::new(policy).referrer(ReferrerPolicy::NoReferrer).preload();
    let headers = headers.features([BrowserFeature::Camera]);
    let builder = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site);
    edge.stack.add("Distribution", builder.headers(headers).build());
    let headers = resource(edge.stack.model(), "DistributionHeaders").properties();
    let at = |path: &str| {
        headers.at(&format!("ResponseHeadersPolicyConfig/SecurityHeadersConfig/{path}")).unwrap()
    };
    let custom = "ResponseHeadersPolicyConfig/CustomHeadersConfig/Items/0/Value";
    let features = headers.at(custom).unwrap().as_text().unwrap();
    assert!(features.contains("camera=(self), "), "{features}");
    assert_eq!(at("StrictTransportSecurity/Preload").as_bool(), Some(true));
    assert_eq!(at("ReferrerPolicy/ReferrerPolicy").as_text(), Some("no-referrer"));
    let policy = at("ContentSecurityPolicy/ContentSecurityPolicy").as_text().unwrap();
    assert!(policy.contains("connect-src 'self' https://login.example.org"), "{policy}");
}
