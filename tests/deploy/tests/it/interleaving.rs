//! Whoever deploys what, with whatever happening in between: it ends as it should, and what holds data is
//! lost only if it was named.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::{Arc, Mutex},
};

use aws_sdk_cloudformation::Client;
use fake_cloudformation::{Failing, Fake, Fate, Fault, Script, StackStatus, Step};
use innovate::{
    aws::deploy::{Deployer, Outcome, Summary},
    cfn::sqs::Queue,
    core::{App, DeletionPolicy, ResourceType, Stack, Staging, Synthesis, Text},
};
use proptest::{
    collection::vec,
    option,
    prelude::{Just, ProptestConfig, Strategy, any, prop_oneof},
    sample::select,
    strategy::ValueTree,
    test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use serde_json::Value;

use crate::{
    cloud::{ACCOUNT, REGION, config, deployer, handle, id, site, synthesized},
    meeting::bounded,
};

const QUEUE: &str = "AWS::SQS::Queue";

/// A program: how wide its handles are, and which of its parts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    width: i64,
    /// The queue's delay, which replaces it where the script says so; nothing if there is no queue.
    jobs: Option<i64>,
    edge: bool,
}

fn program(wish: Wish) -> App {
    let mut network: Stack<Staging> = Stack::new("acme-network", site());
    let gate = network.add("Gate", handle(wish.width));
    let mut data: Stack<Staging> = Stack::new("acme-data", site());
    let reads = gate.as_ref().reference::<Text>().into_node();
    data.add("Reader", handle(wish.width).metadata("Reads", reads));
    if let Some(delay) = wish.jobs {
        let jobs = Queue::new().sqs_managed_sse_enabled(true).delay_seconds(delay);
        data.add("Jobs", jobs.removal_policy(DeletionPolicy::Retain));
    }
    let app = App::new("acme").stack(network).stack(data);
    if !wish.edge {
        return app;
    }
    let mut edge: Stack<Staging> = Stack::new("acme-edge", site());
    edge.add("Door", handle(wish.width));
    app.stack(edge)
}

/// The program, synthesized once for all that want it.
fn wanted(wish: Wish) -> Arc<Synthesis> {
    static KNOWN: Mutex<BTreeMap<Wish, Arc<Synthesis>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    Arc::clone(known.entry(wish).or_insert_with(|| Arc::new(synthesized(program(wish)))))
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Deed {
    /// Deploys; the one that is cut off is dropped after so many events, as if its process had died.
    Deploy { wish: Wish, cut: Option<usize>, named: bool },
    /// Two deploy at once.
    Both { first: Wish, second: Wish, cut: Option<usize> },
    /// Somebody deletes a stack.
    Delete(&'static str),
    /// Somebody changes a resource, or deletes it.
    Meddle { logical_id: &'static str, vanishes: bool },
    /// Something fails from now on, so many times.
    Break { logical_id: &'static str, step: Step, times: u32 },
    /// Time passes.
    Wait(u64),
}

#[derive(Clone, Debug)]
struct Story {
    deeds: Vec<Deed>,
    faults: Vec<(u64, u64, Fault)>,
    last: Wish,
}

fn wish() -> impl Strategy<Value = Wish> {
    let jobs = prop_oneof![3 => (0..2_i64).prop_map(Some), 1 => Just(None)];
    (0..3_i64, jobs, any::<bool>()).prop_map(|(width, jobs, edge)| Wish { width, jobs, edge })
}

fn deed() -> impl Strategy<Value = Deed> {
    let cut = || option::of(0..12_usize);
    let stack = select(vec!["acme-network", "acme-data", "acme-edge"]);
    let resource = || select(vec!["Gate", "Reader", "Jobs", "Door"]);
    let step = select(vec![Step::Create, Step::Update, Step::Delete, Step::Restore]);
    prop_oneof![
        4 => (wish(), cut(), select(vec![true, false, false, false]))
            .prop_map(|(wish, cut, named)| Deed::Deploy { wish, cut, named }),
        3 => (wish(), wish(), any::<bool>(), cut()).prop_map(|(first, second, same, cut)| {
            Deed::Both { first, second: if same { first } else { second }, cut }
        }),
        1 => stack.prop_map(Deed::Delete),
        1 => (resource(), any::<bool>())
            .prop_map(|(logical_id, vanishes)| Deed::Meddle { logical_id, vanishes }),
        3 => (resource(), step, 1..3_u32)
            .prop_map(|(logical_id, step, times)| Deed::Break { logical_id, step, times }),
        1 => (0..40_u64).prop_map(Deed::Wait),
    ]
}

fn story() -> impl Strategy<Value = Story> {
    let fault = select(vec![
        Fault::Throttle,
        Fault::Error500,
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::Truncate,
    ]);
    (vec(deed(), 1..8), vec((1..8_u64, any::<u64>(), fault), 0..3), wish())
        .prop_map(|(deeds, faults, last)| Story { deeds, faults, last })
}

/// Whether what holds data is guarded, or every loss is allowed without being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    On,
    Off,
}

/// A cloud, and what is known of the data in it.
struct World {
    fake: Rc<Fake>,
    guard: Guard,
    /// The queues that were in a stack at rest: whatever was in them may be lost from then on.
    holding: BTreeSet<String>,
    /// Those whose loss was asked for.
    forgiven: BTreeSet<String>,
}

impl World {
    fn new(story: &Story, guard: Guard) -> Self {
        let mut script =
            Script::new().page(7).takes("Reader", 3).replaced_by(QUEUE, "DelaySeconds");
        for (percent, seed, fault) in &story.faults {
            script = script.fault_rate("*", *percent, *seed, *fault);
        }
        let fake = Rc::new(Fake::start(script).unwrap());
        Self { fake, guard, holding: BTreeSet::new(), forgiven: BTreeSet::new() }
    }

    fn queues(&self) -> impl Iterator<Item = String> + use<> {
        let made = self.fake.made(ACCOUNT, REGION).into_iter();
        made.filter(|made| made.kind == QUEUE).map(|made| made.physical_id)
    }

    /// Looks which queues hold data now.
    fn look(&mut self) {
        for stack in self.fake.stacks().into_values() {
            let rests = [
                StackStatus::CreateComplete,
                StackStatus::UpdateComplete,
                StackStatus::UpdateRollbackComplete,
            ];
            if rests.contains(&stack.status) {
                let queues = stack.resources.into_values().filter(|it| it.kind == QUEUE);
                let there = queues.filter(|it| !it.status.starts_with("DELETE"));
                self.holding.extend(there.map(|it| it.physical_id).filter(|id| !id.is_empty()));
            }
        }
    }

    fn deployer(&self, synthesis: &Synthesis, named: bool) -> Deployer {
        let deployer = deployer(&self.fake, synthesis);
        if named || self.guard == Guard::Off {
            deployer.lose(&id("acme-data"), "Jobs")
        } else {
            deployer
        }
    }

    /// Deploys, and looks at each event; cut off after so many.
    async fn deploy(&mut self, wish: Wish, cut: Option<usize>, named: bool) -> Option<Summary> {
        let synthesis = wanted(wish);
        let mut deployment = self.deployer(&synthesis, named).start().unwrap();
        let mut count = 0;
        while let Some(_event) = deployment.events().next().await {
            self.look();
            count += 1;
            if cut.is_some_and(|cut| count > cut) {
                return None;
            }
        }
        Some(deployment.finish().await)
    }

    async fn both(&mut self, first: Wish, second: Wish, cut: Option<usize>) {
        let (first, second) = (wanted(first), wanted(second));
        let mut first = self.deployer(&first, false).start().unwrap();
        let mut second = self.deployer(&second, false).start().unwrap();
        let mut count = 0;
        loop {
            tokio::select! {
                Some(_) = first.events().next() => {}
                Some(_) = second.events().next() => {}
                else => break,
            }
            self.look();
            count += 1;
            if cut.is_some_and(|cut| count > cut) {
                break;
            }
        }
        // One dies, and the other one goes on alone.
        if cut.is_some() {
            drop(first);
        } else {
            first.finish().await;
        }
        second.finish().await;
    }

    async fn act(&mut self, deed: &Deed) {
        match deed {
            Deed::Deploy { wish, cut, named } => {
                if *named {
                    self.look();
                    self.forgiven.extend(self.queues());
                }
                self.deploy(*wish, *cut, *named).await;
            }
            Deed::Both { first, second, cut } => self.both(*first, *second, *cut).await,
            Deed::Delete(name) => {
                self.look();
                self.forgiven.extend(self.queues());
                let client = Client::new(&config(&self.fake, ACCOUNT));
                // It may be busy, or not there.
                let _refused = client.delete_stack().stack_name(*name).send().await;
            }
            Deed::Meddle { logical_id, vanishes } => {
                let stack = match *logical_id {
                    "Gate" => "acme-network",
                    "Door" => "acme-edge",
                    _ => "acme-data",
                };
                let at = (ACCOUNT, REGION, stack);
                if *vanishes {
                    if *logical_id == "Jobs" {
                        self.forgiven.extend(self.queues());
                    }
                    self.fake.vanish(at, logical_id);
                } else {
                    self.fake.meddle(at, logical_id, "/MaximumMessageSize", Value::from(2_048));
                }
            }
            Deed::Break { logical_id, step, times } => {
                let failing = Failing::new(logical_id, *step, "broken").times(*times);
                self.fake.change(|script| script.failing(failing));
            }
            Deed::Wait(ticks) => self.fake.tick(*ticks),
        }
        self.look();
    }

    /// What held data and is gone or in no stack, although nobody asked for that.
    fn lost(&self) -> Vec<(String, Fate)> {
        let made = self.fake.made(ACCOUNT, REGION).into_iter();
        let gone = made.filter(|made| made.fate != Fate::Live);
        let gone = gone.filter(|made| self.holding.contains(&made.physical_id));
        let gone = gone.filter(|made| !self.forgiven.contains(&made.physical_id));
        gone.map(|made| (made.physical_id, made.fate)).collect()
    }

    /// Lives through the story: what was lost on the way, and how the last deployment ended once nothing
    /// fails any longer.
    async fn live(&mut self, story: &Story) -> (Vec<(String, Fate)>, Summary) {
        let fake = Rc::clone(&self.fake);
        for deed in &story.deeds {
            bounded(&fake, self.act(deed)).await;
        }
        self.fake.change(|_| Script::new().replaced_by(QUEUE, "DelaySeconds"));
        self.fake.tick(500);
        self.look();
        let summary = bounded(&fake, self.deploy(story.last, None, false)).await.unwrap();
        (self.lost(), summary)
    }

    /// Whether each stack that ended well is as wanted, and each other one says why it isn't.
    fn judge(&self, story: &Story, summary: &Summary) -> Result<(), TestCaseError> {
        let synthesis = wanted(story.last);
        let assembly = synthesis.assembly.as_ref().unwrap();
        let bodies: BTreeMap<&str, &String> = assembly
            .index()
            .stacks
            .iter()
            .map(|entry| (&*entry.name, &assembly.files()[&entry.template]))
            .collect();
        for stack in &summary.stacks {
            let seen = self.fake.stack(ACCOUNT, REGION, &stack.id.name);
            let fault =
                |why: String| Err(TestCaseError::fail(format!("{why}: {stack:?}, {seen:?}")));
            match &stack.outcome {
                Outcome::Failed { failure } => {
                    let known = FAILURES.iter().any(|words| failure.message.contains(words));
                    if !known || failure.help.as_ref().is_none_or(String::is_empty) {
                        return fault("it failed for no reason that is known".to_owned());
                    }
                }
                Outcome::Skipped { because } => {
                    let it = summary.stacks.iter().find(|it| it.id == *because);
                    if it.is_none_or(|it| it.outcome.is_good()) {
                        return fault("it was skipped without a reason".to_owned());
                    }
                }
                outcome if outcome.is_good() => {
                    let Some(seen) = &seen else { return fault("it is gone".to_owned()) };
                    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
                    if parsed(&seen.template) != parsed(bodies[&*stack.id.name]) {
                        return fault("it is not what was wanted".to_owned());
                    }
                    if !seen.status.is_updatable() {
                        return fault("it is not done".to_owned());
                    }
                }
                _ => return fault("nobody asked to stop".to_owned()),
            }
        }
        Ok(())
    }
}

/// What a stack may be in the way of its deployment for, once nothing fails any longer.
const FAILURES: [&str; 5] = [
    "CloudFormation would do more than the plan allows",
    "a rollback failed on the way",
    "a deletion failed on the way",
    "left resources that hold data",
    // What somebody deleted can't be updated.
    "its update failed and was rolled back",
];

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(work)
}

#[test]
fn whatever_happens_it_ends_as_wanted_or_says_why_and_loses_nothing_unnamed() {
    let good = Cell::new((0, 0));
    let config =
        ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let ended = runner.run(&story(), |story| {
        block_on(async {
            let mut world = World::new(&story, Guard::On);
            let (lost, summary) = world.live(&story).await;
            if !lost.is_empty() {
                return Err(TestCaseError::fail(format!("lost: {lost:?}")));
            }
            let (well, all) = good.get();
            good.set((well + u32::from(summary.is_good()), all + 1));
            world.judge(&story, &summary)
        })
    });
    ended.unwrap();
    let (well, all) = good.get();
    assert!(well * 2 > all, "of {all} only {well} ended well");
}

#[test]
fn without_the_guard_the_same_happenings_lose_data() {
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let losing = (0..CASES).filter(|_| {
        let story = story().new_tree(&mut runner).unwrap().current();
        block_on(async {
            let mut world = World::new(&story, Guard::Off);
            !world.live(&story).await.0.is_empty()
        })
    });
    assert!(losing.count() > 2);
}

/// How many stories are lived through.
const CASES: u32 = 40;
