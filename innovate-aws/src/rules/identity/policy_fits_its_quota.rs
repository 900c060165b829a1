//! `IAM-03`: a policy is no longer, and a role has no more of them, than IAM allows.

use std::collections::BTreeMap;

use innovate_core::{
    Diagnostic, Node, Resource, Rule, Site,
    check::{Check, Findings, Model},
    stack::Address,
};

use crate::{
    identity::{
        document::{Policy, Purpose, policies_of},
        size::{INLINE_POLICIES, MANAGED_POLICY, Size, TRUST_POLICY},
    },
    rules::read::{each, items},
};

/// `IAM-03`.
pub static POLICY_FITS_ITS_QUOTA: Rule = Rule {
    code: "IAM-03",
    title: "policies are no longer, and no more, than IAM allows",
    explanation: "\
IAM counts a policy's characters without white space: 6,144 for a managed policy, 10,240 for all \
inline policies of a role together, 2,048 for a trust policy (an account may ask for 4,096). A role \
has up to ten managed policies attached (an account may ask for 25). What is beyond fails when the \
stack is deployed, so all policies of a role are counted, in whichever stack they are made. What is \
known only at deployment counts as nothing for an error, so a policy that is one is too long for certain; \
with 120 characters for each such value, the length of a long ARN, it is a warning.

`Permissions` splits what it holds into as many managed policies as it takes. A `Grant` is an inline \
policy; with more than half of the characters of all, or with `.managed()`, it is managed policies: say so \
for the role whose inline policies many small grants fill.

Source: \"IAM and AWS STS quotas\", AWS Identity and Access Management User Guide.",
    check: Check::Model(check_roles),
};

/// The most managed policies that are attached to a role.
const ATTACHED: usize = 10;

pub(super) fn check(
    resource: &Resource,
    policies: &[Policy<'_>],
    site: &Site,
    findings: &mut Findings,
) {
    let limits = |purpose: Purpose| match purpose {
        Purpose::Managed => Some((
            MANAGED_POLICY,
            "a managed policy",
            "split its statements over several policies, or use `Permissions`, which does",
        )),
        Purpose::Trust => Some((
            TRUST_POLICY,
            "a trust policy",
            "name fewer principals, or ask AWS for up to 4,096 characters and suppress this finding",
        )),
        Purpose::Inline | Purpose::Resource => None,
    };
    for policy in policies {
        let Some((most, what, help)) = limits(policy.purpose) else { continue };
        let size = Size::of(policy.document(), site);
        let found = too_long(resource, what, size, most);
        findings.extend(found.map(|found| found.property(&*policy.property).help(help)));
    }
}

/// A role, by what names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    /// A resource of the program.
    Made(Address),
    /// A name in an account.
    Named(String, String),
}

/// What a role has of policies, each with its characters or how many it attaches.
#[derive(Debug, Default)]
struct Load<'m> {
    inline: Vec<(&'m Resource, Size)>,
    attached: Vec<(&'m Resource, usize)>,
}

fn check_roles(model: &Model<'_>, findings: &mut Findings) {
    let mut names = BTreeMap::new();
    for (stack, role) in each(model, "AWS::IAM::Role") {
        if let Some(name) = role.properties().at("RoleName").and_then(Node::as_text) {
            let account = stack.site().account().to_owned();
            let address = role.address().clone();
            names.entry(Holder::Named(account, name.to_owned())).or_insert(address);
        }
    }
    let holder = |site: &Site, node: &Node| {
        if let Some(reference) = node.as_reference() {
            return Some(Holder::Made(reference.target.clone()));
        }
        let named = Holder::Named(site.account().to_owned(), node.as_text()?.to_owned());
        Some(names.get(&named).map_or(named, |address| Holder::Made(address.clone())))
    };
    let mut loads: BTreeMap<Holder, Load<'_>> = BTreeMap::new();
    for (stack, role) in each(model, "AWS::IAM::Role") {
        let load = loads.entry(Holder::Made(role.address().clone())).or_default();
        let attached =
            role.properties().at("ManagedPolicyArns").map_or(0, |arns| items(arns).len());
        load.attached.push((role, attached));
        load.inline.push((role, inline(role, stack.site())));
    }
    for (type_name, property) in
        [("AWS::IAM::RolePolicy", "RoleName"), ("AWS::IAM::Policy", "Roles")]
    {
        for (stack, policy) in each(model, type_name) {
            let size = inline(policy, stack.site());
            for role in policy.properties().at(property).map(items).unwrap_or_default() {
                if let Some(holder) = holder(stack.site(), role) {
                    loads.entry(holder).or_default().inline.push((policy, size));
                }
            }
        }
    }
    for (stack, policy) in each(model, "AWS::IAM::ManagedPolicy") {
        for role in policy.properties().at("Roles").map(items).unwrap_or_default() {
            if let Some(holder) = holder(stack.site(), role) {
                loads.entry(holder).or_default().attached.push((policy, 1));
            }
        }
    }
    for load in loads.values() {
        load.report(findings);
    }
}

/// The size of all inline policies that a resource holds.
fn inline(resource: &Resource, site: &Site) -> Size {
    let policies = policies_of(resource);
    let inline = policies.iter().filter(|policy| policy.purpose == Purpose::Inline);
    inline.map(|policy| Size::of(policy.document(), site)).sum()
}

impl Load<'_> {
    fn report(&self, findings: &mut Findings) {
        if let Some((first, _)) = self.inline.first() {
            let size = self.inline.iter().map(|(_, size)| *size).sum();
            let what = "all inline policies of a role together";
            let found = too_long(first, what, size, INLINE_POLICIES);
            findings.extend(found.map(|found| {
                with_last(found, &self.inline).help(
                    "make managed policies of some: a grant's `.managed()`, a role's `Permissions`",
                )
            }));
        }
        let count = self.attached.iter().map(|(_, count)| *count).sum::<usize>();
        if let (Some((first, _)), true) = (self.attached.first(), count > ATTACHED) {
            let finding =
                Diagnostic::error("IAM-03", "a role has more managed policies than IAM attaches")
                    .on(first)
                    .given(count)
                    .allowed(format!("up to {ATTACHED}"));
            findings.report(with_last(finding, &self.attached).help(
                "leave out `.managed()` of grants, join policies, or ask AWS for up to 25 and suppress this finding",
            ));
        }
    }
}

/// With the line of the last policy, if it is made elsewhere than the role.
fn with_last<T>(finding: Diagnostic, parts: &[(&Resource, T)]) -> Diagnostic {
    match parts {
        [_, .., (last, _)] => finding.related(last.location(), "the last of them is made here"),
        _ => finding,
    }
}

/// An error if what is known is too long, a warning if it is expected to become so.
fn too_long(resource: &Resource, what: &str, size: Size, most: usize) -> Option<Diagnostic> {
    let Size { known, deferred } = size;
    let finding = if known > most {
        Diagnostic::error("IAM-03", format!("{what}: longer than IAM allows"))
            .given(format!("at least {known} characters without white space"))
    } else if size.expected() > most {
        Diagnostic::warning("IAM-03", format!("{what}: may become longer than IAM allows")).given(
            format!(
                "{known} characters without white space, and {deferred} values that are known only at deployment"
            ),
        )
    } else {
        return None;
    };
    Some(finding.on(resource).allowed(format!("up to {most}")))
}
