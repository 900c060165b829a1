//! What a rule does with what it matches.

use innovate_cfn::wafv2::web_acl as waf;
use innovate_core::{Json, Str, Value, value::intrinsic};

/// What a rule does with what it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Refuses the request with status 403.
    Block,
    /// Counts it and goes on.
    Count,
    /// Lets the request pass without a look at the rules that follow.
    Allow,
    /// Asks a person to solve a puzzle.
    Captcha,
    /// Has the browser prove in silence that it is one.
    Challenge,
}

impl Action {
    pub(super) fn property(self) -> waf::RuleAction {
        let action = waf::RuleAction::new();
        match self {
            Self::Block => action.block(waf::BlockAction::new()),
            Self::Count => action.count(waf::CountAction::new()),
            Self::Allow => action.allow(waf::AllowAction::new()),
            Self::Captcha => action.captcha(waf::CaptchaAction::new()),
            Self::Challenge => action.challenge(waf::ChallengeAction::new()),
        }
    }
}

/// `{}`, which says no more than that a choice was made.
pub(super) fn empty() -> Value<Json> {
    intrinsic::object([])
}

/// A rule that is measured and sampled under its name.
pub(super) fn rule(name: Str, priority: u32, statement: waf::Statement) -> waf::Rule {
    let visibility = visibility(name.clone());
    waf::Rule::new(name, priority, statement, visibility)
}

pub(super) fn visibility(metric: Str) -> waf::VisibilityConfig {
    waf::VisibilityConfig::new(true, metric, true)
}
