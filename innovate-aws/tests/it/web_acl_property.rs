//! What holds for any web ACL that the builder makes.

use std::collections::BTreeSet;

use innovate_aws::security::{
    Regional, WebAcl,
    web_acl::{
        Action, ClientIp, CommonRule, CustomRule, GeoRule, IpRule, Managed, ManagedRuleGroup,
        RateLimit, RateWindow, statement,
    },
};
use innovate_core::{Cidr, Dev, Node};
use proptest::{prelude::*, sample::subsequence};

use crate::program::{codes, environment};

fn managed() -> impl Strategy<Value = Vec<Managed>> {
    let groups = subsequence(ManagedRuleGroup::ALL.to_vec(), 0..=ManagedRuleGroup::ALL.len());
    (groups, any::<u16>()).prop_map(|(groups, counted)| {
        let mode = |(at, group): (usize, ManagedRuleGroup)| match counted >> at & 1 {
            0 => group.block(),
            _ => group.count(),
        };
        groups.into_iter().enumerate().map(mode).collect()
    })
}

/// Limits on paths of their own, and what their rules take.
fn rate_limits() -> impl Strategy<Value = (Vec<RateLimit>, u32)> {
    prop::collection::vec((10u32..100_000, any::<bool>()), 0..6).prop_map(|limits| {
        let cost = limits.iter().map(|(_, on_path)| if *on_path { 2 + 2 + 20 } else { 2 }).sum();
        let limits = limits.into_iter().enumerate().map(|(at, (requests, on_path))| {
            let limit = RateLimit::per_ip(requests).named(format!("Limit{at}"));
            let limit = limit.window(RateWindow::TenMinutes);
            if on_path { limit.on_path(format!("/{at}")) } else { limit }
        });
        (limits.collect(), cost)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn priorities_and_names_are_unique_and_capacity_is_the_sum_of_its_rules(
        managed in managed(),
        (limits, limits_cost) in rate_limits(),
        sets in 0usize..4,
        countries in any::<bool>(),
        large_bodies in 0u32..4,
        before in 0u32..100,
        forwarded in any::<bool>(),
    ) {
        let block: Cidr = "203.0.113.0/24".parse().unwrap();
        let groups: u32 = managed.iter().map(|one| one.group().capacity()).sum();
        let common = managed.iter().any(|one| one.group() == ManagedRuleGroup::CommonRuleSet);
        let blocks = managed.contains(&ManagedRuleGroup::CommonRuleSet.block());
        let large_bodies = if common && blocks { large_bodies } else { 0 };
        let overrides =
            if blocks { vec![CommonRule::GenericLfiBody.count()] } else { Vec::new() };
        let custom = CustomRule::new("Mine", before, statement::has_label("mine"), Action::Block);
        let address = |at| IpRule::block(format!("Set{at}"), [block]);
        let base = WebAcl::<Regional>::builder()
            .managed(managed)
            .overrides(overrides)
            .rate_limits(limits)
            .addresses((0..sets).map(address))
            .large_bodies((0..large_bodies).map(|at| format!("/upload{at}")))
            .custom_rules([custom])
            .client_ip(if forwarded { ClientIp::ForwardedFor } else { ClientIp::Source });
        let acl = if countries {
            base.countries(GeoRule::only([statement::Country::DE])).build()
        } else {
            base.build()
        };
        let mut stack = environment::<Dev>().stack("protection");
        let handle = stack.add("WebAcl", acl);

        let exception = if large_bodies == 0 { 0 } else { 1 + 2 * large_bodies };
        let sets_cost = u32::try_from(sets).unwrap();
        let expected = groups + limits_cost + sets_cost + u32::from(countries) + exception + 1;
        prop_assert_eq!(handle.capacity(), expected);

        let rules = stack.model().resource("WebAcl").unwrap().properties().get("Rules").unwrap();
        let rules = rules.as_list().unwrap();
        let of = |name: &str| -> Vec<&Node> {
            rules.iter().filter_map(|rule| rule.get(name)).collect()
        };
        let priorities: Vec<i64> = of("Priority").into_iter().filter_map(Node::as_integer).collect();
        prop_assert!(priorities.is_sorted());
        let unique: BTreeSet<i64> = priorities.iter().copied().collect();
        prop_assert_eq!(unique.len(), rules.len());
        let names: BTreeSet<&str> = of("Name").into_iter().filter_map(Node::as_text).collect();
        prop_assert_eq!(names.len(), rules.len());

        let codes = codes(innovate_core::App::new("test").stack(stack));
        let dear = expected > 1_500;
        prop_assert_eq!(codes.contains(&"WAF-06"), dear);
        prop_assert!(codes.iter().all(|code| *code == "WAF-06"), "{:?}", codes);
    }
}
