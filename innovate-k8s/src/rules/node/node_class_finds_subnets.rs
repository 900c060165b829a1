//! `NET-13`: a node class finds subnets, and only private ones.

use innovate_core::{
    Resource, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{has_tags, items, tag, title};

pub(crate) static NODE_CLASS_FINDS_SUBNETS: Rule = Rule {
    code: "NET-13",
    title: "a node class finds subnets by their tags, and only private ones",
    explanation: "Karpenter finds the subnets of its nodes by tags. If no subnet has them, no node \
is ever made; if a public one has them, nodes get there too. The program's subnets are compared with \
the selectors of its node classes.\n\nSource: \"NodeClasses\", Karpenter documentation; \"Subnet \
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
            for (at, term) in items(class.object(), "/spec/subnetSelectorTerms").enumerate() {
                let Some(wanted) = term.get("tags").and_then(Value::as_object) else { continue };
                let found: Vec<&&Resource> =
                    subnets.iter().filter(|subnet| has_tags(subnet, wanted)).collect();
                let public =
                    found.iter().find(|found| tag(found, "kubernetes.io/role/elb").is_some());
                let finding = |message: String| {
                    objects
                        .finding("NET-13", Severity::Error, class, message)
                        .property(format!("spec/subnetSelectorTerms/{at}/tags"))
                        .given(Value::Object(wanted.clone()))
                };
                if found.is_empty() {
                    findings.report(
                        finding(format!("{} finds no subnet", title(class))).help(
                            "take the node class from the `Karpenter` handle, whose tag the network has; the cluster and the network must mean one name",
                        ),
                    );
                } else if let Some(public) = public {
                    findings.report(
                        finding(format!("{} finds a public subnet", title(class)))
                            .related(public.location(), "the subnet is made here")
                            .help("tag private subnets alone for Karpenter"),
                    );
                }
            }
        }
    }
}
