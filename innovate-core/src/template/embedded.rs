//! Templates within templates.

use std::collections::BTreeMap;

use crate::{
    app::{App, Checks},
    assembly::TemplateFormat,
    check::{Diagnostic, Report},
    stack::{Embedded, Resource, StackModel},
    value::{Node, Reference},
};

/// Writes the templates that properties of resources hold, each checked by itself, and gives what is found
/// in them.
pub(crate) fn write(stacks: &mut [StackModel], checks: Checks<'_>) -> Report {
    let mut report = Report::default();
    report.extend(namesakes(stacks));
    for stack in stacks {
        let mut embedded = std::mem::take(&mut stack.embedded);
        for one in &mut embedded {
            let body = template(one, checks, &mut report);
            if let Some(resource) = stack.resources.get_mut(one.resource) {
                resource.properties.set_node(one.property.clone(), Node::Text(body.into()));
            }
        }
        stack.embedded = embedded;
    }
    report
}

/// The template on one line; none if it has errors.
fn template(embedded: &mut Embedded, checks: Checks<'_>, report: &mut Report) -> String {
    let name = embedded.stack.name().to_owned();
    let app = App::new(name.clone()).stack(embedded.stack.clone());
    let synthesis = app.synth(checks, TemplateFormat::Json);
    // What is not in the app can't be added to it here.
    let mut found = synthesis.report;
    found.retain(|finding| finding.code() != "REF-01");
    found.extend(leaving(&embedded.stack));
    report.append(found);
    let files = synthesis.assembly.as_ref().map(|assembly| assembly.files());
    let template = files.and_then(|files| files.get(&format!("templates/{name}.template.json")));
    let parsed = template.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    // CloudFormation resolves these in every text of a resource. As JSON the two ways to write a brace are one,
    // so that whoever deploys the template resolves them, and nobody before.
    parsed
        .map(|json| json.to_string().replace("{{resolve:", "{\\u007bresolve:"))
        .unwrap_or_default()
}

/// What refers to another stack: one finding a resource.
fn leaving(stack: &StackModel) -> Vec<Diagnostic> {
    let leaves = |resource: &Resource| {
        let mut first: Option<String> = None;
        let mut see = |reference: &Reference| {
            if reference.target.stack() != stack.name() {
                first.get_or_insert_with(|| format!("{:?}", reference.target));
            }
        };
        let nodes = resource.properties().entries().iter().chain(resource.metadata().entries());
        nodes.for_each(|(_, node)| node.visit_references(&mut see));
        let waits = resource.depends_on().iter().find(|on| on.stack() != stack.name());
        first.or_else(|| waits.map(|on| format!("{on:?}")))
    };
    let found = stack.resources().iter().filter_map(|resource| {
        let given = leaves(resource)?;
        Some(
            Diagnostic::error(
                "STK-09",
                "a template that is deployed elsewhere refers to a stack of this program",
            )
            .on(resource)
            .given(format!("`{given}`"))
            .allowed(
                "what is in the template itself, parameters, and values that the program knows",
            )
            .help("give it as a parameter of the template, or write the value as a literal")
            .firm(),
        )
    });
    found.collect()
}

/// References between stacks go by name, so a template has one of its own.
fn namesakes(stacks: &[StackModel]) -> Vec<Diagnostic> {
    let mut names: BTreeMap<String, &StackModel> = BTreeMap::new();
    for stack in stacks {
        names.entry(stack.name().to_ascii_lowercase()).or_insert(stack);
    }
    let mut found = Vec::new();
    for one in stacks.iter().flat_map(|stack| &stack.embedded) {
        if let Some(first) = names.insert(one.stack.name().to_ascii_lowercase(), &one.stack) {
            let message = format!("a stack and a template are named `{}`", one.stack.name());
            found.push(
                Diagnostic::error("STK-01", message)
                    .on_stack(&one.stack)
                    .related(first.location(), "the first is made here")
                    .help("references go by the name: name one of them otherwise")
                    .firm(),
            );
        }
    }
    found
}
