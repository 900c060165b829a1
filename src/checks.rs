//! What every program is checked against: the registry's facts and all rules.

use std::sync::LazyLock;

use innovate_core::{
    Checks, Rule,
    check::{Facts, Registry, model_rules},
};

static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut rules: Vec<&'static Rule> = model_rules().collect();
    rules.extend(innovate_aws::rules::RULES);
    rules.sort_by_key(|rule| rule.code);
    rules
});

/// What every program is checked against: the facts of CloudFormation's registry, and the rules of
/// the model, of AWS and of Kubernetes, sorted by code. For programs with a command line of their
/// own, tests and benchmarks: `App::synth` takes it.
pub fn checks() -> Checks<'static> {
    Checks { registry: &NoFacts, rules: &RULES }
}

struct NoFacts;

impl Registry for NoFacts {
    fn version(&self) -> &str {
        "none"
    }

    fn facts(&self, _: &str) -> Option<Facts> {
        None
    }
}
