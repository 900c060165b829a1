//! CloudFormation's limits on a template.
//!
//! Source: "Understand CloudFormation quotas", AWS CloudFormation User Guide.

use super::Template;
use crate::{
    check::{Diagnostic, Findings},
    stack::StackModel,
};

/// The most bytes that a template may have.
const BODY: usize = 1_000_000;
/// From how many percent of a limit a warning is due.
const WARN_AT: usize = 80;

pub(super) fn check(stack: &StackModel, template: &Template, findings: &mut Findings) {
    let counts = [
        ("LIM-01", "resources", stack.resources().len(), 500),
        ("LIM-02", "outputs", template.outputs, 200),
        ("LIM-03", "parameters", stack.parameters().len(), 200),
        ("LIM-04", "mappings", stack.mappings.len(), 200),
        ("LIM-05", "bytes of template body", template.body.len(), BODY),
    ];
    for (code, what, count, limit) in counts {
        let message = format!("the stack `{}` has {count} {what}", stack.name());
        let finding = if count > limit {
            Diagnostic::error(code, message).firm()
        } else if count * 100 >= limit * WARN_AT {
            Diagnostic::warning(code, message)
        } else {
            continue;
        };
        findings.report(
            finding
                .on_stack(stack)
                .given(count)
                .allowed(format!("at most {limit}"))
                .help("move a part that changes on its own to a stack of its own: references between stacks resolve by themselves"),
        );
    }
    if stack.resources().is_empty() {
        findings.report(
            Diagnostic::error("LIM-06", format!("the stack `{}` has no resources", stack.name()))
                .on_stack(stack)
                .firm()
                .help(
                    "CloudFormation refuses an empty stack: add to it, or leave it out of the app",
                ),
        );
    }
}
