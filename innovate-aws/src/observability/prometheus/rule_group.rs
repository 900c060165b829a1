//! Rules that a workspace evaluates.

use std::fmt::Write as _;

use innovate_core::{Diagnostic, Str};

/// An alert that goes off while a query of PromQL has results: one for each series of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusAlert {
    name: Str,
    query: Str,
    pending_minutes: u16,
    labels: Vec<(Str, Str)>,
    summary: Option<Str>,
}

impl PrometheusAlert {
    /// Goes off while `query` has results, such as `up == 0`. Its name is any text, and what
    /// the alert manager groups it by.
    pub fn when(name: impl Into<Str>, query: impl Into<Str>) -> Self {
        let (name, query) = (name.into(), query.into());
        Self { name, query, pending_minutes: 0, labels: Vec::new(), summary: None }
    }

    /// How many minutes the query has results before it goes off. By default it goes off at once.
    #[must_use]
    pub const fn pending_minutes(mut self, minutes: u16) -> Self {
        self.pending_minutes = minutes;
        self
    }

    /// Adds a label, such as `severity` with `critical`.
    #[must_use]
    pub fn label(mut self, name: impl Into<Str>, value: impl Into<Str>) -> Self {
        self.labels.push((name.into(), value.into()));
        self
    }

    /// What is told of it. `{{ $labels.namespace }}` stands for a label of the series.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<Str>) -> Self {
        self.summary = Some(summary.into());
        self
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Alert(PrometheusAlert),
    Record(Str, Str),
}

/// Rules of a workspace that are evaluated one after another, every minute.
///
/// Source: "Using rules to modify or monitor metrics as they are received", Amazon Managed Service for
/// Prometheus User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleGroup {
    name: Str,
    rules: Vec<Item>,
}

impl RuleGroup {
    /// A group without rules. Its name is one of its own within the workspace: 1 to 64 letters, digits,
    /// points, hyphens and underscores, of which the first is a letter or a digit.
    pub fn new(name: impl Into<Str>) -> Self {
        Self { name: name.into(), rules: Vec::new() }
    }

    /// Adds an alert.
    #[must_use]
    pub fn alert(mut self, alert: PrometheusAlert) -> Self {
        self.rules.push(Item::Alert(alert));
        self
    }

    /// Keeps what a query of PromQL gives as a metric of its own, such as `namespace:errors:rate5m`.
    #[must_use]
    pub fn record(mut self, metric: impl Into<Str>, query: impl Into<Str>) -> Self {
        self.rules.push(Item::Record(metric.into(), query.into()));
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the service refuses of it.
    pub(super) fn findings(&self) -> Vec<Diagnostic> {
        let error = |message: &str| Diagnostic::error("AMP-02", message).setter("rules");
        let mut findings = Vec::new();
        if self.rules.is_empty() {
            findings.push(
                error("a group of rules without a rule")
                    .given(format!("the group `{}`", self.name))
                    .allowed("one alert or record at least"),
            );
        }
        if !is_namespace(&self.name) {
            findings.push(
                error("that is no name of a group of rules")
                    .given(format!("`{}`", self.name))
                    .allowed("1 to 64 letters, digits, `.`, `-` and `_`, of which the first is a letter or digit"),
            );
        }
        for rule in &self.rules {
            let (name, is_name): (&str, fn(char) -> bool) = match rule {
                Item::Alert(alert) => (&alert.name, |_| true),
                Item::Record(metric, _) => {
                    (metric, |each| each.is_ascii_alphanumeric() || matches!(each, '_' | ':'))
                }
            };
            let starts_with_digit = name.starts_with(|first: char| first.is_ascii_digit());
            let is_metric = matches!(rule, Item::Record(..));
            if name.is_empty() || !name.chars().all(is_name) || is_metric && starts_with_digit {
                findings.push(
                    error("Prometheus takes no such name of a rule")
                        .given(format!("`{name}` in the group `{}`", self.name))
                        .allowed("for a metric letters, digits, `_` and `:`, no digit first; for an alert any text"),
                );
            }
        }
        findings
    }

    /// The file of rules that holds the group alone.
    pub(super) fn yaml(&self) -> String {
        let mut yaml = format!("groups:\n  - name: {}\n    rules:\n", quoted(&self.name));
        for rule in &self.rules {
            match rule {
                Item::Record(metric, query) => {
                    let (metric, query) = (quoted(metric), quoted(query));
                    let _ = write!(yaml, "      - record: {metric}\n        expr: {query}\n");
                }
                Item::Alert(alert) => alert.write(&mut yaml),
            }
        }
        yaml
    }
}

/// Whether a namespace of rules can have this name, which is that of its one group.
///
/// Source: `CreateRuleGroupsNamespace`, Amazon Managed Service for Prometheus API Reference.
fn is_namespace(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '.' | '-' | '_'))
}

impl PrometheusAlert {
    fn write(&self, yaml: &mut String) {
        let (name, query) = (quoted(&self.name), quoted(&self.query));
        let _ = write!(yaml, "      - alert: {name}\n        expr: {query}\n");
        if self.pending_minutes > 0 {
            let _ = writeln!(yaml, "        for: {}m", self.pending_minutes);
        }
        if !self.labels.is_empty() {
            yaml.push_str("        labels:\n");
            for (name, value) in &self.labels {
                let _ = writeln!(yaml, "          {}: {}", quoted(name), quoted(value));
            }
        }
        if let Some(summary) = &self.summary {
            let _ = writeln!(yaml, "        annotations:\n          summary: {}", quoted(summary));
        }
    }
}

/// A text in double quotation marks, in which YAML escapes what JSON does.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
