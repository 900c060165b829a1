//! Codes and their explanations.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every literal of the form `"NET-03"` in the sources of the workspace's crates, with a file that
/// has it. Codes that begin with `TST` are made up by tests.
fn codes_in_sources() -> BTreeMap<String, PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let crates = ["src", "innovate-core/src", "innovate-aws/src", "innovate-aws/cfn/src/schema"];
    let mut open: Vec<PathBuf> = crates.iter().map(|name| root.join(name)).collect();
    open.push(root.join("innovate-k8s/src"));
    let mut codes = BTreeMap::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for literal in code.flat_map(|line| line.split('"').skip(1).step_by(2)) {
                if is_code(literal) && !literal.starts_with("TST") {
                    codes.insert(literal.to_owned(), path.clone());
                }
            }
        }
    }
    codes
}

fn is_code(text: &str) -> bool {
    text.split_once('-').is_some_and(|(family, number)| {
        (2..=5).contains(&family.len())
            && family.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
            && family.starts_with(|letter: char| letter.is_ascii_uppercase())
            && number.len() == 2
            && number.chars().all(|digit| digit.is_ascii_digit())
    })
}

#[test]
fn every_code_in_the_sources_is_explained() {
    let codes = codes_in_sources();
    assert!(codes.len() > 30, "{codes:?}");
    let explained: BTreeSet<&str> = innovate::checks().rules.iter().map(|rule| rule.code).collect();
    let missing: Vec<_> = codes.iter().filter(|(code, _)| !explained.contains(&***code)).collect();
    assert!(missing.is_empty(), "no rule explains {missing:#?}");
}

/// The text of the tests of all crates.
fn tests() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let crates = [
        "innovate-core",
        "innovate-aws",
        "innovate-aws/cfn",
        "innovate-k8s",
        "tests/cli",
        "tests/deploy",
    ];
    let mut open: Vec<PathBuf> =
        crates.iter().map(|name| root.join(name).join("tests/it")).collect();
    let mut text = String::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    text
}

#[test]
fn every_code_has_a_test() {
    let tests = tests();
    let untested: Vec<&str> = innovate::checks()
        .rules
        .iter()
        .map(|rule| rule.code)
        // As it is, or at the beginning of what is expected.
        .filter(|code| !["\"", " "].iter().any(|end| tests.contains(&format!("\"{code}{end}"))))
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn every_rule_says_what_holds_and_why() {
    let rules = innovate::checks().rules;
    let codes: Vec<&str> = rules.iter().map(|rule| rule.code).collect();
    // One rule a code: one mistake is one finding, and `explain` has one answer.
    assert!(codes.is_sorted_by(|one, next| one < next), "{codes:?}");
    let titles: BTreeSet<&str> = rules.iter().map(|rule| rule.title).collect();
    assert_eq!(titles.len(), rules.len());
    for rule in rules {
        assert!(is_code(rule.code), "{}", rule.code);
        assert!(!rule.title.is_empty() && !rule.title.ends_with('.'), "{}", rule.code);
        assert!(rule.explanation.trim().len() > 30, "{}", rule.code);
    }
}
