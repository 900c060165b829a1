//! What a web ACL logs.

use innovate_cfn::wafv2::{self, logging_configuration as waf};
use innovate_core::Str;

/// Which requests are logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Logged {
    /// Those that a rule blocked or counted: what one looks into, at a fraction of the price.
    #[default]
    BlockedAndCounted,
    /// All of them.
    Everything,
}

/// The headers that never reach the log: they hold sessions and tokens.
const SECRET_HEADERS: [&str; 2] = ["authorization", "cookie"];

pub(super) fn configure(
    configuration: wafv2::LoggingConfiguration,
    logged: Logged,
    redacted: &[Str],
) -> wafv2::LoggingConfiguration {
    let header = |name: Str| {
        let header = waf::FieldToMatchSingleHeader::new(name.to_ascii_lowercase());
        waf::FieldToMatch::new().single_header(header)
    };
    let mut names: Vec<Str> = SECRET_HEADERS.map(Str::Borrowed).into();
    names.extend(
        redacted
            .iter()
            .filter(|name| !SECRET_HEADERS.iter().any(|secret| name.eq_ignore_ascii_case(secret)))
            .cloned(),
    );
    let configuration =
        configuration.redacted_fields(names.into_iter().map(header).collect::<Vec<_>>());
    if logged == Logged::Everything {
        return configuration;
    }
    let when =
        |action| waf::Condition::new().action_condition(waf::ConditionActionCondition::new(action));
    let keep = waf::Filter::new(
        waf::FilterBehavior::KEEP,
        [
            when(waf::ConditionActionConditionAction::BLOCK),
            when(waf::ConditionActionConditionAction::COUNT),
        ],
        waf::FilterRequirement::MEETS_ANY,
    );
    configuration
        .logging_filter(waf::LoggingFilter::new(waf::LoggingFilterDefaultBehavior::DROP, [keep]))
}
