//! One command, measured from outside.
//!
//! The kernel tells a process what its children used, all of them together, so each run has a
//! process of its own between this one and the command: `cargo xtask measured COMMAND`.

use std::{
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use nix::sys::resource::{UsageWho, getrusage};

use crate::{Result, root};

/// What a command took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    /// From start to end.
    pub(super) wall: Duration,
    /// In user and system mode, on all cores.
    pub(super) cpu: Duration,
    /// The most memory that it, or the largest of its own children, held at once, in bytes.
    pub(super) memory: u64,
}

/// Runs a command and prints what it took. What it prints itself goes to standard error.
#[allow(clippy::disallowed_methods, reason = "it measures time")]
pub(crate) fn as_child(command: &[&str]) -> Result<ExitCode> {
    let Some((program, arguments)) = command.split_first() else {
        return Err("measured: which command?".into());
    };
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    let wall = start.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let cpu = micros(usage.user_time()) + micros(usage.system_time());
    println!("{} {cpu} {}", wall.as_micros(), usage.max_rss());
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a command once.
pub(super) fn once(command: &[&str], variables: &[(&str, &str)]) -> Result<Figures> {
    let output = Command::new(std::env::current_exe()?)
        .arg("measured")
        .args(command)
        .envs(variables.iter().copied())
        .current_dir(root())
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}\n{said}", command.join(" "), output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<u64> = text.split_whitespace().map_while(|word| word.parse().ok()).collect();
    let [wall, cpu, kibibytes] = numbers.as_slice() else {
        return Err(format!("{}: not measured: {text}", command.join(" ")).into());
    };
    Ok(Figures {
        wall: Duration::from_micros(*wall),
        cpu: Duration::from_micros(*cpu),
        memory: kibibytes * 1_024,
    })
}

/// The median of each figure over `runs` runs, behind one that fills the caches. `prepare` comes
/// before each, and is not measured.
pub(super) fn median_of(
    runs: usize,
    command: &[&str],
    variables: &[(&str, &str)],
    prepare: impl Fn() -> Result,
) -> Result<Figures> {
    prepare()?;
    once(command, variables)?;
    let mut all = Vec::with_capacity(runs);
    for _ in 0..runs {
        prepare()?;
        all.push(once(command, variables)?);
    }
    let figures = Figures {
        wall: median(all.iter().map(|figures| figures.wall)).unwrap_or_default(),
        cpu: median(all.iter().map(|figures| figures.cpu)).unwrap_or_default(),
        memory: median(all.iter().map(|figures| figures.memory)).unwrap_or_default(),
    };
    println!(
        "{:>9.1?} {:>9.1?} CPU {:>5} MB  {}",
        figures.wall,
        figures.cpu,
        figures.memory / 1_000_000,
        command.join(" ")
    );
    Ok(figures)
}

/// The lower one of the two in the middle, if they are two.
fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(super::median([9, 1, 5].into_iter()), Some(5));
        assert_eq!(super::median([9, 1, 5, 7].into_iter()), Some(5));
        assert_eq!(super::median(std::iter::empty::<u8>()), None);
    }
}
