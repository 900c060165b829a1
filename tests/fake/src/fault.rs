//! Which answer suffers which fault.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::moment::mix;

/// What goes wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is refused with `Throttling`, 400, and not processed.
    Throttle,
    /// The request is answered with `InternalFailure`, 500, and not processed.
    Error500,
    /// The connection is closed before the request is processed.
    DropBefore,
    /// The request is processed, and the connection closed without an answer.
    DropAfter,
    /// The request is processed; half of the answer arrives, then the connection is closed.
    Truncate,
    /// Nothing happens for that long, then the connection is closed; the request is not processed.
    Hang(Duration),
    /// The request is processed and answered after that long.
    Slow(Duration),
}

#[derive(Debug, Clone)]
enum When {
    /// The n-th call of the action, counted from 1.
    Nth(u64),
    /// So many of a hundred calls, chosen by the seed.
    Percent { percent: u64, seed: u64 },
}

/// Faults by action; the first that applies is suffered. Calls are counted from the plan's making.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    faults: Vec<(String, When, Fault)>,
    calls: BTreeMap<String, u64>,
    all: u64,
}

impl FaultPlan {
    /// The n-th call of the action, counted from 1, suffers the fault; `*` counts all calls.
    pub fn nth(&mut self, action: &str, n: u64, fault: Fault) {
        self.faults.push((action.to_owned(), When::Nth(n), fault));
    }

    /// So many of a hundred calls of the action (`*`: of all) suffer the fault; which, follows from
    /// the seed.
    pub fn percent(&mut self, action: &str, percent: u64, seed: u64, fault: Fault) {
        self.faults.push((action.to_owned(), When::Percent { percent, seed }, fault));
    }

    /// Counts a call of the action: what it suffers.
    pub(crate) fn suffered(&mut self, action: &str) -> Option<Fault> {
        self.all += 1;
        let count = self.calls.entry(action.to_owned()).or_default();
        *count += 1;
        let (count, all) = (*count, self.all);
        self.faults
            .iter()
            .enumerate()
            .find(|(place, (of, when, _))| match when {
                When::Nth(n) if of == "*" => *n == all,
                When::Nth(n) => of == action && *n == count,
                When::Percent { percent, seed } => {
                    let place = u64::try_from(*place).unwrap_or(0);
                    (of == "*" || of == action)
                        && mix(seed.wrapping_add(all << 8).wrapping_add(place)) % 100 < *percent
                }
            })
            .map(|(_, (_, _, fault))| *fault)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultPlan};

    #[test]
    fn the_nth_call_of_an_action_suffers_its_fault() {
        let mut plan = FaultPlan::default();
        plan.nth("A", 2, Fault::Throttle);
        plan.nth("*", 4, Fault::Error500);
        let suffered: Vec<_> = ["A", "B", "A", "B", "A"].map(|a| plan.suffered(a)).into();
        assert_eq!(suffered, [None, None, Some(Fault::Throttle), Some(Fault::Error500), None]);
    }

    #[test]
    fn a_rate_is_about_that_of_all_calls_and_the_same_each_time() {
        let count = |seed| {
            let mut plan = FaultPlan::default();
            plan.percent("*", 20, seed, Fault::DropAfter);
            (0..1000).map(|_| plan.suffered("A").is_some()).collect::<Vec<_>>()
        };
        let (first, again, other) = (count(7), count(7), count(8));
        assert_eq!(first, again);
        assert_ne!(first, other);
        let hit = first.iter().filter(|hit| **hit).count();
        assert!((150..250).contains(&hit), "{hit} of 1000");
    }
}
