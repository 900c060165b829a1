//! A stack that the app doesn't have: its template is a text in another's.

use super::{Leftovers, Resource, ResourceRef, Scope, Site, StackModel};
use crate::{
    check::Diagnostic,
    value::{Intrinsic, Node, Pseudo, Str},
};

/// The account of a template that is deployed to several: no account has this number. Where it stands in
/// a text of such a template, the template says `AWS::AccountId`.
pub const ANY_ACCOUNT: &str = "000000000000";
/// The region of a template that is deployed to several: none has this code. Where it stands in a text of
/// such a template, the template says `AWS::Region`.
pub const ANY_REGION: &str = "each-region-1";

/// A stack whose template is a text in a property of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Embedded {
    /// The resource's position in its stack.
    pub(crate) resource: usize,
    /// The property.
    pub(crate) property: Str,
    /// What the template is made from.
    pub(crate) stack: StackModel,
}

impl Scope<'_> {
    /// Makes a property of a resource of this stack the template of `stack`, as JSON on one line. The stack is
    /// checked by itself, as if it were all of a program: nothing in it may refer to another stack, and
    /// none to it. Nothing happens if the resource is another stack's.
    ///
    /// What CloudFormation resolves in every text of a resource, `{{resolve:..}}`, is written so that it is
    /// resolved where the template is deployed, and not here.
    pub fn embed(
        &mut self,
        resource: &ResourceRef,
        property: impl Into<Str>,
        mut stack: StackModel,
    ) {
        if resource.address.stack() != self.stack_name() {
            return;
        }
        stack.site = stack.site.with_leftovers(&Leftovers::default());
        if stack.site.is_anywhere() {
            stack.say_where_it_is();
        }
        let resource = resource.address.position();
        self.stack_mut().embedded.push(Embedded { resource, property: property.into(), stack });
    }
}

impl Site {
    /// The same site in an account and a region that are known when a template is deployed:
    /// [`ANY_ACCOUNT`] and [`ANY_REGION`], for [`Scope::embed`].
    #[must_use]
    pub fn anywhere(self) -> Self {
        self.in_account(ANY_ACCOUNT).in_region(ANY_REGION).without_recovery_region()
    }

    fn is_anywhere(&self) -> bool {
        self.account() == ANY_ACCOUNT && self.region() == ANY_REGION
    }
}

impl StackModel {
    /// Whether its template needs the transform `AWS::LanguageExtensions`, a macro that CloudFormation hosts:
    /// whether it uses `Fn::ToJsonString`.
    pub fn needs_transform(&self) -> bool {
        let mut needed = false;
        let mut see = |node: &Node| {
            node.visit_intrinsics(&mut |intrinsic| {
                needed |= matches!(intrinsic, Intrinsic::ToJsonString(_));
            });
        };
        for resource in &self.resources {
            let properties = resource.properties().entries().iter();
            properties.chain(resource.metadata().entries()).for_each(|(_, node)| see(node));
        }
        self.outputs.iter().for_each(|(_, output)| see(&output.value));
        needed
    }

    /// Puts the pseudo parameters where texts have the account or the region.
    fn say_where_it_is(&mut self) {
        let mut findings = Vec::new();
        for resource in &mut self.resources {
            let mut key = None;
            resource.each_node_mut(&mut |node| say(node, &mut key));
            findings.extend(key.map(|key| in_key(&key).on(resource)));
        }
        let mut key = None;
        let outputs = self.outputs.iter_mut().map(|(_, output)| &mut output.value);
        let nodes = outputs.chain(self.conditions.iter_mut().map(|(_, node)| node));
        nodes.for_each(|node| say(node, &mut key));
        if let Some(key) = key {
            findings.push(in_key(&key).on_stack(self));
        }
        self.findings.extend(findings.into_iter().map(|finding| (finding.firm(), Vec::new())));
    }
}

impl Resource {
    fn each_node_mut(&mut self, visit: &mut dyn FnMut(&mut Node)) {
        self.properties.entries_mut().iter_mut().for_each(|(_, node)| visit(node));
        self.attributes.each_node_mut(visit);
    }
}

fn in_key(key: &str) -> Diagnostic {
    Diagnostic::error("STK-10", "the key of a map has to say where the template is deployed")
        .given(key)
        .allowed("a key that is the same in every account and region")
        .help("CloudFormation has no functions in keys: leave this to a stack of its own in each account")
}

fn has_mark(text: &str) -> bool {
    text.contains(ANY_ACCOUNT) || text.contains(ANY_REGION)
}

fn say(node: &mut Node, in_key: &mut Option<String>) {
    match node {
        Node::Text(text) if has_mark(text) => {
            let parts = parts(text);
            *node = match <[Node; 1]>::try_from(parts) {
                Ok([part]) => part,
                Err(parts) => Node::intrinsic(Intrinsic::Concat(parts)),
            };
        }
        Node::List(items) if items.iter().any(may_say) => {
            items.to_mut().iter_mut().for_each(|item| say(item, in_key));
        }
        Node::Map(entries) => {
            for (key, node) in entries {
                if has_mark(key) {
                    in_key.get_or_insert_with(|| key.to_string());
                }
                say(node, in_key);
            }
        }
        Node::Intrinsic(intrinsic) => {
            match &mut **intrinsic {
                Intrinsic::Concat(texts) => {
                    *texts = std::mem::take(texts)
                        .into_iter()
                        .flat_map(|part| match &part {
                            Node::Text(text) if has_mark(text) => parts(text),
                            _ => vec![part],
                        })
                        .collect();
                }
                Intrinsic::Sub { template, .. } if has_mark(template) => {
                    *template = template
                        .replace(ANY_ACCOUNT, "${AWS::AccountId}")
                        .replace(ANY_REGION, "${AWS::Region}")
                        .into();
                }
                _ => {}
            }
            intrinsic.each_child_mut(&mut |child| say(child, in_key));
        }
        _ => {}
    }
}

/// Whether there may be a text to change: what resources share stays shared.
fn may_say(node: &Node) -> bool {
    match node {
        Node::Text(text) => has_mark(text),
        Node::List(items) => items.iter().any(may_say),
        Node::Map(entries) => entries.iter().any(|(key, node)| has_mark(key) || may_say(node)),
        Node::Intrinsic(_) => true,
        _ => false,
    }
}

/// A text in parts: what is between the marks, and what they stand for.
fn parts(text: &str) -> Vec<Node> {
    let marks = [(ANY_ACCOUNT, Pseudo::AccountId), (ANY_REGION, Pseudo::Region)];
    let (mut parts, mut rest) = (Vec::new(), text);
    loop {
        let found = marks.iter().filter_map(|(mark, pseudo)| {
            let (before, after) = rest.split_once(mark)?;
            Some((before, *pseudo, after))
        });
        let Some((before, pseudo, after)) = found.min_by_key(|(before, ..)| before.len()) else {
            break;
        };
        if !before.is_empty() {
            parts.push(Node::Text(before.to_owned().into()));
        }
        parts.push(Node::intrinsic(Intrinsic::Pseudo(pseudo)));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Node::Text(rest.to_owned().into()));
    }
    parts
}
