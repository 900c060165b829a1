//! Kubernetes objects, as far as the model must know them.

use std::{collections::BTreeMap, panic::Location};

use crate::{
    check::{Diagnostic, Findings, Suppression},
    stack::{Address, Site},
    value::{Node, Str},
};

/// A part of an object that stands for something of AWS that a manifest can't name, such as a block
/// of addresses for what has a security group. Rules that look at both sides read it.
#[derive(Clone, Debug)]
pub struct Counterpart {
    path: String,
    node: Node,
    location: &'static Location<'static>,
}

impl Counterpart {
    /// What is at `path` (`spec/egress/0`) stands for `node`, by what the program says at `location`.
    pub const fn new(path: String, node: Node, location: &'static Location<'static>) -> Self {
        Self { path, node, location }
    }

    /// The part's path in the object, without a slash before it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it stands for.
    pub const fn node(&self) -> &Node {
        &self.node
    }

    /// The line of the program that says so.
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

/// One Kubernetes object. It holds no deferred value: what is committed to Git can't.
#[derive(Clone, Debug)]
pub struct Manifest {
    object: serde_json::Value,
    location: &'static Location<'static>,
    suppressions: Vec<Suppression>,
    counterparts: Vec<Counterpart>,
}

impl Manifest {
    /// An object with `apiVersion`, `kind` and `metadata`, made at `location`. Its fields are sorted.
    pub fn new(mut object: serde_json::Value, location: &'static Location<'static>) -> Self {
        object.sort_all_objects();
        Self { object, location, suppressions: Vec::new(), counterparts: Vec::new() }
    }

    /// Says what parts of it stand for.
    #[must_use]
    pub fn with_counterparts(
        mut self,
        counterparts: impl IntoIterator<Item = Counterpart>,
    ) -> Self {
        self.counterparts.extend(counterparts);
        self
    }

    /// Accepts the findings with a code on this object.
    #[must_use]
    #[track_caller]
    pub fn suppress(mut self, code: &'static str, reason: impl Into<Str>) -> Self {
        self.suppressions.push(Suppression::new(code, reason));
        self
    }

    /// Accepts what a construct that makes this object accepts.
    #[must_use]
    pub fn suppress_all(mut self, suppressions: impl IntoIterator<Item = Suppression>) -> Self {
        self.suppressions.extend(suppressions);
        self
    }

    /// The object.
    pub const fn object(&self) -> &serde_json::Value {
        &self.object
    }

    /// The text at a JSON pointer (`/metadata/name`), or nothing.
    pub fn text(&self, pointer: &str) -> &str {
        self.object.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default()
    }

    // Rules ask for these of every object again and again: a pointer would be cut into parts each time.
    fn top(&self, field: &str) -> &str {
        self.object.get(field).and_then(serde_json::Value::as_str).unwrap_or_default()
    }

    fn metadata(&self, field: &str) -> Option<&str> {
        self.object.get("metadata")?.get(field)?.as_str()
    }

    /// Its API version.
    pub fn api_version(&self) -> &str {
        self.top("apiVersion")
    }

    /// Its kind.
    pub fn kind(&self) -> &str {
        self.top("kind")
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.metadata("name").unwrap_or_default()
    }

    /// Its namespace, unless it belongs to the whole cluster.
    pub fn namespace(&self) -> Option<&str> {
        self.metadata("namespace")
    }

    /// The line of the program that made it.
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// What parts of it stand for.
    pub fn counterparts(&self) -> &[Counterpart] {
        &self.counterparts
    }

    /// The findings that the program accepts on it.
    pub fn suppressions(&self) -> &[Suppression] {
        &self.suppressions
    }

    /// Its path in the tree of manifests: the namespace, or `cluster`, then `kind-name.yaml`.
    pub fn path(&self) -> String {
        let (kind, name) = (self.kind().to_ascii_lowercase(), self.name());
        format!("{}/{kind}-{name}.yaml", self.namespace().unwrap_or("cluster"))
    }
}

/// The objects of one cluster.
#[derive(Clone, Debug)]
pub struct ManifestSet {
    cluster: Str,
    site: Site,
    resource: Option<(Address, &'static Location<'static>)>,
    manifests: Vec<Manifest>,
    pub(crate) findings: Vec<(Diagnostic, Vec<Suppression>)>,
}

impl ManifestSet {
    /// The objects for the cluster of this name.
    pub fn new(cluster: impl Into<Str>, site: Site, manifests: Vec<Manifest>) -> Self {
        Self { cluster: cluster.into(), site, resource: None, manifests, findings: Vec::new() }
    }

    /// Says that this program makes the cluster, and which line brought the two together: the cluster's
    /// stack must be in the app, too.
    #[must_use]
    pub fn of_resource(mut self, cluster: Address, location: &'static Location<'static>) -> Self {
        self.resource = Some((cluster, location));
        self
    }

    /// Adds what was found while the objects were made, each with what accepts it.
    #[must_use]
    pub fn with_findings(
        mut self,
        findings: impl IntoIterator<Item = (Diagnostic, Vec<Suppression>)>,
    ) -> Self {
        self.findings.extend(findings);
        self
    }

    /// The cluster's name.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Where the cluster is.
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// The cluster's resource if this program makes it, and the line that says so.
    pub const fn resource(&self) -> Option<&(Address, &'static Location<'static>)> {
        self.resource.as_ref()
    }

    /// The objects, in the order in which they were added.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }
}

/// Every object has a file of its own, below the folder of its cluster.
pub(crate) fn check_files(sets: &[ManifestSet], findings: &mut Findings) {
    let mut taken: BTreeMap<String, &Manifest> = BTreeMap::new();
    for set in sets {
        let cluster = set.cluster();
        for manifest in set.manifests() {
            let namespace = manifest.namespace().unwrap_or("cluster");
            for part in [cluster, namespace, manifest.kind(), manifest.name()] {
                if !names_a_file(part) {
                    findings.report(
                        Diagnostic::error("OUT-03", "this object's name can't be part of a path")
                            .on_manifest(cluster, manifest)
                            .given(format!("{part:?}"))
                            .allowed("a cluster, namespace, kind and name without `/`, `\\`, `%` and control characters; not empty, `.` or `..`")
                            .help("Kubernetes asks the same of a name that is part of a URL")
                            .firm(),
                    );
                }
            }
            // Not every disk tells upper from lower case.
            let file = format!("{cluster}/{}", manifest.path()).to_ascii_lowercase();
            if let Some(first) = taken.insert(file, manifest) {
                findings.report(
                    Diagnostic::error("OUT-02", "two objects are written to one file")
                        .on_manifest(cluster, manifest)
                        .given(manifest.path())
                        .related(first.location(), "the first is made here")
                        .help("a file is named by namespace, kind and name: give one of them another name")
                        .firm(),
                );
            }
        }
    }
}

fn names_a_file(part: &str) -> bool {
    let refused = |character: char| matches!(character, '/' | '\\' | '%') || character.is_control();
    !part.is_empty() && !matches!(part, "." | "..") && !part.contains(refused)
}
