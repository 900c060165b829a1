//! JSON with an indent of two spaces, byte for byte as serde_json writes it.
//!
//! Templates are most of what a program writes. serde_json's writer takes each byte of a text by itself,
//! and each line in several calls; this one looks at a text as a whole, and knows that it writes to memory.
//!
//! * `writer`: the lines and texts,
//! * `serializer`: what serde asks of a format.

mod serializer;
mod writer;

use serde::Serialize;
use writer::Writer;

/// Writes a document of about `size` bytes, ending in a line break. What is kept ready and not used is
/// never touched; what grows is copied.
///
/// # Errors
///
/// If the document can't be written as JSON.
pub(crate) fn indented(document: &impl Serialize, size: usize) -> Result<String, String> {
    let mut writer = Writer::new(size);
    document.serialize(&mut writer).map_err(|error| error.to_string())?;
    Ok(writer.finish())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Value, json};

    fn theirs(document: &impl Serialize) -> String {
        serde_json::to_string_pretty(document).unwrap() + "\n"
    }

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            texts().prop_map(Value::from),
        ];
        leaf.prop_recursive(8, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(texts(), inner, 0..6)
                    .prop_map(|entries| entries.into_iter().collect()),
            ]
        })
    }

    /// Any text, and more of those with what must be escaped than chance would give.
    fn texts() -> impl Strategy<Value = String> {
        let marks = prop::collection::vec(
            prop_oneof![
                Just('"'),
                Just('\\'),
                prop::char::range('\0', ' '),
                prop::char::range('a', '\u{a0}'),
                any::<char>(),
            ],
            0..40,
        );
        prop_oneof![any::<String>(), marks.prop_map(|marks| marks.into_iter().collect())]
    }

    proptest! {
        #[test]
        fn every_document_is_written_as_serde_json_writes_it(document in documents()) {
            prop_assert_eq!(super::indented(&document, 0).unwrap(), theirs(&document));
        }
    }

    #[test]
    fn what_is_deep_is_written_as_serde_json_writes_it() {
        let mut document = json!({ "empty": [], "none": {}, "text": "a\"b", "list": [1, [2], {}] });
        for depth in 0..40 {
            document = json!([{ "depth": depth, "inner": document }]);
        }
        assert_eq!(super::indented(&document, 0).unwrap(), theirs(&document));
    }

    #[test]
    fn every_character_below_a_space_is_escaped_as_serde_json_escapes_it() {
        let all: String = ('\0'..'\u{80}').collect();
        assert_eq!(super::indented(&all, 0).unwrap(), theirs(&all));
    }

    #[test]
    fn every_shape_of_a_type_is_written_as_serde_json_writes_it() {
        #[derive(Serialize)]
        struct Unit;
        #[derive(Serialize)]
        struct Wrapped(u8);
        #[derive(Serialize)]
        enum Choice {
            Bare,
            One(i32),
            Two(i32, char),
            Named { from: Option<u16>, to: Option<i8> },
        }
        let choices = [
            Choice::Bare,
            Choice::One(-1),
            Choice::Two(2, '"'),
            Choice::Named { from: None, to: Some(-3) },
        ];
        let document = (Unit, Wrapped(1), (), choices, 1.5_f32, f64::NAN, [1_u64; 2]);
        assert_eq!(super::indented(&document, 0).unwrap(), theirs(&document));
    }

    #[test]
    fn a_key_that_is_no_text_is_refused() {
        let document = BTreeMap::from([((1, 2), "pair")]);
        assert_eq!(super::indented(&document, 0).unwrap_err(), "a key must be a text");
    }
}
