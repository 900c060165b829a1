//! Texts, numbers and booleans.

use std::borrow::Cow;

use innovate_core::{Node, check::suggest::sorted};

use super::{
    super::{
        constraint::{Keyword, Kinds},
        format::Format,
        layout::kind,
        pattern,
        table::List,
    },
    Walk, code,
    finding::{EXPRESSION, Finding, Path, counted, quoted},
};

/// How well a value fits a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Exact,
    /// CloudFormation converts it: `"5432"` for a number.
    Converted,
    None,
}

/// Whether CloudFormation takes a literal where these kinds are asked for.
pub(super) fn fit(kinds: Kinds, node: &Node) -> Fit {
    let exact = |fits: bool| if fits { Fit::Exact } else { Fit::None };
    let converted = |fits: bool| if fits { Fit::Converted } else { Fit::None };
    match node {
        _ if kinds.is_any() => Fit::Exact,
        Node::List(_) => exact(kinds.has(kind::LIST)),
        Node::Map(_) => exact(kinds.has(kind::OBJECT)),
        Node::Null => exact(kinds.has(kind::NULL)),
        Node::Text(_) if kinds.has(kind::TEXT) => Fit::Exact,
        Node::Text(text) => converted(
            kinds.has(kind::INTEGER) && text.parse::<i64>().is_ok()
                || kinds.has(kind::NUMBER) && text.parse::<f64>().is_ok()
                || kinds.has(kind::BOOLEAN)
                    && matches!(&**text, "true" | "True" | "false" | "False"),
        ),
        Node::Integer(_) if kinds.has(kind::INTEGER | kind::NUMBER) => Fit::Exact,
        Node::Number(number) if kinds.has(kind::INTEGER) && number.fract() == 0.0 => Fit::Exact,
        Node::Number(_) if kinds.has(kind::NUMBER) => Fit::Exact,
        Node::Bool(_) if kinds.has(kind::BOOLEAN) => Fit::Exact,
        Node::Integer(_) | Node::Number(_) | Node::Bool(_) => converted(kinds.has(kind::TEXT)),
        Node::Intrinsic(_) => Fit::Exact,
    }
}

/// A literal as the text that CloudFormation would read, if it is no list or map.
pub(super) fn as_text(node: &Node) -> Option<Cow<'_, str>> {
    Some(match node {
        Node::Text(text) => Cow::Borrowed(text),
        Node::Integer(number) => Cow::Owned(number.to_string()),
        Node::Number(number) => Cow::Owned(number.to_string()),
        Node::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
        _ => return None,
    })
}

fn as_number(node: &Node) -> Option<f64> {
    match node {
        Node::Text(text) => text.parse().ok(),
        node => node.as_number(),
    }
}

impl Walk {
    /// Checks one keyword against a text, number or boolean.
    pub(super) fn scalar(&mut self, keyword: Keyword, node: &Node, path: &Path<'_>) {
        match keyword {
            Keyword::Enum(values) => {
                if let Some(text) = as_text(node)
                    && !values.contains(&text)
                {
                    self.fail(|| not_one_of(values, &text, "", node, path));
                }
            }
            Keyword::EnumAnyCase(values) => {
                if let Some(text) = as_text(node)
                    && !values.texts().any(|value| value.eq_ignore_ascii_case(&text))
                {
                    self.fail(|| not_one_of(values, &text, ", in any case", node, path));
                }
            }
            Keyword::Pattern(number) => {
                if let Some(text) = as_text(node)
                    && !pattern::matches(number, &text)
                {
                    self.fail(|| {
                        let subject = path.subject();
                        Finding::at(
                            code::FORM,
                            path,
                            format!("`{subject}` has a form that its service refuses"),
                        )
                        .given(path, node)
                        .allowed(format!("{EXPRESSION}`{}`", pattern::source(number)))
                    });
                }
            }
            Keyword::Format(number) => self.format(Format::new(number), node, path),
            Keyword::MinLength(least) => {
                if let Node::Text(text) = node
                    && text.len() < least.saturating_mul(4)
                    && text.chars().count() < least
                {
                    self.fail(|| length(path, node, "least", least));
                }
            }
            Keyword::MaxLength(most) => {
                if let Node::Text(text) = node
                    && text.len() > most
                    && text.chars().count() > most
                {
                    self.fail(|| length(path, node, "most", most));
                }
            }
            Keyword::Minimum(least) => {
                self.range(node, path, |number| number >= least, || format!("{least} or more"));
            }
            Keyword::Maximum(most) => {
                self.range(node, path, |number| number <= most, || format!("{most} or less"));
            }
            Keyword::ExclusiveMaximum(bound) => {
                self.range(node, path, |number| number < bound, || format!("less than {bound}"));
            }
            Keyword::MultipleOf(step) => {
                self.range(node, path, is_multiple(step), || format!("a multiple of {step}"));
            }
            keyword => self.combination(keyword, node.into(), path),
        }
    }

    fn format(&mut self, format: Format, node: &Node, path: &Path<'_>) {
        let Node::Text(text) = node else { return };
        if format.accepts(text) {
            return;
        }
        self.fail(|| {
            let (what, form) = format.describe();
            let subject = path.subject();
            Finding::at(code::FORM, path, format!("`{subject}` is not {what}"))
                .given(path, node)
                .allowed(form)
        });
    }

    fn range(
        &mut self,
        node: &Node,
        path: &Path<'_>,
        holds: impl Fn(f64) -> bool,
        allowed: impl Fn() -> String,
    ) {
        if let Some(number) = as_number(node)
            && !holds(number)
        {
            self.fail(|| {
                let subject = path.subject();
                Finding::at(code::RANGE, path, format!("`{subject}` is out of range"))
                    .given(path, node)
                    .allowed(allowed())
            });
        }
    }
}

/// Whether a number is a multiple of `step`, but for what decimal fractions lose as binary ones:
/// 0.07 divided by 0.01 is 7.000000000000001.
fn is_multiple(step: f64) -> impl Fn(f64) -> bool {
    move |number| {
        let times = number / step;
        (times - times.round()).abs() <= f64::EPSILON * 4.0 * times.abs()
    }
}

fn length(path: &Path<'_>, node: &Node, bound: &str, count: usize) -> Finding {
    let given = node.as_text().map_or(0, |text| text.chars().count());
    let subject = path.subject();
    let message = format!("`{subject}` has {}", counted(given, "character"));
    Finding::at(code::LENGTH, path, message)
        .given(path, node)
        .allowed(format!("at {bound} {}", counted(count, "character")))
}

fn not_one_of(values: List, text: &str, how: &str, node: &Node, path: &Path<'_>) -> Finding {
    let near = match text.parse::<f64>() {
        Ok(number) if values.texts().all(|value| value.parse::<f64>().is_ok()) => {
            let mut near: Vec<&str> = values.texts().collect();
            let distance = |value: &str| (value.parse().unwrap_or(f64::MAX) - number).abs();
            near.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
            near
        }
        _ => sorted(text, values.texts()),
    };
    let message = format!("`{}` has a value that is not allowed", path.subject());
    Finding::at(code::ENUM, path, message)
        .given(path, node)
        .allowed(format!("{}{how}", quoted(near, "or")))
}
