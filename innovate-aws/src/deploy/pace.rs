//! How fast AWS is asked.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use innovate_core::diff::StackId;
use tokio::time::{Instant, sleep, sleep_until};

/// How often a stack is asked about while nothing else is known of it.
const EVERY: Duration = Duration::from_secs(2);

/// How much longer the pauses become when nothing happens.
const SLOWEST: u32 = 4;

/// How many requests may follow each other in one account and region while a stack would wait once:
/// with pauses of two seconds, twenty requests in two seconds.
const REQUESTS: u32 = 20;

/// How fast AWS is asked: pauses of random length between questions about one stack, and never more
/// than so many requests at once in an account and region, whose limit all stacks there share.
#[derive(Debug)]
pub(super) struct Pace {
    every: Duration,
    /// When the next request may be sent, by account and region.
    next: Mutex<BTreeMap<(String, String), Instant>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(EVERY)
    }
}

impl Pace {
    pub(super) const fn new(every: Duration) -> Self {
        Self { every, next: Mutex::new(BTreeMap::new()) }
    }

    /// Waits until it is this stack's turn to ask.
    pub(super) async fn turn(&self, stack: &StackId) {
        let key = (stack.account.clone(), stack.region.clone());
        let now = Instant::now();
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let next = next.entry(key).or_insert(now);
            let turn = (*next).max(now);
            *next = turn + self.every / REQUESTS;
            turn
        };
        if turn > now {
            sleep_until(turn).await;
        }
    }

    /// Waits before the next question about a stack of which nothing was heard `quiet` times.
    pub(super) async fn pause(&self, quiet: u32) {
        sleep(self.length(quiet, fastrand::f64())).await;
    }

    /// Between three quarters of the interval and one and a quarter, longer the longer it is quiet.
    fn length(&self, quiet: u32, random: f64) -> Duration {
        let interval = self.every * (1 + quiet / 5).min(SLOWEST);
        interval.mul_f64(0.75 + random / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(region: &str) -> StackId {
        StackId {
            name: "network".to_owned(),
            account: "111122223333".to_owned(),
            region: region.to_owned(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_in_one_region_keep_their_distance_and_others_do_not_wait() {
        let pace = Pace::new(Duration::from_secs(2));
        let begun = Instant::now();
        for _ in 0..11 {
            pace.turn(&stack("eu-west-1")).await;
        }
        assert_eq!(begun.elapsed(), Duration::from_secs(1));
        pace.turn(&stack("us-east-1")).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(1));
    }

    #[test]
    fn pauses_vary_and_grow_to_four_times_the_interval() {
        let pace = Pace::new(Duration::from_secs(2));
        assert_eq!(pace.length(0, 0.0), Duration::from_millis(1_500));
        assert_eq!(pace.length(4, 1.0), Duration::from_millis(2_500));
        assert_eq!(pace.length(5, 0.5), Duration::from_secs(4));
        assert_eq!(pace.length(1_000, 0.5), Duration::from_secs(8));
    }
}
