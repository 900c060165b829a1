//! One statement of a policy.

use innovate_core::{Node, Str};

use super::{
    Condition, Principal,
    one_or_more::{OneOrMore, one_or_list},
};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It allows, unless another statement denies.
    Allow,
    /// It denies, whatever others allow.
    Deny,
}

/// Which of two complementary elements a statement has: `Action` or `NotAction`.
#[derive(Clone, Debug, PartialEq)]
enum Scope {
    Only(Vec<Node>),
    AllBut(Vec<Node>),
}

impl Scope {
    fn entry(self, only: &'static str, all_but: &'static str) -> (Str, Node) {
        match self {
            Self::Only(nodes) => (Str::Borrowed(only), one_or_list(nodes)),
            Self::AllBut(nodes) => (Str::Borrowed(all_but), one_or_list(nodes)),
        }
    }
}

/// A statement: allow, or deny, actions to principals on resources when conditions hold.
///
/// A policy of a resource or a trust policy names principals, one of a role or user does not; a trust
/// policy names no resources.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a statement does nothing outside a policy"]
pub struct Statement {
    sid: Option<Str>,
    effect: Effect,
    actions: Scope,
    principals: Vec<Principal>,
    resources: Option<Scope>,
    conditions: Vec<Condition>,
}

impl Statement {
    fn new(effect: Effect, actions: Scope) -> Self {
        let (principals, conditions) = (Vec::new(), Vec::new());
        Self { sid: None, effect, actions, principals, resources: None, conditions }
    }

    /// Allows the actions: `["s3:GetObject", "s3:List*"]`.
    pub fn allow<A: Into<Str>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Allow, Scope::Only(names(actions)))
    }

    /// Denies the actions.
    pub fn deny<A: Into<Str>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Deny, Scope::Only(names(actions)))
    }

    /// Allows every action but these (`NotAction`).
    pub fn allow_all_but<A: Into<Str>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Allow, Scope::AllBut(names(actions)))
    }

    /// Denies every action but these (`NotAction`).
    pub fn deny_all_but<A: Into<Str>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Deny, Scope::AllBut(names(actions)))
    }

    /// Names the statement: letters and digits, unique in its policy.
    pub fn sid(mut self, sid: impl Into<Str>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// Adds a principal.
    pub fn to(mut self, principal: Principal) -> Self {
        self.principals.push(principal);
        self
    }

    /// Adds a resource, or several, by their ARNs.
    pub fn on(mut self, resources: impl OneOrMore) -> Self {
        let mut nodes = resources.into_nodes();
        if let Some(Scope::Only(before)) = self.resources {
            nodes.splice(..0, before);
        }
        self.resources = Some(Scope::Only(nodes));
        self
    }

    /// All resources (`*`): in the policy of a resource it means that resource.
    pub fn on_all(self) -> Self {
        self.on("*")
    }

    /// All resources but these (`NotResource`).
    pub fn on_all_but(mut self, resources: impl OneOrMore) -> Self {
        self.resources = Some(Scope::AllBut(resources.into_nodes()));
        self
    }

    /// Adds a condition, which must hold beside the others.
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Whether it allows or denies.
    pub const fn effect(&self) -> Effect {
        self.effect
    }
}

fn names<A: Into<Str>>(actions: impl IntoIterator<Item = A>) -> Vec<Node> {
    actions.into_iter().map(|action| Node::Text(action.into())).collect()
}

impl From<Statement> for Node {
    fn from(statement: Statement) -> Self {
        let rare = [
            statement.sid.is_some(),
            !statement.principals.is_empty(),
            statement.resources.is_some(),
            !statement.conditions.is_empty(),
        ];
        // Beside these it has an effect and actions. A program has many, and keeps them.
        let mut entries = Vec::with_capacity(2 + rare.into_iter().filter(|given| *given).count());
        if let Some(sid) = statement.sid {
            entries.push((Str::Borrowed("Sid"), Self::Text(sid)));
        }
        let effect = match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        entries.push((Str::Borrowed("Effect"), Self::Text(Str::Borrowed(effect))));
        if !statement.principals.is_empty() {
            entries.push((Str::Borrowed("Principal"), Principal::node(&statement.principals)));
        }
        entries.push(statement.actions.entry("Action", "NotAction"));
        if let Some(resources) = statement.resources {
            entries.push(resources.entry("Resource", "NotResource"));
        }
        if !statement.conditions.is_empty() {
            entries.push((Str::Borrowed("Condition"), Condition::node(&statement.conditions)));
        }
        Self::Map(entries)
    }
}
