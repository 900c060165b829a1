//! What holds for whatever plan and lock there can be.

use innovate_aws::backup::{
    BackupRule, Lifecycle, RetentionRange, StartWindow, VaultLock, Weekday,
};
use innovate_core::Diagnostic;
use proptest::{prelude::*, test_runner::Config};

use crate::{backup::Vaults, program::findings};

/// A lock of the vault in the recovery region: none, with a minimum, or with both ends.
fn lock() -> impl Strategy<Value = Option<RetentionRange>> {
    prop_oneof![
        Just(None),
        (1_u16..=400).prop_map(|min| RetentionRange::at_least(min).ok()),
        (1_u16..=400, 0_u16..=400)
            .prop_map(|(min, more)| RetentionRange::between(min, min + more).ok()),
    ]
}

/// A lifecycle that AWS Backup takes, with cold storage or without.
fn lifecycle() -> impl Strategy<Value = Lifecycle> {
    let warm = (7_u16..=900).prop_map(Lifecycle::of_days);
    let cold = (1_u16..=300, 90_u16..=600)
        .prop_map(|(cold, more)| Lifecycle::of_days(cold + more).cold_after(cold));
    prop_oneof![warm, cold]
}

fn weekday() -> impl Strategy<Value = Weekday> {
    prop::sample::select(vec![
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ])
}

/// A window of so many minutes from a minute of the day on, as text.
fn window(start: u16, minutes: u16) -> StartWindow {
    let end = (start + minutes) % 1_440;
    let text = format!("{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60);
    StartWindow::parse(&text).unwrap()
}

fn takes(range: Option<RetentionRange>, lifecycle: Lifecycle) -> bool {
    range.is_none_or(|range| {
        lifecycle.days() >= range.min() && range.max().is_none_or(|max| lifecycle.days() <= max)
    })
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 64, ..Config::default() })]

    #[test]
    fn a_copy_is_refused_exactly_if_the_lock_of_its_vault_does_not_take_it(
        range in lock(), lifecycle in lifecycle(),
    ) {
        prop_assert_eq!(lifecycle.check(), Ok(lifecycle));
        let lock = range.map_or(VaultLock::unlocked(), VaultLock::governance);
        let mut vaults = Vaults::locked(lock);
        let rule = BackupRule::daily(lifecycle).archive_volumes().copy_to(&vaults.recovery_vault);
        vaults.plan([rule]);
        let found = findings(vaults.app());
        let codes: Vec<_> = found.iter().map(Diagnostic::code).collect();
        if takes(range, lifecycle) {
            prop_assert!(codes.is_empty(), "{:?} {:?}: {:#?}", range, lifecycle, found);
        } else {
            prop_assert_eq!(codes, ["BKP-01"], "{:?} {:?}", range, lifecycle);
        }
    }

    #[test]
    fn two_rules_of_a_plan_are_refused_exactly_if_they_share_a_minute_of_some_week(
        first in (weekday(), 0_u16..1_440, 60_u16..=600),
        second in (weekday(), 0_u16..1_440, 60_u16..=600),
    ) {
        let rule = |(day, start, minutes): (Weekday, u16, u16)| {
            BackupRule::weekly(day, Lifecycle::of_days(90)).window(window(start, minutes))
        };
        // Minute by minute, which is slower than the rule and plainer.
        let minutes = |(day, start, minutes): (Weekday, u16, u16)| {
            let from = day as u32 * 1_440 + u32::from(start);
            (from..from + u32::from(minutes)).map(|minute| minute % 10_080).collect::<Vec<_>>()
        };
        let taken = minutes(first);
        let share = minutes(second).iter().any(|minute| taken.contains(minute));
        let mut vaults = Vaults::new();
        vaults.plan([rule(first), rule(second).named("second")]);
        let found = findings(vaults.app());
        let codes: Vec<_> = found.iter().map(Diagnostic::code).collect();
        prop_assert_eq!(!codes.is_empty(), share, "{:?} {:?}: {:?}", first, second, codes);
        prop_assert!(codes.iter().all(|code| *code == "BKP-03"));
    }
}
