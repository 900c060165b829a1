//! Limits of how often one client may call.

use innovate_cfn::wafv2::web_acl as waf;
use innovate_core::{Str, value::IntegerLiteral};

use super::{
    action::{self, Action},
    client_ip::{self, ClientIp},
    statement,
};

/// The time over which requests are counted, again and again.
///
/// Source: `EvaluationWindowSec`, `AWS::WAFv2::WebACL RateBasedStatement`, AWS CloudFormation Template
/// Reference Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateWindow {
    /// 60 seconds.
    OneMinute,
    /// 120 seconds.
    TwoMinutes,
    /// 300 seconds.
    #[default]
    FiveMinutes,
    /// 600 seconds.
    TenMinutes,
}

/// How often one client may call: beyond it, its requests are blocked until it calls less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    limit: u32,
    window: RateWindow,
    path: Option<Str>,
    name: Option<Str>,
    action: Action,
}

impl RateLimit {
    /// At most `requests` in five minutes from one address: 10 to 2,000,000,000.
    pub const fn per_ip(requests: u32) -> Self {
        Self {
            limit: requests,
            window: RateWindow::FiveMinutes,
            path: None,
            name: None,
            action: Action::Block,
        }
    }

    /// Counts over another time than five minutes.
    #[must_use]
    pub const fn window(mut self, window: RateWindow) -> Self {
        self.window = window;
        self
    }

    /// Counts only what is sent to paths that begin with `prefix`, such as `/login`.
    #[must_use]
    pub fn on_path(mut self, prefix: impl Into<Str>) -> Self {
        self.path = Some(prefix.into());
        self
    }

    /// Does `action` beyond the limit instead of blocking.
    #[must_use]
    pub const fn action(mut self, action: Action) -> Self {
        self.action = action;
        self
    }

    /// Names the rule. By default it is called `RateLimit`, with its path behind it if it has one.
    #[must_use]
    pub fn named(mut self, name: impl Into<Str>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(super) fn rule(&self, priority: u32, client_ip: ClientIp) -> waf::Rule {
        let name = match (&self.name, &self.path) {
            (Some(name), _) => name.clone(),
            (None, None) => Str::Borrowed("RateLimit"),
            (None, Some(path)) => Str::Owned(format!("RateLimit{}", name_of(path))),
        };
        let mut limit = match client_ip {
            ClientIp::Source => waf::RateBasedStatement::new(
                waf::RateBasedStatementAggregateKeyType::IP,
                self.limit,
            ),
            ClientIp::ForwardedFor => {
                let key = waf::RateBasedStatementAggregateKeyType::FORWARDED_IP;
                waf::RateBasedStatement::new(key, self.limit)
                    .forwarded_ip_config(client_ip::forwarded())
            }
        };
        limit = limit.evaluation_window_sec(self.window.property());
        if let Some(path) = &self.path {
            limit = limit.scope_down_statement(statement::path_starts_with(path.clone()));
        }
        let statement = waf::Statement::new().rate_based_statement(limit);
        action::rule(name, priority, statement).action(self.action.property())
    }
}

impl RateWindow {
    const fn property(self) -> IntegerLiteral<waf::EvaluationWindowSec> {
        match self {
            Self::OneMinute => waf::EvaluationWindowSec::SEC_60,
            Self::TwoMinutes => waf::EvaluationWindowSec::SEC_120,
            Self::FiveMinutes => waf::EvaluationWindowSec::SEC_300,
            Self::TenMinutes => waf::EvaluationWindowSec::SEC_600,
        }
    }
}

/// A path as part of a rule's name, which takes letters, digits, hyphens and underscores.
fn name_of(path: &str) -> String {
    path.chars().map(|found| if found.is_ascii_alphanumeric() { found } else { '-' }).collect()
}
