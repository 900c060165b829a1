//! Where two properties differ.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::reference::is_function;

/// A place where two values differ: its path, what was there and what is there.
pub(super) type Difference<'a> = (String, Option<&'a Value>, Option<&'a Value>);

/// The fields that name an item of a list, in the order in which they are tried.
const NAMES: [&str; 9] = [
    "Key",
    "Sid",
    "Id",
    "Name",
    "LogicalId",
    "PolicyName",
    "ParameterKey",
    "DeviceName",
    "AttributeName",
];

/// Every place below `path` where the values differ, as deep as both sides have the same form.
pub(super) fn differences<'a>(
    path: &str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    found: &mut Vec<Difference<'a>>,
) {
    match (before, after) {
        (None, None) => {}
        (Some(before), Some(after)) if before == after => {}
        (Some(before), Some(after)) if is_function(before) || is_function(after) => {
            found.push((path.to_owned(), Some(before), Some(after)));
        }
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                differences(&below(path, key), before.get(key), after.get(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            let count = found.len();
            items(path, old, new, found);
            // The items are the same, in another order.
            if found.len() == count {
                found.push((path.to_owned(), before, after));
            }
        }
        _ => found.push((path.to_owned(), before, after)),
    }
}

fn items<'a>(path: &str, before: &'a [Value], after: &'a [Value], found: &mut Vec<Difference<'a>>) {
    match NAMES.iter().find_map(|name| Some((named(before, name)?, named(after, name)?))) {
        Some((old, new)) => {
            for (name, at, item) in &new {
                let was = old.iter().find(|(other, ..)| other == name).map(|(.., item)| *item);
                differences(&below(path, &at.to_string()), was, Some(item), found);
            }
            for (name, at, item) in &old {
                if !new.iter().any(|(other, ..)| other == name) {
                    found.push((below(path, &at.to_string()), Some(item), None));
                }
            }
        }
        None => by_position(path, before, after, found),
    }
}

/// The items with the texts that name them, if all have one and no two the same.
fn named<'a>(items: &'a [Value], field: &str) -> Option<Vec<(&'a str, usize, &'a Value)>> {
    let named = items
        .iter()
        .enumerate()
        .map(|(at, item)| item.get(field).and_then(Value::as_str).map(|name| (name, at, item)));
    let named: Vec<_> = named.collect::<Option<_>>()?;
    let names: BTreeSet<&str> = named.iter().map(|(name, ..)| *name).collect();
    (names.len() == named.len()).then_some(named)
}

/// What both begin and end with stays; between that, items stand beside each other.
fn by_position<'a>(
    path: &str,
    before: &'a [Value],
    after: &'a [Value],
    found: &mut Vec<Difference<'a>>,
) {
    let same = |(old, new): &(&Value, &Value)| old == new;
    let begin = before.iter().zip(after).take_while(same).count();
    let (old, new) = (before.get(begin..).unwrap_or(&[]), after.get(begin..).unwrap_or(&[]));
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (old.get(..old.len() - end), new.get(..new.len() - end));
    let (old, new) = (old.unwrap_or(&[]), new.unwrap_or(&[]));
    if is_reordered(old, new) {
        return;
    }
    for at in 0..old.len().max(new.len()) {
        differences(&below(path, &(begin + at).to_string()), old.get(at), new.get(at), found);
    }
}

fn is_reordered(old: &[Value], new: &[Value]) -> bool {
    let texts = |items: &[Value]| {
        let mut texts: Vec<String> = items.iter().map(Value::to_string).collect();
        texts.sort_unstable();
        texts
    };
    old.len() == new.len() && texts(old) == texts(new)
}

/// The path of a part. A slash in its name is written `~1`, as in a JSON pointer.
pub(super) fn below(path: &str, part: &str) -> String {
    let part = part.replace('~', "~0").replace('/', "~1");
    if path.is_empty() { part } else { format!("{path}/{part}") }
}

/// A path as people write it, with dots between the parts.
pub(super) fn dotted(path: &str) -> String {
    path.replace('/', ".").replace("~1", "/").replace("~0", "~")
}

/// The value at a path with slashes.
pub(super) fn at<'a>(properties: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
    let first = properties.get(&parts.next()?)?;
    parts.try_fold(first, |value, part| match value {
        Value::Object(map) => map.get(&part),
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(before: &Value, after: &Value) -> Vec<String> {
        let mut found = Vec::new();
        differences("", Some(before), Some(after), &mut found);
        found.into_iter().map(|(path, ..)| path).collect()
    }

    #[test]
    fn items_with_names_are_compared_by_their_names() {
        let before =
            json!({ "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }] });
        let after = json!({ "Tags": [{ "Key": "0", "Value": "0" }, { "Key": "a", "Value": "1" }, { "Key": "b", "Value": "3" }] });
        assert_eq!(paths(&before, &after), ["Tags/0", "Tags/2/Value"]);
        assert_eq!(paths(&after, &before), ["Tags/1/Value", "Tags/0"]);
    }

    #[test]
    fn an_item_that_is_added_in_front_is_the_only_difference() {
        assert_eq!(paths(&json!({ "A": ["x", "y"] }), &json!({ "A": ["w", "x", "y"] })), ["A/0"]);
        assert_eq!(paths(&json!({ "A": ["x", "y", "z"] }), &json!({ "A": ["x", "z"] })), ["A/1"]);
    }

    #[test]
    fn another_order_is_a_difference_of_the_list() {
        assert_eq!(paths(&json!({ "A": ["x", "y"] }), &json!({ "A": ["y", "x"] })), ["A"]);
        let named =
            |first: &str, second: &str| json!({ "A": [{ "Key": first }, { "Key": second }] });
        assert_eq!(paths(&named("a", "b"), &named("b", "a")), ["A"]);
    }

    #[test]
    fn functions_are_compared_as_a_whole() {
        let before = json!({ "A": { "Fn::Join": ["", ["a", { "Ref": "B" }]] } });
        let after = json!({ "A": { "Fn::Join": ["", ["c", { "Ref": "B" }]] } });
        assert_eq!(paths(&before, &after), ["A"]);
        assert_eq!(paths(&before, &json!({ "A": "x" })), ["A"]);
    }

    #[test]
    fn a_name_with_a_slash_is_one_part_of_a_path() {
        let value = |text: &str| json!({ "A": { "x/y": text } });
        assert_eq!(paths(&value("1"), &value("2")), ["A/x~1y"]);
        let Value::Object(properties) = value("1") else { panic!() };
        assert_eq!(at(&properties, "A/x~1y"), Some(&json!("1")));
        assert_eq!(dotted("A/x~1y"), "A.x/y");
    }

    #[test]
    fn nothing_and_null_are_not_the_same() {
        assert_eq!(paths(&json!({ "A": null }), &json!({})), ["A"]);
    }
}
