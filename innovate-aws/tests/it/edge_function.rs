//! What runs at the edge, run here.

use std::process::Command;

use innovate_aws::{edge::Distribution, name, name::Hostname};
use innovate_core::{Prod, Resource, Stack, UsEast1};
use serde_json::json;

use crate::{
    edge::{Edge, template},
    program::{findings, resource, text},
};

fn distribution(stack: &Stack<Prod, UsEast1>) -> &Resource {
    resource(stack.model(), "Distribution")
}

fn at<'a>(stack: &'a Stack<Prod, UsEast1>, path: &str) -> &'a str {
    text(distribution(stack), &format!("DistributionConfig/{path}"))
}

#[test]
fn a_file_of_the_site_is_kept_as_long_as_it_says_itself() {
    let mut edge = Edge::<Prod>::new();
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .redirect(edge.environment.domain())
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .immutable(name!(PathPattern: "/assets/*"))
        .api(edge.origin("origin-api"))
        .immutable(name!(PathPattern: "/api/fonts/*"))
        .build();
    edge.stack.add("Distribution", distribution);
    let at = |path: &str| at(&edge.stack, path).to_owned();
    let patterns = [0, 1, 2].map(|index| at(&format!("CacheBehaviors/{index}/PathPattern")));
    assert_eq!(patterns, ["/api/fonts/*", "/assets/*", "/api/*"]);
    assert_eq!(at("CacheBehaviors/1/TargetOriginId"), "site");
    assert_eq!(at("CacheBehaviors/1/CachePolicyId"), "658327ea-f89d-4fab-a63d-7e88639e58f6");
    let template = template(edge.app());
    let config = &template["Distribution"]["Properties"]["DistributionConfig"];
    let policy = &template["DistributionCachePolicy"]["Properties"]["CachePolicyConfig"];
    assert_eq!((&policy["MinTTL"], &policy["DefaultTTL"]), (&json!(0), &json!(0)));
    assert_eq!(
        config["DefaultCacheBehavior"]["CachePolicyId"],
        json!({"Ref": "DistributionCachePolicy"})
    );
    let kept = |id: &str| {
        let headers = &template[id]["Properties"]["ResponseHeadersPolicyConfig"];
        let custom = headers["CustomHeadersConfig"]["Items"].as_array().unwrap();
        let found = custom.iter().find(|header| header["Header"] == "Cache-Control");
        found.map(|header| {
            assert_eq!(header["Override"], false, "a file knows it better");
            header["Value"].as_str().unwrap().to_owned()
        })
    };
    assert_eq!(kept("DistributionHeaders").as_deref(), Some("no-cache"));
    assert_eq!(kept("DistributionRouteHeaders"), None);
    // A policy's header would be on errors as well.
    assert_eq!(kept("DistributionImmutableHeaders"), None);
    let of = |index: usize| &config["CacheBehaviors"][index];
    assert_eq!(of(1)["ResponseHeadersPolicyId"], json!({"Ref": "DistributionImmutableHeaders"}));
    // A host that has moved leads on, but a file that is missing is not the page.
    let function = |id: &str, event: &str| json!({"EventType": event, "FunctionARN": {"Fn::GetAtt": [id, "FunctionARN"]}});
    assert_eq!(
        of(1)["FunctionAssociations"],
        json!([
            function("DistributionRedirect", "viewer-request"),
            function("DistributionImmutable", "viewer-response")
        ])
    );
    assert_eq!(
        of(2)["FunctionAssociations"],
        json!([function("DistributionRedirect", "viewer-request")])
    );
}

/// Runs the function as CloudFront does, if there is something here to run it with.
#[test]
fn browsers_keep_a_file_that_is_there_and_not_that_one_is_missing() {
    let mut edge = Edge::<Prod>::new();
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .immutable(name!(PathPattern: "/assets/*"))
        .build();
    edge.stack.add("Distribution", distribution);
    let code = text(resource(edge.stack.model(), "DistributionImmutable"), "FunctionCode");
    assert!(code.contains("function handler(event)") && code.len() < 10_240);
    let year = "public, max-age=31536000, immutable";
    let cases = [
        (200, "", year),
        (206, "", year),
        (304, "", year),
        (200, "no-store", "no-store"),
        (308, "", "undefined"),
        (403, "", "undefined"),
        (404, "", "undefined"),
        (503, "", "undefined"),
    ];
    let calls: String = cases
        .iter()
        .map(|(status, said, _)| {
            let headers = match *said {
                "" => "{}".to_owned(),
                said => format!("{{'cache-control': {{value: '{said}'}}}}"),
            };
            format!(
                "var told = handler({{response: {{statusCode: {status}, headers: {headers}}}}}).headers['cache-control'];\n\
                 console.log(told ? told.value : 'undefined');\n"
            )
        })
        .collect();
    let Ok(run) = Command::new("node").arg("-e").arg(format!("{code}\n{calls}")).output() else {
        return;
    };
    let expected: String = cases.iter().map(|(.., kept)| format!("{kept}\n")).collect();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert_eq!(String::from_utf8_lossy(&run.stdout), expected, "{errors}");
}

#[test]
fn a_host_that_has_moved_leads_to_the_first_alias() {
    let mut edge = Edge::<Prod>::new();
    let domain = edge.environment.domain().clone();
    let distribution = Distribution::builder()
        .aliases([edge.environment.host("www")])
        .redirect(&domain)
        .certificate(&edge.certificate)
        .web_acl(&edge.acl)
        .frontend(&edge.site)
        .api(edge.origin("origin-api"))
        .zone(&edge.zone)
        .build();
    let handle = edge.stack.add("Distribution", distribution);
    let hosts: Vec<&str> = handle.aliases().iter().map(Hostname::as_str).collect();
    assert_eq!(hosts, ["www.innovate.example", "innovate.example"]);
    let page = text(resource(edge.stack.model(), "DistributionRouting"), "FunctionCode").to_owned();
    let api = text(resource(edge.stack.model(), "DistributionRedirect"), "FunctionCode").to_owned();
    let app = edge.app();
    assert_eq!(findings(app.clone()), []);
    let template = template(app);
    let config = &template["Distribution"]["Properties"]["DistributionConfig"];
    assert_eq!(config["Aliases"], json!(["www.innovate.example", "innovate.example"]));
    let function = &config["CacheBehaviors"][0]["FunctionAssociations"][0]["FunctionARN"];
    assert_eq!(*function, json!({"Fn::GetAtt": ["DistributionRedirect", "FunctionARN"]}));
    for (id, kind) in [
        ("DistributionRecordInnovateExample", "A"),
        ("DistributionRecordInnovateExampleIpv6", "AAAA"),
    ] {
        assert_eq!(template[id]["Properties"]["Type"], kind);
    }
    let call = |host: &str| {
        format!(
            "var answer = handler({{request: {{uri: '/users/jane.doe', headers: {{host: {{value: '{host}'}}}}, \
             querystring: {{a: {{value: '1', multiValue: [{{value: '1'}}, {{value: '2'}}]}}, b: {{value: ''}}}}}}}});\n\
             console.log(answer.statusCode ? answer.statusCode + ' ' + answer.headers.location.value : answer.uri);\n"
        )
    };
    let moved = "308 https://www.innovate.example/users/jane.doe?a=1&a=2&b\n";
    for (code, stays) in [(page, "/index.html\n"), (api, "/users/jane.doe\n")] {
        let calls = call("Innovate.Example") + &call("www.innovate.example");
        let Ok(run) = Command::new("node").arg("-e").arg(format!("{code}\n{calls}")).output()
        else {
            return;
        };
        let errors = String::from_utf8_lossy(&run.stderr);
        assert_eq!(String::from_utf8_lossy(&run.stdout), format!("{moved}{stays}"), "{errors}");
    }
}

/// Runs the function as CloudFront does, if there is something here to run it with.
#[test]
fn the_pages_of_the_application_are_its_index() {
    let (edge, _) = Edge::<Prod>::new().with_distribution();
    let function = resource(edge.stack.model(), "DistributionRouting");
    assert_eq!(text(function, "FunctionConfig/Runtime"), "cloudfront-js-2.0");
    let code = text(function, "FunctionCode");
    assert!(code.contains("function handler(event)") && code.len() < 10_240);
    let cases = [
        ("/", "/index.html"),
        ("/orders", "/index.html"),
        ("/orders/42/", "/index.html"),
        ("/v1.2/orders", "/index.html"),
        ("/users/jane.doe", "/index.html"),
        ("/releases/1.2", "/index.html"),
        ("/PHOTO.JPG", "/PHOTO.JPG"),
        ("/index.html", "/index.html"),
        ("/assets/app.8f3a.js", "/assets/app.8f3a.js"),
        ("/.well-known/apple-app-site-association", "/.well-known/apple-app-site-association"),
        ("/robots.txt", "/robots.txt"),
    ];
    let calls: String = cases
        .iter()
        .map(|(from, _)| format!("console.log(handler({{request: {{uri: '{from}'}}}}).uri);\n"))
        .collect();
    let Ok(run) = Command::new("node").arg("-e").arg(format!("{code}\n{calls}")).output() else {
        return;
    };
    let expected: String = cases.iter().map(|(_, to)| format!("{to}\n")).collect();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert_eq!(String::from_utf8_lossy(&run.stdout), expected, "{errors}");
}
