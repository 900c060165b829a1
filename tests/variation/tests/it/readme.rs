//! What the README shows is what the compiler and `check` say about its program.

use innovate_variation_tests::readme::{WINDOW, ZONE, blocks};

use crate::{check::check, compiler::ERRORS};

const README: &str = include_str!("../../../../README.md");

/// A message as the README would show it: in the file of a user's own program, up to the first
/// note of the compiler.
fn shown(message: &str, module: &str) -> String {
    let mut lines = Vec::new();
    for line in message.trim_end().lines() {
        if line.contains("= note: this error originates") {
            break;
        }
        lines.push(match line.split_once("--> ") {
            Some((indent, place)) => {
                let (_, place) = place.split_once(".rs:").unwrap();
                format!("{indent}--> src/main.rs:{place}")
            }
            None => line.replace(&format!("{module}::"), ""),
        });
    }
    lines.join("\n").trim_end_matches(" |").trim_end().to_owned()
}

#[test]
fn the_readme_shows_what_is_said_about_its_program() {
    let refused = &ERRORS[&ZONE.module()][0].text;
    let (exit, findings) = check(&WINDOW.module());
    assert_eq!(exit, Some(1), "{findings}");
    let said = [shown(refused, &ZONE.module()), shown(&findings, &WINDOW.module())];
    let readme: Vec<&str> = blocks(README, "text").map(str::trim_end).collect();
    assert_eq!(readme, said, "\n{}\n", said.join("\n\n"));
}

#[test]
fn the_readme_counts_what_there_is() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../innovate-aws/cfn/src");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let types: usize = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .map(|text| text.lines().filter(|line| line.starts_with("resource! { ")).count())
        .sum();
    let thousands = format!("all {},{:03} resource types", types / 1_000, types % 1_000);
    assert!(README.contains(&thousands), "{thousands}");
    assert!(README.contains("more than a hundred rules") && innovate::checks().rules.len() > 100);
}
