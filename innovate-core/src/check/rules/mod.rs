//! The rules of the model itself: what holds in every program, whatever it makes. Each is checked
//! where the model is put together; here is what it means, a file a family of codes.

mod deploy;
mod limit;
mod lock;
mod output;
mod parity;
mod plan;
mod reference;
mod stack;
mod suppression;

use super::Rule;

/// Every rule of the model itself, by family.
pub fn model_rules() -> impl Iterator<Item = &'static Rule> {
    [
        stack::RULES,
        reference::RULES,
        limit::RULES,
        output::RULES,
        parity::RULES,
        suppression::RULES,
        lock::RULES,
        plan::RULES,
        deploy::RULES,
    ]
    .into_iter()
    .flatten()
}

/// Whether a code is about `innovate.lock`, which is compared with the whole program: what it holds is
/// accepted on the command line.
pub(super) fn is_about_lock(code: &str) -> bool {
    lock::RULES.iter().any(|rule| rule.code == code)
}
