//! `LOG-03`: a log group is named once in an account and region.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use crate::rules::read::{OneOfEach, site_of, text};

/// `LOG-03`.
pub static LOG_GROUP_IS_NAMED_ONCE: Rule = Rule {
    code: "LOG-03",
    title: "a log group is made once in an account and region",
    explanation: "An account has one log group of a name in a region. The second is refused, and the \
first creation of its stack with it, unless conditions of one stack exclude each other. So what AWS has one of for all of an account's region, such as \
`RDSOSMetrics` or the log group of Application Signals, is made by one stack, and others use its \
handle.\n\nSource: \"CreateLogGroup\", Amazon CloudWatch Logs API Reference.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut named = OneOfEach::new();
    for group in model.resources_of("AWS::Logs::LogGroup") {
        let (Some(name), Some(site)) = (text(group, "LogGroupName"), site_of(model, group)) else {
            continue;
        };
        let place = (site.account(), site.region(), name);
        let Some(first) = named.add(model, place, group) else { continue };
        findings.report(
            Diagnostic::error("LOG-03", format!("there are two log groups of the name `{name}`"))
                .on(group)
                .property("LogGroupName")
                .given(name)
                .related(first.location(), "the first is made here")
                .help("make it once, and use its handle"),
        );
    }
}
