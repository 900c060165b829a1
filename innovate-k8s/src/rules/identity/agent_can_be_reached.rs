//! `K8S-18`: pods that have a role can fetch its credentials.

use innovate_core::{
    Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{
    super::clusters,
    pod_identity::{accounts, associations, reaches_the_agent},
};
use crate::view::title;

pub(crate) static AGENT_CAN_BE_REACHED: Rule = Rule {
    code: "K8S-18",
    title: "pods that have a role by Pod Identity can reach the agent that gives its credentials",
    explanation: "An association of EKS Pod Identity gives a service account a role; its pods \
fetch the role's credentials from the agent on their node, at 169.254.170.23 and TCP port 80. Where \
network policies say what pods may connect to and the agent isn't among it, the first call to AWS, or \
the first login to a database by IAM, waits for credentials until it times out.\n\nPods that no policy \
limits, and those in the network of their node, reach the agent. Associations that another program \
makes are not looked at.\n\nSources: \"Learn how EKS Pod Identity grants Pods access to AWS services\", \
Amazon EKS User Guide; \"Network Policies\", Kubernetes documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        let roles = associations(model, objects);
        for (workload, account) in accounts(objects) {
            let Some(association) = roles.get(&account) else { continue };
            if reaches_the_agent(objects, workload) {
                continue;
            }
            let (namespace, account) = account;
            let message = format!(
                "the pods of {} have a role, and their network policies keep them from its credentials",
                title(workload.manifest)
            );
            findings.report(
                objects
                    .finding("K8S-18", Severity::Error, workload.manifest, message)
                    .setter("connects_to")
                    .property(format!("{}spec/serviceAccountName", workload.path))
                    .given(format!("{namespace}/{account}"))
                    .allowed("TCP 80 to 169.254.170.23, the agent of EKS Pod Identity")
                    .related(association.location(), "the role is given here")
                    .help("let them connect to the agent: `.connects_to(&AwsCredentials)`"),
            );
        }
    }
}
