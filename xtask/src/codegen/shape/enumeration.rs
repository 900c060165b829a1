//! The constants of enumerations.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Nested;
use crate::codegen::name::{screaming, words};

/// An enumeration's constants, if the schema is one that a type serves.
pub(super) fn enumeration(node: &Value, name: &str) -> Option<Nested> {
    let values = node.get("enum")?.as_array()?;
    if values.iter().all(Value::is_string) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return Some(Nested::Texts(constants(&values)));
    }
    let unit = words(name).pop().unwrap_or_default().to_ascii_uppercase();
    let numbers: Option<Vec<i64>> = values.iter().map(Value::as_i64).collect();
    let mut numbers = numbers?;
    numbers.sort_unstable();
    let numbers = numbers.into_iter().map(|number| {
        let constant = screaming(&number.to_string());
        (format!("{unit}_{}", constant.trim_start_matches('_')), number)
    });
    Some(Nested::Integers(numbers.collect()))
}

/// The constants of an enumeration of texts. Values that differ in nothing but case or separators are
/// spellings of one: the one that reads as its constant does wins, then the first.
fn constants(values: &[&str]) -> Vec<(String, String)> {
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for value in values {
        let constant = screaming(value);
        let known = found.entry(constant.clone()).or_insert(value);
        if *value == constant {
            *known = value;
        }
    }
    found.into_iter().map(|(constant, value)| (constant, value.to_owned())).collect()
}
