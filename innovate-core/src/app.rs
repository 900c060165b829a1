//! A whole program: its stacks and manifests.

use std::panic::Location;

use crate::{
    assembly::{Assembly, TemplateFormat},
    check::{Diagnostic, Findings, Index, Model, Registry, Report, Rule},
    graph::Graph,
    manifest::{self, ManifestSet},
    parallel,
    parity::{Allowed, Mirror},
    stack::StackModel,
    template::{Renderer, write_embedded},
    value::Str,
};

/// All that a program yields, before it is checked.
#[derive(Clone, Debug)]
#[must_use = "a program's `main` hands it to `innovate::run`"]
pub struct App {
    name: Str,
    stacks: Vec<StackModel>,
    manifests: Vec<ManifestSet>,
    mirrors: Vec<Mirror>,
}

/// What a program is checked against.
#[derive(Clone, Copy)]
pub struct Checks<'a> {
    /// The facts about resource types.
    pub registry: &'a dyn Registry,
    /// The rules.
    pub rules: &'a [&'a Rule],
}

impl std::fmt::Debug for Checks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rules.fmt(f)
    }
}

/// What became of a program: the findings, and the files unless a finding is an error.
#[derive(Debug)]
pub struct Synthesis {
    /// The findings.
    pub report: Report,
    /// The files; `None` if a finding is an error.
    pub assembly: Option<Assembly>,
    /// The program as it was checked: with the tags that its resources inherit.
    pub app: App,
}

impl App {
    /// An empty program.
    pub fn new(name: impl Into<Str>) -> Self {
        Self { name: name.into(), stacks: Vec::new(), manifests: Vec::new(), mirrors: Vec::new() }
    }

    /// Adds a stack.
    pub fn stack(mut self, stack: impl Into<StackModel>) -> Self {
        self.stacks.push(stack.into());
        self
    }

    /// Adds stacks of one kind.
    pub fn stacks<S: Into<StackModel>>(self, stacks: impl IntoIterator<Item = S>) -> Self {
        stacks.into_iter().fold(self, Self::stack)
    }

    /// Adds the manifests of a cluster.
    pub fn manifests(mut self, manifests: impl Into<ManifestSet>) -> Self {
        self.manifests.push(manifests.into());
        self
    }

    /// Says that this environment is as that of `original`, such as staging as production: whatever
    /// differs and isn't `allowed` is a finding, `PAR-01`, and so is what is allowed and doesn't differ.
    ///
    /// What is each environment's own counts as equal: its name, stage, account, domain and regions
    /// wherever they stand in a text, and the addresses within the blocks of its networks. Everything else
    /// is compared: the stacks, what they say beside their resources (parameters, outputs, protection),
    /// their resources by their ids, property by property, and the manifests. Of the original no files
    /// are made.
    ///
    /// ```
    /// use innovate_core::{App, parity::Difference};
    ///
    /// # fn program(name: &'static str) -> App { App::new(name) }
    /// let staging = program("staging").mirrors(program("prod"), [
    ///     Difference::in_property("AWS::Logs::LogGroup", "RetentionInDays").because("it has no users"),
    /// ]);
    /// ```
    #[track_caller]
    pub fn mirrors(mut self, original: Self, allowed: impl IntoIterator<Item = Allowed>) -> Self {
        let (allowed, location) = (allowed.into_iter().collect(), Location::caller());
        self.mirrors.push(Mirror { original, allowed, location });
        self
    }

    /// What this program mirrors.
    pub(crate) fn mirrors_of(&self) -> &[Mirror] {
        &self.mirrors
    }

    /// The program's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stacks, in the order in which they were added.
    pub fn stack_models(&self) -> &[StackModel] {
        &self.stacks
    }

    /// The manifests, one set a cluster.
    pub fn manifest_sets(&self) -> &[ManifestSet] {
        &self.manifests
    }

    /// Checks the program and makes its files. Pure: the same program gives the same bytes.
    pub fn synth(mut self, checks: Checks<'_>, format: TemplateFormat) -> Synthesis {
        let originals = self.mirrors.iter_mut().flat_map(|mirror| &mut mirror.original.stacks);
        let stacks: Vec<&mut StackModel> = self.stacks.iter_mut().chain(originals).collect();
        parallel::each(stacks.into_iter(), |stack| stack.apply_tags(checks.registry));
        let embedded = write_embedded(&mut self.stacks, checks);
        for mirror in &mut self.mirrors {
            // Of an original nothing is looked for, and all that it says is compared.
            write_embedded(&mut mirror.original.stacks, Checks { rules: &[], ..checks });
        }
        let mut findings = Findings::default();
        let in_stacks = self.stacks.iter().map(|stack| &stack.findings);
        let in_manifests = self.manifests.iter().map(|set| &set.findings);
        for (finding, suppressions) in in_stacks.chain(in_manifests).flatten().cloned() {
            if suppressions.is_empty() {
                findings.report(finding);
            } else {
                findings.accept(finding, suppressions);
            }
        }
        let graph = Graph::of(&self.stacks, &self.manifests, &mut findings);
        let index = Index::of(&self);
        let model = Model::new(&self, &graph, checks.registry, &index);
        let renderer = Renderer { stacks: &self.stacks, graph: &graph, format };
        let rendered =
            model.check(checks.rules, &mut findings, |at, stack| renderer.render(at, stack));
        manifest::check_files(&self.manifests, &mut findings);
        let templates = renderer.templates(rendered, &mut findings);
        let assembly = Assembly::new(&self, &graph, templates, format, checks.registry.version());
        let assembly = assembly.map_err(|reason| {
            let message = format!("a file can't be written: {reason}");
            findings.report(Diagnostic::error("OUT-01", message).firm());
        });
        let mut report = Report::new(&self, findings, checks.rules);
        report.append(embedded);
        let assembly = assembly.ok().filter(|_| !report.has_errors());
        Synthesis { report, assembly, app: self }
    }
}
