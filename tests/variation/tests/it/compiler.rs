//! What the compiler refuses, with its own message at the line of the edit.

use std::{collections::BTreeMap, path::Path, process::Command, sync::LazyLock};

use innovate_variation_tests::{literals::LITERALS, types::TYPES, variation::Variation};
use serde_json::Value;

use crate::PROGRAM;

/// An error of the compiler.
#[derive(Debug)]
pub(crate) struct Error {
    /// The file, and from which line to which.
    place: (String, usize, usize),
    /// What the user reads.
    pub(crate) text: String,
}

/// The errors of each module, from the top of each file to the bottom.
pub(crate) static ERRORS: LazyLock<BTreeMap<String, Vec<Error>>> = LazyLock::new(errors);

/// Where the program is, for what is within a macro.
fn outermost(mut span: &Value) -> &Value {
    while let Some(call) = span.pointer("/expansion/span") {
        span = call;
    }
    span
}

/// What `cargo check` says, which is what an editor shows: it must see all of them. The whole
/// workspace is chosen, as in the other runs of cargo, so that dependencies have the same features.
fn errors() -> BTreeMap<String, Vec<Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--keep-going", "--message-format", "json"])
        .args(["--bin", "refused_literals", "--bin", "refused_types"])
        .args(["--features", "innovate-variation-tests/refused"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success(), "the compiler takes programs that are wrong");
    let mut errors: BTreeMap<String, Vec<Error>> = BTreeMap::new();
    for line in text.lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        let message = &message["message"];
        let spans = message["spans"].as_array().into_iter().flatten();
        let Some(span) = spans.into_iter().find(|span| span["is_primary"] == true) else {
            continue;
        };
        if message["level"] != "error" {
            continue;
        }
        let span = outermost(span);
        let file = Path::new(span["file_name"].as_str().unwrap());
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let module = name(file.parent().unwrap());
        let number = |name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
        errors.entry(module).or_default().push(Error {
            place: (name(file), number("line_start"), number("line_end")),
            text: message["rendered"].as_str().unwrap().to_owned(),
        });
    }
    assert!(!errors.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    for errors in errors.values_mut() {
        errors.sort_by(|one, other| one.place.cmp(&other.place));
    }
    errors
}

/// What is amiss with how an edit is refused.
fn amiss(variation: &Variation, errors: &[Error]) -> Option<String> {
    let place = variation.apply(&PROGRAM).unwrap().place;
    let Some(first) = errors.first() else { return Some("it compiles".to_owned()) };
    let (file, from, to) = &first.place;
    if !(*from..=*to).any(|line| format!("{file}:{line}") == place) {
        return Some(format!("{place} is wrong, and the compiler shows\n{}", first.text));
    }
    (!first.text.contains(variation.says))
        .then(|| format!("`{}` is not in\n{}", variation.says, first.text))
}

#[test]
fn the_compiler_refuses_each_edit_at_its_line() {
    let mut failures = Vec::new();
    for variation in TYPES.iter().chain(LITERALS) {
        let errors = ERRORS.get(&variation.module()).map_or(&[][..], Vec::as_slice);
        failures.extend(amiss(variation, errors).map(|what| format!("{}: {what}", variation.name)));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
