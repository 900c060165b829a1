//! What differs between two environments.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, BTreeSet},
    panic::Location,
};

use super::own::Own;
use crate::{
    app::App,
    check::{Diagnostic, Place, Registry},
    manifest::{Manifest, ManifestSet},
    stack::{DeletionPolicy, Resource, StackModel},
    value::{Intrinsic, Node, Str, json_text},
};

/// The type under which stacks themselves are compared.
const STACK: &str = "AWS::CloudFormation::Stack";
/// The most characters of a value that a finding shows.
const SHOWN: usize = 120;

/// Who has what the other hasn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Both,
    Ours,
    Theirs,
}

/// Something that differs.
#[derive(Debug)]
pub(super) struct Found<'app> {
    pub(super) side: Side,
    pub(super) type_name: Str,
    /// What it is called: its logical id, its path in the tree of manifests, or the stack's name.
    pub(super) id: String,
    /// Empty if all of it is there or isn't.
    pub(super) property: String,
    pub(super) ours: String,
    pub(super) theirs: String,
    here: Option<Subject<'app>>,
    there: Option<Subject<'app>>,
}

/// What has the property.
#[derive(Clone, Copy, Debug)]
enum Subject<'app> {
    Stack(&'app StackModel),
    Resource(&'app Resource),
    Manifest(&'app ManifestSet, &'app Manifest),
}

impl<'app> Subject<'app> {
    fn type_name(self) -> Str {
        match self {
            Self::Stack(_) => STACK.into(),
            Self::Resource(resource) => resource.type_name.clone(),
            Self::Manifest(_, manifest) => {
                format!("{}/{}", manifest.api_version(), manifest.kind()).into()
            }
        }
    }

    fn id(self) -> String {
        match self {
            Self::Stack(stack) => stack.name().to_owned(),
            Self::Resource(resource) => resource.logical_id().to_owned(),
            Self::Manifest(_, manifest) => manifest.path(),
        }
    }

    const fn location(self) -> &'static Location<'static> {
        match self {
            Self::Stack(stack) => stack.location(),
            Self::Resource(resource) => resource.location(),
            Self::Manifest(_, manifest) => manifest.location(),
        }
    }

    fn point(self, finding: Diagnostic) -> Diagnostic {
        match self {
            Self::Stack(stack) => finding.on_stack(stack),
            Self::Resource(resource) => finding.on(resource),
            Self::Manifest(set, manifest) => finding.on_manifest(set.cluster(), manifest),
        }
    }

    fn is_named(self, name: &str) -> bool {
        match self {
            Self::Manifest(_, manifest) => manifest.name() == name,
            other => other.id() == name,
        }
    }
}

impl Found<'_> {
    /// Whether it is of what is named so.
    pub(super) fn is_of(&self, name: &str) -> bool {
        [self.here, self.there].into_iter().flatten().any(|subject| subject.is_named(name))
    }

    /// A finding about it: at our line if we have it, at `mirror` otherwise.
    pub(super) fn place(
        &self,
        finding: Diagnostic,
        mirror: &'static Location<'static>,
    ) -> Diagnostic {
        let finding = match self.here {
            Some(subject) => subject.point(finding),
            None => finding.at(mirror).setter("mirrors"),
        };
        match self.there {
            Some(subject) if finding.place() != Some(&Place::from(subject.location())) => {
                finding.related(subject.location(), "the other is made here")
            }
            _ => finding,
        }
    }
}

/// The types of a program's resources and objects.
pub(super) fn types_of(app: &App) -> impl Iterator<Item = String> {
    let resources = app.stack_models().iter().flat_map(StackModel::resources);
    let resources = resources.map(|resource| resource.type_name().to_owned());
    let manifests = app.manifest_sets().iter().flat_map(ManifestSet::manifests);
    let manifests =
        manifests.map(|manifest| format!("{}/{}", manifest.api_version(), manifest.kind()));
    resources.chain(manifests).chain([STACK.to_owned()])
}

/// All that differs, in the order of our program.
pub(super) fn all<'app>(
    ours: &'app App,
    theirs: &'app App,
    registry: &dyn Registry,
) -> Vec<Found<'app>> {
    let mut comparison = Comparison { own: Own::of(ours, theirs, registry), found: Vec::new() };
    comparison.stacks(ours, theirs);
    comparison.clusters(ours, theirs);
    comparison.found
}

struct Comparison<'app> {
    own: Own,
    found: Vec<Found<'app>>,
}

impl<'app> Comparison<'app> {
    fn stacks(&mut self, ours: &'app App, theirs: &'app App) {
        let mut met: Vec<&str> = Vec::new();
        for stack in ours.stack_models() {
            match self.own.stack(stack, theirs) {
                Some(other) => {
                    met.push(other.name());
                    self.stack(stack, other);
                }
                None => self.one_sided(Side::Ours, Subject::Stack(stack)),
            }
        }
        for other in theirs.stack_models() {
            if !met.contains(&other.name()) {
                self.one_sided(Side::Theirs, Subject::Stack(other));
            }
        }
    }

    fn stack(&mut self, ours: &'app StackModel, theirs: &'app StackModel) {
        let subjects = (Subject::Stack(ours), Subject::Stack(theirs));
        self.node(subjects, &mut String::new(), &sections(ours), &sections(theirs));
        let mut others: BTreeMap<&'app str, &'app Resource> =
            theirs.resources().iter().map(|other| (other.logical_id(), other)).collect();
        for resource in ours.resources() {
            let own_path = |(id, other): (&&'app str, &&'app Resource)| {
                self.own.same_text(resource.address().path(), other.address().path()).then_some(*id)
            };
            let other = others
                .remove(resource.logical_id())
                .or_else(|| others.remove(others.iter().find_map(own_path)?));
            match other {
                Some(other) => self.resource(resource, other),
                None => self.one_sided(Side::Ours, Subject::Resource(resource)),
            }
        }
        for other in others.into_values() {
            self.one_sided(Side::Theirs, Subject::Resource(other));
        }
    }

    fn resource(&mut self, ours: &'app Resource, theirs: &'app Resource) {
        let subjects = (Subject::Resource(ours), Subject::Resource(theirs));
        if ours.type_name() != theirs.type_name() {
            let types = (ours.type_name().to_owned(), theirs.type_name().to_owned());
            self.differs(subjects, "Type", types);
            return;
        }
        let mut path = String::new();
        self.entries(
            subjects,
            &mut path,
            ours.properties().entries(),
            theirs.properties().entries(),
        );
        self.node(subjects, &mut path, &attributes(ours), &attributes(theirs));
    }

    fn clusters(&mut self, ours: &'app App, theirs: &'app App) {
        let mut others: Vec<(&ManifestSet, &Manifest, String)> = theirs
            .manifest_sets()
            .iter()
            .flat_map(|set| set.manifests().iter().map(move |manifest| (set, manifest)))
            .map(|(set, manifest)| (set, manifest, manifest.path()))
            .collect();
        for set in ours.manifest_sets() {
            for manifest in set.manifests() {
                let path = manifest.path();
                let same = |(other_set, _, other): &(&ManifestSet, &Manifest, String)| {
                    self.own.same_text(&path, other)
                        && self.own.same_text(set.cluster(), other_set.cluster())
                };
                match others.iter().position(same) {
                    Some(at) => {
                        let (other_set, other, _) = others.remove(at);
                        self.manifest((set, manifest), (other_set, other));
                    }
                    None => self.one_sided(Side::Ours, Subject::Manifest(set, manifest)),
                }
            }
        }
        for (set, manifest, _) in others {
            self.one_sided(Side::Theirs, Subject::Manifest(set, manifest));
        }
    }

    fn manifest(
        &mut self,
        (set, ours): (&'app ManifestSet, &'app Manifest),
        (other_set, theirs): (&'app ManifestSet, &'app Manifest),
    ) {
        let subjects = (Subject::Manifest(set, ours), Subject::Manifest(other_set, theirs));
        let (ours, theirs) = (Node::from(ours.object().clone()), theirs.object().clone().into());
        self.node(subjects, &mut String::new(), &ours, &theirs);
    }

    fn one_sided(&mut self, side: Side, subject: Subject<'app>) {
        let (here, there) = match side {
            Side::Theirs => (None, Some(subject)),
            _ => (Some(subject), None),
        };
        self.found.push(Found {
            side,
            type_name: subject.type_name(),
            id: subject.id(),
            property: String::new(),
            ours: subject.type_name().into_owned(),
            theirs: String::new(),
            here,
            there,
        });
    }

    fn differs(
        &mut self,
        (here, there): (Subject<'app>, Subject<'app>),
        property: &str,
        (ours, theirs): (String, String),
    ) {
        self.found.push(Found {
            side: Side::Both,
            type_name: here.type_name(),
            id: here.id(),
            property: property.to_owned(),
            ours,
            theirs,
            here: Some(here),
            there: Some(there),
        });
    }

    fn node(
        &mut self,
        subjects: (Subject<'app>, Subject<'app>),
        path: &mut String,
        ours: &Node,
        theirs: &Node,
    ) {
        match (ours, theirs) {
            (Node::Map(ours), Node::Map(theirs)) => self.entries(subjects, path, ours, theirs),
            (Node::List(ours), Node::List(theirs)) if is_keyed(ours) && is_keyed(theirs) => {
                self.keyed(subjects, path, ours, theirs);
            }
            (Node::List(ours), Node::List(theirs)) if ours.len() == theirs.len() => {
                for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                    self.below(path, &at.to_string(), |this, path| {
                        this.node(subjects, path, ours, theirs);
                    });
                }
            }
            (Node::List(ours), Node::List(theirs)) => {
                let values = (self.only(ours, theirs, true), self.only(theirs, ours, false));
                self.differs(subjects, path, values);
            }
            _ if self.own.same(ours, theirs) => {}
            _ => self.differs(subjects, path, (shown(ours), shown(theirs))),
        }
    }

    /// Items that have a key or a name each are compared by it, wherever they stand.
    fn keyed(
        &mut self,
        subjects: (Subject<'app>, Subject<'app>),
        path: &mut String,
        ours: &[Node],
        theirs: &[Node],
    ) {
        let ours: Vec<_> = ours.iter().filter_map(|item| Some((key(item)?, item))).collect();
        let theirs: Vec<_> = theirs.iter().filter_map(|item| Some((key(item)?, item))).collect();
        self.entries(subjects, path, &ours, &theirs);
    }

    /// The items of a list that the other hasn't, to show.
    fn only(&self, items: &[Node], others: &[Node], ours: bool) -> String {
        let lacks = |item: &&Node| {
            !others.iter().any(|other| match ours {
                true => self.own.same(item, other),
                false => self.own.same(other, item),
            })
        };
        let only: Vec<Node> = items.iter().filter(lacks).cloned().collect();
        match only.is_empty() {
            true => format!("{} items", items.len()),
            false => format!("with {}", shown(&Node::list(only))),
        }
    }

    fn entries<K: AsRef<str>, N: Borrow<Node>>(
        &mut self,
        subjects: (Subject<'app>, Subject<'app>),
        path: &mut String,
        ours: &[(K, N)],
        theirs: &[(K, N)],
    ) {
        // Each entry has one partner: the one of its very key, before one whose key is the same but for what is
        // each environment's own.
        let mut left: Vec<_> = theirs.iter().map(Some).collect();
        let mut partners: Vec<_> = ours
            .iter()
            .map(|(key, _)| take(&mut left, |other| other.as_ref() == key.as_ref()))
            .collect();
        for (partner, (key, _)) in partners.iter_mut().zip(ours) {
            if partner.is_none() {
                let same = |other: &K| self.own.same_text(key.as_ref(), other.as_ref());
                *partner = take(&mut left, same);
            }
        }
        for (partner, (key, ours)) in partners.into_iter().zip(ours) {
            let ours = ours.borrow();
            self.below(path, key.as_ref(), |this, path| match partner {
                Some((_, theirs)) => this.node(subjects, path, ours, theirs.borrow()),
                None => this.differs(subjects, path, (shown(ours), "nothing".to_owned())),
            });
        }
        for (key, theirs) in left.into_iter().flatten() {
            self.below(path, key.as_ref(), |this, path| {
                this.differs(subjects, path, ("nothing".to_owned(), shown(theirs.borrow())));
            });
        }
    }

    fn below(
        &mut self,
        path: &mut String,
        part: &str,
        compare: impl FnOnce(&mut Self, &mut String),
    ) {
        let length = path.len();
        if length > 0 {
            path.push('/');
        }
        path.push_str(part);
        compare(self, path);
        path.truncate(length);
    }
}

/// Takes the first entry with such a key out of those that are left.
fn take<'e, K, N>(
    left: &mut [Option<&'e (K, N)>],
    is_it: impl Fn(&K) -> bool,
) -> Option<&'e (K, N)> {
    left.iter_mut().find(|entry| entry.is_some_and(|(key, _)| is_it(key)))?.take()
}

/// What an item of a list is known by, as a tag, a container and a rule are.
fn key(item: &Node) -> Option<&str> {
    ["Key", "key", "Name", "name"].iter().find_map(|key| item.get(key)?.as_text())
}

fn is_keyed(items: &[Node]) -> bool {
    let keys: BTreeSet<&str> = items.iter().filter_map(key).collect();
    !items.is_empty() && keys.len() == items.len()
}

/// What a stack says beside its resources, under the names of its template.
fn sections(stack: &StackModel) -> Node {
    let section = |entries: &[(Str, Node)]| Node::Map(entries.to_vec());
    let outputs = stack.outputs().iter().map(|(id, output)| {
        let value = Some(output.value.clone());
        let description = text(output.description.as_ref());
        let export = text(output.export.as_ref());
        let parts = [("Value", value), ("Description", description), ("Export", export)];
        (id.clone(), map(parts))
    });
    let parameters = stack.parameters().iter().map(|(id, parameter)| {
        let allowed = parameter.allowed_values.iter().cloned().map(Node::Text).collect();
        let parts = [
            ("Type", text(parameter.type_name.as_ref())),
            ("Default", text(parameter.default.as_ref())),
            ("Description", text(parameter.description.as_ref())),
            ("AllowedPattern", text(parameter.allowed_pattern.as_ref())),
            ("AllowedValues", Some(Node::List(allowed))),
            ("NoEcho", Some(Node::Bool(parameter.no_echo))),
        ];
        (id.clone(), map(parts))
    });
    map([
        ("Description", text(stack.description.as_ref())),
        ("EnableTerminationProtection", Some(Node::Bool(stack.termination_protection))),
        ("Parameters", Some(Node::Map(parameters.collect()))),
        ("Conditions", Some(section(&stack.conditions))),
        ("Mappings", Some(section(&stack.mappings))),
        ("Outputs", Some(Node::Map(outputs.collect()))),
    ])
}

/// A map of those parts that are there.
fn map<const N: usize>(parts: [(&'static str, Option<Node>); N]) -> Node {
    let there = parts.into_iter().filter_map(|(name, node)| Some((Str::Borrowed(name), node?)));
    Node::Map(there.collect())
}

fn text(text: Option<&Str>) -> Option<Node> {
    text.cloned().map(Node::Text)
}

/// What a resource says beside its properties, under the names of its template.
fn attributes(resource: &Resource) -> Node {
    let policy = |policy: DeletionPolicy| Node::Text(policy.name().into());
    let id = |id: &str| Node::Text(Str::Owned(id.to_owned()));
    let metadata = resource.metadata().entries();
    let waits = resource.depends_on();
    let waits: Vec<Node> = waits.iter().map(|address| id(address.logical_id())).collect();
    map([
        ("DeletionPolicy", resource.deletion_policy().map(policy)),
        ("UpdateReplacePolicy", resource.update_replace_policy().map(policy)),
        ("Condition", resource.condition().map(id)),
        ("CreationPolicy", resource.creation_policy().cloned()),
        ("UpdatePolicy", resource.update_policy().cloned()),
        ("Metadata", (!metadata.is_empty()).then(|| Node::Map(metadata.to_vec()))),
        ("DependsOn", (!waits.is_empty()).then_some(Node::list(waits))),
    ])
}

/// A value as a finding shows it: as its template would, on one line.
fn shown(node: &Node) -> String {
    let mut text = match node {
        Node::Text(text) => text.clone().into_owned(),
        other => json_text(json(other)),
    };
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push_str("..");
    }
    text
}

fn json(node: &Node) -> serde_json::Value {
    match node {
        Node::Null => serde_json::Value::Null,
        Node::Bool(truth) => (*truth).into(),
        Node::Integer(number) => (*number).into(),
        Node::Number(number) => (*number).into(),
        Node::Text(text) => (&**text).into(),
        Node::List(items) => items.iter().map(json).collect(),
        Node::Map(entries) => {
            entries.iter().map(|(key, node)| (key.to_string(), json(node))).collect()
        }
        Node::Intrinsic(function) => match &**function {
            Intrinsic::Reference(reference) => {
                let id = reference.target.logical_id();
                match &reference.attribute {
                    Some(attribute) => format!("{id}.{attribute}").into(),
                    None => id.into(),
                }
            }
            other => {
                let mut parts: Vec<_> = other.texts().into_iter().map(Into::into).collect();
                other.each_child(&mut |child| parts.push(json(child)));
                parts.into()
            }
        },
    }
}
