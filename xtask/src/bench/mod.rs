//! `cargo xtask bench`: whole processes and builds, measured, with the table in
//! `docs/performance.md`.
//!
//! * `measure`: runs a command in a process that measures that one command,
//! * `build`: what a developer waits for: cold builds, the loop of edit and run,
//! * `table`: figures and targets as a table,
//! * `peer`: AWS CDK on the same machine in the same run, if its programs are at hand.
//!
//! What is measured inside of a process is in `benches`, for `cargo bench`.

mod build;
mod measure;
mod peer;
mod table;

use std::path::Path;

pub(crate) use measure::as_child;

use crate::{Result, root};
use measure::{Figures, median_of};
use table::Row;

/// How often a program runs; the median counts.
const RUNS: usize = 10;

/// Measures everything, and writes the table.
pub(crate) fn run(peer: Option<&Path>) -> Result {
    build::release()?;
    let mut rows = programs()?;
    if let Some(folder) = peer {
        rows.extend(peer::rows(folder)?);
    }
    table::write("programs", &rows)?;
    table::write_machine(peer.is_some())?;
    table::write("builds", &build::rows()?)
}

fn programs() -> Result<Vec<Row>> {
    let (new, again) = (Output::New, Output::Again);
    let prod = program("prod", None, new)?;
    let estate = root().join("target/release/examples/estate").display().to_string();
    let estate = median_of(RUNS, &[&estate], &[], || Ok(()))?;
    let (small, middle, large) = (scale(5, new)?, scale(25, new)?, scale(250, new)?);
    Ok(vec![
        Row::new("`prod`: checked, templates and manifests written", prod)
            .wall_ms(30.0)
            .memory_mb(40.0),
        Row::new("`dev`, `staging` and `prod` in one process: checked and rendered", estate)
            .wall_ms(50.0)
            .memory_mb(50.0),
        Row::new("5 stacks x 400 resources", small),
        Row::new("25 stacks x 400 resources", middle).wall_ms(60.0).memory_mb(60.0),
        Row::new("the same again, nothing changed", scale(25, again)?),
        Row::new("250 stacks x 400 resources", large)
            .cpu_ms(10.0 * middle.cpu.as_secs_f64() * 1_100.0),
    ])
}

/// What a program finds where it writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    /// Nothing.
    New,
    /// The files of the run before.
    Again,
}

fn scale(stacks: usize, output: Output) -> Result<Figures> {
    program("scale", Some(&stacks.to_string()), output)
}

fn program(name: &str, stacks: Option<&str>, output: Output) -> Result<Figures> {
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let out = folder.join(format!("{name}{}", stacks.unwrap_or_default()));
    let lock = out.with_extension("lock").display().to_string();
    let program = root().join("target/release/examples").join(name).display().to_string();
    let path = out.display().to_string();
    let command = [&*program, "synth", "--out", &path, "--lock", &lock];
    let variables: Vec<(&str, &str)> =
        stacks.map(|stacks| ("STACKS", stacks)).into_iter().collect();
    median_of(RUNS, &command, &variables, || match output {
        Output::New => build::clean(&out),
        Output::Again => Ok(()),
    })
}
