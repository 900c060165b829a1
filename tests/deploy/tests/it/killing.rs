//! The process is killed at any point: the same command again goes on, and ends as if nothing had been.

use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use fake_cloudformation::{Failing, Fake, Fate, Fault, Script, Step};
use serde_json::Value;

use crate::cloud::{ACCOUNT, REGION};

/// How many points each life is cut at.
const POINTS: u64 = 14;

/// How many processes run at once.
const AT_ONCE: usize = 4;

/// Longer than anything here takes.
const FOREVER: Duration = Duration::from_secs(3_600);

/// What is under way when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Creation,
    Update,
    /// An update that fails and is rolled back.
    Failure,
}

impl Life {
    fn variation(self) -> &'static str {
        if self == Self::Creation { "" } else { "wider" }
    }

    fn script(self) -> Script {
        // Some things take longer, so that there is something under way to come back to.
        let script = Script::new().takes("Gate", 9).takes("Reader", 12).planning_takes(2);
        match self {
            Self::Failure => script.failing(Failing::new("Reader", Step::Update, "no")),
            _ => script,
        }
    }

    /// A cloud in which it may begin.
    fn cloud(self) -> Fake {
        let fake = Fake::start(Script::new()).unwrap();
        if self != Self::Creation {
            assert_eq!(ended(start(&fake, "")), Some(0));
        }
        fake
    }

    fn exit_code(self) -> i32 {
        i32::from(self == Self::Failure)
    }

    /// The first state of a stack's operation.
    fn begins(self) -> &'static str {
        if self == Self::Creation { "CREATE_IN_PROGRESS" } else { "UPDATE_IN_PROGRESS" }
    }
}

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
enum Blow {
    /// Before the n-th of its requests is processed.
    Before(u64),
    /// When the n-th of its requests is processed, and not answered.
    After(u64),
    /// So many milliseconds after its start.
    Late(u64),
}

fn start(fake: &Fake, variation: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"))
        .args(["deploy", "--yes", "--poll-every", "1"])
        .env_clear()
        .env("HOME", std::env::temp_dir())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", REGION)
        .env("AWS_ENDPOINT_URL", fake.endpoint())
        .env("AWS_ACCESS_KEY_ID", format!("AKIA{ACCOUNT}"))
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("VARIATION", variation)
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn ended(mut child: Child) -> Option<i32> {
    child.wait().unwrap().code()
}

/// Runs it and kills it: whether it was still there to be killed.
fn killed(fake: &Fake, life: Life, blow: Blow) -> bool {
    // A script counts from its own beginning.
    fake.change(|_| match blow {
        Blow::Before(n) => life.script().fault("*", n, Fault::Hang(FOREVER)),
        Blow::After(n) => life.script().fault("*", n, Fault::Slow(FOREVER)),
        Blow::Late(_) => life.script(),
    });
    let before = fake.requests().len();
    let mut child = start(fake, life.variation());
    if let Blow::Late(milliseconds) = blow {
        thread::sleep(Duration::from_millis(milliseconds));
    }
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        let due = matches!(blow, Blow::Late(_))
            || fake.requests().iter().skip(before).any(|request| request.fault.is_some());
        if due {
            // SIGKILL: nothing of it runs any more.
            child.kill().unwrap();
            return ended(child).is_none();
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// What is to be the same, however often the process was killed: physical ids and times are not.
#[derive(Debug, PartialEq)]
struct State {
    stacks: BTreeMap<String, SeenState>,
    /// Stack, logical id and fate of all that was ever made.
    made: Vec<(String, String, Fate)>,
}

#[derive(Debug, PartialEq)]
struct SeenState {
    status: String,
    template: String,
    tags: BTreeMap<String, String>,
    outputs: Vec<String>,
    resources: BTreeMap<String, (String, String, Value)>,
    change_sets: Vec<String>,
    protected: bool,
}

fn state(fake: &Fake) -> State {
    let seen = fake.stacks().into_iter().map(|((_, _, name), stack)| {
        let resources = stack.resources.into_values();
        let state = SeenState {
            status: stack.status.to_string(),
            template: stack.template,
            tags: stack.tags,
            outputs: stack.outputs.into_keys().collect(),
            resources: resources
                .map(|it| (it.logical_id, (it.kind, it.status, it.properties)))
                .collect(),
            change_sets: stack.change_sets,
            protected: stack.termination_protection,
        };
        (name, state)
    });
    let made = fake.made(ACCOUNT, REGION).into_iter();
    let mut made: Vec<_> = made.map(|it| (it.stack, it.logical_id, it.fate)).collect();
    made.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    State { stacks: seen.collect(), made }
}

/// How often an operation began on a stack.
fn begun(fake: &Fake, life: Life) -> BTreeMap<String, usize> {
    let count =
        |((_, _, name), stack): ((String, String, String), fake_cloudformation::SeenStack)| {
            let begun = stack.events.iter();
            let begun = begun.filter(|it| it.logical_id == name && it.status == life.begins());
            let count = begun.count();
            (name, count)
        };
    fake.stacks().into_iter().map(count).collect()
}

/// Runs it to its end.
fn undisturbed(fake: &Fake, life: Life) -> usize {
    fake.change(|_| life.script());
    let before = fake.requests().len();
    assert_eq!(ended(start(fake, life.variation())), Some(life.exit_code()), "{life:?}");
    fake.requests().len() - before
}

/// Numbers that look random and are the same each time.
fn dice(seed: u64, sides: u64) -> u64 {
    let mut random = fastrand::Rng::with_seed(seed);
    random.u64(..sides)
}

#[test]
fn a_killed_process_goes_on_where_it_was_and_nothing_is_done_twice_or_lost() {
    let killings = AtomicUsize::new(0);
    for life in [Life::Creation, Life::Update, Life::Failure] {
        let fake = life.cloud();
        let requests = u64::try_from(undisturbed(&fake, life)).unwrap();
        let (expected, once) = (state(&fake), begun(&fake, life));
        assert!(expected.stacks.values().all(|stack| stack.change_sets.is_empty()), "{expected:?}");
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let point = u64::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap();
                        if point >= POINTS {
                            break;
                        }
                        let blows = blows(point, requests);
                        let fake = life.cloud();
                        let count = blows.iter().filter(|blow| killed(&fake, life, **blow)).count();
                        killings.fetch_add(count, Ordering::SeqCst);
                        undisturbed(&fake, life);
                        assert_eq!(state(&fake), expected, "{life:?}, killed at {blows:?}");
                        // An update that failed may be tried again.
                        if life != Life::Failure {
                            let often = begun(&fake, life);
                            assert_eq!(often, once, "{life:?}, killed at {blows:?}");
                        }
                    }
                });
            }
        });
    }
    // A few are due after the end, since how often somebody looks is not the same each time.
    let killings = killings.into_inner();
    assert!(killings >= 36, "{killings}");
}

/// Where the process is killed: spread over its requests, one in three twice, and one in seven whenever.
fn blows(point: u64, requests: u64) -> Vec<Blow> {
    let width = requests / POINTS;
    let at = 1 + point * requests / POINTS + dice(point, width.max(1));
    let first = match point % 7 {
        6 => Blow::Late(100 + dice(point, 300)),
        even if even.is_multiple_of(2) => Blow::After(at),
        _ => Blow::Before(at),
    };
    let again = 1 + dice(point + 100, requests / 2);
    let second = point.is_multiple_of(3).then_some(Blow::After(again));
    [first].into_iter().chain(second).collect()
}
