//! A finding before it is tied to a resource.

use std::fmt::{self, Write};

use innovate_core::{Diagnostic, Node, Severity};

use super::{super::may_be_secret, Given};

/// Where a value is, from the resource down.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    above: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Resource(&'a str),
    Name(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The resource itself, by its type.
    pub(super) const fn resource(type_name: &'a str) -> Self {
        Self { above: None, step: Step::Resource(type_name) }
    }

    /// A property of what is here.
    pub(super) const fn name(&'a self, name: &'a str) -> Self {
        Path { above: Some(self), step: Step::Name(name) }
    }

    /// An item of what is here.
    pub(super) const fn index(&'a self, index: usize) -> Self {
        Path { above: Some(self), step: Step::Index(index) }
    }

    /// How a message names it: by the last name on the path and the indices behind it, or by the type.
    pub(super) fn subject(&self) -> String {
        match (self.step, self.above) {
            (Step::Resource(name) | Step::Name(name), _) => name.to_owned(),
            (Step::Index(index), Some(above)) => format!("{}/{index}", above.subject()),
            (Step::Index(index), None) => index.to_string(),
        }
    }

    /// Whether this is the resource itself.
    pub(super) const fn is_resource(&self) -> bool {
        self.above.is_none()
    }

    /// The property of the resource on whose path this is.
    fn top(&self) -> Option<&'a str> {
        match (self.step, self.above) {
            (Step::Name(name), Some(above)) if above.is_resource() => Some(name),
            (_, Some(above)) => above.top(),
            _ => None,
        }
    }

    /// Whether it may hold a secret, by its names.
    fn may_be_secret(&self) -> bool {
        let here = matches!(self.step, Step::Name(name) if may_be_secret(name));
        here || self.above.is_some_and(Self::may_be_secret)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
            if !above.is_resource() {
                f.write_char('/')?;
            }
        }
        match self.step {
            Step::Resource(_) => Ok(()),
            Step::Name(name) => f.write_str(name),
            Step::Index(index) => index.fmt(f),
        }
    }
}

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Finding {
    pub(in super::super) code: &'static str,
    pub(in super::super) severity: Severity,
    pub(in super::super) path: String,
    pub(in super::super) message: String,
    pub(in super::super) given: Option<String>,
    pub(in super::super) allowed: Option<String>,
    pub(in super::super) help: Option<String>,
    /// The property of the resource that it is about.
    pub(in super::super) property: Option<String>,
}

impl Finding {
    /// At a path.
    pub(super) fn at(code: &'static str, path: &Path<'_>, message: String) -> Self {
        Self {
            code,
            severity: Severity::Error,
            path: path.to_string(),
            message,
            given: None,
            allowed: None,
            help: None,
            property: path.top().map(str::to_owned),
        }
    }

    /// Shows the value, shortened, unless it may be a secret.
    pub(super) fn given<'a>(mut self, path: &Path<'_>, given: impl Into<Given<'a>>) -> Self {
        if let Given::Node(node) = given.into() {
            let shown = if path.may_be_secret() { "(not shown)".to_owned() } else { shown(node) };
            self.given = Some(shown);
        }
        self
    }

    pub(super) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether it can only show a regular expression.
    pub(super) fn is_expression(&self) -> bool {
        self.allowed.as_deref().is_some_and(|allowed| allowed.starts_with(EXPRESSION))
    }

    /// As the check reports it.
    pub(in super::super) fn into_diagnostic(self) -> Diagnostic {
        let mut diagnostic = match self.severity {
            Severity::Error => Diagnostic::error(self.code, self.message),
            Severity::Warning => Diagnostic::warning(self.code, self.message),
            Severity::Note => Diagnostic::note(self.code, self.message),
        };
        if !self.path.is_empty() {
            diagnostic = diagnostic.property(self.path);
        }
        if let Some(property) = self.property {
            diagnostic = diagnostic.setter(super::super::setter::snake(&property));
        }
        if let Some(given) = self.given {
            diagnostic = diagnostic.given(given);
        }
        if let Some(allowed) = self.allowed {
            diagnostic = diagnostic.allowed(allowed);
        }
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// What is said before a regular expression.
pub(super) const EXPRESSION: &str = "what matches ";

/// The longest text that is shown in full.
const SHOWN: usize = 60;

fn shown(node: &Node) -> String {
    match node {
        Node::Null => "null".to_owned(),
        Node::Bool(truth) => truth.to_string(),
        Node::Integer(number) => number.to_string(),
        Node::Number(number) => number.to_string(),
        Node::Text(text) if text.chars().count() > SHOWN => {
            let begin: String = text.chars().take(SHOWN).collect();
            format!("\"{begin}...\"")
        }
        Node::Text(text) => format!("\"{text}\""),
        Node::List(items) => format!("a list of {}", counted(items.len(), "item")),
        Node::Map(entries) => {
            let names: Vec<&str> = entries.iter().take(4).map(|(name, _)| &**name).collect();
            let more = if entries.len() > names.len() { ", .." } else { "" };
            format!("{{{}{more}}}", names.join(", "))
        }
        Node::Intrinsic(_) => "a value known at deployment".to_owned(),
    }
}

/// "1 item", "2 items", "3 entries".
pub(super) fn counted(count: usize, what: &str) -> String {
    match what.strip_suffix('y') {
        _ if count == 1 => format!("1 {what}"),
        Some(stem) => format!("{count} {stem}ies"),
        None => format!("{count} {what}s"),
    }
}

/// Names in backquotes, the first few of them.
pub(super) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>, word: &str) -> String {
    const MOST: usize = 8;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        all if more > 0 => {
            let shown: Vec<&str> = all.iter().take(MOST).map(String::as_str).collect();
            format!("{} and {more} more", shown.join(", "))
        }
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}
