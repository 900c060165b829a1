//! `WAF-08`: the web ACL that load balancers are protected by is in the program.

use innovate_core::{
    Node, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{super::clusters, of_the_cluster};
use crate::view::title;

pub(crate) static WEB_ACL_EXISTS: Rule = Rule {
    code: "WAF-08",
    title: "the web ACL of a class of ingresses is in the program",
    explanation: "The load balancer controller finds a web ACL by its name. If the cluster's account \
and region have none of that name, it makes no load balancer, or leaves one without protection. A name \
that comes from a `WebAcl` handle is right; what can still go wrong is a name written by hand, or a \
stack that was made and not added to the app. A web ACL that another program makes is accepted with a \
reason: `.suppress(\"WAF-08\", \"..\")`.\n\nSource: \"IngressClass\", AWS Load Balancer Controller \
documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let names: Vec<&str> = of_the_cluster(model, objects, "AWS::WAFv2::WebACL")
            .filter_map(|acl| acl.properties().get("Name").and_then(Node::as_text))
            .collect();
        for class in objects.of_kind("IngressClassParams") {
            let name = class.text("/spec/wafv2AclName");
            if name.is_empty() || names.contains(&name) {
                continue;
            }
            let message = format!("{} names a web ACL that is not in the app", title(class));
            let finding = objects
                .finding("WAF-08", Severity::Warning, class, message)
                .property("spec/wafv2AclName")
                .given(name)
                .help("add the stack of the web ACL to the app, and take the name from its handle: `acl.web_acl_name()`");
            findings.report(match names.as_slice() {
                [] => finding,
                known => finding.allowed(known.join(", ")),
            });
        }
    }
}
