//! `LOG-01`: a log group has a retention and a key.

use innovate_core::{
    Diagnostic, Node, Rule,
    check::{Check, Findings, Model},
};

use crate::{observability::Retention, rules::read::number};

/// `LOG-01`.
pub static LOG_GROUP_IS_KEPT_AND_ENCRYPTED: Rule = Rule {
    code: "LOG-01",
    title: "a log group has a retention that CloudWatch Logs allows, and a key",
    explanation: "Without a retention a log group keeps everything for ever, and is paid for as long. \
Without a key of its own it is encrypted with one of AWS that nobody here can withdraw. The periods \
are those of the enum `Retention`. The construct `LogGroup` takes both.\n\nSource: \"Change log data \
retention in CloudWatch Logs\" and \"Encrypt log data in CloudWatch Logs using AWS Key Management \
Service\", Amazon CloudWatch Logs User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for group in model.resources_of("AWS::Logs::LogGroup") {
        let (properties, id) = (group.properties(), group.logical_id());
        let report = |message: String| Diagnostic::error("LOG-01", message).on(group);
        // Groups of this class are only passed through: CloudWatch Logs keeps them for two days.
        let delivers = properties.at("LogGroupClass").and_then(Node::as_text) == Some("DELIVERY");
        let days = || Retention::ALL.iter().map(|each| each.days().to_string()).collect::<Vec<_>>();
        match properties.at("RetentionInDays") {
            None if delivers => {}
            None => findings.report(
                report(format!("the log group `{id}` keeps everything for ever"))
                    .property("RetentionInDays")
                    .allowed(format!("one of {} days", days().join(", "))),
            ),
            Some(node) => {
                let given = number(node);
                let legal = |days| Retention::ALL.iter().any(|each| i64::from(each.days()) == days);
                if let Some(given) = given.filter(|days| !legal(*days)) {
                    findings.report(
                        report(format!("the log group `{id}` has a retention that is not offered"))
                            .property("RetentionInDays")
                            .given(given)
                            .allowed(format!("one of {} days", days().join(", "))),
                    );
                }
            }
        }
        if properties.at("KmsKeyId").is_none() {
            findings.report(
                report(format!("the log group `{id}` has no key of its own"))
                    .property("KmsKeyId")
                    .allowed("a key made for logs")
                    .help("make one with `KmsKey::<Logs>::new()`"),
            );
        }
    }
}
