//! Counts of what stands in logs.

use innovate_cfn::{
    kind::LogGroupName,
    logs::{self, metric_filter},
};
use innovate_core::{AnyStack, Construct, Diagnostic, Gives, MAIN, Scope, Str, Value};

use super::{Metric, Unit};
use crate::name::name_of;

/// Which events of a log count.
///
/// Patterns of fields are joined by [`and`](FieldPattern::and) and [`or`](FieldPattern::or); a text stands alone.
///
/// ```
/// use innovate_aws::observability::{FieldPattern, LogPattern};
///
/// let level = |level| FieldPattern::is("$.log_processed.level", level);
/// let pattern = FieldPattern::is("$.kubernetes.namespace_name", "shop")
///     .and(level("error").or(level("fatal")));
/// assert_eq!(
///     LogPattern::from(pattern).as_str(),
///     "{ ($.kubernetes.namespace_name = \"shop\") && (($.log_processed.level = \"error\") || \
///      ($.log_processed.level = \"fatal\")) }",
/// );
/// ```
///
/// Source: "Filter pattern syntax for metric filters", Amazon CloudWatch Logs User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPattern {
    text: String,
    /// A selector that is none.
    wrong: Option<String>,
}

/// The longest pattern, in characters. Source: "PutMetricFilter", Amazon CloudWatch Logs API Reference.
const LONGEST: usize = 1_024;

impl LogPattern {
    /// Events that have this text in them, in this case.
    pub fn text(text: &str) -> Self {
        Self { text: format!("\"{}\"", escaped(text)), wrong: None }
    }

    /// Events in JSON whose field, such as `$.log.level`, is this text.
    pub fn field(selector: &str, text: &str) -> Self {
        FieldPattern::is(selector, text).into()
    }

    /// Events in JSON whose field, such as `$.status`, is this number or more.
    pub fn field_at_least(selector: &str, number: i64) -> Self {
        FieldPattern::at_least(selector, number).into()
    }

    /// The pattern as CloudWatch Logs takes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<FieldPattern> for LogPattern {
    fn from(pattern: FieldPattern) -> Self {
        let FieldPattern { text, wrong } = pattern;
        Self { text: format!("{{ {text} }}"), wrong }
    }
}

/// What the fields of an event in JSON are.
///
/// Source: "Filter pattern syntax for metric filters", Amazon CloudWatch Logs User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct FieldPattern {
    text: String,
    wrong: Option<String>,
}

impl FieldPattern {
    /// A field, such as `$.log.level`, is this text.
    pub fn is(selector: &str, text: &str) -> Self {
        Self::of(selector, format!("{selector} = \"{}\"", escaped(text)))
    }

    /// A field, such as `$.status`, is this number or more.
    pub fn at_least(selector: &str, number: i64) -> Self {
        Self::of(selector, format!("{selector} >= {number}"))
    }

    fn of(selector: &str, text: String) -> Self {
        let rooted = ["$.", "$["].iter().any(|root| selector.starts_with(root));
        let named = rooted && selector.len() > 2 && !selector.contains(' ');
        Self { text, wrong: (!named).then(|| selector.to_owned()) }
    }

    /// Both are true.
    pub fn and(self, other: Self) -> Self {
        self.joined("&&", other)
    }

    /// One of them is true, or both.
    pub fn or(self, other: Self) -> Self {
        self.joined("||", other)
    }

    fn joined(self, operator: &str, other: Self) -> Self {
        let text = format!("({}) {operator} ({})", self.text, other.text);
        Self { text, wrong: self.wrong.or(other.wrong) }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A metric that counts events of a log, such as the errors of an application: zero while there are
/// events and none counts.
///
/// ```
/// use innovate_aws::{
///     cluster::Cluster,
///     observability::{Alarm, Condition, LogMetric, LogPattern, MissingData, TopicHandle},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn errors(monitoring: &mut Stack<Prod>, cluster: &Cluster, topic: &TopicHandle) {
///     let errors = LogPattern::field("$.log_processed.level", "error");
///     let errors = monitoring.add("Errors", LogMetric::count(errors, cluster.application_logs()));
///     monitoring.add(
///         "ManyErrors",
///         Alarm::when(errors.sum(), Condition::Above(10.0), MissingData::NotBreaching)
///             .describe("The application logs errors")
///             .notify(topic),
///     );
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct LogMetric {
    pattern: LogPattern,
    group: Value<LogGroupName>,
}

impl LogMetric {
    /// The number of events of a log group that the pattern fits. The group must exist before.
    pub fn count(pattern: impl Into<LogPattern>, group: impl Gives<LogGroupName>) -> Self {
        Self { pattern: pattern.into(), group: group.give() }
    }
}

impl LogMetric {
    fn check(&self, scope: &mut Scope<'_>) {
        let pattern = self.pattern.as_str();
        let length = pattern.chars().count();
        if length > LONGEST {
            scope.report(
                Diagnostic::error("ALM-03", "CloudWatch Logs takes no pattern as long as this")
                    .setter("count")
                    .given(format!("{length} characters"))
                    .allowed(format!("up to {LONGEST} characters")),
            );
        }
        if let Some(selector) = &self.pattern.wrong {
            scope.report(
                Diagnostic::error(
                    "ALM-03",
                    "a field of an event in JSON is named from its root on",
                )
                .setter("count")
                .given(selector)
                .allowed("a selector such as `$.log_processed.level`"),
            );
        }
    }
}

impl Construct for LogMetric {
    type Handle = Metric;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> Metric {
        self.check(scope);
        let name: Str = name_of(scope).into();
        let namespace: Str = scope.site().environment().to_owned().into();
        let metric = metric_filter::MetricTransformation::new(name.clone(), namespace.clone(), "1")
            .default_value(0)
            .unit(metric_filter::MetricTransformationUnit::COUNT);
        let filter = logs::MetricFilter::new(self.pattern.text, self.group, [metric]);
        scope.add(MAIN, filter.filter_name(name.clone()));
        Metric::custom(namespace, name).in_unit(Unit::Count)
    }
}
