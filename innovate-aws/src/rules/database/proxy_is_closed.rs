//! DB-13: a proxy lets in who proves who it is, by TLS.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

/// A proxy takes TLS and tokens of IAM alone, and logs no statements.
pub static PROXY_IS_CLOSED: Rule = Rule {
    code: "DB-13",
    title: "a proxy takes TLS and tokens of IAM alone, and logs no statements",
    explanation: "\
A proxy speaks TLS with its database, but with its clients only if `RequireTLS` is true: a database that \
forces TLS doesn't protect what is between them. With `IAMAuth: REQUIRED`, no client needs the \
password that the proxy has. Debug logging writes statements, with the data that is in them, to a log.

`RdsProxy` sees to all of this. Give it one user at least that it logs in as, \
`.auth(ProxyAuth::iam([name!(DatabaseUser: \"app\")]))`, and a read-only endpoint only before Aurora: an \
instance's replicas have endpoints of their own. What its `.pool(..)` says fits together: it keeps no more \
connections than it opens, and clients wait 5 minutes at the most.

Source: AWS::RDS::DBProxy, AWS CloudFormation Template Reference Guide; \"Amazon RDS Proxy security\", \
Amazon RDS User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for proxy in model.resources_of("AWS::RDS::DBProxy") {
        let truth = |name: &str| proxy.properties().get(name).and_then(Node::as_bool);
        let tls = proxy.properties().get("RequireTLS");
        if tls.is_none() || truth("RequireTLS") == Some(false) {
            findings.report(
                Diagnostic::error("DB-13", "the proxy answers clients without TLS")
                    .on(proxy)
                    .property("RequireTLS")
                    .given(if tls.is_some() { "false" } else { "nothing, which means false" })
                    .allowed("true")
                    .help("make it with `RdsProxy`, which asks for TLS"),
            );
        }
        if truth("DebugLogging") == Some(true) {
            findings.report(
                Diagnostic::error("DB-13", "the proxy writes statements and their data to its log")
                    .on(proxy)
                    .property("DebugLogging")
                    .given("true")
                    .allowed("false")
                    .help("turn it on for the hour that it is needed, and off again"),
            );
        }
        check_auth(proxy, findings);
    }
}

fn check_auth(proxy: &Resource, findings: &mut Findings) {
    let auth = proxy.properties().get("Auth").and_then(Node::as_list).unwrap_or_default();
    for (at, each) in auth.iter().enumerate() {
        let iam = each.get("IAMAuth");
        let text = iam.and_then(Node::as_text);
        if iam.is_none() || text.is_some_and(|text| text != "REQUIRED") {
            findings.report(
                Diagnostic::warning("DB-13", "clients of the proxy need the database's password")
                    .on(proxy)
                    .property(format!("Auth/{at}/IAMAuth"))
                    .given(text.unwrap_or("nothing, which means DISABLED"))
                    .allowed("REQUIRED"),
            );
        }
    }
}
