//! `AMP-01`: a workspace of Prometheus has a key, and its scrapers can write to it.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

/// `AMP-01`.
pub static METRICS_ARE_ENCRYPTED: Rule = Rule {
    code: "AMP-01",
    title: "a workspace of Prometheus is encrypted with a key of its own, and can be written to",
    explanation: "Without a key a workspace is encrypted with one of AWS that nobody here can withdraw, \
and it can't be given one later: another workspace takes its place, without the metrics. To a workspace \
with a key a scraper writes only in roles that it is given (`RoleConfiguration`); without them nothing \
that it collects arrives. The constructs `PrometheusWorkspace` and `Scraper` say \
both.\n\nSources: \"Encryption at rest\" and \"Creating scraper for workspaces enabled with customer \
managed keys\", Amazon Managed Service for Prometheus User Guide.",
    check: Check::Model(check),
};

const WORKSPACE: &str = "AWS::APS::Workspace";
const DESTINATION: &str = "Destination/AmpConfiguration/WorkspaceArn";
const ROLES: [&str; 2] = ["RoleConfiguration/SourceRoleArn", "RoleConfiguration/TargetRoleArn"];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for workspace in model.resources_of(WORKSPACE) {
        if has_key(workspace) {
            continue;
        }
        let id = workspace.logical_id();
        findings.report(
            Diagnostic::error("AMP-01", format!("the workspace `{id}` has no key of its own"))
                .on(workspace)
                .property("KmsKeyArn")
                .allowed("a key made for metrics")
                .help("make one with `KmsKey::<Prometheus>::new()`"),
        );
    }
    for scraper in model.resources_of("AWS::APS::Scraper") {
        let properties = scraper.properties();
        let Some(missing) = ROLES.iter().find(|role| properties.at(role).is_none()) else {
            continue;
        };
        let Some(workspace) = written_to(model, scraper).filter(|workspace| has_key(workspace))
        else {
            continue;
        };
        let (id, to) = (scraper.logical_id(), workspace.logical_id());
        let message =
            format!("the scraper `{id}` can't write to `{to}`, which has a key of its own");
        findings.report(
            Diagnostic::error("AMP-01", message)
                .on(scraper)
                .property(*missing)
                .allowed("a role that the scraper assumes, and one that this role writes in")
                .related(workspace.location(), "the workspace is made here")
                .help("make the scraper with `Scraper`, which has both"),
        );
    }
}

fn has_key(workspace: &Resource) -> bool {
    workspace.properties().at("KmsKeyArn").is_some()
}

fn written_to<'m>(model: &Model<'m>, scraper: &Resource) -> Option<&'m Resource> {
    let target = &scraper.properties().at(DESTINATION).and_then(Node::as_reference)?.target;
    model.resources_of(WORKSPACE).find(|workspace| workspace.address() == target)
}
