//! What every program is checked against: the registry's facts and all rules.

use std::sync::LazyLock;

use innovate_cfn::schema::{self, Registry};
use innovate_core::{Checks, Rule, check::model_rules};

static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut rules: Vec<&'static Rule> = model_rules().collect();
    rules.extend(schema::RULES);
    rules.extend(innovate_aws::rules::RULES);
    rules.extend(innovate_k8s::rules::RULES);
    rules.sort_by_key(|rule| rule.code);
    rules
});

/// What every program is checked against: the facts of CloudFormation's registry, and the rules of
/// the model, the registry, AWS and Kubernetes, sorted by code. `App::synth` takes it; for tests,
/// benchmarks, and programs with a command line of their own.
pub fn checks() -> Checks<'static> {
    Checks { registry: &Registry, rules: &RULES }
}
