//! `IAM-03`: a policy is no longer than IAM allows.

use innovate_core::{
    Diagnostic, Resource, Rule, Site,
    check::{Check, Findings},
};

use crate::identity::{
    document::{Policy, Purpose},
    size::{INLINE_POLICIES, MANAGED_POLICY, Size, TRUST_POLICY},
};

/// `IAM-03`.
pub static POLICY_FITS_ITS_QUOTA: Rule = Rule {
    code: "IAM-03",
    title: "a policy is no longer than IAM allows",
    explanation: "\
IAM counts a policy's characters without white space: 6,144 for a managed policy, 10,240 for all \
inline policies of a role together, 2,048 for a trust policy (an account may ask for 4,096). A \
longer one fails when the stack is deployed. What is known only at deployment counts as nothing \
here, so a policy that is reported is too long for certain.

`Permissions` splits what it holds into as many managed policies as it takes.

Source: \"IAM and AWS STS quotas\", AWS Identity and Access Management User Guide.",
    check: Check::Elsewhere,
};

pub(super) fn check(
    resource: &Resource,
    policies: &[Policy<'_>],
    site: &Site,
    findings: &mut Findings,
) {
    let (mut inline, mut property) = (0, "");
    for policy in policies {
        let size = Size::of(policy.document(), site).known;
        match policy.purpose {
            Purpose::Managed if size > MANAGED_POLICY => findings.report(
                too_long(resource, &policy.property, "a managed policy", size, MANAGED_POLICY)
                    .help("split its statements over several policies, or use `Permissions`, which does"),
            ),
            Purpose::Trust if size > TRUST_POLICY => findings.report(
                too_long(resource, &policy.property, "a trust policy", size, TRUST_POLICY)
                    .help("name fewer principals, or ask AWS for up to 4,096 characters and suppress this finding"),
            ),
            Purpose::Inline => {
                inline += size;
                property = &*policy.property;
            }
            _ => {}
        }
    }
    if inline > INLINE_POLICIES {
        let property = property.split('/').next().unwrap_or_default();
        findings.report(
            too_long(resource, property, "all inline policies together", inline, INLINE_POLICIES)
                .help("make managed policies of them"),
        );
    }
}

fn too_long(
    resource: &Resource,
    property: &str,
    what: &str,
    size: usize,
    most: usize,
) -> Diagnostic {
    Diagnostic::error("IAM-03", format!("{what}: longer than IAM allows"))
        .on(resource)
        .property(property)
        .given(format!("at least {size} characters without white space"))
        .allowed(format!("up to {most}"))
}
