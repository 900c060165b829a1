//! The synthesized templates, to look at.

use std::collections::{BTreeMap, BTreeSet};

use innovate::core::{App, Severity, StageKind, TemplateFormat};
use serde_json::Value;

/// What a program yields.
#[derive(Clone)]
pub(crate) struct Templates {
    /// The templates by their stacks' names.
    pub(crate) stacks: BTreeMap<String, Value>,
    /// The stacks in the order of their deployment.
    pub(crate) order: Vec<String>,
    /// The regions of the stacks.
    pub(crate) regions: BTreeMap<String, String>,
    /// All files.
    pub(crate) files: BTreeMap<String, String>,
    /// The manifests.
    pub(crate) manifests: Vec<Value>,
    /// Whether they are for production.
    pub(crate) production: bool,
}

impl Templates {
    /// Synthesizes a program, which must be valid: with the registry's schemas and every rule.
    pub(crate) fn of(app: App) -> Self {
        let sets = app.manifest_sets().iter();
        let manifests =
            sets.flat_map(|set| set.manifests()).map(|it| it.object().clone()).collect();
        let production =
            app.stack_models().iter().all(|stack| stack.site().stage() == StageKind::Prod);
        let synthesis = app.synth(innovate::checks(), TemplateFormat::Json);
        let errors: Vec<_> = synthesis
            .report
            .findings()
            .iter()
            .filter(|finding| finding.severity() == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let assembly = synthesis.assembly.unwrap();
        let order: Vec<String> =
            assembly.index().stacks.iter().map(|stack| stack.name.clone()).collect();
        let regions = assembly.index().stacks.iter();
        let regions = regions.map(|stack| (stack.name.clone(), stack.region.clone())).collect();
        let files = assembly.files().clone();
        let parse = |name: &String| {
            let body = &files[&format!("templates/{name}.template.json")];
            (name.clone(), serde_json::from_str(body).unwrap())
        };
        let stacks = order.iter().map(parse).collect();
        Self { stacks, order, regions, files, manifests, production }
    }

    /// Every resource, with its stack and its id.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        self.stacks.iter().flat_map(|(stack, template)| {
            let resources = template["Resources"].as_object().into_iter().flatten();
            resources.map(move |(id, resource)| (stack.as_str(), id.as_str(), resource))
        })
    }

    /// Every resource of a type.
    pub(crate) fn of_type(&self, name: &str) -> impl Iterator<Item = (&str, &str, &Value)> {
        self.resources().filter(move |(_, _, resource)| resource["Type"] == name)
    }

    /// The only resource of a type.
    pub(crate) fn one(&self, name: &str) -> (&str, &str, &Value) {
        let mut all = self.of_type(name);
        let one = all.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(all.next().is_none(), "more than one {name}");
        one
    }

    /// The manifests of a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.manifests.iter().filter(move |manifest| manifest["kind"] == kind)
    }

    /// The resource that a value of a stack's template stands for: its stack, its id, itself.
    pub(crate) fn target<'a>(
        &'a self,
        stack: &'a str,
        value: &'a Value,
    ) -> Option<(&'a str, &'a str, &'a Value)> {
        if let Some(output) = value.get("Fn::GetStackOutput") {
            let stack = text(&output["StackName"]);
            let outputs = &self.stacks.get(stack)?["Outputs"];
            return self.target(stack, &outputs[text(&output["OutputName"])]["Value"]);
        }
        let id = match value.get("Ref") {
            Some(id) => text(id),
            None => text(&value.get("Fn::GetAtt")?[0]),
        };
        self.resource(stack, id).map(|resource| (stack, id, resource))
    }

    /// One resource.
    pub(crate) fn resource(&self, stack: &str, id: &str) -> Option<&Value> {
        self.stacks.get(stack)?.get("Resources")?.get(id)
    }
}

/// The items of a list, or none.
pub(crate) fn items(node: &Value) -> impl Iterator<Item = &Value> {
    node.as_array().into_iter().flatten()
}

/// The text of a node, or nothing.
pub(crate) fn text(node: &Value) -> &str {
    node.as_str().unwrap_or_default()
}

/// What a resource refers to.
#[derive(Default)]
pub(crate) struct References {
    /// Resources of its own template.
    pub(crate) local: BTreeSet<String>,
    /// Stacks and their outputs.
    pub(crate) remote: BTreeSet<(String, String)>,
}

/// The references of a resource, read from its template as CloudFormation reads it.
pub(crate) fn references(resource: &Value) -> References {
    let mut references = References::default();
    visit(resource, &mut references);
    match &resource["DependsOn"] {
        Value::String(id) => references.local.extend([id.clone()]),
        Value::Array(ids) => references.local.extend(ids.iter().map(|id| text(id).to_owned())),
        _ => {}
    }
    references
}

fn visit(node: &Value, found: &mut References) {
    let mut local = |id: &str| {
        if !id.is_empty() && !id.starts_with("AWS::") {
            found.local.insert(id.split('.').next().unwrap_or(id).to_owned());
        }
    };
    match node {
        Value::Object(map) => {
            if let Some(id) = map.get("Ref") {
                local(text(id));
            }
            if let Some(target) = map.get("Fn::GetAtt") {
                local(text(&target[0]));
            }
            if let Some(sub) = map.get("Fn::Sub") {
                let (template, variables) = match sub {
                    Value::Array(parts) => (text(&parts[0]), parts[1].as_object()),
                    other => (text(other), None),
                };
                for part in template.split("${").skip(1) {
                    let name = part.split('}').next().unwrap_or_default();
                    let own = variables.is_some_and(|variables| variables.contains_key(name));
                    if !own && !name.starts_with('!') {
                        local(name);
                    }
                }
            }
            if let Some(output) = map.get("Fn::GetStackOutput") {
                let (stack, name) = (text(&output["StackName"]), text(&output["OutputName"]));
                found.remote.insert((stack.to_owned(), name.to_owned()));
            }
            map.values().for_each(|child| visit(child, found));
        }
        Value::Array(items) => items.iter().for_each(|child| visit(child, found)),
        _ => {}
    }
}
