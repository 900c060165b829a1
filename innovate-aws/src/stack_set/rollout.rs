//! In how many accounts and regions at once, and how many may fail.

use innovate_cfn::cloudformation::stack_set;

use crate::{percent::Percent, region::Region};

/// A number of accounts of each region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// So many.
    Count(u32),
    /// This share of them, rounded down.
    Share(Percent),
}

impl From<u32> for Accounts {
    fn from(count: u32) -> Self {
        Self::Count(count)
    }
}

impl From<Percent> for Accounts {
    fn from(share: Percent) -> Self {
        Self::Share(share)
    }
}

/// How a StackSet goes from account to account and from region to region. By default one account at a
/// time, one region after another in the order given, and it stops at the first that fails: what
/// CloudFormation does too, and the most cautious there is. Accounts that come into a unit later are deployed
/// to without regard to it.
///
/// ```
/// use innovate_aws::{percent, stack_set::Rollout};
///
/// let careful = Rollout::default();
/// let quick = Rollout::concurrent(percent!(25)).tolerate(percent!(10)).regions_at_once();
/// ```
///
/// Sources: "StackSet operation options" and "Choose the Concurrency Mode for CloudFormation StackSets", AWS
/// CloudFormation User Guide; "StackSetOperationPreferences", AWS CloudFormation API Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it says how to deploy"]
pub struct Rollout {
    pub(super) concurrent: Accounts,
    pub(super) tolerated: Accounts,
    at_once: bool,
    pub(super) soft: bool,
}

impl Default for Rollout {
    fn default() -> Self {
        Self::concurrent(1)
    }
}

impl Rollout {
    /// So many accounts of a region at a time, at least one. CloudFormation takes fewer when it is throttled.
    pub fn concurrent(accounts: impl Into<Accounts>) -> Self {
        let none = Accounts::Count(0);
        Self { concurrent: accounts.into(), tolerated: none, at_once: false, soft: false }
    }

    /// So many accounts of a region may fail before the operation stops there and goes to no other region.
    /// None by default. It must be fewer than there are: else an operation could not fail.
    pub fn tolerate(mut self, accounts: impl Into<Accounts>) -> Self {
        self.tolerated = accounts.into();
        self
    }

    /// All regions at the same time. By default one after another.
    pub const fn regions_at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// As many accounts at a time as said, whatever fails: more may fail than are tolerated, since those that
    /// were begun end. By default never more at a time than may still fail, and one:
    /// `STRICT_FAILURE_TOLERANCE`.
    pub const fn despite_failures(mut self) -> Self {
        self.soft = true;
        self
    }

    pub(super) fn preferences(self, regions: &[Region]) -> stack_set::OperationPreferences {
        let preferences = stack_set::OperationPreferences::new();
        let preferences = match self.concurrent {
            Accounts::Count(count) => preferences.max_concurrent_count(i64::from(count)),
            Accounts::Share(share) => preferences.max_concurrent_percentage(i64::from(share.get())),
        };
        let preferences = match self.tolerated {
            Accounts::Count(count) => preferences.failure_tolerance_count(i64::from(count)),
            Accounts::Share(share) => {
                preferences.failure_tolerance_percentage(i64::from(share.get()))
            }
        };
        let mode = match self.soft {
            true => stack_set::ConcurrencyMode::SOFT_FAILURE_TOLERANCE,
            false => stack_set::ConcurrencyMode::STRICT_FAILURE_TOLERANCE,
        };
        let preferences = preferences.concurrency_mode(mode);
        match self.at_once {
            true => preferences.region_concurrency_type(stack_set::RegionConcurrencyType::PARALLEL),
            false => preferences
                .region_concurrency_type(stack_set::RegionConcurrencyType::SEQUENTIAL)
                .region_order(regions.iter().map(|region| region.code()).collect::<Vec<_>>()),
        }
    }
}
