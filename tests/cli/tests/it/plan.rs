//! What changes, and what that does.

use std::fs;

use serde_json::Value;

use crate::program::Bench;

/// A folder in which `before` holds what the program yields.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.good("", "synth --out before");
    bench
}

#[test]
fn a_program_that_is_as_it_was_has_no_changes() {
    let ended = bench().good("", "plan --against before --fail-on replace --fail-on destroy");
    assert_eq!(ended.out, "no changes in 2 stacks\n");
    assert_eq!(ended.err, "");
}

#[test]
fn a_plan_shows_each_property_with_the_line_of_the_program() {
    let ended = bench().good("accepted", "plan --against before");
    assert!(ended.out.contains("  ~ Jobs  AWS::SQS::Queue  tests/cli/src/main.rs:"), "{ended:?}");
    assert!(ended.out.contains("      + VisibilityTimeout: 60\n"), "{ended:?}");
    assert!(ended.out.contains("  + Wide  AWS::CloudFormation::WaitConditionHandle"), "{ended:?}");
    assert!(
        ended.out.ends_with("1 to create, 1 to update in 2 stacks; 0 stay as they are\n"),
        "{ended:?}"
    );
}

#[test]
fn a_resource_that_holds_data_goes_only_if_it_is_named() {
    let bench = bench();
    let ended = bench.refused("lost", "plan --against before", 1, "error[PLAN-03]");
    assert!(ended.err.contains("if that is meant: --delete acme-data/Jobs\n"), "{ended:?}");
    assert!(ended.out.contains("  - Jobs  AWS::SQS::Queue  leaves the stack"), "{ended:?}");
    bench.good("lost", "plan --against before --delete acme-data/Jobs");
    let near = "plan --against before --delete acme-data/Job";
    bench.refused("lost", near, 2, "help: there is `acme-data/Jobs`");
    bench.refused("", "plan --against before --delete x/Y", 2, "the program has no stack `x`");
}

#[test]
fn a_resource_that_is_called_otherwise_says_what_it_was() {
    let bench = bench();
    let text = ".moved_from(\"Jobs\")";
    bench.refused("renamed", "plan --against before", 1, text);
    let ended = bench.good("moved", "plan --against before");
    assert!(
        ended.out.contains("move acme-data/Jobs to acme-data/Tasks (stack refactor)\n"),
        "{ended:?}"
    );
    assert!(
        ended.out.ends_with("1 to move, 1 to update in 1 stack; 1 stays as it is\n"),
        "{ended:?}"
    );
}

#[test]
fn what_is_retained_is_not_destroyed() {
    bench().good("lost", "plan --against before --delete acme-data/Jobs --fail-on destroy");
}

#[test]
fn a_folder_without_an_assembly_is_named() {
    let bench = bench();
    bench.refused("", "diff before missing", 2, "can't read `missing/manifest.json`");
    fs::create_dir(bench.folder.join("other")).unwrap();
    fs::write(bench.folder.join("other/manifest.json"), "{}").unwrap();
    bench.refused("", "diff other before", 2, "isn't the index of an assembly");
}

#[test]
fn two_folders_are_compared_without_the_program() {
    let bench = bench();
    bench.good("accepted", "synth --out after");
    let ended = bench.good("error", "diff before after");
    assert!(ended.out.contains("      + VisibilityTimeout: 60\n"), "{ended:?}");
    let back = bench.good("error", "diff after before");
    assert!(back.out.contains("      - VisibilityTimeout: 60\n"), "{back:?}");
    let stop = "stopped by --fail-on destroy: 1 resource: acme-network/Wide\n";
    bench.refused("error", "diff after before --fail-on destroy", 1, stop);
}

#[test]
fn yaml_and_json_are_the_same_stacks() {
    let bench = bench();
    bench.good("", "synth --format yaml --out yaml");
    assert_eq!(bench.good("", "diff before yaml").out, "no changes in 2 stacks\n");
}

#[test]
fn a_template_that_was_changed_by_hand_is_no_ground_for_a_plan() {
    let bench = bench();
    let path = bench.folder.join("before/templates/acme-data.template.json");
    let template = fs::read_to_string(&path).unwrap();
    fs::write(&path, template.replace("Retain", "Delete")).unwrap();
    bench.refused("", "plan --against before", 2, "it was changed since");
}

#[test]
fn a_program_with_errors_is_not_planned() {
    let ended = bench().refused("error", "plan --against before", 1, "error[TST-01]");
    assert!(ended.err.ends_with("nothing was planned\n"), "{ended:?}");
}

#[test]
fn machines_read_a_plan_as_json() {
    let bench = bench();
    let ended = bench.run("lost", "plan --against before --json");
    assert_eq!(ended.code, 1, "{ended:?}");
    let plan: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(plan["impact"], "nothing");
    assert_eq!(plan["stacks"][1]["name"], "acme-data");
    assert_eq!(plan["stacks"][1]["resources"][0]["action"], "retain");
    assert_eq!(plan["refusals"][0]["code"], "PLAN-03");
    assert_eq!(plan["broadenings"], Value::Array(Vec::new()));
}

#[test]
fn a_pull_request_reads_a_plan_as_markdown() {
    let bench = bench();
    let ended = bench.good("accepted", "plan --against before --markdown");
    assert!(ended.out.starts_with("**1 to create, 1 to update in 2 stacks"), "{ended:?}");
    assert!(ended.out.contains("\n### `acme-data`\n"), "{ended:?}");
    assert!(ended.out.contains("* `VisibilityTimeout`: `60`\n"), "{ended:?}");
    bench.refused("", "plan --against before --markdown --json", 2, "cannot be used with");
}

#[test]
fn an_assembly_and_credentials_are_not_asked_for_at_once() {
    let said = "plan --against before --profile x";
    bench().refused("", said, 2, "cannot be used with");
}
