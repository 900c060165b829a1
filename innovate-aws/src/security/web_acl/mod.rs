//! AWS WAF in front of a load balancer or of CloudFront.
//!
//! * [`WebAcl`]: the construct, for one of two scopes ([`Regional`], [`CloudFront`]),
//! * [`ManagedRuleGroup`]: the groups that AWS maintains; [`CommonRule`] and its like name their
//!   rules, to override one,
//! * [`RateLimit`], [`IpRule`], [`GeoRule`]: rates, addresses and countries,
//! * [`CustomRule`]: the rest, with what [`statement`] makes,
//! * [`WebAclMetric`], [`WebAclAlarm`]: what is counted, and what alarms watch,
//! * [`capacity`](self): what all of it costs.

mod action;
mod alarm;
pub(crate) mod capacity;
mod client_ip;
mod custom_rule;
mod geo_rule;
mod ip_rule;
mod logging;
mod managed;
mod managed_rule;
mod order;
mod rate_limit;
mod scope;
pub mod statement;

use std::marker::PhantomData;

use innovate_cfn::{
    kind::WebAclArn,
    wafv2::{self, web_acl as waf},
};
use innovate_core::{
    Construct, Diagnostic, Gives, MAIN, Node, ResourceRef, ResourceType as _, Scope, Str, Value,
    text, value::pseudo,
};
use typed_builder::TypedBuilder;

use crate::{
    keys::{Key, KmsKey, Logs},
    load_balancer::OriginHeader,
    name::{LogGroupName, name_of},
    observability::{LogGroup, Metric, Retention, Unit},
};

pub use action::Action;
pub use alarm::WebAclAlarm;
pub use client_ip::ClientIp;
pub use custom_rule::CustomRule;
pub use geo_rule::GeoRule;
pub use ip_rule::IpRule;
pub use logging::Logged;
pub use managed::{Managed, ManagedRuleGroup};
pub use managed_rule::{
    AdminProtectionRule, AnonymousIpRule, CommonRule, IpReputationRule, KnownBadInputsRule,
    LinuxRule, PhpRule, PosixRule, RuleOverride, SqlInjectionRule, WordPressRule,
};
pub use rate_limit::{RateLimit, RateWindow};
pub use scope::{CloudFront, NothingStandsBeforeCloudFront, Regional, WebAclScope};

/// What AWS WAF wants the name of every destination of its logs to begin with.
const LOG_PREFIX: &str = "aws-waf-logs-";
/// The label that the core rule set gives to a request with a body above 8 KiB.
const LARGE_BODY: &str = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body";

/// The rule that decides about such a request.
pub(crate) const LARGE_BODY_ELSEWHERE: &str = "LargeBodyElsewhere";

/// A web ACL: what reaches the application, and what doesn't.
///
/// By default it runs the managed groups for IP reputation, OWASP's threats, known bad inputs and SQL
/// injection, and lets one address call 2,000 times in five minutes. What no rule matches is let in.
/// It logs what it blocked or counted to the log group `aws-waf-logs-<name>`, without the headers
/// that hold sessions and tokens.
///
/// A body above 8 KiB is blocked, as the core rule set has it: an API that takes larger ones, such as
/// uploads or documents in JSON, says where with `.large_bodies(["/api/uploads/"])`. There AWS WAF looks
/// into the beginning of a body alone: 8 KiB before a load balancer, 16 KiB before CloudFront.
///
/// Rules run in the order of the guide for AWS WAF in the AWS Security Services Best Practices, so
/// none needs a priority, and no two share one.
///
/// A web ACL for [`CloudFront`] goes into a stack in us-east-1.
///
/// ```
/// use innovate_aws::security::{Regional, WebAcl, web_acl::{CommonRule, ManagedRuleGroup, RateLimit}};
///
/// let acl = WebAcl::<Regional>::builder()
///     .managed([
///         ManagedRuleGroup::IpReputation,
///         ManagedRuleGroup::CommonRuleSet,
///         ManagedRuleGroup::KnownBadInputs,
///         ManagedRuleGroup::SqlInjection,
///     ])
///     .overrides([CommonRule::NoUserAgentHeader.count()])
///     .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path("/login")])
///     .build();
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct WebAcl<S: WebAclScope> {
    /// The managed groups that it runs, each a [`ManagedRuleGroup`] or, for a rollout,
    /// `group.count()`. IP reputation, the core rule set, known bad inputs and SQL injection by
    /// default.
    #[builder(default = DEFAULT_GROUPS.map(Managed::from).into(), setter(
        fn transform<M: Into<Managed>>(groups: impl IntoIterator<Item = M>) -> Vec<Managed> {
            groups.into_iter().map(Into::into).collect()
        }
    ))]
    managed: Vec<Managed>,
    /// What single rules of those groups do instead of their own action. Nothing by default.
    #[builder(default, setter(
        fn transform(overrides: impl IntoIterator<Item = RuleOverride>) -> Vec<RuleOverride> {
            overrides.into_iter().collect()
        }
    ))]
    overrides: Vec<RuleOverride>,
    /// How often one client may call. 2,000 times in five minutes by default.
    #[builder(default = vec![RateLimit::per_ip(2_000)], setter(
        fn transform(limits: impl IntoIterator<Item = RateLimit>) -> Vec<RateLimit> {
            limits.into_iter().collect()
        }
    ))]
    rate_limits: Vec<RateLimit>,
    /// Addresses that are always let in, or never. None by default.
    #[builder(default, setter(
        fn transform(rules: impl IntoIterator<Item = IpRule>) -> Vec<IpRule> {
            rules.into_iter().collect()
        }
    ))]
    addresses: Vec<IpRule>,
    /// Countries that are let in, or not. All are by default.
    #[builder(default, setter(strip_option))]
    countries: Option<GeoRule>,
    /// The paths under which a body may be larger than the 8 KiB that the core rule set lets pass,
    /// each by its beginning, such as `/uploads/`. None by default. Elsewhere such a body is blocked,
    /// or counted if the core rule set only counts.
    #[builder(default, setter(
        fn transform<P: Into<Str>>(prefixes: impl IntoIterator<Item = P>) -> Vec<Str> {
            prefixes.into_iter().map(Into::into).collect()
        }
    ))]
    large_bodies: Vec<Str>,
    /// Rules of one's own. None by default.
    #[builder(default, setter(
        fn transform(rules: impl IntoIterator<Item = CustomRule>) -> Vec<CustomRule> {
            rules.into_iter().collect()
        }
    ))]
    custom_rules: Vec<CustomRule>,
    /// Which address counts as a client's. The one that the connection comes from by default; of a
    /// regional web ACL behind CloudFront it must be [`ClientIp::ForwardedFor`].
    #[builder(default, setter(transform = |ip: S::ClientIp| S::client_ip(ip)))]
    client_ip: ClientIp,
    /// The header without which it blocks whatever comes: what the program's own distribution shows.
    /// For a load balancer of the AWS Load Balancer Controller that CloudFront reaches over the
    /// internet. None by default.
    #[builder(default, setter(transform = |header: &S::OriginHeader| Some(header.clone())))]
    origin_header: Option<S::OriginHeader>,
    /// Which requests are logged. Those that a rule blocked or counted by default.
    #[builder(default)]
    logged: Logged,
    /// Headers that are kept out of the log, beside `authorization` and `cookie`. None by default.
    #[builder(default, setter(
        fn transform<H: Into<Str>>(headers: impl IntoIterator<Item = H>) -> Vec<Str> {
            headers.into_iter().map(Into::into).collect()
        }
    ))]
    redacted_headers: Vec<Str>,
    /// How long the log is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// What encrypts the log. A key of its own by default.
    #[builder(default, setter(transform = |key: &Key<Logs>| Some(key.clone())))]
    logs_key: Option<Key<Logs>>,
    #[builder(default, setter(skip))]
    scope: PhantomData<fn() -> S>,
}

/// The groups that every production needs.
pub(crate) const DEFAULT_GROUPS: [ManagedRuleGroup; 4] = [
    ManagedRuleGroup::IpReputation,
    ManagedRuleGroup::CommonRuleSet,
    ManagedRuleGroup::KnownBadInputs,
    ManagedRuleGroup::SqlInjection,
];

impl<S: WebAclScope> Construct for WebAcl<S> {
    type Handle = WebAclHandle<S>;
    type Needs = S::Needs;

    fn build(mut self, scope: &mut Scope<'_>) -> WebAclHandle<S> {
        let name = name_of(scope);
        self.check(scope);
        let rules = self.rules(&name, scope);
        let capacity = {
            let rules = rules.iter().cloned().map(|rule| rule.give().into_node()).collect();
            capacity::of_rules(&Node::List(rules), &|_| None)
        };
        let default = waf::DefaultAction::new().allow(waf::AllowAction::new());
        let mut acl =
            wafv2::WebACL::new(default, S::WEB_ACL, action::visibility(name.clone().into()))
                .name(&name)
                .rules(rules);
        let header = self.origin_header.as_ref().map(S::origin_header);
        for secret in header.into_iter().flat_map(OriginHeader::secrets) {
            acl = acl.depends_on(secret);
        }
        let acl = scope.add(MAIN, acl);
        self.log(&name, &acl, scope);
        WebAclHandle {
            name: S::name(name),
            acl,
            capacity,
            region: scope.site().region().to_owned(),
        }
    }
}

impl<S: WebAclScope> WebAcl<S> {
    /// Reports what would silently do nothing.
    fn check(&self, scope: &mut Scope<'_>) {
        let runs = |group: ManagedRuleGroup| self.managed.iter().any(|found| found.group == group);
        for one in self.overrides.iter().filter(|one| !runs(one.group)) {
            scope.report(
                Diagnostic::error(
                    "WAF-03",
                    "an override is for a group that the web ACL doesn't run",
                )
                .setter("overrides")
                .given(format!("`{}` of `{}`", one.rule, one.group.name()))
                .help(format!("add `ManagedRuleGroup::{:?}` to `.managed(..)`", one.group)),
            );
        }
        let below_all =
            |path: &&Str| path.starts_with('/') && path.trim_matches(['/', '.']).is_empty();
        for path in self.large_bodies.iter().filter(below_all) {
            scope.report(
                Diagnostic::error(
                    "WAF-03",
                    "an exception for every path leaves no limit of bodies",
                )
                .setter("large_bodies")
                .given(path)
                .allowed("a path below the root, such as `/uploads/`")
                .help("name where large bodies go: `.large_bodies([\"/uploads/\"])`; if that is everywhere, say so: `.overrides([CommonRule::SizeRestrictionsBody.count()])`"),
            );
        }
        if !self.large_bodies.is_empty() && !runs(ManagedRuleGroup::CommonRuleSet) {
            scope.report(
                Diagnostic::error(
                    "WAF-03",
                    "nothing limits bodies, so there is no exception to make",
                )
                .setter("large_bodies")
                .help("the limit is in `ManagedRuleGroup::CommonRuleSet`"),
            );
        }
    }

    /// The rules in the order in which AWS WAF runs them.
    fn rules(&mut self, name: &str, scope: &mut Scope<'_>) -> Vec<waf::Rule> {
        let mut rules: Vec<(u32, waf::Rule)> = Vec::new();
        if let Some(header) = self.origin_header.as_ref().map(S::origin_header) {
            let shown = |value| statement::header_is(header.name(), value);
            let shown = statement::any(header.accepted().map(shown));
            let rule =
                action::rule("OriginHeader".into(), order::ORIGIN_HEADER, statement::not(shown));
            rules.push((order::ORIGIN_HEADER, rule.action(Action::Block.property())));
        }
        for (priority, rule) in (order::ADDRESSES..).zip(&self.addresses) {
            let set = format!("{name}-{}", rule.name);
            rules.push((priority, rule.rule::<S>(priority, self.client_ip, set, scope)));
        }
        if let Some(countries) = &self.countries {
            rules.push((order::COUNTRIES, countries.rule(order::COUNTRIES, self.client_ip)));
        }
        for (priority, limit) in (order::RATE_LIMITS..).zip(&self.rate_limits) {
            rules.push((priority, limit.rule(priority, self.client_ip)));
        }
        let large_bodies = std::mem::take(&mut self.large_bodies);
        if !large_bodies.is_empty() {
            let action = if self.managed.contains(&ManagedRuleGroup::CommonRuleSet.count()) {
                Action::Count
            } else {
                // The group only labels such a body; the rule below decides.
                self.overrides.push(CommonRule::SizeRestrictionsBody.count());
                Action::Block
            };
            rules.push((order::EXCEPTIONS, large_body_elsewhere(large_bodies, action)));
        }
        for managed in &self.managed {
            let priority = order::of_group(managed.group);
            rules.push((priority, managed.rule(priority, self.overrides_of(managed.group))));
        }
        rules.extend(
            std::mem::take(&mut self.custom_rules)
                .into_iter()
                .map(|custom| (custom.priority(), custom.rule())),
        );
        rules.sort_by_key(|(priority, _)| *priority);
        rules.into_iter().map(|(_, rule)| rule).collect()
    }

    /// The overrides in one group; of two for one rule, the later.
    fn overrides_of(&self, group: ManagedRuleGroup) -> Vec<waf::RuleActionOverride> {
        let mut overrides: Vec<RuleOverride> = Vec::new();
        for one in self.overrides.iter().filter(|one| one.group == group) {
            overrides.retain(|known| known.rule != one.rule);
            overrides.push(*one);
        }
        overrides
            .into_iter()
            .map(|one| waf::RuleActionOverride::new(one.action.property(), one.rule))
            .collect()
    }

    fn log(self, name: &str, acl: &wafv2::WebACLRef, scope: &mut Scope<'_>) {
        let key = self.logs_key.unwrap_or_else(|| scope.add("LogKey", KmsKey::<Logs>::new()));
        let group = LogGroup::builder()
            .name(LogGroupName::trusted(format!("{LOG_PREFIX}{name}")))
            .retention(self.log_retention.unwrap_or_else(|| Retention::of_stage(scope.stage())))
            .key(&key)
            .build();
        let group = scope.add("Logs", group);
        // The group's own ARN attribute ends in `:*`, which AWS WAF gives back without: drift.
        let destination = text![
            "arn:",
            pseudo::partition(),
            ":logs:",
            pseudo::region(),
            ":",
            pseudo::account_id(),
            ":log-group:",
            group.group_name()
        ];
        let configuration = wafv2::LoggingConfiguration::new([destination], acl.arn());
        let configuration = logging::configure(configuration, self.logged, &self.redacted_headers);
        scope.add("Logging", configuration);
    }
}

/// Does `action` with a body that the core rule set labelled as too large, unless it goes where it
/// may.
fn large_body_elsewhere(allowed: Vec<Str>, action: Action) -> waf::Rule {
    let allowed =
        allowed.into_iter().map(|prefix| statement::path_leads_below(prefix.into_owned()));
    let statement =
        statement::all([statement::has_label(LARGE_BODY), statement::not(statement::any(allowed))]);
    action::rule(LARGE_BODY_ELSEWHERE.into(), order::EXCEPTIONS, statement)
        .action(action.property())
}

/// What a web ACL counts.
///
/// Source: "AWS WAF metrics and dimensions", AWS WAF Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebAclMetric {
    /// Requests that were let in.
    AllowedRequests,
    /// Requests that were blocked.
    BlockedRequests,
    /// Requests that a counting rule matched.
    CountedRequests,
}

impl WebAclMetric {
    const fn name(self) -> &'static str {
        match self {
            Self::AllowedRequests => "AllowedRequests",
            Self::BlockedRequests => "BlockedRequests",
            Self::CountedRequests => "CountedRequests",
        }
    }
}

/// A web ACL that is in a stack.
#[derive(Clone, Debug)]
pub struct WebAclHandle<S: WebAclScope> {
    name: S::Name,
    acl: wafv2::WebACLRef,
    capacity: u32,
    region: String,
}

impl<S: WebAclScope> WebAclHandle<S> {
    /// Its name, known before deployment: what a manifest refers to it by.
    pub const fn web_acl_name(&self) -> &S::Name {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<WebAclArn> {
        self.acl.arn()
    }

    /// What its rules take of the 5,000 units of capacity. The price of a request covers 1,500.
    pub const fn capacity(&self) -> u32 {
        self.capacity
    }

    /// What it counts over all of its rules.
    pub fn metric(&self, metric: WebAclMetric) -> Metric {
        const NAMESPACE: &str = "AWS/WAFV2";
        let acl = ("WebACL", self.name.as_ref().to_owned().give());
        let rule = ("Rule", "ALL".give());
        if S::WEB_ACL.as_str() == waf::Scope::CLOUDFRONT.as_str() {
            return Metric::new(NAMESPACE, metric.name(), [acl, rule]).in_unit(Unit::Count);
        }
        let region = ("Region", self.region.clone().give());
        Metric::new(NAMESPACE, metric.name(), [acl, rule, region]).in_unit(Unit::Count)
    }
}

impl<S: WebAclScope> AsRef<ResourceRef> for WebAclHandle<S> {
    fn as_ref(&self) -> &ResourceRef {
        self.acl.as_ref()
    }
}
