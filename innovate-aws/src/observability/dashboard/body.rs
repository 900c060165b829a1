//! The JSON that CloudWatch takes for a dashboard.

use innovate_core::{Node, Site, Str, Text, Value, value::intrinsic};

use super::widget::{Content, Widget};
use crate::observability::{Measure, Signal, metric_table::Namespace};

/// The columns of a dashboard, those of a widget, and the rows of a title and of a widget.
const COLUMNS: i64 = 24;
const WIDTH: i64 = 8;
const TITLE: i64 = 1;
const HEIGHT: i64 = 6;
/// How much of a metric is put into one point, in seconds.
const PERIOD: i64 = 300;

/// The body of a dashboard with these sections.
pub(super) fn of(sections: &[(Str, Vec<Widget>)], site: &Site) -> Value<Text> {
    let (mut widgets, mut y) = (Vec::new(), 0);
    for (title, content) in sections {
        let markdown = Node::map([("markdown".into(), Node::Text(format!("## {title}").into()))]);
        widgets.push(placed("text", (0, y), (COLUMNS, TITLE), markdown));
        y += TITLE;
        let mut x = 0;
        for widget in content {
            if x == COLUMNS {
                (x, y) = (0, y + HEIGHT);
            }
            let (kind, properties) = properties(widget, site);
            widgets.push(placed(kind, (x, y), (WIDTH, HEIGHT), properties));
            x += WIDTH;
        }
        y += if content.is_empty() { 0 } else { HEIGHT };
    }
    written(&Node::map([("widgets".into(), Node::list(widgets))]))
}

fn placed(kind: &'static str, (x, y): (i64, i64), size: (i64, i64), properties: Node) -> Node {
    Node::map([
        ("type".into(), text(kind)),
        ("x".into(), Node::Integer(x)),
        ("y".into(), Node::Integer(y)),
        ("width".into(), Node::Integer(size.0)),
        ("height".into(), Node::Integer(size.1)),
        ("properties".into(), properties),
    ])
}

fn text(text: impl Into<Str>) -> Node {
    Node::Text(text.into())
}

fn properties(widget: &Widget, site: &Site) -> (&'static str, Node) {
    let title = ("title".into(), text(widget.title.clone()));
    let region = |region: &str| ("region".into(), text(region.to_owned()));
    match &widget.content {
        Content::Graph(signals) => {
            let region = region(region_of(signals, site));
            let metrics = ("metrics".into(), metrics(signals));
            let view = ("view".into(), text("timeSeries"));
            let period = ("period".into(), Node::Integer(PERIOD));
            ("metric", Node::map([title, region, view, period, metrics]))
        }
        Content::Number(signals) => {
            let region = region(region_of(signals, site));
            let metrics = ("metrics".into(), metrics(signals));
            let view = ("view".into(), text("singleValue"));
            let period = ("period".into(), Node::Integer(PERIOD));
            ("metric", Node::map([title, region, view, period, metrics]))
        }
        Content::Alarms(alarms) => {
            let arns = alarms.iter().map(|alarm| alarm.node().clone()).collect();
            ("alarm", Node::map([title, ("alarms".into(), Node::List(arns))]))
        }
        Content::Log { group, query } => {
            let query = intrinsic::concat([
                Value::from_node(text("SOURCE '")),
                group.clone(),
                Value::from_node(text(format!("' | {query}"))),
            ]);
            let query: Value<Text> = query;
            let view = ("view".into(), text("table"));
            let query = ("query".into(), query.into_node());
            ("log", Node::map([title, region(site.region()), view, query]))
        }
    }
}

/// The region of the signals: that of their namespace, if it has one of its own.
fn region_of<'a>(signals: &[Signal], site: &'a Site) -> &'a str {
    let of = |signal: &Signal| {
        signal
            .namespaces()
            .into_iter()
            .find_map(|name| Namespace::of(name).and_then(|namespace| namespace.region))
    };
    signals.iter().find_map(of).unwrap_or_else(|| site.region())
}

fn metrics(signals: &[Signal]) -> Node {
    let mut rows = Vec::new();
    for (at, signal) in (1..).zip(signals) {
        match signal {
            Signal::Measure(measure) => rows.push(row(measure, None)),
            Signal::Math(math) => {
                let prefix = format!("s{at}m");
                let (expression, measures) = math.written_as(&prefix);
                rows.push(Node::list([Node::map([
                    ("expression".into(), text(expression)),
                    ("id".into(), text(format!("s{at}"))),
                ])]));
                rows.extend(
                    (1..)
                        .zip(measures)
                        .map(|(part, each)| row(each, Some(format!("{prefix}{part}")))),
                );
            }
            Signal::Query(query) => rows.push(Node::list([Node::map([
                ("expression".into(), query.written().into_node()),
                ("id".into(), text(format!("s{at}"))),
            ])])),
        }
    }
    Node::list(rows)
}

/// A metric, shown unless it has an id for an expression.
fn row(measure: &Measure, id: Option<String>) -> Node {
    let metric = measure.metric();
    let mut row = vec![text(metric.namespace().to_owned()), text(metric.name().to_owned())];
    for (name, value) in metric.dimensions() {
        row.push(text(*name));
        row.push(value.node().clone());
    }
    let mut options = vec![("stat".into(), text(measure.statistic().name()))];
    if let Some(id) = id {
        options.push(("id".into(), text(id)));
        options.push(("visible".into(), Node::Bool(false)));
    }
    row.push(Node::Map(options));
    Node::list(row)
}

/// A document as text, with what is known only at deployment put in by CloudFormation.
fn written(document: &Node) -> Value<Text> {
    let mut parts: Vec<Value<Text>> = Vec::new();
    let mut before = String::new();
    write(document, &mut before, &mut parts);
    parts.push(Value::from_node(text(before)));
    intrinsic::concat(parts)
}

fn write(node: &Node, before: &mut String, parts: &mut Vec<Value<Text>>) {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match node {
        Node::Null => before.push_str("null"),
        Node::Bool(truth) => before.push_str(if *truth { "true" } else { "false" }),
        Node::Integer(number) => before.push_str(&number.to_string()),
        Node::Number(number) => before.push_str(&number.to_string()),
        Node::Text(text) => before.push_str(&quoted(text)),
        Node::List(items) => {
            before.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    before.push(',');
                }
                write(item, before, parts);
            }
            before.push(']');
        }
        Node::Map(entries) => {
            before.push('{');
            for (at, (key, item)) in entries.iter().enumerate() {
                if at > 0 {
                    before.push(',');
                }
                before.push_str(&quoted(key));
                before.push(':');
                write(item, before, parts);
            }
            before.push('}');
        }
        Node::Intrinsic(intrinsic) => {
            before.push('"');
            let inner = match &**intrinsic {
                innovate_core::value::Intrinsic::Concat(inner) => inner.as_slice(),
                _ => std::slice::from_ref(node),
            };
            for part in inner {
                match part {
                    Node::Text(text) => {
                        let text = quoted(text);
                        before.push_str(text.get(1..text.len() - 1).unwrap_or_default());
                    }
                    other => {
                        let literal = std::mem::take(before);
                        parts.push(Value::from_node(text(literal)));
                        parts.push(Value::from_node(other.clone()));
                    }
                }
            }
            before.push('"');
        }
    }
}
