//! A service that answers requests.

use std::{collections::BTreeMap, marker::PhantomData, panic::Location};

use innovate_aws::{identity::IrsaRole, name::ServiceAccountRef};
use innovate_core::{Diagnostic, Str};
use k8s_openapi::{
    api::{
        apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment},
        core::v1::{Service, ServiceAccount, ServicePort, ServiceSpec},
        networking::v1::{NetworkPolicy, NetworkPolicySpec},
    },
    apimachinery::pkg::{apis::meta::v1::ObjectMeta, util::intstr::IntOrString},
};
use typed_builder::TypedBuilder;

use super::{
    Admission, Architecture, ContainerImage, Destination, Egress, Https, Listen, Probes, Protocol,
    Replicas, Resources, StatedResources, Telemetry, admit,
    connection::{pods, selector},
    pod, scaling,
};
use crate::{
    ConfigMapRef, ManifestConstruct, ManifestScope, NamespaceRef, NodePoolRef, ObjectName,
    SecretRef,
    ingress::ALB,
    meta::{metadata, strings},
};

/// How long a load balancer waits at most for a target that is taken out, in seconds. Source:
/// "Deregistration delay", Elastic Load Balancing User Guide for Application Load Balancers.
const LONGEST_DRAIN: u32 = 3600;

/// A service that answers requests over HTTP: Deployment, Service, ServiceAccount, autoscaler,
/// disruption budget and network policy.
///
/// Its pods are spread over zones and hosts, run as nobody on a read-only file system with no
/// capability and no token of the API server, answer for 15 seconds more while they are taken out of
/// their load balancers, and are replaced one version by the next without ever being fewer. Nothing
/// reaches them, and they reach nothing but the cluster's DNS, until the program connects them.
///
/// Source: "Pod Security Standards", "Pod Topology Spread Constraints", Kubernetes documentation;
/// "Running highly-available applications", Amazon EKS Best Practices Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Lets the pods connect to another service, a database, [`AwsEndpoints`](super::AwsEndpoints)
    /// or the [`Internet`](super::Internet). May be called for each of them.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    #[track_caller]
    pub fn connects_to(&mut self, destination: &impl Destination) {
        for egress in destination.egress() {
            if self.egress.iter().all(|(known, _)| *known != egress) {
                self.egress.push((egress, Location::caller()));
            }
        }
    }

    /// Gives the pods the settings of a config map as environment variables. They are replaced when
    /// one changes.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    #[track_caller]
    pub fn config(&mut self, config: &ConfigMapRef) {
        self.config.push((config.clone(), Location::caller()));
    }

    /// Gives the pods the keys of a secret as files in a folder of its own, by its absolute path,
    /// readable by their user alone.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    #[track_caller]
    pub fn secret_files(&mut self, secret: &SecretRef, folder: impl Into<Str>) {
        self.secrets.push((secret.clone(), folder.into(), Location::caller()));
    }
))]
pub struct WebService<I, P = Https> {
    /// The namespace that it is in.
    #[builder(setter(into))]
    namespace: NamespaceRef,
    /// The name of all its objects.
    pub(super) name: ObjectName,
    /// What it runs. Production takes an image by its digest only.
    pub(super) image: I,
    /// Where it listens.
    pub(super) listen: Listen<P>,
    /// What each pod takes of its node.
    #[builder(setter(transform = |resources: impl StatedResources| resources.stated()))]
    pub(super) resources: Resources,
    /// From how many pods to how many.
    #[builder(setter(into))]
    replicas: Replicas,
    /// The use of the requested processor time, in percent, that the number of pods is adapted to.
    /// 70 by default.
    #[builder(default = 70)]
    cpu_target_percent: u8,
    /// The architecture that the image is made for. By default the image is made for all that the
    /// node pools have.
    #[builder(default, setter(strip_option))]
    pub(super) arch: Option<Architecture>,
    /// The node pool that it runs on. By default any pool without taints.
    #[builder(default, setter(into, strip_option))]
    pub(super) pool: Option<NodePoolRef>,
    /// How its health is asked for.
    #[builder(default)]
    pub(super) probes: Probes,
    /// How long a pod may take to finish what it has begun, in seconds. 30 by default.
    #[builder(default = 30)]
    pub(super) shutdown_seconds: u16,
    /// The role of its service account through the cluster's identity provider, for what can't use
    /// EKS Pod Identity. By default it has the one that a `PodIdentity` binds to it, if any.
    #[builder(default, setter(transform = |role: &IrsaRole| Some(role.clone())))]
    irsa: Option<IrsaRole>,
    /// How its traces get to X-Ray and Application Signals. It has none by default.
    #[builder(default, setter(strip_option))]
    pub(super) telemetry: Option<Telemetry>,
    #[builder(via_mutators)]
    egress: Vec<(Egress, &'static Location<'static>)>,
    #[builder(via_mutators)]
    pub(super) config: Vec<(ConfigMapRef, &'static Location<'static>)>,
    #[builder(via_mutators)]
    pub(super) secrets: Vec<(SecretRef, Str, &'static Location<'static>)>,
}

/// A service of the cluster that speaks `P`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRef<P = Https> {
    admission: Admission,
    readiness_path: Str,
    service_account: ServiceAccountRef,
    protocol: PhantomData<fn() -> P>,
}

impl<P: Protocol> ServiceRef<P> {
    /// The namespace that it is in.
    pub const fn namespace(&self) -> &NamespaceRef {
        &self.admission.namespace
    }

    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.admission.name
    }

    /// The port that it and its pods listen on.
    pub const fn port(&self) -> u16 {
        self.admission.port
    }

    /// The service account of its pods, to give it a role.
    pub const fn service_account(&self) -> &ServiceAccountRef {
        &self.service_account
    }

    /// The URL by which other pods reach it.
    pub fn url(&self) -> String {
        let (name, namespace) = (self.name(), self.namespace().name());
        format!("{}://{name}.{namespace}.svc.cluster.local:{}", P::NAME, self.port())
    }

    /// The path that answers while requests are welcome.
    pub(crate) const fn readiness_path(&self) -> &Str {
        &self.readiness_path
    }

    pub(crate) const fn admission(&self) -> &Admission {
        &self.admission
    }
}

impl<P: Clone> From<&Self> for ServiceRef<P> {
    fn from(service: &Self) -> Self {
        service.clone()
    }
}

impl<P> Destination for ServiceRef<P> {
    fn egress(&self) -> Vec<Egress> {
        vec![Egress::pods(self.admission.clone())]
    }
}

impl<I: ContainerImage, P: Protocol> ManifestConstruct for WebService<I, P> {
    type Handle = ServiceRef<P>;
    type Needs = I::Needs;

    fn build(mut self, scope: &mut ManifestScope<'_>) -> ServiceRef<P> {
        for egress in self.telemetry.iter().flat_map(|telemetry| telemetry.egress()) {
            self.egress.push((egress, scope.location()));
        }
        self.check_namespaces(scope);
        self.check_folders(scope);
        self.check_role(scope);
        self.probes.check(scope);
        let metadata = || metadata(&self.namespace, &self.name);
        let annotations = self.irsa.as_ref().and_then(|role| strings([role.annotation()]));
        scope.add(&ServiceAccount {
            metadata: ObjectMeta { annotations, ..metadata() },
            automount_service_account_token: Some(false),
            ..ServiceAccount::default()
        });
        scope.add(&Deployment {
            metadata: metadata(),
            // Optional or not by the version of the API that is chosen.
            spec: DeploymentSpec {
                replicas: self.replicas.fixed().map(Into::into),
                revision_history_limit: Some(5),
                progress_deadline_seconds: Some(600),
                selector: selector(&self.name),
                strategy: Some(DeploymentStrategy {
                    type_: Some("RollingUpdate".to_owned()),
                    rolling_update: Some(RollingUpdateDeployment {
                        max_surge: Some(IntOrString::String("25%".to_owned())),
                        max_unavailable: Some(IntOrString::Int(0)),
                    }),
                }),
                template: pod::template(&self, scope.site().environment()),
                ..DeploymentSpec::default()
            }
            .into(),
            status: None,
        });
        scope.add(&Service {
            metadata: ObjectMeta { annotations: self.target_group(), ..metadata() },
            spec: Some(ServiceSpec {
                type_: Some("ClusterIP".to_owned()),
                selector: strings([(crate::meta::NAME, self.name.as_str())]),
                ports: Some(vec![ServicePort {
                    name: Some(P::NAME.to_owned()),
                    app_protocol: Some(P::NAME.to_owned()),
                    port: self.listen.port().into(),
                    target_port: Some(IntOrString::String(P::NAME.to_owned())),
                    protocol: Some("TCP".to_owned()),
                    ..ServicePort::default()
                }]),
                ..ServiceSpec::default()
            }),
            status: None,
        });
        if self.replicas.fixed().is_none() {
            scope.add(&self.replicas.autoscaler(metadata(), self.cpu_target_percent));
        }
        scope.add(&scaling::disruption_budget(metadata(), selector(&self.name)));
        let rules = self.egress.iter().map(|(egress, _)| egress.rule(scope.network())).collect();
        let policy = NetworkPolicy {
            metadata: metadata(),
            spec: Some(NetworkPolicySpec {
                pod_selector: Some(selector(&self.name)),
                policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
                egress: Some(rules).filter(|_| !self.egress.is_empty()),
                ingress: None,
            }),
        };
        let counterparts = self.egress.iter().enumerate();
        let counterparts = counterparts.filter_map(|(at, (egress, location))| {
            egress.counterpart(format!("spec/egress/{at}"), location)
        });
        scope.add_with(&policy, counterparts.collect());
        for admission in self.egress.iter().filter_map(|(egress, _)| egress.admission()) {
            let from = format!("{}-{}", self.namespace.name(), self.name);
            admit(scope, admission, &from, vec![pods(&self.namespace, &self.name)]);
        }
        ServiceRef {
            service_account: self.service_account(),
            readiness_path: self.probes.readiness_path().clone(),
            admission: Admission {
                namespace: self.namespace,
                name: self.name,
                port: self.listen.port(),
            },
            protocol: PhantomData,
        }
    }
}

impl<I, P: Protocol> WebService<I, P> {
    /// How a load balancer speaks with the pods, and asks for their health.
    fn target_group(&self) -> Option<BTreeMap<String, String>> {
        let drain = u32::from(pod::DRAIN) + u32::from(self.shutdown_seconds);
        let drain = drain.min(LONGEST_DRAIN);
        let annotation = |(name, value): (&str, String)| (format!("{ALB}/{name}"), value);
        let annotations = [
            ("backend-protocol", P::SCHEME.to_owned()),
            ("healthcheck-protocol", P::SCHEME.to_owned()),
            ("healthcheck-path", self.probes.readiness_path().to_string()),
            ("target-group-attributes", format!("deregistration_delay.timeout_seconds={drain}")),
        ];
        Some(annotations.map(annotation).into())
    }
}

impl<I, P> WebService<I, P> {
    pub(super) const fn namespace(&self) -> &NamespaceRef {
        &self.namespace
    }

    /// Pods read settings and secrets of their own namespace only.
    fn check_namespaces(&self, scope: &mut ManifestScope<'_>) {
        let config = self.config.iter().map(|(config, location)| {
            (config.namespace(), config.name(), "config map", "config", *location)
        });
        let secrets = self.secrets.iter().map(|(secret, _, location)| {
            (secret.namespace(), secret.name(), "secret", "secret_files", *location)
        });
        for (namespace, name, what, setter, location) in config.chain(secrets) {
            if *namespace != self.namespace {
                let (theirs, ours) = (namespace.name(), self.namespace.name());
                let message =
                    format!("pods of namespace `{ours}` can't read a {what} of `{theirs}`");
                let finding = Diagnostic::error("K8S-04", message)
                    .at(location)
                    .setter(setter)
                    .given(format!("{theirs}/{name}"))
                    .allowed(format!("a {what} of namespace `{ours}`"))
                    .help(format!("add the {what} to namespace `{ours}`, too"));
                scope.report(finding);
            }
        }
    }

    /// A container has one volume in a folder.
    fn check_folders(&self, scope: &mut ManifestScope<'_>) {
        let mut taken = vec![pod::SCRATCH];
        for (secret, folder, location) in &self.secrets {
            let own = folder.trim_end_matches('/');
            let message = match own.strip_prefix('/') {
                None | Some("") => "the files of a secret have no folder of their own",
                Some(_) if own == pod::SCRATCH => {
                    "the files of a secret would hide the scratch folder"
                }
                Some(_) if taken.contains(&own) => "the files of two secrets are in one folder",
                Some(_) => {
                    taken.push(own);
                    continue;
                }
            };
            let finding = Diagnostic::error("K8S-02", message)
                .at(*location)
                .setter("secret_files")
                .given(format!("{folder:?}"))
                .allowed("an absolute path, another one for each secret")
                .help(format!("write `/etc/{}`, for example", secret.name()));
            scope.report(finding);
        }
    }

    fn service_account(&self) -> ServiceAccountRef {
        ServiceAccountRef::new(self.namespace.name().into(), (&self.name).into())
    }

    /// The trust of a role names one service account.
    fn check_role(&self, scope: &mut ManifestScope<'_>) {
        let (Some(role), ours) = (&self.irsa, self.service_account()) else { return };
        let theirs = role.service_account();
        if *theirs != ours {
            let message = "the role trusts another service account";
            let finding = Diagnostic::error("K8S-04", message)
                .setter("irsa")
                .given(theirs)
                .allowed(&ours)
                .help("make the role for the service account that has the service's namespace and name");
            scope.report(finding);
        }
    }
}
