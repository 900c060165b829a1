//! `NET-13`: a node class finds subnets, and only private ones.

use innovate_core::{
    Resource, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{has_tags, items, title};

pub(crate) static NODE_CLASS_FINDS_SUBNETS: Rule = Rule {
    code: "NET-13",
    title: "a node class finds subnets by their tags, and only private ones",
    explanation: "Karpenter finds the subnets of its nodes by tags. If no subnet has them, no node \
is ever made; if a public one has them, nodes get there too. The program's subnets are compared with \
the selectors of its node classes, of which a subnet has to match one.\n\nSource: \"NodeClasses\", Karpenter documentation; \"Subnet \
Auto-discovery\", AWS Load Balancer Controller documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let subnets: Vec<&Resource> = model.resources_of("AWS::EC2::Subnet").collect();
    if subnets.is_empty() {
        // The network is another program's.
        return;
    }
    for objects in clusters(model) {
        for class in objects.of_kind("EC2NodeClass") {
            let finding = |message: &str, path: String, given: &Value| {
                objects
                    .finding(
                        "NET-13",
                        Severity::Error,
                        class,
                        format!("{} {message}", title(class)),
                    )
                    .property(path)
                    .given(given)
            };
            let path = "spec/subnetSelectorTerms";
            let Some(terms) = class.object().pointer(&format!("/{path}")) else { continue };
            let mut selected = 0;
            for (at, term) in items(terms, "").enumerate() {
                // An id is known only when the subnet is made.
                selected += usize::from(term.get("id").is_some());
                let Some(wanted) = term.get("tags").and_then(Value::as_object) else { continue };
                let found = || subnets.iter().filter(|subnet| has_tags(subnet, wanted));
                selected += found().count();
                if let Some(public) = found().find(|found| is_public(found)) {
                    let given = Value::Object(wanted.clone());
                    findings.report(
                        finding("finds a public subnet", format!("{path}/{at}/tags"), &given)
                            .related(public.location(), "the subnet is made here")
                            .help("tag private subnets alone for Karpenter"),
                    );
                }
            }
            if selected == 0 {
                findings.report(finding("finds no subnet", path.to_owned(), terms).help(
                    "take the node class from the `Karpenter` handle, whose tag the network has; the cluster and the network must mean one name",
                ));
            }
        }
    }
}

/// Whether load balancers that face the internet are put there.
fn is_public(subnet: &Resource) -> bool {
    subnet.tag("kubernetes.io/role/elb").is_some()
}
