//! Stacks one after another where one depends on another, at once where none does.

use std::{future::Future, sync::Arc};

use innovate_core::diff::StackId;
use tokio::task::JoinSet;

use super::{Failure, Outcome, Stop};

/// A stack and those, by position, that have to be as they should be before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) id: StackId,
    pub(super) after: Vec<usize>,
}

/// Does `work` for every step, at most `at_once` at a time. What depends on a stack that is not as it
/// should be is skipped; what has not begun when somebody asks to stop does not begin. `skipped` hears
/// of those. The outcomes are in the order of the steps.
pub(super) async fn each<W, F>(
    steps: &[Step],
    at_once: usize,
    stop: &Stop,
    work: W,
    skipped: impl Fn(usize, &Outcome),
) -> Vec<Outcome>
where
    W: Fn(usize) -> F,
    F: Future<Output = Outcome> + Send + 'static,
{
    let mut outcomes: Vec<Option<Outcome>> = vec![None; steps.len()];
    let mut begun = vec![false; steps.len()];
    let mut running = JoinSet::new();
    let gate = Arc::new(tokio::sync::Semaphore::new(at_once.max(1)));
    loop {
        // A skipped one decides about those behind it, so until nothing more is decided.
        loop {
            let decided = steps.iter().enumerate().find_map(|(at, step)| {
                if begun.get(at) != Some(&false) {
                    return None;
                }
                decide(step, steps, &outcomes, stop).map(|next| (at, next))
            });
            let Some((at, next)) = decided else { break };
            if let Some(begun) = begun.get_mut(at) {
                *begun = true;
            }
            match next {
                Next::Begin => {
                    let (gate, stop, work) = (Arc::clone(&gate), stop.clone(), work(at));
                    running.spawn(async move {
                        let _turn = gate.acquire_owned().await;
                        if stop.is_asked() {
                            return (at, None);
                        }
                        (at, Some(work.await))
                    });
                }
                Next::Skip(outcome) => {
                    skipped(at, &outcome);
                    set(&mut outcomes, at, outcome);
                }
            }
        }
        match running.join_next().await {
            None => break,
            Some(Ok((at, Some(outcome)))) => set(&mut outcomes, at, outcome),
            Some(Ok((at, None))) => {
                skipped(at, &Outcome::NotBegun);
                set(&mut outcomes, at, Outcome::NotBegun);
            }
            // Nothing cancels a task; one that panicked leaves its stack without an outcome.
            Some(Err(_)) => {}
        }
    }
    let lost = || Outcome::Failed {
        failure: Failure::new("the work on it ended without saying how")
            .help("run the same command again: it finds out what became of it"),
    };
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect()
}

enum Next {
    Begin,
    Skip(Outcome),
}

/// What to do with a step now; nothing as long as it has to wait.
fn decide(step: &Step, steps: &[Step], outcomes: &[Option<Outcome>], stop: &Stop) -> Option<Next> {
    let mut waits = false;
    for &before in &step.after {
        match outcomes.get(before) {
            Some(Some(outcome)) if outcome.is_good() => {}
            Some(Some(outcome)) => return Some(Next::Skip(because(outcome, steps.get(before)?))),
            _ => waits = true,
        }
    }
    match (waits, stop.is_asked()) {
        (_, true) => Some(Next::Skip(Outcome::NotBegun)),
        (true, false) => None,
        (false, false) => Some(Next::Begin),
    }
}

/// Why a stack is skipped: the first one in the chain that is not as it should be.
fn because(outcome: &Outcome, before: &Step) -> Outcome {
    match outcome {
        Outcome::Skipped { because } => Outcome::Skipped { because: because.clone() },
        Outcome::NotBegun | Outcome::Left => Outcome::NotBegun,
        _ => Outcome::Skipped { because: before.id.clone() },
    }
}

fn set(outcomes: &mut [Option<Outcome>], at: usize, outcome: Outcome) {
    if let Some(place) = outcomes.get_mut(at) {
        *place = Some(outcome);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    fn step(name: &str, after: &[usize]) -> Step {
        let id = StackId {
            name: name.to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
        };
        Step { id, after: after.to_vec() }
    }

    #[tokio::test]
    async fn what_depends_on_a_failure_is_skipped_and_the_rest_finishes() {
        let steps = [step("a", &[]), step("b", &[0]), step("c", &[1]), step("d", &[])];
        let order = Arc::new(Mutex::new(Vec::new()));
        let work = |at: usize| {
            let order = Arc::clone(&order);
            async move {
                order.lock().unwrap().push(at);
                match at {
                    0 => Outcome::Failed { failure: Failure::new("no") },
                    _ => Outcome::Created,
                }
            }
        };
        let outcomes = each(&steps, 4, &Stop::default(), work, |_, _| {}).await;
        assert_eq!(*order.lock().unwrap(), [0, 3]);
        for skipped in [1, 2] {
            let because = Outcome::Skipped { because: steps[0].id.clone() };
            assert_eq!(outcomes[skipped], because);
        }
        assert_eq!(outcomes[3], Outcome::Created);
    }

    #[tokio::test]
    async fn no_more_run_at_once_than_allowed_and_none_begins_before_what_it_needs() {
        let mut steps: Vec<Step> = (0..20).map(|at| step(&at.to_string(), &[])).collect();
        steps.push(step("last", &(0..20).collect::<Vec<_>>()));
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let done = Arc::new(AtomicUsize::new(0));
        let work = |at: usize| {
            let (running, most, done) =
                (Arc::clone(&running), Arc::clone(&most), Arc::clone(&done));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                running.fetch_sub(1, Ordering::SeqCst);
                let before = done.fetch_add(1, Ordering::SeqCst);
                assert!(at < 20 || before == 20);
                Outcome::Updated
            }
        };
        let outcomes = each(&steps, 3, &Stop::default(), work, |_, _| {}).await;
        assert!(outcomes.iter().all(Outcome::is_good));
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn nothing_begins_once_somebody_asked_to_stop() {
        let steps = [step("a", &[]), step("b", &[0]), step("c", &[])];
        let stop = Stop::default();
        let asked = stop.clone();
        let work = move |_| {
            let asked = asked.clone();
            async move {
                asked.ask();
                Outcome::Created
            }
        };
        let outcomes = each(&steps, 1, &stop, work, |_, _| {}).await;
        assert_eq!(outcomes, [Outcome::Created, Outcome::NotBegun, Outcome::NotBegun]);
    }
}
