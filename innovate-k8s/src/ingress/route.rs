//! Which host and path goes to which service.

use std::{collections::BTreeMap, panic::Location};

use innovate_aws::name::Hostname;
use innovate_core::{Diagnostic, Str};
use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress as IngressObject, IngressBackend, IngressRule,
    IngressServiceBackend, IngressSpec, IngressTLS, ServiceBackendPort,
};
use typed_builder::TypedBuilder;

use super::{ALB, Exposure, IngressClassRef};
use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, ObjectName, ServiceRef,
    meta::metadata,
    workload::{Https, admit, block},
};

/// Leads the requests for a host to services, over TLS as far as the pods.
///
/// The load balancer is one of the class: its own, or that of the class's group. The load balancer controller
/// finds a certificate by the host's name, and the program is told if it makes none that covers it. The
/// services' pods let the load balancer's subnets in.
///
/// Source: "Annotations" and "Certificate Discovery", AWS Load Balancer Controller documentation.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Leads what begins with a path to another service. The longest path that fits goes first. May
    /// be called for each path.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    #[track_caller]
    pub fn route(&mut self, path: impl Into<Str>, service: impl Backend) {
        self.routes.push((path.into(), service.into_service(), Location::caller()));
    }
))]
pub struct Ingress {
    name: ObjectName,
    /// What its load balancer is like.
    #[builder(setter(into))]
    class: IngressClassRef,
    /// The host whose requests it leads.
    #[builder(setter(into))]
    host: Hostname,
    /// Where they go, but for the routes.
    #[builder(setter(transform = |service: impl Backend| service.into_service()))]
    service: ServiceRef<Https>,
    #[builder(via_mutators)]
    routes: Vec<(Str, ServiceRef<Https>, &'static Location<'static>)>,
}

/// What an ingress may lead to: a service of the cluster that speaks TLS.
#[diagnostic::on_unimplemented(
    message = "an ingress can't lead to `{Self}`",
    label = "no service that speaks TLS",
    note = "an ingress leads to services that speak TLS: they listen with `Listen::https(8443)`",
    note = "a service is what `manifests.add(WebService::builder()..)` gives: `&api`"
)]
pub trait Backend {
    /// The service.
    fn into_service(self) -> ServiceRef<Https>;
}

impl Backend for ServiceRef<Https> {
    fn into_service(self) -> Self {
        self
    }
}

impl Backend for &ServiceRef<Https> {
    fn into_service(self) -> ServiceRef<Https> {
        self.clone()
    }
}

impl Ingress {
    fn path(path: &str, service: &ServiceRef<Https>) -> HTTPIngressPath {
        HTTPIngressPath {
            path: Some(path.to_owned()),
            path_type: "Prefix".to_owned(),
            backend: IngressBackend {
                service: Some(IngressServiceBackend {
                    name: service.name().to_string(),
                    port: Some(ServiceBackendPort { name: Some("https".to_owned()), number: None }),
                }),
                resource: None,
            },
        }
    }

    fn check(&self, scope: &mut ManifestScope<'_>) {
        if let Err(error) = self.host.verify() {
            let finding = Diagnostic::error("K8S-02", "an ingress leads a host that can't exist")
                .setter("host")
                .given(error.given())
                .allowed(error.allowed());
            scope.report(finding);
        }
        let ours = self.service.namespace();
        let mut leads = BTreeMap::from([("", &self.service)]);
        for (path, service, location) in &self.routes {
            if service.namespace() != ours {
                let (ours, theirs) = (ours.name(), service.namespace().name());
                let message = format!(
                    "an ingress of namespace `{ours}` can't lead to a service of `{theirs}`"
                );
                let finding = Diagnostic::error("K8S-04", message)
                    .at(*location)
                    .setter("route")
                    .given(format!("{path} -> {theirs}/{}", service.name()))
                    .allowed(format!("a service of namespace `{ours}`"))
                    .help("give that service a host of its own, with an ingress beside it");
                scope.report(finding);
            }
            if !path.starts_with('/') {
                let finding = Diagnostic::error("K8S-02", "a route's path begins with a slash")
                    .at(*location)
                    .setter("route")
                    .given(path)
                    .help(format!("write `/{path}`"));
                scope.report(finding);
            } else if let Some(other) = leads.insert(path.trim_end_matches('/'), service) {
                let message = match other == service {
                    true => "an ingress has two routes of one path",
                    false => "an ingress leads one path to two services",
                };
                let finding = Diagnostic::error("K8S-02", message)
                    .at(*location)
                    .setter("route")
                    .given(format!("{path} -> {} and {}", other.name(), service.name()))
                    .help("`service` is where `/` goes; give every route a path of its own");
                scope.report(finding);
            }
        }
    }
}

impl ManifestConstruct for Ingress {
    type Handle = ();
    type Needs = AnyCluster;

    fn build(mut self, scope: &mut ManifestScope<'_>) {
        self.check(scope);
        self.routes.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let mut metadata = metadata(self.service.namespace(), &self.name);
        metadata.annotations = Some(BTreeMap::from([
            (format!("{ALB}/listen-ports"), r#"[{"HTTP": 80}, {"HTTPS": 443}]"#.to_owned()),
            (format!("{ALB}/backend-protocol"), "HTTPS".to_owned()),
            (format!("{ALB}/healthcheck-protocol"), "HTTPS".to_owned()),
            (format!("{ALB}/healthcheck-path"), self.service.readiness_path().to_string()),
        ]));
        let host = self.host.to_string();
        let mut paths: Vec<HTTPIngressPath> =
            self.routes.iter().map(|(path, service, _)| Self::path(path, service)).collect();
        paths.push(Self::path("/", &self.service));
        scope.add(&IngressObject {
            metadata,
            spec: Some(IngressSpec {
                ingress_class_name: Some(self.class.name().to_string()),
                tls: Some(vec![IngressTLS { hosts: Some(vec![host.clone()]), secret_name: None }]),
                rules: Some(vec![IngressRule {
                    host: Some(host),
                    http: Some(HTTPIngressRuleValue { paths }),
                }]),
                default_backend: None,
            }),
            status: None,
        });
        let subnets = match self.class.exposure() {
            Exposure::Internet(_) => scope.network().public,
            Exposure::Vpc => scope.network().private,
        };
        let mut services: Vec<&ServiceRef<Https>> =
            self.routes.iter().map(|(_, service, _)| service).collect();
        services.push(&self.service);
        services.sort_by_key(|service| service.name());
        services.dedup();
        let from = format!("ingress-{}", self.name);
        for service in services {
            admit(scope, service.admission(), &from, vec![block(&subnets)]);
        }
    }
}
