//! Pods of a service as the targets of a load balancer that CloudFormation owns.

use innovate_aws::load_balancer::TargetGroupHandle;
use innovate_core::{Counterpart, Diagnostic, ResourceRef};
use serde::Serialize;
use typed_builder::TypedBuilder;

use super::Backend;
use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, ObjectName, ServiceRef,
    meta::{CustomObject, metadata},
    workload::{Https, admit, block},
};

/// Puts the pods of a service into a target group, and takes them out: the alternative to an
/// [`Ingress`](super::Ingress) where the load balancer is made by CloudFormation. The pods let the load
/// balancer's subnets in; the cluster's security group must let it in as well, and the program is
/// refused if it doesn't: `stack.allow(&load_balancer, Port::tcp(8443), &cluster)`.
///
/// ```
/// # use innovate_aws::load_balancer::TargetGroupHandle;
/// # use innovate_core::Prod;
/// # use innovate_k8s::{Manifests, ServiceRef, TargetGroupBinding};
/// fn bind(manifests: &mut Manifests<Prod>, api: &ServiceRef, targets: &TargetGroupHandle) {
///     manifests.add(TargetGroupBinding::builder().service(api).target_group(targets).build());
/// }
/// ```
///
/// Source: "TargetGroupBinding", AWS Load Balancer Controller documentation.
#[derive(Clone, Debug, TypedBuilder)]
pub struct TargetGroupBinding {
    /// The service whose pods are the targets.
    #[builder(setter(transform = |service: impl Backend| service.into_service()))]
    service: ServiceRef<Https>,
    /// Where they are put.
    #[builder(setter(transform = |group: &TargetGroupHandle| group.clone()))]
    target_group: TargetGroupHandle,
    /// Its name. The service's by default.
    #[builder(default, setter(strip_option))]
    name: Option<ObjectName>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    service_ref: PortRef,
    target_group_name: String,
    target_group_protocol: &'static str,
    target_type: &'static str,
    ip_address_type: &'static str,
}

#[derive(Serialize)]
struct PortRef {
    name: String,
    port: u16,
}

impl TargetGroupBinding {
    /// The load balancer speaks with the pods where they listen, and asks what they answer.
    fn check(&self, scope: &mut ManifestScope<'_>) {
        let (service, group) = (&self.service, &self.target_group);
        let port = (group.port().to_string(), service.port().to_string(), "port");
        let path =
            (group.health_path().to_string(), service.readiness_path().to_string(), "health_path");
        for (theirs, ours, setter) in [port, path] {
            if theirs != ours {
                let message = "a target group doesn't ask the pods what they answer";
                let finding = Diagnostic::error("K8S-04", message)
                    .setter("target_group")
                    .given(format!("{setter} {theirs}"))
                    .allowed(format!("{ours}, as `{}` has it", service.name()))
                    .help(format!("make the target group with `.{setter}({})`", shown(&ours)));
                scope.report(finding);
            }
        }
        let (theirs, network) = (group.load_balancer_block(), scope.network());
        if !network.vpc.contains(theirs) {
            let message = "the load balancer is in another network";
            let finding = Diagnostic::error("K8S-04", message)
                .setter("target_group")
                .given(theirs)
                .allowed(format!("a part of {}", network.vpc));
            scope.report(finding);
        }
    }
}

/// As the program writes it: a number, or a text.
fn shown(value: &str) -> String {
    if value.starts_with('/') { format!("{value:?}") } else { value.to_owned() }
}

impl ManifestConstruct for TargetGroupBinding {
    type Handle = ();
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) {
        self.check(scope);
        let Self { service, target_group, name } = self;
        let name = name.unwrap_or_else(|| service.name().clone());
        let group: &ResourceRef = target_group.as_ref();
        let location = scope.location();
        let counterpart = Counterpart::new(
            "spec/targetGroupName".to_owned(),
            group.reference::<innovate_core::Text>().into_node(),
            location,
        );
        let object = CustomObject {
            api_version: "elbv2.k8s.aws/v1beta1",
            kind: "TargetGroupBinding",
            metadata: metadata(service.namespace(), &name),
            spec: Spec {
                service_ref: PortRef { name: service.name().to_string(), port: service.port() },
                target_group_name: target_group.target_group_name().to_string(),
                target_group_protocol: "HTTPS",
                target_type: "ip",
                ip_address_type: "ipv4",
            },
        };
        scope.add_with(&object, vec![counterpart]);
        let from = format!("target-group-{name}");
        let balancer = block(&target_group.load_balancer_block());
        admit(scope, service.admission(), &from, vec![balancer]);
    }
}
