//! The rules inside the managed rule groups, by name.
//!
//! AWS WAF silently ignores an override whose rule name it doesn't know, so the names are types here.

use super::{action::Action, managed::ManagedRuleGroup};

/// What one rule of a managed rule group does instead of its own action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOverride {
    pub(super) group: ManagedRuleGroup,
    pub(super) rule: &'static str,
    pub(super) action: Action,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident of $group:ident: $($rule:ident $text:literal)*;)*) => {
        $(
            $(#[$doc])*
            ///
            /// Source: "AWS Managed Rules rule groups list", AWS WAF Developer Guide.
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            #[non_exhaustive]
            pub enum $name {
                $(#[doc = concat!("`", $text, "`.")] $rule,)*
            }

            impl $name {
                /// AWS's name of the rule.
                pub const fn name(self) -> &'static str {
                    match self {
                        $(Self::$rule => $text,)*
                    }
                }

                /// Counts what it matches and lets it pass.
                pub const fn count(self) -> RuleOverride {
                    self.act(Action::Count)
                }

                /// Does `action` with what it matches.
                pub const fn act(self, action: Action) -> RuleOverride {
                    RuleOverride { group: ManagedRuleGroup::$group, rule: self.name(), action }
                }
            }
        )*

        /// The names of a group's rules, as far as they are known here; empty if none is.
        pub(super) const fn rules_of(group: ManagedRuleGroup) -> &'static [&'static str] {
            match group {
                $(ManagedRuleGroup::$group => &[$($text),*],)*
                ManagedRuleGroup::AntiDdos => {
                    &["ChallengeAllDuringEvent", "ChallengeDDoSRequests", "DDoSRequests"]
                }
                ManagedRuleGroup::Windows | ManagedRuleGroup::BotControl => &[],
            }
        }
    };
}

rules! {
    /// The rules of [`ManagedRuleGroup::CommonRuleSet`].
    CommonRule of CommonRuleSet:
        NoUserAgentHeader "NoUserAgent_HEADER"
        UserAgentBadBotsHeader "UserAgent_BadBots_HEADER"
        SizeRestrictionsQueryString "SizeRestrictions_QUERYSTRING"
        SizeRestrictionsCookieHeader "SizeRestrictions_Cookie_HEADER"
        SizeRestrictionsBody "SizeRestrictions_BODY"
        SizeRestrictionsUriPath "SizeRestrictions_URIPATH"
        Ec2MetaDataSsrfBody "EC2MetaDataSSRF_BODY"
        Ec2MetaDataSsrfCookie "EC2MetaDataSSRF_COOKIE"
        Ec2MetaDataSsrfUriPath "EC2MetaDataSSRF_URIPATH"
        Ec2MetaDataSsrfQueryArguments "EC2MetaDataSSRF_QUERYARGUMENTS"
        GenericLfiQueryArguments "GenericLFI_QUERYARGUMENTS"
        GenericLfiUriPath "GenericLFI_URIPATH"
        GenericLfiBody "GenericLFI_BODY"
        RestrictedExtensionsUriPath "RestrictedExtensions_URIPATH"
        RestrictedExtensionsQueryArguments "RestrictedExtensions_QUERYARGUMENTS"
        GenericRfiQueryArguments "GenericRFI_QUERYARGUMENTS"
        GenericRfiBody "GenericRFI_BODY"
        GenericRfiUriPath "GenericRFI_URIPATH"
        CrossSiteScriptingCookie "CrossSiteScripting_COOKIE"
        CrossSiteScriptingQueryArguments "CrossSiteScripting_QUERYARGUMENTS"
        CrossSiteScriptingBody "CrossSiteScripting_BODY"
        CrossSiteScriptingUriPath "CrossSiteScripting_URIPATH";
    /// The rules of [`ManagedRuleGroup::KnownBadInputs`].
    KnownBadInputsRule of KnownBadInputs:
        JavaDeserializationRceHeader "JavaDeserializationRCE_HEADER"
        JavaDeserializationRceBody "JavaDeserializationRCE_BODY"
        JavaDeserializationRceUriPath "JavaDeserializationRCE_URIPATH"
        JavaDeserializationRceQueryString "JavaDeserializationRCE_QUERYSTRING"
        HostLocalhostHeader "Host_localhost_HEADER"
        PropfindMethod "PROPFIND_METHOD"
        ExploitablePathsUriPath "ExploitablePaths_URIPATH"
        Log4JRceHeader "Log4JRCE_HEADER"
        Log4JRceQueryString "Log4JRCE_QUERYSTRING"
        Log4JRceBody "Log4JRCE_BODY"
        Log4JRceUriPath "Log4JRCE_URIPATH"
        ReactJsRceBody "ReactJSRCE_BODY";
    /// The rules of [`ManagedRuleGroup::SqlInjection`].
    SqlInjectionRule of SqlInjection:
        SqliQueryArguments "SQLi_QUERYARGUMENTS"
        SqliExtendedPatternsQueryArguments "SQLiExtendedPatterns_QUERYARGUMENTS"
        SqliBody "SQLi_BODY"
        SqliExtendedPatternsBody "SQLiExtendedPatterns_BODY"
        SqliExtendedPatternsHeader "SQLiExtendedPatterns_HEADER"
        SqliExtendedPatternsUriPath "SQLiExtendedPatterns_URIPATH"
        SqliCookie "SQLi_COOKIE"
        SqliUriPath "SQLi_URIPATH";
    /// The rules of [`ManagedRuleGroup::Linux`].
    LinuxRule of Linux:
        LfiUriPath "LFI_URIPATH"
        LfiQueryString "LFI_QUERYSTRING"
        LfiHeader "LFI_HEADER";
    /// The rules of [`ManagedRuleGroup::Posix`].
    PosixRule of Posix:
        UnixShellCommandsVariablesQueryString "UNIXShellCommandsVariables_QUERYSTRING"
        UnixShellCommandsVariablesBody "UNIXShellCommandsVariables_BODY"
        UnixShellCommandsVariablesHeader "UNIXShellCommandsVariables_HEADER";
    /// The rules of [`ManagedRuleGroup::Php`].
    PhpRule of Php:
        PhpHighRiskMethodsVariablesHeader "PHPHighRiskMethodsVariables_HEADER"
        PhpHighRiskMethodsVariablesQueryString "PHPHighRiskMethodsVariables_QUERYSTRING"
        PhpHighRiskMethodsVariablesBody "PHPHighRiskMethodsVariables_BODY"
        PhpHighRiskMethodsVariablesUriPath "PHPHighRiskMethodsVariables_URIPATH";
    /// The rules of [`ManagedRuleGroup::WordPress`].
    WordPressRule of WordPress:
        WordPressExploitableCommandsQueryString "WordPressExploitableCommands_QUERYSTRING"
        WordPressExploitablePathsUriPath "WordPressExploitablePaths_URIPATH";
    /// The rules of [`ManagedRuleGroup::AdminProtection`].
    AdminProtectionRule of AdminProtection:
        AdminProtectionUriPath "AdminProtection_URIPATH";
    /// The rules of [`ManagedRuleGroup::IpReputation`].
    IpReputationRule of IpReputation:
        AwsManagedIpReputationList "AWSManagedIPReputationList"
        AwsManagedReconnaissanceList "AWSManagedReconnaissanceList"
        AwsManagedIpDdosList "AWSManagedIPDDoSList";
    /// The rules of [`ManagedRuleGroup::AnonymousIp`].
    AnonymousIpRule of AnonymousIp:
        AnonymousIpList "AnonymousIPList"
        HostingProviderIpList "HostingProviderIPList";
}
