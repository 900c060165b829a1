//! What a part of a template refers to.

use serde_json::Value;

/// Something that a part of a template takes its value from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// `Ref` or `Fn::GetAtt`: a resource, or a parameter, of the same template.
    Local {
        /// Its id.
        id: &'a str,
        /// The attribute, of `Fn::GetAtt`.
        attribute: Option<&'a str>,
    },
    /// `Fn::GetStackOutput`: an output of another stack.
    Output {
        /// The other stack's name.
        stack: &'a str,
        /// Its region, unless it is the same.
        region: Option<&'a str>,
        /// The output's name.
        output: &'a str,
    },
    /// `Fn::ImportValue`: an export of another stack.
    Export(&'a str),
    /// `Fn::FindInMap`.
    Mapping(&'a str),
    /// `Fn::If`, `Condition`.
    Condition(&'a str),
}

/// Whether it is a function, and no map of the program's.
pub(super) fn is_function(value: &Value) -> bool {
    function(value).is_some()
}

fn function(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, argument) = map.iter().next()?;
    let is_one =
        name.starts_with("Fn::") || name == "Ref" || (name == "Condition" && argument.is_string());
    is_one.then_some((name.as_str(), argument))
}

/// All that a part of a template takes its value from, in the part's order.
pub fn sources(part: &Value) -> Vec<Source<'_>> {
    let mut all = Vec::new();
    each(part, &mut |source| all.push(source));
    all
}

/// Calls `found` with all that the value takes its value from.
pub(super) fn each<'a>(value: &'a Value, found: &mut impl FnMut(Source<'a>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, found)),
        Value::Object(map) => match function(value) {
            Some((name, argument)) => of_function(name, argument, found),
            None => map.values().for_each(|item| each(item, found)),
        },
        _ => {}
    }
}

fn of_function<'a>(name: &str, argument: &'a Value, found: &mut impl FnMut(Source<'a>)) {
    match (name, argument) {
        ("Ref", Value::String(id)) => found(Source::Local { id, attribute: None }),
        ("Condition", Value::String(id)) => found(Source::Condition(id)),
        ("Fn::GetAtt", Value::String(path)) => {
            let (id, attribute) = path.split_once('.').unwrap_or((path, ""));
            found(Source::Local { id, attribute: Some(attribute) });
        }
        ("Fn::GetAtt", Value::Array(parts)) => {
            let [Value::String(id), attribute] = parts.as_slice() else { return };
            found(Source::Local { id, attribute: Some(attribute.as_str().unwrap_or_default()) });
            each(attribute, found);
        }
        ("Fn::Sub", Value::String(text)) => substituted(text, &[], found),
        ("Fn::Sub", Value::Array(parts)) => {
            let [Value::String(text), variables] = parts.as_slice() else { return };
            let names = variables.as_object().into_iter().flatten();
            let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
            substituted(text, &names, found);
            each(variables, found);
        }
        ("Fn::If", Value::Array(parts)) => {
            if let Some(Value::String(condition)) = parts.first() {
                found(Source::Condition(condition));
            }
            parts.iter().skip(1).for_each(|part| each(part, found));
        }
        ("Fn::FindInMap", Value::Array(parts)) => {
            if let Some(Value::String(mapping)) = parts.first() {
                found(Source::Mapping(mapping));
            }
            parts.iter().for_each(|part| each(part, found));
        }
        ("Fn::ImportValue", Value::String(name)) => found(Source::Export(name)),
        ("Fn::GetStackOutput", Value::Object(call)) => {
            let text = |key: &str| call.get(key).and_then(Value::as_str);
            if let (Some(stack), Some(output)) = (text("StackName"), text("OutputName")) {
                found(Source::Output { stack, region: text("Region"), output });
            }
            call.values().for_each(|part| each(part, found));
        }
        _ => each(argument, found),
    }
}

/// What stands in `${..}` of a text, apart from the function's own variables and what is escaped as
/// `${!..}`.
fn substituted<'a>(text: &'a str, own: &[&str], found: &mut impl FnMut(Source<'a>)) {
    for name in parts_of(text).into_iter().filter_map(Result::err) {
        if own.contains(&name) {
            continue;
        }
        match name.split_once('.') {
            Some((id, attribute)) => found(Source::Local { id, attribute: Some(attribute) }),
            None => found(Source::Local { id: name, attribute: None }),
        }
    }
}

/// The parts of what `Fn::Sub` substitutes in: text as it stands there, or, as an error, the name in a
/// `${..}`.
pub(super) fn parts_of(text: &str) -> Vec<Result<&str, &str>> {
    let mut parts = Vec::new();
    let mut rest = text;
    // Up to where the rest is text.
    let mut seen = 0;
    while let Some((before, name, after)) = rest.get(seen..).and_then(|open| {
        let (before, behind) = open.split_once("${")?;
        let (name, after) = behind.split_once('}')?;
        Some((before, name, after))
    }) {
        let begin = seen + before.len();
        if name.starts_with('!') {
            seen = rest.len() - after.len();
            continue;
        }
        parts.extend(rest.get(..begin).filter(|text| !text.is_empty()).map(Ok));
        parts.push(Err(name));
        (rest, seen) = (after, 0);
    }
    parts.extend(Some(rest).filter(|text| !text.is_empty()).map(Ok));
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(value: &Value) -> Vec<String> {
        sources(value).iter().map(|source| format!("{source:?}")).collect()
    }

    #[test]
    fn every_way_to_refer_to_something_is_read() {
        let local = |id: &'static str, attribute| format!("{:?}", Source::Local { id, attribute });
        for (value, expected) in [
            (json!({ "Ref": "A" }), vec![local("A", None)]),
            (json!({ "Fn::GetAtt": ["A", "Arn"] }), vec![local("A", Some("Arn"))]),
            (json!({ "Fn::GetAtt": "A.B.C" }), vec![local("A", Some("B.C"))]),
            (
                json!({ "Fn::Sub": "${A}-${!No}-${B.Arn}-$C" }),
                vec![local("A", None), local("B", Some("Arn"))],
            ),
            (
                json!({ "Fn::Sub": ["${Own}${A}", { "Own": { "Ref": "B" } }] }),
                vec![local("A", None), local("B", None)],
            ),
            (
                json!({ "Fn::If": ["C", { "Ref": "A" }, 1] }),
                vec![format!("{:?}", Source::Condition("C")), local("A", None)],
            ),
            (json!({ "x": [{ "Fn::Join": ["", [{ "Ref": "A" }]] }] }), vec![local("A", None)]),
            (
                json!({ "Fn::GetStackOutput": { "StackName": "s", "OutputName": "o" } }),
                vec![format!("{:?}", Source::Output { stack: "s", region: None, output: "o" })],
            ),
            (json!({ "Ref": ["A"] }), vec![]),
            (json!({ "Fn::Sub": "${unclosed" }), vec![]),
        ] {
            assert_eq!(said(&value), expected, "{value}");
        }
    }

    #[test]
    fn a_text_is_taken_apart_as_it_stands() {
        for (text, parts) in [
            ("", vec![]),
            ("a", vec![Ok("a")]),
            ("${A}", vec![Err("A")]),
            ("a${!B}c${D.E}${F}g", vec![Ok("a${!B}c"), Err("D.E"), Err("F"), Ok("g")]),
            ("${!A}", vec![Ok("${!A}")]),
            ("$${A}{", vec![Ok("$"), Err("A"), Ok("{")]),
            ("a${b", vec![Ok("a${b")]),
        ] {
            assert_eq!(parts_of(text), parts, "{text}");
        }
    }

    #[test]
    fn a_condition_of_a_policy_is_no_function() {
        assert!(!is_function(&json!({ "Condition": { "StringEquals": {} } })));
        assert!(is_function(&json!({ "Condition": "IsProduction" })));
    }
}
