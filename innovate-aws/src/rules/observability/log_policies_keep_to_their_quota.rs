//! `LOG-05`: an account has as many policies on logs as CloudWatch Logs takes.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use crate::{
    identity::{document::policies_of, size::Size},
    rules::read::each,
};

/// `LOG-05`.
pub static LOG_POLICIES_KEEP_TO_THEIR_QUOTA: Rule = Rule {
    code: "LOG-05",
    title: "an account has up to ten policies on logs in a region, of up to 5,120 characters each",
    explanation: "\
A service that writes to a log group on its own is let in by a resource policy of CloudWatch Logs. An account \
has ten of them in a region, whatever they are about, and nobody raises that quota: the eleventh is refused when \
its stack is deployed. The query log of a zone, the log of a distribution and traces make one each. The policies \
of all stacks are counted, and where it takes those under a condition to pass ten, it is a warning; those that other programs make in the account are not known here.

One statement may be about several log groups, by the beginning of their names: \
`arn:aws:logs:<region>:<account>:log-group:/aws/vendedlogs/*`.

Sources: \"PutResourcePolicy\", Amazon CloudWatch Logs API Reference; \"CloudWatch Logs quotas\", Amazon \
CloudWatch Logs User Guide.",
    check: Check::Model(check),
};

/// The most policies in an account's region.
const MOST: usize = 10;
/// The most characters of one.
const LONGEST: usize = 5_120;

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut regions: BTreeMap<(&str, &str), Vec<&Resource>> = BTreeMap::new();
    for (stack, policy) in each(model, "AWS::Logs::ResourcePolicy") {
        let site = stack.site();
        let place = (site.account(), site.region());
        regions.entry(place).or_default().push(policy);
        for document in policies_of(policy) {
            let known = Size::of(document.document(), site).known;
            if known > LONGEST {
                findings.report(
                    Diagnostic::error("LOG-05", "CloudWatch Logs doesn't take so long a policy")
                        .on(policy)
                        .property("PolicyDocument")
                        .given(format!("at least {known} characters"))
                        .allowed(format!("up to {LONGEST}"))
                        .help(
                            "name log groups by the beginning of their names, or make two policies",
                        ),
                );
            }
        }
    }
    for ((account, region), policies) in regions {
        let Some(last) = policies.get(MOST) else { continue };
        let mut always = policies.iter().filter(|policy| policy.condition().is_none());
        let (finding, beyond) = match always.nth(MOST) {
            Some(beyond) => {
                let message = "an account doesn't have so many policies on logs in a region";
                (Diagnostic::error("LOG-05", message), beyond)
            }
            None => {
                let message = "an account may not have so many policies on logs in a region, if all conditions hold";
                (Diagnostic::warning("LOG-05", message), last)
            }
        };
        let finding = finding
            .on(beyond)
            .given(format!("{} in {account}, {region}", policies.len()))
            .allowed(format!("{MOST} policies"))
            .help("let one policy name several log groups by the beginning of their names");
        let others = policies.iter().filter(|policy| policy.address() != beyond.address());
        findings.report(others.fold(finding, |finding, other| {
            finding.related(other.location(), format!("`{}` is one", other.logical_id()))
        }));
    }
}
