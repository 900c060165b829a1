//! Rules of one's own.

use innovate_cfn::wafv2::web_acl as waf;
use innovate_core::Str;

use super::{
    action::{self, Action},
    statement::Statement,
};

/// A rule of one's own, with the place that it has among the others.
///
/// The rules that a [`WebAcl`](super::WebAcl) makes have the priorities 99 to 799; what runs before
/// them is given 0 to 98, and what runs after them 800 and more. Two rules with one priority are a
/// finding.
#[derive(Clone, Debug)]
pub struct CustomRule {
    name: Str,
    priority: u32,
    statement: Statement,
    action: Action,
}

impl CustomRule {
    /// Does `action` with what matches `statement`.
    pub fn new(name: impl Into<Str>, priority: u32, statement: Statement, action: Action) -> Self {
        Self { name: name.into(), priority, statement, action }
    }

    pub(super) const fn priority(&self) -> u32 {
        self.priority
    }

    pub(super) fn rule(self) -> waf::Rule {
        action::rule(self.name, self.priority, self.statement).action(self.action.property())
    }
}
