//! `EKS-15`: a controller whose objects the manifests have may act on AWS.

use innovate_core::{
    Diagnostic, Manifest, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, service_account_has_one_role::bindings};
use crate::identity::document::{Purpose, flat, policies_of};
use crate::rules::read::text;

/// `EKS-15`.
pub static CONTROLLER_HAS_ITS_ROLE: Rule = Rule {
    code: "EKS-15",
    title: "a controller whose objects the manifests have may act on AWS",
    explanation: "\
An ingress gets its load balancer from the AWS Load Balancer Controller, a node pool its nodes from \
Karpenter, an external secret its value from the External Secrets Operator, and a schedule of Velero its \
backups from Velero. Each of them needs a role: without one the object is accepted and nothing ever comes of it. The rule looks for a role that is \
bound to the service account of the controller's chart, through Pod Identity or an identity provider.

Source: the installation pages of the controllers.",
    check: Check::Model(check),
};

/// A controller: the group of its objects, its service account, and the construct of its role.
struct Controller {
    group: &'static str,
    namespace: &'static str,
    service_account: &'static str,
    construct: &'static str,
}

const CONTROLLERS: [Controller; 5] = [
    Controller {
        group: "elbv2.k8s.aws/",
        namespace: "kube-system",
        service_account: "aws-load-balancer-controller",
        construct: "LoadBalancerController::new(&cluster)",
    },
    Controller {
        group: "karpenter.sh/",
        namespace: "kube-system",
        service_account: "karpenter",
        construct: "Karpenter::new(&cluster)",
    },
    Controller {
        group: "karpenter.k8s.aws/",
        namespace: "kube-system",
        service_account: "karpenter",
        construct: "Karpenter::new(&cluster)",
    },
    Controller {
        group: "external-secrets.io/",
        namespace: "external-secrets",
        service_account: "external-secrets",
        construct: "ExternalSecrets::builder().cluster(&cluster).key(&key).build()",
    },
    Controller {
        group: "velero.io/",
        namespace: "velero",
        service_account: "velero-server",
        construct: "Velero::builder().cluster(&cluster).bucket(&bucket).build()",
    },
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for cluster in model.resources_of(CLUSTER) {
        let Some(name) = text(cluster, "Name") else { continue };
        let Some(set) = model.manifests().iter().find(|set| set.cluster() == name) else {
            continue;
        };
        for controller in CONTROLLERS {
            let of_group =
                |manifest: &&Manifest| manifest.api_version().starts_with(controller.group);
            let Some(manifest) = set.manifests().iter().find(of_group) else { continue };
            if !has_role(model, cluster, &controller) {
                let account = format!("{}/{}", controller.namespace, controller.service_account);
                findings.report(
                    Diagnostic::error("EKS-15", "the controller of this object has no role in AWS")
                        .on_manifest(name, manifest)
                        .given(format!("no role for the service account `{account}`"))
                        .related(cluster.location(), "the cluster is made here")
                        .help(format!("add it to the cluster's stack: `{}`", controller.construct)),
                );
            }
        }
    }
}

fn has_role(model: &Model<'_>, cluster: &Resource, controller: &Controller) -> bool {
    let Controller { namespace, service_account, .. } = controller;
    let bound = bindings(model, cluster)
        .iter()
        .any(|(_, (of, name))| of == namespace && name == service_account);
    bound || {
        let subject = format!("system:serviceaccount:{namespace}:{service_account}");
        model.resources_of("AWS::IAM::Role").flat_map(policies_of).any(|policy| {
            policy.purpose == Purpose::Trust
                && policy.statements().iter().any(|statement| mentions(statement, &subject))
        })
    }
}

fn mentions(statement: &Node, subject: &str) -> bool {
    let operators = statement.get("Condition").and_then(Node::as_map);
    operators.unwrap_or_default().iter().any(|(_, keys)| {
        keys.as_map().unwrap_or_default().iter().any(|(_, value)| flat(value, None) == subject)
    })
}
