//! What holds for any web ACL that the builder makes.

use std::collections::{BTreeMap, BTreeSet};

use innovate_aws::security::{
    CloudFront, Regional, WebAcl, WebAclHandle,
    web_acl::{
        Action, ClientIp, CommonRule, CustomRule, GeoRule, IpRule, KnownBadInputsRule, LinuxRule,
        Logged, Managed, ManagedRuleGroup, RateLimit, RateWindow, RuleOverride, SqlInjectionRule,
        WebAclScope, statement,
    },
};
use innovate_core::{App, Cidr, Dev, Diagnostic, InOneRegion, Node, Resource, Severity, Stack};
use proptest::{prelude::*, sample};

use crate::program::{environment, synth_with_registry};

/// What a program may choose.
#[derive(Clone, Debug)]
struct Choice {
    managed: Vec<Managed>,
    /// The group, AWS's name of the rule, and what it does instead.
    overrides: Vec<(ManagedRuleGroup, &'static str, RuleOverride, Action)>,
    limits: Vec<(u32, RateWindow, bool)>,
    sets: usize,
    countries: bool,
    large_bodies: u32,
    /// How many paths each rule of the program's own compares.
    custom: Vec<u32>,
    forwarded: bool,
    logged: Logged,
    redacted: Vec<&'static str>,
}

impl Choice {
    fn runs(&self, group: ManagedRuleGroup) -> bool {
        self.managed.iter().any(|managed| managed.group() == group)
    }

    fn blocks(&self, group: ManagedRuleGroup) -> bool {
        self.managed.contains(&group.block())
    }

    /// What AWS WAF reckons, by its documentation.
    fn capacity(&self) -> u32 {
        let groups: u32 = self.managed.iter().map(|one| one.group().capacity()).sum();
        // A path costs 2, and 10 for each of its two transformations.
        let on_path = |on_path: bool| if on_path { 22 } else { 0 };
        let limits: u32 = self.limits.iter().map(|(.., path)| 2 + on_path(*path)).sum();
        let exception = if self.large_bodies == 0 { 0 } else { 1 + 22 * self.large_bodies };
        let custom: u32 = self.custom.iter().map(|paths| paths * 22).sum();
        let sets = u32::try_from(self.sets).unwrap();
        groups + limits + sets + u32::from(self.countries) + exception + custom
    }
}

/// A web ACL of a scope as it was chosen, with what only that scope takes.
macro_rules! acl {
    ($choice:expr, $scope:ty $(, $setter:ident = $value:expr)?) => {{
        let choice: &Choice = $choice;
        let block: Cidr = "203.0.113.0/24".parse().unwrap();
        let limits = choice.limits.iter().zip(0..).map(|((requests, window, on_path), at)| {
            let limit = RateLimit::per_ip(*requests).window(*window).named(format!("Limit{at}"));
            if *on_path { limit.on_path(format!("/{at}")) } else { limit }
        });
        let custom = choice.custom.iter().zip(0..).map(|(paths, at)| {
            let paths = (0..*paths).map(|path| statement::path_is(format!("/{path}")));
            CustomRule::new(format!("Mine{at}"), at, statement::any(paths), Action::Block)
        });
        let base = WebAcl::<$scope>::builder()
            .managed(choice.managed.clone())
            .overrides(choice.overrides.iter().map(|(_, _, one, _)| *one))
            .rate_limits(limits)
            .addresses((0..choice.sets).map(|at| IpRule::block(format!("Set{at}"), [block])))
            .large_bodies((0..choice.large_bodies).map(|at| format!("/upload{at}")))
            .custom_rules(custom)
            .logged(choice.logged)
            .redacted_headers(choice.redacted.clone())
            $(.$setter($value))?;
        if choice.countries {
            base.countries(GeoRule::only([statement::Country::DE])).build()
        } else {
            base.build()
        }
    }};
}

fn managed() -> impl Strategy<Value = Vec<Managed>> {
    let groups = sample::subsequence(ManagedRuleGroup::ALL.to_vec(), 0..=13);
    (groups, any::<u16>()).prop_map(|(groups, counted)| {
        let mode = |(at, group): (usize, ManagedRuleGroup)| match counted >> at & 1 {
            0 => group.block(),
            _ => group.count(),
        };
        groups.into_iter().enumerate().map(mode).collect()
    })
}

const ACTIONS: &[Action] =
    &[Action::Block, Action::Count, Action::Allow, Action::Captcha, Action::Challenge];

/// A group, AWS's name of one of its rules, and the override of it.
type Overridable = (ManagedRuleGroup, &'static str, fn(Action) -> RuleOverride);

const OVERRIDABLE: [Overridable; 5] = [
    (ManagedRuleGroup::CommonRuleSet, "GenericLFI_BODY", |it| CommonRule::GenericLfiBody.act(it)),
    (ManagedRuleGroup::CommonRuleSet, "NoUserAgent_HEADER", |it| {
        CommonRule::NoUserAgentHeader.act(it)
    }),
    (ManagedRuleGroup::KnownBadInputs, "Log4JRCE_BODY", |it| {
        KnownBadInputsRule::Log4JRceBody.act(it)
    }),
    (ManagedRuleGroup::SqlInjection, "SQLi_BODY", |it| SqlInjectionRule::SqliBody.act(it)),
    (ManagedRuleGroup::Linux, "LFI_HEADER", |it| LinuxRule::LfiHeader.act(it)),
];

/// Overrides of any rules of several groups.
fn overrides() -> impl Strategy<Value = Vec<(ManagedRuleGroup, &'static str, RuleOverride, Action)>>
{
    let actions = prop::collection::vec(prop::option::of(sample::select(ACTIONS)), 5);
    actions.prop_map(|actions| {
        let chosen = OVERRIDABLE.into_iter().zip(actions);
        chosen
            .filter_map(|((group, name, act), action)| Some((group, name, act(action?), action?)))
            .collect()
    })
}

const WINDOWS: &[RateWindow] = &[
    RateWindow::OneMinute,
    RateWindow::TwoMinutes,
    RateWindow::FiveMinutes,
    RateWindow::TenMinutes,
];

fn limits() -> impl Strategy<Value = Vec<(u32, RateWindow, bool)>> {
    prop::collection::vec((10u32..100_000, sample::select(WINDOWS), any::<bool>()), 0..6)
}

fn choice() -> impl Strategy<Value = Choice> {
    let logging = (
        sample::select(vec![Logged::BlockedAndCounted, Logged::Everything]),
        sample::subsequence(vec!["X-Api-Key", "Cookie", "authorization", "x-csrf-token"], 0..=4),
    );
    let custom = prop::collection::vec(1u32..90, 0..4);
    let small = (0usize..4, any::<bool>(), 0u32..4, any::<bool>());
    (managed(), overrides(), limits(), small, custom, logging).prop_map(
        |(managed, overrides, limits, small, custom, (logged, redacted))| {
            let (sets, countries, large_bodies, forwarded) = small;
            let mut choice = Choice {
                managed,
                overrides,
                limits,
                sets,
                countries,
                large_bodies,
                custom,
                forwarded,
                logged,
                redacted,
            };
            // What does nothing is refused: overrides in a group that doesn't run or only counts, and
            // exceptions to a limit that isn't there.
            let overrides = std::mem::take(&mut choice.overrides);
            let effective = overrides.into_iter().filter(|(group, ..)| choice.blocks(*group));
            let effective: Vec<_> = effective.collect();
            choice.overrides = effective;
            if !choice.runs(ManagedRuleGroup::CommonRuleSet) {
                choice.large_bodies = 0;
            }
            choice
        },
    )
}

fn texts<'a>(nodes: &'a [Node], path: &str) -> Vec<&'a str> {
    nodes.iter().filter_map(|node| node.at(path)?.as_text()).collect()
}

fn items<'a>(resource: &'a Resource, property: &str) -> &'a [Node] {
    resource.properties().get(property).and_then(Node::as_list).unwrap_or_default()
}

/// The overrides of each group's rule: the name of the overridden and the kind of its action.
fn overridden(rules: &[Node]) -> BTreeMap<(&str, &str), String> {
    let mut found = BTreeMap::new();
    for group in rules.iter().filter_map(|rule| rule.at("Statement/ManagedRuleGroupStatement")) {
        let name = group.get("Name").and_then(Node::as_text).unwrap();
        let overrides = group.get("RuleActionOverrides").and_then(Node::as_list);
        for one in overrides.unwrap_or_default() {
            let rule = one.get("Name").and_then(Node::as_text).unwrap();
            let action = one.get("ActionToUse").and_then(Node::as_map).unwrap();
            found.insert((name, rule), action[0].0.to_string());
        }
    }
    found
}

/// Checks a web ACL that was added as `WebAcl`.
fn holds<S: WebAclScope, P: InOneRegion>(
    choice: &Choice,
    handle: &WebAclHandle<S>,
    stack: Stack<Dev, P>,
) -> Result<(), TestCaseError> {
    let expected = choice.capacity();
    prop_assert_eq!(handle.capacity(), expected);

    let model = stack.model().clone();
    let acl = model.resource("WebAcl").unwrap();
    let rules = items(acl, "Rules");
    let priorities: Vec<i64> =
        rules.iter().filter_map(|rule| rule.get("Priority")?.as_integer()).collect();
    prop_assert!(priorities.is_sorted());
    prop_assert_eq!(priorities.iter().collect::<BTreeSet<_>>().len(), rules.len());
    prop_assert_eq!(texts(rules, "Name").into_iter().collect::<BTreeSet<_>>().len(), rules.len());

    let mut overrides: BTreeMap<(&str, &str), String> = choice
        .overrides
        .iter()
        .map(|(group, rule, _, action)| ((group.name(), *rule), format!("{action:?}")))
        .collect();
    if choice.large_bodies > 0 && choice.blocks(ManagedRuleGroup::CommonRuleSet) {
        let size = CommonRule::SizeRestrictionsBody.name();
        overrides.insert((ManagedRuleGroup::CommonRuleSet.name(), size), "Count".to_owned());
    }
    prop_assert_eq!(overridden(rules), overrides);

    let scope = acl.properties().get("Scope");
    for set in model.resources_of("AWS::WAFv2::IPSet") {
        prop_assert_eq!(set.properties().get("Scope"), scope);
    }

    let logging: Vec<&Resource> = model.resources_of("AWS::WAFv2::LoggingConfiguration").collect();
    let [logging] = logging.as_slice() else { panic!("one logging configuration") };
    let redacted = texts(items(logging, "RedactedFields"), "SingleHeader/Name");
    let unique: BTreeSet<&str> = redacted.iter().copied().collect();
    prop_assert_eq!(unique.len(), redacted.len(), "{:?}", redacted);
    for header in choice.redacted.iter().chain(&["authorization", "cookie"]) {
        prop_assert!(unique.contains(&*header.to_ascii_lowercase()), "{:?}", redacted);
    }
    let filtered = logging.properties().get("LoggingFilter").is_some();
    prop_assert_eq!(filtered, choice.logged == Logged::BlockedAndCounted);
    let group = model.resource("WebAclLogs").unwrap().properties();
    let name = group.get("LogGroupName").and_then(Node::as_text).unwrap();
    prop_assert!(name.starts_with("aws-waf-logs-"), "{}", name);
    prop_assert!(group.get("KmsKeyId").is_some());

    let synthesis = synth_with_registry(App::new("test").stack(stack));
    let findings = synthesis.report.findings().iter();
    let codes: Vec<&str> =
        findings.filter(|found| found.severity() > Severity::Note).map(Diagnostic::code).collect();
    let verdict: &[&str] = match expected {
        0..=1_500 => &[],
        1_501..=5_000 => &["WAF-06"],
        _ => &["WAF-02"],
    };
    prop_assert_eq!(codes, verdict, "{} WCU", expected);
    prop_assert_eq!(synthesis.assembly.is_some(), expected <= 5_000);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_web_acl_is_what_was_chosen_costs_what_aws_says_and_is_refused_when_that_is_too_much(choice in choice()) {
        let mut stack = environment::<Dev>().stack("protection");
        let seen = if choice.forwarded { ClientIp::ForwardedFor } else { ClientIp::Source };
        let acl = acl!(&choice, Regional, client_ip = seen);
        let handle = stack.add("WebAcl", acl);
        holds(&choice, &handle, stack)?;
    }

    #[test]
    fn the_same_holds_in_front_of_cloudfront(choice in choice()) {
        let mut stack = environment::<Dev>().us_east_1_stack("edge");
        let handle = stack.add("WebAcl", acl!(&choice, CloudFront));
        holds(&choice, &handle, stack)?;
    }
}
