//! What more the policies of a resource allow, and what they deny no more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shown;
use crate::identity::action::matches;

/// How the text of an exclusion begins.
const ALL_BUT: &str = "all but ";

/// One thing that a statement says: of one principal, one action and one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Atom {
    principal: String,
    action: String,
    resource: String,
    condition: String,
}

/// What policies say, apart from the order in which they do.
#[derive(Debug, Default)]
struct Statements {
    allowed: BTreeSet<Atom>,
    denied: BTreeSet<Atom>,
    /// The managed policies that a role has, and who has a policy.
    attached: BTreeSet<String>,
    /// What bounds a role's permissions.
    boundary: Option<String>,
}

/// What the new properties open that the old ones don't.
pub(super) fn opened(old: &Value, new: &Value) -> Vec<String> {
    let (old, new) = (Statements::of(old), Statements::of(new));
    let more = new.allowed.iter().filter(|atom| !old.allowed.iter().any(|was| was.covers(atom)));
    let less = old.denied.iter().filter(|atom| !new.denied.iter().any(|is| is.covers(atom)));
    let mut opened = grouped("allows", more);
    opened.extend(grouped("no longer denies", less));
    opened.extend(new.attached.difference(&old.attached).cloned());
    if let Some(was) = old.boundary.filter(|was| new.boundary.as_ref() != Some(was)) {
        opened.push(format!("is no longer bounded by `{was}`"));
    }
    opened
}

/// A line for each principal, resource and condition, with all actions.
fn grouped<'a>(verb: &str, atoms: impl Iterator<Item = &'a Atom>) -> Vec<String> {
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for Atom { principal, action, resource, condition } in atoms {
        groups.entry((principal, resource, condition)).or_default().push(action);
    }
    let line = |((principal, resource, condition), actions): ((&str, &str, &str), Vec<&str>)| {
        let mut line = format!("{verb} `{}`", actions.join("`, `"));
        for (word, text) in [("on", resource), ("to", principal), ("if", condition)] {
            if !text.is_empty() {
                line.push_str(&format!(" {word} `{text}`"));
            }
        }
        line
    };
    groups.into_iter().map(line).collect()
}

impl Atom {
    /// Whether it says all that the other one says.
    fn covers(&self, other: &Self) -> bool {
        // What all but something is, only the same text says.
        let text = |all: &str, one: &str| {
            let pattern = |text: &str| !text.is_empty() && !text.starts_with(ALL_BUT);
            all == one || (pattern(all) && !one.starts_with(ALL_BUT) && matches(all, one))
        };
        text(&self.action.to_ascii_lowercase(), &other.action.to_ascii_lowercase())
            && text(&self.resource, &other.resource)
            && text(&self.principal, &other.principal)
            && (self.condition.is_empty() || self.condition == other.condition)
    }
}

impl Statements {
    fn of(properties: &Value) -> Self {
        let mut statements = Self::default();
        statements.read(properties);
        for (key, what) in [
            ("ManagedPolicyArns", "attaches"),
            ("Roles", "is attached to the role"),
            ("Users", "is attached to the user"),
            ("Groups", "is attached to the group"),
        ] {
            let all = properties.get(key).and_then(Value::as_array).into_iter().flatten();
            statements.attached.extend(all.map(|one| format!("{what} `{}`", shown(one))));
        }
        statements.boundary = properties.get("PermissionsBoundary").map(shown);
        statements
    }

    /// Reads every policy document in the value, also one that is written as text.
    fn read(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                match map.get("Statement") {
                    Some(Value::Array(all)) => all.iter().for_each(|one| self.statement(one)),
                    Some(one @ Value::Object(_)) => self.statement(one),
                    _ => {}
                }
                map.values().for_each(|part| self.read(part));
            }
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            Value::String(text)
                if text.trim_start().starts_with('{') && text.contains("\"Statement\"") =>
            {
                if let Ok(mut document) = serde_json::from_str::<Value>(text) {
                    document.sort_all_objects();
                    self.read(&document);
                }
            }
            _ => {}
        }
    }

    fn statement(&mut self, statement: &Value) {
        // Whichever branch is taken.
        if let Some(Value::Array(parts)) = statement.get("Fn::If") {
            parts.iter().skip(1).for_each(|branch| self.statement(branch));
            return;
        }
        let effect = statement.get("Effect").and_then(Value::as_str).unwrap_or_default();
        let into = match effect {
            "Allow" => &mut self.allowed,
            "Deny" => &mut self.denied,
            _ => return,
        };
        let condition = statement.get("Condition").map(Value::to_string).unwrap_or_default();
        for principal in principals(statement) {
            for action in each(statement, "Action") {
                for resource in each(statement, "Resource") {
                    into.insert(Atom {
                        principal: principal.clone(),
                        action: action.clone(),
                        resource,
                        condition: condition.clone(),
                    });
                }
            }
        }
    }
}

/// What a statement names under `key`; what it excludes under `Not..`, as one text; one empty text if
/// it says nothing.
fn each(statement: &Value, key: &str) -> Vec<String> {
    match (statement.get(key), statement.get(format!("Not{key}"))) {
        (Some(Value::Array(all)), _) => all.iter().map(shown).collect(),
        (Some(one), _) => vec![shown(one)],
        (None, Some(excluded)) => vec![format!("{ALL_BUT}{excluded}")],
        (None, None) => vec![String::new()],
    }
}

fn principals(statement: &Value) -> Vec<String> {
    let Some(Value::Object(kinds)) = statement.get("Principal") else {
        return each(statement, "Principal");
    };
    let mut all = Vec::new();
    for names in kinds.values() {
        match names {
            Value::Array(names) => all.extend(names.iter().map(shown)),
            name => all.push(shown(name)),
        }
    }
    all
}
