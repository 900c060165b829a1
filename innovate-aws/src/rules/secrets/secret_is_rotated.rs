//! `SEC-09`: somebody has thought of how a secret's value is replaced.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::{SCHEDULE, SECRET};
use crate::rules::read::{is_production, target};

/// `SEC-09`.
pub static SECRET_IS_ROTATED: Rule = Rule {
    code: "SEC-09",
    title: "a production secret is rotated, or the program says why it isn't",
    explanation: "Whoever has read a secret once knows it until its value is replaced, also after they have \
left. Security Hub asks for a rotation schedule of every secret. Nothing but a function of yours can rotate \
a value that a service checks, and some values need no schedule: what a deployment replaces by its next \
`generation`, what another company issues, what only one program knows.\n\nGive it a function, \
`.rotation(Rotation::by(function, RotationInterval::Monthly))`, or the reason why it has none, \
`.rotation(Rotation::none_because(\"..\"))`, which is reported with what the program accepts. Where something \
answers is no secret, and is let through.\n\nSource: control SecretsManager.1, AWS Security Hub User Guide; \
\"Rotate AWS Secrets Manager secrets\", AWS Secrets Manager User Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let schedules = model.resources_of(SCHEDULE);
    let rotated: BTreeSet<&Address> =
        schedules.filter_map(|schedule| target(schedule, "SecretId")).collect();
    for secret in model.resources_of(SECRET) {
        // What is written into the program is no secret, or is found by `SEC-01`.
        let is_known = secret.properties().get("SecretString").is_some();
        if is_known || !is_production(model, secret) || rotated.contains(secret.address()) {
            continue;
        }
        findings.report(
            Diagnostic::warning("SEC-09", "nothing rotates this production secret")
                .on(secret)
                .setter("rotation")
                .given("no rotation schedule")
                .allowed("a function that rotates it, or the reason why none does")
                .help("say why: `.rotation(Rotation::none_because(\"..\"))`"),
        );
    }
}
