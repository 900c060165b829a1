//! What a rule looks at.

use super::{Check, Findings, Index, Known, Registry, Rule};
use crate::{
    app::App,
    graph::{Graph, conditional},
    manifest::ManifestSet,
    parallel,
    parity::{self, Mirror},
    stack::{Address, Resource, StackModel},
    value::Node,
};

/// The whole program: every stack and every manifest.
#[derive(Clone, Copy)]
pub struct Model<'app> {
    app: &'app App,
    graph: &'app Graph,
    registry: &'app dyn Registry,
    index: &'app Index<'app>,
}

/// What is done at a time.
enum Task<'app, 'rule> {
    Rule(&'rule Rule),
    /// All rules that look at stacks by themselves, and what the caller makes of the stack.
    Stack(usize, &'app StackModel),
    Mirror(&'app Mirror),
}

impl std::fmt::Debug for Model<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.app.fmt(f)
    }
}

impl<'app> Model<'app> {
    pub(crate) const fn new(
        app: &'app App,
        graph: &'app Graph,
        registry: &'app dyn Registry,
        index: &'app Index<'app>,
    ) -> Self {
        Self { app, graph, registry, index }
    }

    /// The stacks, in the order in which the program added them.
    pub fn stacks(&self) -> &'app [StackModel] {
        self.app.stack_models()
    }

    /// The programs of the environments that this one mirrors. They are built, and nothing more.
    pub fn mirrored(&self) -> impl Iterator<Item = &'app App> + use<'app> {
        self.app.mirrors_of().iter().map(|mirror| &mirror.original)
    }

    /// The manifests, one set a cluster.
    pub fn manifests(&self) -> &'app [ManifestSet] {
        self.app.manifest_sets()
    }

    /// The resources of a stack that hold data which is lost with them.
    pub fn stateful<'a>(&self, stack: &'a StackModel) -> impl Iterator<Item = &'a Resource> {
        let mut known = Known::new(self.registry);
        stack.resources().iter().filter(move |found| known.is_stateful(found))
    }

    /// The facts about resource types.
    pub const fn registry(&self) -> &'app dyn Registry {
        self.registry
    }

    /// The references between stacks.
    pub const fn graph(&self) -> &'app Graph {
        self.graph
    }

    /// Every resource of every stack.
    pub fn resources(&self) -> impl Iterator<Item = &'app Resource> + use<'app> {
        self.app.stack_models().iter().flat_map(StackModel::resources)
    }

    /// The resources of one type, in all stacks.
    pub fn resources_of(
        &self,
        type_name: &str,
    ) -> impl Iterator<Item = &'app Resource> + use<'app> {
        self.index.of_type(type_name).iter().copied()
    }

    /// Checks the program against all rules, and against what it mirrors: one rule over all stacks, or
    /// one stack after another with all rules that look at stacks by themselves. Gives what `then` makes
    /// of each stack, which it does while the stack is at hand: to fetch a large one from memory takes
    /// as long as to write it.
    pub(crate) fn check<T: Send>(
        &self,
        rules: &[&Rule],
        findings: &mut Findings,
        then: impl Fn(usize, &'app StackModel) -> T + Sync,
    ) -> Vec<T> {
        // What takes long comes first.
        let mirrors = self.app.mirrors_of().iter().map(Task::Mirror);
        let stacks = self.stacks().iter().enumerate().map(|(at, stack)| Task::Stack(at, stack));
        let rules_of_all = rules.iter().map(|rule| Task::Rule(rule));
        let tasks: Vec<Task<'app, '_>> = mirrors.chain(stacks).chain(rules_of_all).collect();
        let done = parallel::map(&tasks, |_, task| {
            let (mut found, mut made) = (Findings::default(), None);
            match task {
                Task::Stack(at, stack) => {
                    for rule in rules {
                        if let Check::EachStack(check) = rule.check {
                            check(self, stack, &mut found);
                        }
                    }
                    made = Some(then(*at, stack));
                }
                Task::Rule(Rule { check: Check::Model(check), .. }) => check(self, &mut found),
                Task::Rule(_) => {}
                Task::Mirror(mirror) => parity::check(self.app, mirror, self.registry, &mut found),
            }
            (found, made)
        });
        done.into_iter()
            .filter_map(|(found, made)| {
                findings.append(found);
                made
            })
            .collect()
    }

    /// The stack that a resource is in.
    pub fn stack_of(&self, resource: &Resource) -> Option<&'app StackModel> {
        self.stacks().get(self.graph.position(resource.address().stack())?)
    }

    /// Whether two resources may exist together: those of one stack whose conditions exclude each other
    /// never do.
    pub fn may_both_exist(&self, one: &Resource, other: &Resource) -> bool {
        let stack = self.stack_of(one);
        let together = stack.filter(|stack| stack.name() == other.address().stack());
        together.is_none_or(|stack| conditional::may_both_exist(stack, one, other))
    }

    /// The resource at an address.
    pub fn resource(&self, address: &Address) -> Option<&'app Resource> {
        self.graph.resource(self.app.stack_models(), address)
    }

    /// The resource that a bare `Ref` or `Fn::GetAtt` points to, in whichever stack.
    pub fn target(&self, node: &Node) -> Option<&'app Resource> {
        self.resource(&node.as_reference()?.target)
    }

    /// The resources of one type that refer to `target` in the property `property`: the routes of
    /// a route table, the rules of a security group.
    pub fn referrers(
        &self,
        type_name: &str,
        property: &str,
        target: &Address,
    ) -> impl Iterator<Item = &'app Resource> + use<'app> {
        self.index.referrers(type_name, property, target).into_iter()
    }

    /// The resources of one type whose property `property` is `text`: the bucket with a name.
    pub fn resources_with(
        &self,
        type_name: &str,
        property: &str,
        text: &str,
    ) -> impl Iterator<Item = &'app Resource> + use<'app> {
        self.index.with_text(type_name, property, text).into_iter()
    }
}
