//! What a program spends inside of its process: making its stacks, checking and rendering them.

mod program;

use divan::{Bencher, counter::ItemsCount};
use innovate::core::{Checks, TemplateFormat};

fn main() {
    divan::main();
}

const STACKS: [usize; 3] = [1, 5, 25];
/// Resources of a stack.
const RESOURCES: usize = 400;

/// The constructs only.
#[divan::bench(args = STACKS)]
fn build(bencher: Bencher<'_, '_>, stacks: usize) {
    let bencher = bencher.counter(ItemsCount::new(stacks * RESOURCES));
    bencher.bench(|| program::scale(stacks));
}

/// The graph and the files, without a rule.
#[divan::bench(args = STACKS)]
fn render(bencher: Bencher<'_, '_>, stacks: usize) {
    let checks = Checks { rules: &[], ..innovate::checks() };
    synth(bencher, stacks, checks, TemplateFormat::Json);
}

/// Every rule, and the files.
#[divan::bench(args = STACKS)]
fn check(bencher: Bencher<'_, '_>, stacks: usize) {
    synth(bencher, stacks, innovate::checks(), TemplateFormat::Json);
}

/// Every rule, and the files as YAML.
#[divan::bench(args = STACKS)]
fn yaml(bencher: Bencher<'_, '_>, stacks: usize) {
    synth(bencher, stacks, innovate::checks(), TemplateFormat::Yaml);
}

fn synth(bencher: Bencher<'_, '_>, stacks: usize, checks: Checks<'_>, format: TemplateFormat) {
    bencher
        .counter(ItemsCount::new(stacks * RESOURCES))
        .with_inputs(|| program::scale(stacks))
        .bench_values(|app| app.synth(checks, format));
}
