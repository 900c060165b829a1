//! Texts that a reader of YAML could take for something else.

use innovate_core::Dev;
use innovate_k8s::{ConfigMap, Namespace, object_name};
use proptest::prelude::*;

use crate::program::Program;

/// What YAML 1.1 reads as a boolean, a number, a date, a time, nothing, or structure.
pub(crate) const AWKWARD: [&str; 52] = [
    "y",
    "n",
    "Y",
    "N",
    "yes",
    "No",
    "on",
    "off",
    "ON",
    "Off",
    "true",
    "False",
    "null",
    "Null",
    "~",
    "",
    " ",
    "1_000",
    "12:30",
    "12:30:45",
    "190:20:30",
    "2026-11-21",
    "2026-11-21T09:00:00Z",
    "0o7",
    "010",
    "007",
    "0x1F",
    "0b11",
    "1e3",
    "1.5",
    "+1",
    "-0",
    ".inf",
    "-.INF",
    ".nan",
    "=",
    "<<",
    "- a",
    "? a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
    "[a]",
    "{a}",
    "line one\nline two\n\n",
];

/// The config map with these texts, as it is written.
fn written(texts: &[String]) -> String {
    let mut program = Program::<Dev>::new();
    let namespace = program.manifests.add(Namespace::new(object_name!("shop")));
    let mut config = ConfigMap::builder().namespace(&namespace).name(object_name!("texts"));
    for (at, text) in texts.iter().enumerate() {
        config = config.entry(format!("key-{at}"), text.clone());
    }
    program.manifests.add(config.build());
    let synthesis = program.synth();
    let folder = "manifests/innovate-dev/shop/configmap-texts.yaml";
    synthesis.assembly.unwrap().files()[folder].clone()
}

fn reads_back(texts: &[String]) {
    let object: serde_json::Value = serde_saphyr::from_str(&written(texts)).unwrap();
    for (at, text) in texts.iter().enumerate() {
        assert_eq!(object["data"][format!("key-{at}")], *text, "{text:?}");
    }
}

#[test]
fn awkward_texts_read_back_as_they_were_written() {
    reads_back(&AWKWARD.map(str::to_owned));
}

/// A reader of YAML 1.1 knows more kinds of plain scalars than the one that is used here: whatever
/// could be one must be in quotes.
#[test]
fn what_yaml_1_1_could_misread_is_in_quotes() {
    let texts = AWKWARD.map(str::to_owned);
    insta::assert_snapshot!(written(&texts));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_reads_back_as_it_was_written(texts in prop::collection::vec("\\PC{0,40}", 1..40)) {
        reads_back(&texts);
    }
}
