//! The objects of one cluster, and what a construct adds them to.

use std::{marker::PhantomData, panic::Location};

use innovate_aws::{Environment, cluster::Cluster, network::VpcHandle};
use innovate_core::{
    Address, Cidr, Counterpart, Dev, Diagnostic, Manifest, ManifestSet, NonProduction, ResourceRef,
    Site, Stage, StageKind, Str, check::Suppression, stack::Claim,
};
use serde::Serialize;
use serde_json::Value;

/// Plain data that becomes objects when it is added to [`Manifests`].
pub trait ManifestConstruct: Sized {
    /// What the rest of the program needs of it: cheap data that can be cloned and kept.
    type Handle;
    /// Which clusters it may be added to: [`AnyCluster`] for most.
    type Needs;

    /// Adds its objects.
    fn build(self, scope: &mut ManifestScope<'_>) -> Self::Handle;

    /// Accepts the findings with `code` on all that it makes, for a reason that the report shows.
    #[track_caller]
    fn suppress(self, code: &'static str, reason: impl Into<Str>) -> Suppressed<Self> {
        Suppressed { construct: self, suppression: Suppression::new(code, reason) }
    }
}

/// A construct on whose objects findings with one code are accepted.
#[derive(Clone, Debug)]
pub struct Suppressed<Construct> {
    construct: Construct,
    suppression: Suppression,
}

impl<Construct: ManifestConstruct> ManifestConstruct for Suppressed<Construct> {
    type Handle = Construct::Handle;
    type Needs = Construct::Needs;

    fn build(self, scope: &mut ManifestScope<'_>) -> Construct::Handle {
        scope.suppressions.push(self.suppression);
        self.construct.build(scope)
    }
}

/// A construct's need: any cluster will do.
#[derive(Clone, Copy, Debug)]
pub enum AnyCluster {}
/// A construct's need: a cluster of a stage that is not production.
#[derive(Clone, Copy, Debug)]
pub enum ClusterOutsideProduction {}
/// A construct's need: a cluster for development.
#[derive(Clone, Copy, Debug)]
pub enum ClusterForDevelopment {}

/// Manifests of a cluster that meets a construct's need.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no need that `{M}` meet",
    label = "this construct has another need",
    note = "a construct's `Needs` is `AnyCluster`, if any will do"
)]
pub trait HostedBy<M> {}

impl<S: Stage> HostedBy<Manifests<S>> for AnyCluster {}
impl<S: TakesTaggedImages> HostedBy<Manifests<S>> for ClusterOutsideProduction {}
impl<S: LetsNodeImagesMove> HostedBy<Manifests<S>> for ClusterForDevelopment {}

/// A stage whose containers may run an image by its tag.
#[diagnostic::on_unimplemented(
    message = "production takes an image by its digest",
    label = "this image is named by a tag, which can be moved to another",
    note = "name it by its digest: `.image(image!(\"..@sha256:..\"))`"
)]
pub trait TakesTaggedImages: Stage {}

#[diagnostic::do_not_recommend]
impl<S: NonProduction> TakesTaggedImages for S {}

/// A stage whose nodes may boot whatever image is the newest.
#[diagnostic::on_unimplemented(
    message = "outside of development, nodes boot a pinned image",
    label = "this image moves whenever AWS publishes a release",
    note = "pin the release: `.ami(ami!(\"bottlerocket@v1.53.0\"))`"
)]
pub trait LetsNodeImagesMove: Stage {}

impl LetsNodeImagesMove for Dev {}

/// The blocks of addresses around a cluster: what its network policies name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterNetwork {
    /// All of the VPC.
    pub vpc: Cidr,
    /// The subnets of load balancers that face the internet.
    pub public: Cidr,
    /// The subnets of nodes, pods, and load balancers for the VPC.
    pub private: Cidr,
}

impl From<&VpcHandle> for ClusterNetwork {
    fn from(vpc: &VpcHandle) -> Self {
        Self { vpc: vpc.cidr(), public: vpc.public().block(), private: vpc.private().block() }
    }
}

/// Makes the manifests of an environment's clusters.
pub trait ClusterManifests<S> {
    /// No objects yet, for a cluster of this environment and the network that it is in.
    #[track_caller]
    fn manifests(&self, cluster: &Cluster, network: &VpcHandle) -> Manifests<S>;
}

impl<S: Stage> ClusterManifests<S> for Environment<S> {
    #[track_caller]
    fn manifests(&self, cluster: &Cluster, network: &VpcHandle) -> Manifests<S> {
        let (name, site) = (cluster.name().to_string(), cluster.site().clone());
        let mut manifests = Manifests::new(name, site, network.into());
        let mut scope = manifests.scope();
        let (ours, theirs) = (self.site(), scope.site().environment().to_owned());
        if *scope.site() != ours {
            let message = "the cluster is one of another environment";
            let finding = Diagnostic::error("K8S-04", message)
                .given(theirs)
                .allowed(format!("a cluster of `{}`", ours.environment()))
                .help("make its manifests with the environment whose stack it is in");
            scope.report(finding);
        } else {
            let resource: &ResourceRef = cluster.as_ref();
            scope.contents.resource = Some((resource.address().clone(), scope.location));
        }
        if cluster.node_subnets().block() != network.private().block() {
            let message = "the cluster's nodes are in another network";
            let finding = Diagnostic::error("K8S-04", message)
                .given(cluster.node_subnets().block())
                .allowed(network.private().block())
                .help("hand over the network that the cluster was made with");
            scope.report(finding);
        }
        manifests
    }
}

/// The objects of one cluster, for the stage `S`. They become one file each, in a tree that Argo CD
/// can point at: a folder a namespace, and `cluster` for what belongs to none.
#[derive(Debug)]
#[must_use = "manifests are written only if they are added to the app"]
pub struct Manifests<S> {
    contents: Contents,
    claim: Claim,
    stage: PhantomData<fn() -> S>,
}

#[derive(Debug)]
struct Contents {
    cluster: Str,
    site: Site,
    network: ClusterNetwork,
    resource: Option<(Address, &'static Location<'static>)>,
    objects: Vec<Manifest>,
    findings: Vec<(Diagnostic, Vec<Suppression>)>,
}

impl<S: Stage> Manifests<S> {
    /// No objects yet, for a cluster that another program makes. Those of a cluster of this program
    /// are made with `environment.manifests(&cluster, &vpc)`.
    #[track_caller]
    pub fn new(cluster: impl Into<Str>, site: Site, network: ClusterNetwork) -> Self {
        let cluster = cluster.into();
        let claim = site.leftovers().of_manifests(&cluster, Location::caller());
        let contents = Contents {
            cluster,
            site,
            network,
            resource: None,
            objects: Vec::new(),
            findings: Vec::new(),
        };
        Self { contents, claim, stage: PhantomData }
    }

    /// Adds a construct, and gives what the rest of the program needs of it.
    #[track_caller]
    pub fn add<C: ManifestConstruct>(&mut self, construct: C) -> C::Handle
    where
        C::Needs: HostedBy<Self>,
    {
        construct.build(&mut self.scope())
    }

    /// Adds an object that no construct makes: one of `k8s-openapi`, or any that serializes to
    /// an object with `apiVersion`, `kind` and `metadata`. The rules check it as all others.
    #[track_caller]
    pub fn object(&mut self, object: &impl Serialize) {
        self.scope().add(object);
    }

    /// Adds an object as free JSON: the escape hatch. The rules check it as all others.
    #[track_caller]
    pub fn raw(&mut self, object: Value) {
        self.scope().push(object, Vec::new());
    }

    #[track_caller]
    fn scope(&mut self) -> ManifestScope<'_> {
        ManifestScope {
            contents: &mut self.contents,
            location: Location::caller(),
            suppressions: Vec::new(),
        }
    }

    /// The cluster's name.
    pub fn cluster(&self) -> &str {
        &self.contents.cluster
    }

    /// The objects, in the order in which they were added.
    pub fn objects(&self) -> &[Manifest] {
        &self.contents.objects
    }
}

impl<S> From<Manifests<S>> for ManifestSet {
    fn from(manifests: Manifests<S>) -> Self {
        manifests.claim.meet();
        let Contents { cluster, site, resource, objects, findings, .. } = manifests.contents;
        let set = Self::new(cluster, site, objects).with_findings(findings);
        match resource {
            Some((resource, location)) => set.of_resource(resource, location),
            None => set,
        }
    }
}

/// Where a construct adds its objects: the cluster, and the line of the program that all of them
/// come from.
#[derive(Debug)]
pub struct ManifestScope<'manifests> {
    contents: &'manifests mut Contents,
    location: &'static Location<'static>,
    suppressions: Vec<Suppression>,
}

impl ManifestScope<'_> {
    /// Adds an object. What is null is left out, and so are `status` and `creationTimestamp`, which
    /// the API server writes.
    pub fn add(&mut self, object: &impl Serialize) {
        self.add_with(object, Vec::new());
    }

    /// Adds an object, and says what parts of it stand for.
    pub(crate) fn add_with(&mut self, object: &impl Serialize, counterparts: Vec<Counterpart>) {
        match serde_json::to_value(object) {
            Ok(object) => self.push(object, counterparts),
            Err(error) => {
                let message = format!("an object can't be written: {error}");
                self.report(Diagnostic::error("K8S-02", message));
            }
        }
    }

    fn push(&mut self, mut object: Value, counterparts: Vec<Counterpart>) {
        remove_nulls(&mut object);
        if let Value::Object(fields) = &mut object {
            fields.remove("status");
            if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
                metadata.remove("creationTimestamp");
            }
        }
        let manifest = Manifest::new(object, self.location)
            .suppress_all(self.suppressions.iter().cloned())
            .with_counterparts(counterparts);
        self.contents.objects.push(manifest);
    }

    /// Adds another construct.
    pub fn construct<C: ManifestConstruct<Needs = AnyCluster>>(
        &mut self,
        construct: C,
    ) -> C::Handle {
        let suppressions = self.suppressions.clone();
        construct.build(&mut ManifestScope {
            contents: self.contents,
            location: self.location,
            suppressions,
        })
    }

    /// Reports a finding at the program's line.
    pub fn report(&mut self, finding: Diagnostic) {
        let finding = if finding.place().is_some() { finding } else { finding.at(self.location) };
        let mut accepted = self.suppressions.clone();
        accepted.retain(|known| known.code == finding.code());
        self.contents.findings.push((finding, accepted));
    }

    /// The cluster's name.
    pub fn cluster(&self) -> &str {
        &self.contents.cluster
    }

    /// The program's line.
    pub(crate) const fn location(&self) -> &'static Location<'static> {
        self.location
    }

    pub(crate) const fn network(&self) -> ClusterNetwork {
        self.contents.network
    }

    /// A handle of the AWS side must be one of this cluster.
    pub(crate) fn check_cluster(&mut self, theirs: &str, setter: &'static str) {
        let ours = self.cluster();
        if theirs != ours {
            let message = "these are objects of one cluster, and this is a handle of another";
            let finding =
                Diagnostic::error("K8S-04", message).setter(setter).given(theirs).allowed(ours);
            self.report(finding);
        }
    }

    /// Account, region, stage and tags.
    pub const fn site(&self) -> &Site {
        &self.contents.site
    }

    /// What the environment is for.
    pub fn stage(&self) -> StageKind {
        self.contents.site.stage()
    }
}

fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}
