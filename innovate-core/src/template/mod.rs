//! Stacks as CloudFormation templates.
//!
//! `Renderer` is the only way to a template: sections in CloudFormation's order, everything in
//! a section sorted by its id, so that a change shows as that change alone.

mod embedded;
mod limit;
mod node;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    assembly::{TemplateFormat, digest},
    check::{Diagnostic, Findings},
    graph::{Graph, SharedOutput, export_name},
    stack::{Address, DeletionPolicy, Output, Parameter, Resource, StackModel},
    value::{Intrinsic, Node, Str},
};
pub(crate) use embedded::write as write_embedded;
use node::{Context, SharedReference};

/// One rendered template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) body: String,
    pub(crate) sha256: String,
    pub(crate) outputs: usize,
}

/// As many bytes as most resources take in a template at most.
const RESOURCE_SIZE: usize = 2 * 1_024;

/// What templates are made from.
pub(crate) struct Renderer<'a> {
    pub(crate) stacks: &'a [StackModel],
    pub(crate) graph: &'a Graph,
    pub(crate) format: TemplateFormat,
}

/// A template's text and its digest, or why there is none.
pub(crate) type Rendered = Result<(String, String), String>;

impl<'a> Renderer<'a> {
    fn context(&self, stack: &'a StackModel) -> Context<'a> {
        Context { stack, stacks: self.stacks, graph: self.graph }
    }

    /// Renders one stack.
    pub(crate) fn render(&self, position: usize, stack: &'a StackModel) -> Rendered {
        let document = Document { context: self.context(stack), position };
        let size = (stack.resources().len() + 1) * RESOURCE_SIZE;
        self.format.render(&document, size).map(|body| (digest(&body), body))
    }

    /// The templates of all stacks, each as it was rendered; reports what exceeds CloudFormation's limits,
    /// and what can't be written.
    pub(crate) fn templates(
        &self,
        rendered: Vec<Rendered>,
        findings: &mut Findings,
    ) -> Vec<Template> {
        let mut templates = Vec::with_capacity(rendered.len());
        for ((at, stack), result) in self.stacks.iter().enumerate().zip(rendered) {
            let (sha256, body) = result.unwrap_or_else(|reason| {
                findings.report(self.failure(stack, &reason));
                (String::new(), String::new())
            });
            let outputs = stack.outputs().len() + self.graph.shared_outputs(at).count();
            let template = Template { body, sha256, outputs };
            limit::check(stack, &template, findings);
            templates.push(template);
        }
        templates
    }

    fn failure(&self, stack: &'a StackModel, reason: &str) -> Diagnostic {
        let message = format!("the template of `{}` can't be written: {reason}", stack.name());
        let finding = Diagnostic::error("OUT-01", message).firm();
        let fails = |found: &&Resource| {
            let body = ResourceBody(self.context(stack), found);
            self.format.render(&body, RESOURCE_SIZE).is_err()
        };
        match stack.resources().iter().find(fails) {
            Some(resource) => finding.on(resource),
            None => finding.on_stack(stack),
        }
    }
}

struct Document<'a> {
    context: Context<'a>,
    position: usize,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Context { stack, graph, .. } = self.context;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("AWSTemplateFormatVersion", "2010-09-09")?;
        if let Some(description) = &stack.description {
            map.serialize_entry("Description", description)?;
        }
        if graph.needs_language_extensions(self.position) {
            map.serialize_entry("Transform", "AWS::LanguageExtensions")?;
        }
        if !stack.parameters.is_empty() {
            map.serialize_entry("Parameters", &Sorted(&stack.parameters, ParameterBody))?;
        }
        if !stack.mappings.is_empty() {
            map.serialize_entry("Mappings", &Sorted(&stack.mappings, |n| self.context.node(n)))?;
        }
        if !stack.conditions.is_empty() {
            let conditions = Sorted(&stack.conditions, |n| self.context.node(n));
            map.serialize_entry("Conditions", &conditions)?;
        }
        map.serialize_entry("Resources", &Resources(self.context))?;
        let shared: Vec<_> = graph.shared_outputs(self.position).collect();
        if !stack.outputs.is_empty() || !shared.is_empty() {
            map.serialize_entry("Outputs", &Outputs { context: self.context, shared: &shared })?;
        }
        map.end()
    }
}

struct Sorted<'a, T, F>(&'a [(Str, T)], F);

impl<'a, T, R: Serialize, F: Fn(&'a T) -> R> Serialize for Sorted<'a, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries: Vec<&'a (Str, T)> = self.0.iter().collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        serializer.collect_map(entries.into_iter().map(|(id, entry)| (id, (self.1)(entry))))
    }
}

struct ParameterBody<'a>(&'a Parameter);

impl Serialize for ParameterBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameter = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", parameter.type_name.as_deref().unwrap_or("String"))?;
        let texts = [
            ("Default", &parameter.default),
            ("Description", &parameter.description),
            ("AllowedPattern", &parameter.allowed_pattern),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                map.serialize_entry(key, text)?;
            }
        }
        if !parameter.allowed_values.is_empty() {
            map.serialize_entry("AllowedValues", &parameter.allowed_values)?;
        }
        if parameter.no_echo {
            map.serialize_entry("NoEcho", &true)?;
        }
        map.end()
    }
}

struct Resources<'a>(Context<'a>);

impl Serialize for Resources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut resources: Vec<&Resource> = self.0.stack.resources().iter().collect();
        resources.sort_by_key(|resource| resource.logical_id());
        serializer.collect_map(
            resources
                .into_iter()
                .map(|resource| (resource.logical_id(), ResourceBody(self.0, resource))),
        )
    }
}

struct ResourceBody<'a>(Context<'a>, &'a Resource);

impl Serialize for ResourceBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(context, resource) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", resource.type_name())?;
        if let Some(condition) = resource.condition() {
            map.serialize_entry("Condition", condition)?;
        }
        let depends_on = depends_on(resource);
        if !depends_on.is_empty() {
            map.serialize_entry("DependsOn", &depends_on)?;
        }
        let policies = [
            ("CreationPolicy", resource.creation_policy()),
            ("UpdatePolicy", resource.update_policy()),
        ];
        for (key, policy) in policies {
            if let Some(policy) = policy {
                map.serialize_entry(key, &context.node(policy))?;
            }
        }
        if let Some(policy) = resource.deletion_policy() {
            map.serialize_entry("DeletionPolicy", policy.name())?;
        }
        match resource.update_replace_policy() {
            Some(DeletionPolicy::RetainExceptOnCreate) => {
                map.serialize_entry("UpdateReplacePolicy", DeletionPolicy::Retain.name())?;
            }
            Some(policy) => map.serialize_entry("UpdateReplacePolicy", policy.name())?,
            None => {}
        }
        match skipped(context.stack, resource) {
            None if resource.metadata().entries().is_empty() => {}
            None => {
                map.serialize_entry("Metadata", &context.entries(resource.metadata().entries()))?;
            }
            Some(skipped) => {
                let mut metadata = resource.metadata().clone();
                metadata.set_node("checkov".into(), skipped);
                map.serialize_entry("Metadata", &context.entries(metadata.entries()))?;
            }
        }
        if !resource.properties().entries().is_empty() {
            map.serialize_entry("Properties", &context.entries(resource.properties().entries()))?;
        }
        map.end()
    }
}

/// What checkov is not to look for in the resource, and why, as it reads it: of two reasons for one
/// check, the one nearest to the resource.
fn skipped(stack: &StackModel, resource: &Resource) -> Option<Node> {
    let accepted = stack.suppressions.iter().chain(resource.suppressions());
    let skipped: BTreeMap<&'static str, &Str> = accepted
        .filter(|suppression| suppression.is_for_checkov())
        .map(|suppression| (suppression.code, &suppression.reason))
        .collect();
    if skipped.is_empty() || resource.metadata().get("checkov").is_some() {
        return None;
    }
    let entry = |(id, reason): (&'static str, &Str)| {
        Node::Map(vec![
            ("id".into(), Node::Text(id.into())),
            ("comment".into(), Node::Text(reason.clone())),
        ])
    };
    let skipped = skipped.into_iter().map(entry).collect();
    Some(Node::Map(vec![("skip".into(), Node::List(skipped))]))
}

/// What the resource waits for within its stack, without what its properties refer to anyway.
fn depends_on(resource: &Resource) -> Vec<&str> {
    if resource.depends_on().is_empty() {
        return Vec::new();
    }
    let mut referred = Vec::new();
    for (_, node) in resource.properties().entries() {
        certain_references(node, &mut referred);
    }
    let mut ids: Vec<&str> = resource
        .depends_on()
        .iter()
        .filter(|target| target.stack() == resource.address().stack())
        .filter(|target| !referred.contains(target))
        .map(Address::logical_id)
        .collect();
    ids.sort_unstable();
    ids
}

/// The resources that the node refers to in any case: what stands in a branch of
/// `Fn::If` makes CloudFormation wait only if the branch is taken.
fn certain_references<'a>(node: &'a Node, found: &mut Vec<&'a Address>) {
    match node {
        Node::Intrinsic(intrinsic) => match &**intrinsic {
            Intrinsic::Reference(reference) => found.push(&reference.target),
            Intrinsic::If { .. } => {}
            other => other.each_child(&mut |child| certain_references(child, found)),
        },
        Node::List(items) => items.iter().for_each(|item| certain_references(item, found)),
        Node::Map(entries) => entries.iter().for_each(|(_, item)| certain_references(item, found)),
        _ => {}
    }
}

struct Outputs<'a> {
    context: Context<'a>,
    shared: &'a [(&'a str, &'a SharedOutput)],
}

impl Serialize for Outputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stack = self.context.stack;
        let own = stack.outputs.iter().map(|(id, output)| (&**id, OutputBody::Own(output)));
        let shared = self.shared.iter().map(|(id, output)| (*id, OutputBody::Shared(output)));
        let mut outputs: Vec<(&str, OutputBody<'_>)> = own.chain(shared).collect();
        outputs.sort_by_key(|(id, _)| *id);
        serializer.collect_map(
            outputs.into_iter().map(|(id, output)| (id, Rooted { id, output, outputs: self })),
        )
    }
}

#[derive(Clone, Copy)]
enum OutputBody<'a> {
    Own(&'a Output),
    Shared(&'a SharedOutput),
}

struct Rooted<'a> {
    id: &'a str,
    output: OutputBody<'a>,
    outputs: &'a Outputs<'a>,
}

impl Serialize for Rooted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let context = self.outputs.context;
        let mut map = serializer.serialize_map(None)?;
        match self.output {
            OutputBody::Own(output) => {
                if let Some(description) = &output.description {
                    map.serialize_entry("Description", description)?;
                }
                map.serialize_entry("Value", &context.node(&output.value))?;
                if let Some(export) = &output.export {
                    map.serialize_entry("Export", &Export { name: export })?;
                }
            }
            OutputBody::Shared(output) => {
                map.serialize_entry("Value", &SharedReference(output))?;
                if output.exported {
                    let export = export_name(context.stack.name(), self.id);
                    map.serialize_entry("Export", &Export { name: &export })?;
                }
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Export<'a> {
    #[serde(rename = "Name")]
    name: &'a str,
}
