//! What a deployment of many stacks weighs, in a process of its own.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use fake_cloudformation::{Fake, Script, StackStatus};

use crate::cloud::{ACCOUNT, REGION};

/// The most memory that a hundred stacks may take, in kibibytes: 60 MB.
const MEMORY: u64 = 58_593;

fn start(fake: &Fake, variation: &str, every: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"))
        .args(["deploy", "--yes", "--poll-every", every])
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

/// The most memory that a process held so far, in kibibytes.
fn memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// How long a process computed so far. The kernel counts in hundredths of a second.
fn computed(child: &Child) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    // The name, in parentheses, may hold spaces: user and system time are the twelfth and thirteenth behind it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

#[test]
#[cfg(target_os = "linux")]
fn a_hundred_stacks_take_little_memory_and_few_requests() {
    let fake = Fake::start(Script::new().ticks(20)).unwrap();
    let mut child = start(&fake, "hundred", "20");
    let mut most = 0;
    let ended = loop {
        most = most.max(memory(&child).unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        thread::sleep(Duration::from_millis(5));
    };
    assert!(ended.success(), "{ended}");
    let stacks = fake.stacks();
    assert_eq!(stacks.len(), 102);
    assert!(stacks.values().all(|stack| stack.status == StackStatus::CreateComplete));
    let requests = fake.requests().len();
    assert!(most > 0 && most <= MEMORY, "{most} KiB");
    assert!(requests <= 102 * 30, "{requests} requests");
}

#[test]
#[cfg(target_os = "linux")]
#[allow(clippy::disallowed_methods, reason = "it measures time")]
fn who_waits_computes_next_to_nothing_and_asks_no_more_than_aws_likes() {
    let fake =
        Fake::start(Script::new().stuck("AWS::CloudFormation::WaitConditionHandle")).unwrap();
    let mut child = start(&fake, "hundred", "2000");
    let begun = |fake: &Fake| {
        fake.requests().iter().filter(|request| request.action == "DescribeStackEvents").count()
    };
    while begun(&fake) < 25 {
        assert!(child.try_wait().unwrap().is_none());
        thread::sleep(Duration::from_millis(20));
    }
    let (start, before, asked) = (Instant::now(), computed(&child), fake.requests().len());
    thread::sleep(Duration::from_secs(6));
    let (passed, spent) = (start.elapsed(), computed(&child) - before);
    let asked = fake.requests().len() - asked;
    child.kill().unwrap();
    child.wait().unwrap();
    // Twenty stacks are watched at once. A build for tests computes some ten times as long.
    assert!(spent.as_secs_f64() < 0.15 * passed.as_secs_f64(), "{spent:?} of {passed:?}");
    // Ten a second, and never more, however many stacks there are.
    let most = 10.0 * passed.as_secs_f64() + 2.0;
    assert!(f64::from(u32::try_from(asked).unwrap()) <= most, "{asked} in {passed:?}");
}
