//! The rule groups that AWS maintains.

use innovate_cfn::wafv2::web_acl as waf;
use innovate_core::Str;

use super::{action, managed_rule};

/// A rule group that AWS maintains, in the order in which a web ACL runs them: what is known about
/// the client first, then what is in the request, then what AWS charges for by the request.
///
/// Source: "AWS Managed Rules rule groups list", AWS WAF Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ManagedRuleGroup {
    /// Requests that take part in a denial of service. Silent browser challenges are off, since the
    /// clients of an API can't answer them. AWS charges for each web ACL and request.
    AntiDdos,
    /// Addresses that AWS saw in attacks.
    IpReputation,
    /// Anonymizing proxies and hosting providers. Counts by default: real users come from there too.
    AnonymousIp,
    /// The core rule set: what OWASP describes.
    CommonRuleSet,
    /// Requests that exploit known vulnerabilities.
    KnownBadInputs,
    /// SQL in what the request brings.
    SqlInjection,
    /// Inclusion of local files of Linux.
    Linux,
    /// Shell commands of POSIX systems.
    Posix,
    /// Shell commands of Windows.
    Windows,
    /// PHP's dangerous functions.
    Php,
    /// Paths and commands of WordPress.
    WordPress,
    /// Paths of administration pages.
    AdminProtection,
    /// Bots that say who they are. AWS charges for each web ACL and request.
    BotControl,
}

impl ManagedRuleGroup {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::AntiDdos,
        Self::IpReputation,
        Self::AnonymousIp,
        Self::CommonRuleSet,
        Self::KnownBadInputs,
        Self::SqlInjection,
        Self::Linux,
        Self::Posix,
        Self::Windows,
        Self::Php,
        Self::WordPress,
        Self::AdminProtection,
        Self::BotControl,
    ];

    /// AWS's name of the group.
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// How much of a web ACL's capacity it takes.
    pub const fn capacity(self) -> u32 {
        self.facts().1
    }

    /// The names of its rules, as far as they are known here; empty if none is.
    pub const fn rules(self) -> &'static [&'static str] {
        managed_rule::rules_of(self)
    }

    /// Reads AWS's name of a group.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }

    /// Runs it, and each of its rules does what AWS gave it to do.
    pub const fn block(self) -> Managed {
        Managed { group: self, mode: Mode::Block }
    }

    /// Runs it, but only counts what it would do: the first step of a rollout.
    pub const fn count(self) -> Managed {
        Managed { group: self, mode: Mode::Count }
    }

    const fn facts(self) -> (&'static str, u32) {
        match self {
            Self::AntiDdos => ("AWSManagedRulesAntiDDoSRuleSet", 50),
            Self::IpReputation => ("AWSManagedRulesAmazonIpReputationList", 25),
            Self::AnonymousIp => ("AWSManagedRulesAnonymousIpList", 50),
            Self::CommonRuleSet => ("AWSManagedRulesCommonRuleSet", 700),
            Self::KnownBadInputs => ("AWSManagedRulesKnownBadInputsRuleSet", 200),
            Self::SqlInjection => ("AWSManagedRulesSQLiRuleSet", 200),
            Self::Linux => ("AWSManagedRulesLinuxRuleSet", 200),
            Self::Posix => ("AWSManagedRulesUnixRuleSet", 100),
            Self::Windows => ("AWSManagedRulesWindowsRuleSet", 200),
            Self::Php => ("AWSManagedRulesPHPRuleSet", 100),
            Self::WordPress => ("AWSManagedRulesWordPressRuleSet", 100),
            Self::AdminProtection => ("AWSManagedRulesAdminProtectionRuleSet", 100),
            Self::BotControl => ("AWSManagedRulesBotControlRuleSet", 50),
        }
    }

    pub(super) fn statement(self, overrides: Vec<waf::RuleActionOverride>) -> waf::Statement {
        let mut group = waf::ManagedRuleGroupStatement::new(self.name(), "AWS");
        let config = match self {
            Self::AntiDdos => {
                Some(waf::ManagedRuleGroupConfig::new().aws_managed_rules_anti_d_do_s_rule_set(
                    waf::AWSManagedRulesAntiDDoSRuleSet::new(waf::ClientSideActionConfig::new(
                        waf::ClientSideAction::new(waf::UsageOfAction::DISABLED),
                    )),
                ))
            }
            Self::BotControl => {
                Some(waf::ManagedRuleGroupConfig::new().aws_managed_rules_bot_control_rule_set(
                    waf::AWSManagedRulesBotControlRuleSet::new(
                        waf::AWSManagedRulesBotControlRuleSetInspectionLevel::COMMON,
                    ),
                ))
            }
            _ => None,
        };
        if let Some(config) = config {
            group = group.managed_rule_group_configs([config]);
        }
        if !overrides.is_empty() {
            group = group.rule_action_overrides(overrides);
        }
        waf::Statement::new().managed_rule_group_statement(group)
    }
}

/// How far a rule group's rollout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Block,
    Count,
}

/// A managed rule group as a web ACL runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Managed {
    pub(super) group: ManagedRuleGroup,
    pub(super) mode: Mode,
}

impl From<ManagedRuleGroup> for Managed {
    fn from(group: ManagedRuleGroup) -> Self {
        match group {
            ManagedRuleGroup::AnonymousIp => group.count(),
            _ => group.block(),
        }
    }
}

impl Managed {
    /// The group.
    pub const fn group(self) -> ManagedRuleGroup {
        self.group
    }

    pub(super) fn rule(self, priority: u32, overrides: Vec<waf::RuleActionOverride>) -> waf::Rule {
        let name = self.group.name();
        let statement = self.group.statement(overrides);
        let action = match self.mode {
            Mode::Block => waf::OverrideAction::new().none(action::empty()),
            Mode::Count => waf::OverrideAction::new().count(action::empty()),
        };
        action::rule(Str::Borrowed(name), priority, statement).override_action(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_reads_back_from_its_name() {
        for group in ManagedRuleGroup::ALL {
            assert_eq!(ManagedRuleGroup::from_name(group.name()), Some(group));
        }
        assert_eq!(ManagedRuleGroup::from_name("AWSManagedRulesCommonRuleset"), None);
    }

    #[test]
    fn groups_run_in_the_order_of_the_enumeration() {
        assert!(ManagedRuleGroup::ALL.is_sorted());
    }
}
