//! `SEC-06`: a dynamic reference finds its secret when it is resolved.

use std::collections::{BTreeMap, BTreeSet};

use innovate_core::{
    Diagnostic, Node, Resource, Rule, StackModel,
    check::{Check, Findings, Model},
    stack::Address,
};

use super::SECRET;
use crate::rules::read::{list, text};

/// `SEC-06`.
pub static REFERENCE_FINDS_ITS_SECRET: Rule = Rule {
    code: "SEC-06",
    title: "a dynamic reference names a secret that its region has, and waits for it",
    explanation: "CloudFormation resolves `{{resolve:secretsmanager:<name>..}}` when it makes the \
resource, in the stack's region. It sees no dependency in the name: in one stack the resource needs a \
`depends_on` the secret, and a stack that reads a secret of another is deployed behind it if it has that \
`depends_on` too. A region that has neither the secret nor a replica of it finds nothing.\n\nSource: \
\"Get a secret or secret value from Secrets Manager\", AWS CloudFormation User Guide.",
    check: Check::Model(check),
};

const BEGINNING: &str = "{{resolve:secretsmanager:";

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut secrets: BTreeMap<(&str, &str), (&StackModel, &Resource)> = BTreeMap::new();
    for stack in model.stacks() {
        for secret in stack.resources_of(SECRET) {
            if let Some(name) = text(secret, "Name") {
                secrets.insert((stack.site().account(), name), (stack, secret));
            }
        }
    }
    if secrets.is_empty() {
        return;
    }
    for stack in model.stacks() {
        for resource in stack.resources() {
            let mut names = BTreeSet::new();
            for (_, node) in resource.properties().entries() {
                references(node, &mut names);
            }
            for name in names {
                let found = secrets.get(&(stack.site().account(), name));
                let Some((owner, secret)) = found else { continue };
                findings.extend(absent(stack, resource, owner, secret));
                findings.extend(unordered(model, stack, resource, secret));
            }
        }
    }
}

/// The names of secrets in the dynamic references of a value.
fn references<'a>(node: &'a Node, names: &mut BTreeSet<&'a str>) {
    match node {
        // Few texts have a brace: that is asked sooner than for the whole beginning.
        Node::Text(text) if text.contains('{') => {
            let mut rest = &**text;
            while let Some((_, after)) = rest.split_once(BEGINNING) {
                let end = after.find([':', '}']).unwrap_or(after.len());
                let (name, behind) = after.split_at(end);
                names.insert(name);
                rest = behind;
            }
        }
        Node::List(items) => items.iter().for_each(|item| references(item, names)),
        Node::Map(entries) => entries.iter().for_each(|(_, item)| references(item, names)),
        Node::Intrinsic(intrinsic) => {
            intrinsic.each_child(&mut |child| references(child, names));
        }
        _ => {}
    }
}

fn absent(
    stack: &StackModel,
    resource: &Resource,
    owner: &StackModel,
    secret: &Resource,
) -> Option<Diagnostic> {
    let region = stack.site().region();
    let replicas = list(secret, "ReplicaRegions").iter();
    let mut regions: Vec<&str> = vec![owner.site().region()];
    regions.extend(replicas.filter_map(|replica| replica.get("Region").and_then(Node::as_text)));
    (!regions.contains(&region)).then(|| {
        Diagnostic::error("SEC-06", "this region doesn't have the secret that is read here")
            .on(resource)
            .given(format!("`{}` in {region}", text(secret, "Name").unwrap_or_default()))
            .allowed(regions.join(", "))
            .related(secret.location(), "the secret is made here")
            .help("replicate the secret: `.replica(Region::.., &key)` with a key of that region")
    })
}

fn unordered(
    model: &Model<'_>,
    stack: &StackModel,
    resource: &Resource,
    secret: &Resource,
) -> Option<Diagnostic> {
    let waits = if secret.address().stack() == stack.name() {
        waits_for(stack, resource, secret.address())
    } else {
        let here = model.graph().position(stack.name())?;
        let there = model.graph().position(secret.address().stack())?;
        stack_waits_for(model, here, there)
    };
    (!waits).then(|| {
        Diagnostic::error("SEC-06", "a secret is read before it is made")
            .on(resource)
            .given(format!("`{}` without a dependency", text(secret, "Name").unwrap_or_default()))
            .related(secret.location(), "the secret is made here")
            .help("add `.depends_on(&secret)` to the resource that reads it")
    })
}

/// Whether a resource waits for another of its stack, directly or not.
fn waits_for(stack: &StackModel, resource: &Resource, secret: &Address) -> bool {
    let (mut open, mut seen) = (vec![resource], BTreeSet::new());
    while let Some(resource) = open.pop() {
        let mut next: Vec<Address> = resource.depends_on().to_vec();
        for (_, node) in resource.properties().entries() {
            node.visit_references(&mut |reference| next.push(reference.target.clone()));
        }
        for address in next {
            if address == *secret {
                return true;
            }
            if address.stack() == stack.name() && seen.insert(address.clone()) {
                open.extend(stack.resource(address.logical_id()));
            }
        }
    }
    false
}

/// Whether a stack waits for another, directly or not.
fn stack_waits_for(model: &Model<'_>, here: usize, there: usize) -> bool {
    let (mut open, mut seen) = (vec![here], BTreeSet::new());
    while let Some(at) = open.pop() {
        for next in model.graph().dependencies(at) {
            if next == there {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}
