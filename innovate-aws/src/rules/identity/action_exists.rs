//! `IAM-04`: an action in a policy exists.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings},
};

use super::Known;
use crate::identity::{
    action::{UnknownAction, check_action},
    document::{Policy, texts},
};

/// `IAM-04`.
pub static ACTION_EXISTS: Rule = Rule {
    code: "IAM-04",
    title: "an action in a policy exists",
    explanation: "\
IAM accepts a policy with an action that no service has; it then grants or denies nothing, and the \
mistake shows when a call is refused, or when it isn't. The actions are those of AWS's service \
authorization reference at the time that this version was made: for a newer one, suppress the \
finding with that as the reason.

Source: \"Actions, resources, and condition keys for AWS services\", Service Authorization Reference.",
    check: Check::Elsewhere,
};

pub(super) fn check(
    known: &mut Known,
    resource: &Resource,
    policy: &Policy<'_>,
    findings: &mut Findings,
) {
    for statement in policy.statements() {
        let named = ["Action", "NotAction"].map(|element| texts(statement.get(element)));
        for action in named.into_iter().flatten().filter(|action| !action.contains("${")) {
            if known.contains(&*action) {
                continue;
            }
            let Err(unknown) = check_action(&action) else {
                known.insert(action.into_owned());
                continue;
            };
            let finding = Diagnostic::error("IAM-04", message(&unknown))
                .on(resource)
                .property(&*policy.property)
                .given(&*action)
                .allowed("actions of AWS's service authorization reference");
            findings.report(match near(&unknown, &action) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("look the action up in the service authorization reference"),
            });
        }
    }
}

const fn message(unknown: &UnknownAction) -> &'static str {
    match unknown {
        UnknownAction::Malformed => "an action is written `service:Action`",
        UnknownAction::Service(_) => "no service has actions with this prefix",
        UnknownAction::Action(_) => "the service has no such action",
    }
}

fn near(unknown: &UnknownAction, action: &str) -> Option<String> {
    match unknown {
        UnknownAction::Malformed => None,
        UnknownAction::Service(near) => {
            let name = action.split_once(':').map_or("*", |(_, name)| name);
            near.map(|near| format!("{near}:{name}"))
        }
        UnknownAction::Action(near) => near.clone(),
    }
}
