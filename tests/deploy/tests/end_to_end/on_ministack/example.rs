//! The templates of the examples: what `tests/golden` holds, as far as ministack's types reach.

use std::{collections::BTreeSet, fs, path::Path};

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use innovate::core::{
    assembly::{INDEX, Index},
    diff::StackId,
};
use serde_json::{Value, json};

use super::{
    assembly::Wanted,
    cloud::Cloud,
    cut::{LACKING, cut, types},
};

/// A stack of an example.
#[derive(Clone, Debug)]
pub(super) struct ExampleStack {
    /// Its template, as the example has it.
    pub(super) whole: Value,
    /// As far as ministack reaches.
    pub(super) cut: Wanted,
}

/// The stacks of an example, in the order in which they depend on each other, in the account of a
/// test.
pub(super) fn example(name: &str, account: &str) -> Vec<ExampleStack> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden").join(name);
    let read = |path: &str| fs::read_to_string(golden.join(path)).unwrap();
    let index: Index = serde_json::from_str(&read(INDEX)).unwrap();
    let stacks = index.stacks.into_iter().map(|stack| {
        let whole: Value = serde_json::from_str(&read(&stack.template)).unwrap();
        let (name, region) = (stack.name, stack.region);
        let cut = Wanted {
            id: StackId { name, account: account.to_owned(), region },
            template: cut(&whole),
            depends_on: stack.depends_on,
            tags: stack.tags,
            termination_protection: stack.termination_protection,
        };
        ExampleStack { whole, cut }
    });
    stacks.collect()
}

/// All examples.
const EXAMPLES: [&str; 5] = ["dev", "load_balancer", "prod", "rds", "staging"];

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn the_types_that_ministack_lacks_are_listed() {
    let mut used = BTreeSet::new();
    for stack in EXAMPLES.iter().flat_map(|name| example(name, "300000000001")) {
        used.extend(types(&stack.whole).into_keys());
    }
    let resources = used.iter().enumerate();
    let resources = resources.map(|(at, kind)| (format!("R{at}"), json!({ "Type": kind })));
    let template = json!({ "Resources": resources.collect::<serde_json::Map<_, _>>() });
    let client = Cloud::new("300000000001").client("eu-west-1");
    let answer = client.validate_template().template_body(template.to_string()).send().await;
    let message = answer.unwrap_err().message().unwrap().to_owned();
    let named = message.strip_prefix("Template format error: Unrecognized resource types: [");
    let named: Vec<&str> = named.unwrap().strip_suffix("]").unwrap().split(", ").collect();
    assert_eq!(named.join("\n"), LACKING.trim_end(), "lacking.txt says what ministack lacks");
}

#[test]
fn most_of_the_examples_is_within_the_reach_of_ministack() {
    for name in EXAMPLES {
        let (mut all, mut within) = (0, 0);
        for stack in example(name, "300000000001") {
            let count = |template: &Value| types(template).values().sum::<usize>();
            let cut = &stack.cut;
            assert!(count(&cut.template) > 0, "nothing is left of {}", cut.id);
            all += count(&stack.whole);
            within += count(&cut.template);
        }
        assert!(within * 10 >= all * 6, "{name}: {within} of {all}");
    }
}
