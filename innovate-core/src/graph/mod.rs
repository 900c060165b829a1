//! References as edges: between the resources of a stack, and between stacks.
//!
//! Stacks refer to each other through outputs; which outputs a stack needs for others, in which
//! order stacks deploy, and whether anything waits for itself, is found here.

pub(crate) mod conditional;
mod cycle;
mod lacking;
mod name;
mod visit;

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::Location,
};

use crate::{
    check::{Diagnostic, Findings, Place},
    manifest::{Manifest, ManifestSet},
    parallel,
    stack::{Address, Resource, StackModel},
    value::{Reference, Str, Strength},
};
use lacking::Lacking;
use visit::{Crossing, Visit};

/// The references of a whole program.
#[derive(Debug)]
pub struct Graph {
    by_name: BTreeMap<String, usize>,
    order: Vec<usize>,
    dependencies: Vec<BTreeSet<usize>>,
    shared: Vec<BTreeMap<String, SharedOutput>>,
    /// The stacks that need the transform `AWS::LanguageExtensions`.
    language_extensions: BTreeSet<usize>,
}

/// An output that other stacks of the program read.
#[derive(Clone, Debug)]
pub struct SharedOutput {
    /// The resource.
    pub target: Address,
    /// The attribute, or `None` for what `Ref` returns.
    pub attribute: Option<Str>,
    /// Whether it is a list, which an output holds joined by commas.
    pub list: bool,
    /// Whether it is exported as well.
    pub exported: bool,
    /// Who reads it.
    pub consumers: BTreeSet<Address>,
}

impl Graph {
    pub(crate) fn of(
        stacks: &[StackModel],
        manifests: &[ManifestSet],
        findings: &mut Findings,
    ) -> Self {
        let (mut by_name, mut folded) = (BTreeMap::new(), BTreeMap::new());
        for (at, stack) in stacks.iter().enumerate() {
            by_name.insert(stack.name().to_owned(), at);
            if let Some(first) = folded.insert(stack.name().to_ascii_lowercase(), stack) {
                let message = match stack.name() == first.name() {
                    true => format!("two stacks are named `{}`", stack.name()),
                    false => format!(
                        "the names of two stacks differ in case only: `{}` and `{}`",
                        first.name(),
                        stack.name()
                    ),
                };
                findings.report(
                    Diagnostic::error("STK-01", message)
                        .on_stack(stack)
                        .related(first.location(), "the first is made here")
                        .help("a stack is found by its name, here and in AWS: name one of them otherwise")
                        .firm(),
                );
            }
        }
        let visits = parallel::map(stacks, |_, stack| {
            let mut visit = Visit::of(stack);
            duplicates(stack, &mut visit.findings);
            name::check(stack, &mut visit.findings);
            conditional::check(stack, &mut visit.findings);
            visit
        });
        let mut builder = Builder {
            stacks,
            graph: Self {
                by_name,
                order: Vec::new(),
                dependencies: vec![BTreeSet::new(); stacks.len()],
                shared: vec![BTreeMap::new(); stacks.len()],
                language_extensions: BTreeSet::new(),
            },
            witnesses: BTreeMap::new(),
            lacking: Lacking::default(),
            findings,
        };
        for (at, (stack, visit)) in stacks.iter().zip(visits).enumerate() {
            builder.findings.append(visit.findings);
            if visit.needs_language_extensions {
                builder.graph.language_extensions.insert(at);
            }
            for (from, crossing) in visit.crossings {
                match crossing {
                    Crossing::Reference(reference) => builder.cross(at, stack, from, reference),
                    Crossing::DependsOn(target) => {
                        builder.edge(at, from, target);
                    }
                }
            }
        }
        manifests.iter().for_each(|set| builder.visit_manifests(set));
        std::mem::take(&mut builder.lacking).report(stacks, manifests, builder.findings);
        builder.order_stacks();
        builder.own_outputs();
        builder.exports();
        builder.graph
    }

    /// The stacks' positions in the program, each behind those that it reads from.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The positions of the stacks that a stack reads from.
    pub fn dependencies(&self, stack: usize) -> impl Iterator<Item = usize> + '_ {
        self.dependencies.get(stack).into_iter().flatten().copied()
    }

    /// What other stacks read of a stack, by the output's logical id.
    pub fn shared_outputs(&self, stack: usize) -> impl Iterator<Item = (&str, &SharedOutput)> {
        self.shared.get(stack).into_iter().flatten().map(|(id, output)| (id.as_str(), output))
    }

    /// Whether a stack uses a function that the transform `AWS::LanguageExtensions` brings.
    pub(crate) fn needs_language_extensions(&self, stack: usize) -> bool {
        self.language_extensions.contains(&stack)
    }

    /// The position of the stack with a name.
    pub fn position(&self, stack: &str) -> Option<usize> {
        self.by_name.get(stack).copied()
    }

    /// The resource at an address.
    pub fn resource<'a>(
        &self,
        stacks: &'a [StackModel],
        address: &Address,
    ) -> Option<&'a Resource> {
        stacks.get(self.position(address.stack())?)?.resources().get(address.position())
    }
}

/// The logical id of the output through which other stacks read a resource.
pub(crate) fn output_id(reference: &Reference) -> String {
    let attribute = reference.attribute.as_deref().unwrap_or("Ref");
    let attribute = attribute.chars().filter(char::is_ascii_alphanumeric);
    reference.target.logical_id().chars().chain(attribute).collect()
}

/// The name under which a shared output is exported.
pub(crate) fn export_name(stack: &str, output: &str) -> String {
    format!("{stack}:{output}")
}

/// A construct that is added twice under one id is one mistake, however many resources it makes: one
/// finding for each two lines that give the same ids.
fn duplicates(stack: &StackModel, findings: &mut Findings) {
    let mut sorted: Vec<&Resource> = stack.resources().iter().collect();
    sorted.sort_by_key(|resource| (resource.logical_id(), resource.address().position()));
    let mut clashes: BTreeMap<(Place, Place), Vec<(&Resource, &Resource)>> = BTreeMap::new();
    for pair in sorted.windows(2) {
        let [first, second] = pair else { continue };
        if first.logical_id() == second.logical_id() {
            let lines = (second.location().into(), first.location().into());
            clashes.entry(lines).or_default().push((first, second));
        }
    }
    for pairs in clashes.values() {
        let Some((first, second)) = pairs.first() else { continue };
        let (one, other) = (first.address().path(), second.address().path());
        let given = if one == other { one.to_owned() } else { format!("{one} and {other}") };
        findings.report(
            Diagnostic::error(
                "STK-03",
                format!("two resources of this stack have the id `{}`", second.logical_id()),
            )
            .on(second)
            .given(match pairs.len() {
                1 => given,
                count => format!("{given}, and {} more", count - 1),
            })
            .related(first.location(), "the first is added here")
            .help("give one of them another id; an id is part of what AWS has deployed, so change the newer one")
            .firm(),
        );
    }
}

struct Builder<'a> {
    stacks: &'a [StackModel],
    graph: Graph,
    /// For each edge between stacks, the first resource that needs it.
    witnesses: BTreeMap<(usize, usize), (Place, String)>,
    /// What the app doesn't have.
    lacking: Lacking,
    findings: &'a mut Findings,
}

impl Builder<'_> {
    /// What manifests stand for must be in the app, and the order of the stacks doesn't depend on it.
    fn visit_manifests(&mut self, set: &ManifestSet) {
        if let Some((cluster, location)) = set.resource() {
            self.used_by_manifests(set, cluster, location);
        }
        for part in set.manifests().iter().flat_map(Manifest::counterparts) {
            part.node().visit_references(&mut |reference| {
                self.used_by_manifests(set, &reference.target, part.location());
            });
        }
    }

    fn used_by_manifests(
        &mut self,
        set: &ManifestSet,
        target: &Address,
        location: &'static Location<'static>,
    ) {
        let what = format!("the manifests of `{}` use", set.cluster());
        let position = self.graph.position(target.stack());
        match position.and_then(|at| self.stacks.get(at)) {
            None => self.lacking.add(target, location, &what),
            Some(stack) if visit::has(stack, target) => {}
            Some(stack) => {
                self.findings.report(visit::handle_of_another(stack, &what, target).at(location));
            }
        }
    }

    fn edge(&mut self, at: usize, resource: &Resource, target: &Address) -> Option<usize> {
        let Some(producer) = self.graph.position(target.stack()) else {
            let what = format!("`{}` uses", resource.logical_id());
            self.lacking.add(target, resource.location(), &what);
            return None;
        };
        let stack = self.stacks.get(producer)?;
        if !visit::exists(stack, resource, target, self.findings) {
            return None;
        }
        if let Some(dependencies) = self.graph.dependencies.get_mut(at) {
            dependencies.insert(producer);
        }
        self.witnesses.entry((at, producer)).or_insert_with(|| {
            let what = format!("`{}` uses `{}`", resource.logical_id(), target.path());
            (resource.location().into(), what)
        });
        Some(producer)
    }

    fn cross(&mut self, at: usize, stack: &StackModel, from: &Resource, reference: &Reference) {
        let Some(producer_at) = self.edge(at, from, &reference.target) else { return };
        let Some(producer) = self.stacks.get(producer_at) else { return };
        let target = producer.resources().get(reference.target.position());
        self.findings.extend(target.and_then(|target| conditional::read(from, target)));
        let (here, there) = (stack.site(), producer.site());
        let same_account = here.account() == there.account();
        if reference.strength != Strength::Weak
            && !(same_account && here.region() == there.region())
        {
            self.findings.report(
                Diagnostic::error("REF-02", "a strong reference can't leave its account and region")
                    .on(from)
                    .given(format!(
                        "from {}/{} to {}/{}",
                        here.account(), here.region(), there.account(), there.region(),
                    ))
                    .help("leave out `.strong()` and `.both()`: the default, Fn::GetStackOutput, crosses both")
                    .firm(),
            );
        }
        if !same_account && there.reader_role().is_none() {
            self.findings.report(
                Diagnostic::error("REF-03", "this value is of another account, which names no role to read it with")
                    .on(from)
                    .given(format!("`{}` of account {}", reference.target.path(), there.account()))
                    .help("name a role in the environment of that account, `Environment::builder()..reader_role(\"arn:..\")`: it needs cloudformation:DescribeStacks, and must let the consumer's deployment role assume it")
                    .firm(),
            );
        }
        let shared = SharedOutput {
            target: reference.target.clone(),
            attribute: reference.attribute.clone(),
            list: reference.list,
            exported: false,
            consumers: BTreeSet::new(),
        };
        if let Some(outputs) = self.graph.shared.get_mut(producer_at) {
            let output = outputs.entry(output_id(reference)).or_insert(shared);
            if output.target != reference.target || output.attribute != reference.attribute {
                let other = describe(&output.target, output.attribute.as_deref());
                let this = describe(&reference.target, reference.attribute.as_deref());
                self.findings.report(two_outputs(producer, &output_id(reference), &this, &other));
            }
            output.exported |= reference.strength != Strength::Weak;
            output.consumers.insert(from.address().clone());
        }
    }

    /// What a program puts out itself must not have the id of what other stacks read.
    fn own_outputs(&mut self) {
        for (stack, shared) in self.stacks.iter().zip(&self.graph.shared) {
            for (id, _) in stack.outputs() {
                if let Some(output) = shared.get(&**id) {
                    let read = describe(&output.target, output.attribute.as_deref());
                    let finding = two_outputs(stack, id, "the program's own", &read);
                    self.findings.report(finding);
                }
            }
        }
    }

    /// An export is found by its name alone, in its account and region.
    fn exports(&mut self) {
        let mut names: BTreeMap<(&str, &str, String), (&StackModel, &str)> = BTreeMap::new();
        for (stack, shared) in self.stacks.iter().zip(&self.graph.shared) {
            let (name, site) = (stack.name(), stack.site());
            let shared = shared.iter().filter(|(_, output)| output.exported);
            let shared = shared.map(|(id, _)| (&**id, export_name(name, id)));
            let own = stack.outputs().iter();
            let own = own.filter_map(|(id, output)| Some((&**id, output.export.clone()?.into())));
            for (id, export) in shared.chain(own) {
                let place = (site.account(), site.region(), export.clone());
                if let Some((first, other)) = names.insert(place, (stack, id)) {
                    let message = format!("two outputs are exported as `{export}`");
                    self.findings.report(
                        Diagnostic::error("STK-07", message)
                            .on_stack(stack)
                            .given(format!("`{id}` of `{name}` and `{other}` of `{}`", first.name()))
                            .help("give one of them another name: what imports an export knows only that")
                            .firm(),
                    );
                }
            }
        }
    }

    /// Stacks without a cycle are ordered; each cycle is a finding.
    fn order_stacks(&mut self) {
        let edges: cycle::Edges = self
            .graph
            .dependencies
            .iter()
            .map(|dependencies| dependencies.iter().copied().collect())
            .collect();
        for cycle in cycle::shortest_cycles(&edges) {
            self.report_stack_cycle(&cycle);
        }
        let mut done = BTreeSet::new();
        // Each round takes what waits for nothing any more, so that the order is that of the
        // program where the references leave a choice.
        loop {
            let ready: Vec<usize> = (0..edges.len())
                .filter(|at| !done.contains(at))
                .filter(|at| edges.get(*at).is_some_and(|to| to.iter().all(|to| done.contains(to))))
                .collect();
            if ready.is_empty() {
                break;
            }
            done.extend(ready.iter().copied());
            self.graph.order.extend(ready);
        }
    }

    fn report_stack_cycle(&mut self, cycle: &[usize]) {
        let name = |at: usize| self.stacks.get(at).map_or("", StackModel::name);
        let closed: Vec<usize> = cycle.iter().chain(cycle.first()).copied().collect();
        let path: Vec<&str> = closed.iter().map(|&at| name(at)).collect();
        let mut diagnostic = Diagnostic::error("REF-06", "these stacks wait for each other")
            .given(path.join(" -> "))
            .firm()
            .help("move one of the resources to the stack that it needs, or make the links (grants, rules of security groups) in a stack that holds nothing else: nothing refers to it, so it closes no cycle");
        for pair in closed.windows(2) {
            let [from, to] = pair else { continue };
            if let Some((place, what)) = self.witnesses.get(&(*from, *to)).cloned() {
                diagnostic = match diagnostic.place() {
                    None => diagnostic.at(place.clone()).related(place, what),
                    Some(_) => diagnostic.related(place, what),
                };
            }
        }
        self.findings.report(diagnostic);
    }
}

fn describe(target: &Address, attribute: Option<&str>) -> String {
    match attribute {
        Some(attribute) => format!("`{attribute}` of `{}`", target.logical_id()),
        None => format!("`{}`", target.logical_id()),
    }
}

fn two_outputs(producer: &StackModel, id: &str, this: &str, other: &str) -> Diagnostic {
    Diagnostic::error("STK-06", format!("two outputs of `{}` have the id `{id}`", producer.name()))
        .on_stack(producer)
        .given(format!("{this} and {other}"))
        .help("an output that other stacks read is named by the resource and the attribute: give the newer resource another id")
        .firm()
}
