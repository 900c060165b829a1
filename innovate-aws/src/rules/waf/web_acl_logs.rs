//! WAF-04: a web ACL logs, without secrets.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
    value::Intrinsic,
};

use super::WEB_ACL;

/// Every web ACL logs to a destination that AWS WAF accepts, without the headers that hold sessions
/// and tokens.
pub static WEB_ACL_LOGS: Rule = Rule {
    code: "WAF-04",
    title: "every web ACL logs, to a name that AWS WAF accepts and without sessions and tokens",
    explanation: "\
Without a log nobody can tell an attack from a false alarm. The destination's name must begin with \
`aws-waf-logs-`; AWS's error for any other says only that the ARN isn't valid. The headers \
`authorization` and `cookie` hold what lets a reader of the log act as a user.

`WebAcl` does all of it.

Source: \"Logging AWS WAF protection pack (web ACL) traffic\", AWS WAF Developer Guide.",
    check: Check::Model(check),
};

const PREFIX: &str = "aws-waf-logs-";
const SECRET: [&str; 2] = ["authorization", "cookie"];
const CONFIGURATION: &str = "AWS::WAFv2::LoggingConfiguration";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for acl in model.resources_of(WEB_ACL) {
        if model.referrers(CONFIGURATION, "ResourceArn", acl.address()).next().is_none() {
            findings.report(
                Diagnostic::error("WAF-04", "the web ACL logs nothing")
                    .on(acl)
                    .help("add an AWS::WAFv2::LoggingConfiguration, or use `WebAcl`"),
            );
        }
    }
    for configuration in model.resources_of(CONFIGURATION) {
        check_destination(model, configuration, findings);
        check_redaction(configuration, findings);
    }
}

fn check_destination(model: &Model<'_>, configuration: &Resource, findings: &mut Findings) {
    let destinations = configuration.properties().get("LogDestinationConfigs");
    for destination in destinations.and_then(Node::as_list).unwrap_or_default() {
        let Some(name) = destination_name(model, destination) else { continue };
        if !name.starts_with(PREFIX) {
            findings.report(
                Diagnostic::error("WAF-04", "AWS WAF can't log to a destination of this name")
                    .on(configuration)
                    .property("LogDestinationConfigs")
                    .given(name)
                    .allowed(format!("a name that begins with `{PREFIX}`")),
            );
        }
    }
}

/// The name of the log group, stream or bucket that an ARN ends in, as far as it is known now.
fn destination_name<'app>(model: &Model<'app>, arn: &'app Node) -> Option<&'app str> {
    let last = match arn.as_intrinsic() {
        Some(Intrinsic::Concat(parts)) => parts.last()?,
        _ => arn,
    };
    if let Some(resource) = model.target(last) {
        let names = ["LogGroupName", "BucketName", "DeliveryStreamName"];
        let name = names.iter().find_map(|name| resource.properties().get(name));
        // A name that CloudFormation makes up begins with the stack's.
        return name.map_or(Some("a generated name"), Node::as_text);
    }
    let text = last.as_text()?;
    text.rsplit([':', '/']).find(|part| !part.is_empty() && *part != "*")
}

fn check_redaction(configuration: &Resource, findings: &mut Findings) {
    let fields = configuration.properties().get("RedactedFields");
    let redacted: Vec<&str> = fields
        .and_then(Node::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(|field| field.at("SingleHeader/Name").and_then(Node::as_text))
        .collect();
    let open: Vec<&str> = SECRET
        .into_iter()
        .filter(|secret| !redacted.iter().any(|name| name.eq_ignore_ascii_case(secret)))
        .collect();
    if !open.is_empty() {
        findings.report(
            Diagnostic::error(
                "WAF-04",
                "the web ACL's log holds what lets its readers act as users",
            )
            .on(configuration)
            .property("RedactedFields")
            .given(format!("`{}` in the clear", open.join("` and `")))
            .help("redact the headers `authorization` and `cookie`"),
        );
    }
}
