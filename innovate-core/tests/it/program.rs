//! Programs over made-up resource types, and a registry that knows them.

use innovate_core::{
    App, Checks, DeletionPolicy, Diagnostic, Draft, Node, Prod, ResourceRef, ResourceType, Rule,
    Site, Stack, StageKind, Str, Synthesis, TemplateFormat,
    check::{Check, Facts, Registry, TagFacts, TagShape},
};
use serde_json::Value;

/// Knows the types of this module.
pub(crate) struct Fake;

impl Registry for Fake {
    fn version(&self) -> &str {
        "2026-01-01"
    }

    fn facts(&self, type_name: &str) -> Option<Facts> {
        let tags = |property, shape| Some(TagFacts { property, shape });
        Some(match type_name {
            "Test::Unit::Thing" => Facts { tags: tags("Tags", TagShape::List), stateful: false },
            "Test::Unit::Group" => {
                Facts { tags: tags("Tags", TagShape::PropagatingList), stateful: false }
            }
            "Test::Unit::Labelled" => {
                Facts { tags: tags("Labels", TagShape::Map), stateful: false }
            }
            "Test::Unit::Store" | "Test::Unit::OtherStore" => Facts { tags: None, stateful: true },
            "Test::Unit::Plain" => Facts::default(),
            _ => return None,
        })
    }
}

macro_rules! types {
    ($($name:ident)*) => {$(
        #[derive(Debug, Default)]
        pub(crate) struct $name(Draft);

        impl $name {
            pub(crate) fn new() -> Self {
                Self::default()
            }
        }

        impl ResourceType for $name {
            const TYPE: &'static str = concat!("Test::Unit::", stringify!($name));
            type Ref = ResourceRef;

            fn draft(&mut self) -> &mut Draft {
                &mut self.0
            }

            fn into_draft(self) -> Draft {
                self.0
            }
        }
    )*};
}
types!(Thing Group Labelled Store OtherStore Plain);

/// Sets any property, where a generated type has a method for each.
pub(crate) trait Set: ResourceType {
    fn set(mut self, name: &'static str, node: impl Into<NodeOf>) -> Self {
        self.draft().properties.set_node(name.into(), node.into().0);
        self
    }
}

impl<R: ResourceType> Set for R {}

/// What a property of these types may be set to.
pub(crate) struct NodeOf(Node);

impl From<Node> for NodeOf {
    fn from(node: Node) -> Self {
        Self(node)
    }
}

impl<T: ?Sized> From<innovate_core::Value<T>> for NodeOf {
    fn from(value: innovate_core::Value<T>) -> Self {
        Self(value.into_node())
    }
}

impl From<&'static str> for NodeOf {
    fn from(text: &'static str) -> Self {
        Self(Node::Text(Str::Borrowed(text)))
    }
}

pub(crate) fn site() -> Site {
    Site::new("acme", StageKind::Prod, "111122223333", "eu-west-1")
}

#[track_caller]
pub(crate) fn stack(name: &str) -> Stack<Prod> {
    Stack::new(name, site())
}

pub(crate) fn app<S: Into<innovate_core::StackModel>>(stacks: impl IntoIterator<Item = S>) -> App {
    App::new("app").stacks(stacks)
}

pub(crate) const CHECKS: Checks<'static> = Checks { registry: &Fake, rules: &[] };

pub(crate) fn synth(app: App) -> Synthesis {
    app.synth(CHECKS, TemplateFormat::Json)
}

/// The findings of a program.
pub(crate) fn findings(app: App) -> Vec<Diagnostic> {
    synth(app).report.findings().to_vec()
}

/// The one finding of a program.
#[track_caller]
pub(crate) fn finding(app: App, code: &str) -> Diagnostic {
    let synthesis = synth(app);
    let report = &synthesis.report;
    assert_eq!(report.findings().len(), 1, "{report:#?}");
    assert_eq!(report.findings()[0].code(), code, "{report:#?}");
    assert_eq!(synthesis.assembly.is_none(), report.has_errors());
    report.findings()[0].clone()
}

/// The template of one of the stacks of a program without errors.
#[track_caller]
pub(crate) fn template(app: App, stack: &str) -> Value {
    let synthesis = synth(app);
    assert!(!synthesis.report.has_errors(), "{:#?}", synthesis.report);
    let assembly = synthesis.assembly.unwrap();
    let path = format!("templates/{stack}.template.json");
    serde_json::from_str(&assembly.files()[&path]).unwrap()
}

/// How the value of a property is written.
#[track_caller]
pub(crate) fn written(stack: Stack<Prod>, id: &str, property: &str) -> Value {
    let name = stack.name().to_owned();
    template(app([stack]), &name)["Resources"][id]["Properties"][property].clone()
}

/// A rule about every `Thing` that has `Wrong` set.
pub(crate) static WRONG: Rule = Rule {
    code: "TST-01",
    title: "nothing is wrong",
    explanation: "it is set to be",
    check: Check::Model(|model, findings| {
        for resource in model.resources_of("Test::Unit::Thing") {
            if resource.properties().get("Wrong").is_some() {
                let finding = Diagnostic::error("TST-01", "this is wrong");
                findings.report(finding.on(resource).property("Wrong").help("make it right"));
            }
        }
    }),
};

pub(crate) const STRICT: Checks<'static> = Checks { registry: &Fake, rules: &[&WRONG] };

/// The policy with which stateful resources of these tests are kept.
pub(crate) const KEPT: DeletionPolicy = DeletionPolicy::Retain;

/// Adds a part as a construct of a library would, which is in another file than the program.
pub(crate) fn accepting(scope: &mut innovate_core::Scope<'_>) {
    use innovate_core::Construct;
    scope.add("Part", Plain::new().suppress("TST-01", "never mind"));
}
