//! What a program writes doesn't depend on the features that its other crates turn on.

use std::panic::Location;

use innovate::core::{Manifest, Node, value::json_text};
use serde_json::Value;

#[test]
fn fields_are_sorted_although_the_sdk_has_serde_json_keep_their_order() {
    let written = r#"{"b":1,"a":{"d":1,"c":[{"f":1,"e":2}]}}"#;
    let sorted = r#"{"a":{"c":[{"e":2,"f":1}],"d":1},"b":1}"#;
    let read: Value = serde_json::from_str(written).unwrap();
    assert_eq!(read.to_string(), written, "if it sorts, this test says nothing");
    assert_eq!(json_text(read.clone()), sorted);
    assert_eq!(Manifest::new(read.clone(), Location::caller()).object().to_string(), sorted);
    let node = |written: &Value| format!("{:?}", Node::from(written.clone()));
    let mut read_sorted = read.clone();
    read_sorted.sort_all_objects();
    assert_eq!(node(&read), node(&read_sorted));
}
