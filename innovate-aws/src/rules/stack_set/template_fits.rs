//! `SET-06`: the template of a StackSet is short enough to be in another.

use innovate_core::{
    Diagnostic, Rule, StackModel,
    check::{Check, Findings, Model},
};

/// `SET-06`.
pub static TEMPLATE_FITS: Rule = Rule {
    code: "SET-06",
    title: "the template of a StackSet has at most 51,200 bytes",
    explanation: "CloudFormation takes up to 51,200 bytes of template in `TemplateBody`. It is written on one \
line, so only what is in it counts. Make two StackSets of it, split by how often the parts change, or put what is \
repeated into a construct that needs fewer resources.\n\nSource: \"AWS::CloudFormation::StackSet\", AWS \
CloudFormation Template Reference Guide.",
    check: Check::EachStack(check),
};

/// The most bytes of a template in a property.
const BODY: usize = 51_200;

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    for resource in stack.resources_of("AWS::CloudFormation::StackSet") {
        let body = resource.properties().get("TemplateBody").and_then(|body| body.as_text());
        let Some(bytes) = body.map(str::len).filter(|bytes| *bytes > BODY) else { continue };
        findings.report(
            Diagnostic::error("SET-06", "the template of the StackSet is too large")
                .on(resource)
                .setter("template")
                .property("TemplateBody")
                .given(format!("{bytes} bytes"))
                .allowed(format!("{BODY} bytes"))
                .help("make two StackSets of it, split by how often the parts change"),
        );
    }
}
