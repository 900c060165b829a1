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
use measure::{Figures, median_of, median_with};
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
    let examples = root().join("target/release/examples");
    let folder = |name: &str| root().join("target/bench").join(name).display().to_string();
    std::fs::create_dir_all(root().join("target/bench"))?;
    let mut rows = Vec::new();
    if root().join("examples/prod.rs").exists() {
        let prod = examples.join("prod").display().to_string();
        let (out, lock) = (folder("prod"), folder("prod.lock"));
        let command = [&*prod, "synth", "--out", &out, "--lock", &lock];
        let figures = median_of(RUNS, &command)?;
        rows.push(
            Row::new("`prod`: checked, templates and manifests written", figures)
                .wall_ms(30.0)
                .memory_mb(40.0),
        );
    }
    let scale = |stacks: usize| -> Result<Figures> {
        let (program, stacks) = (examples.join("scale").display().to_string(), stacks.to_string());
        let (out, lock) =
            (folder(&format!("scale-{stacks}")), folder(&format!("scale-{stacks}.lock")));
        let command = [&*program, "synth", "--out", &out, "--lock", &lock];
        median_with(RUNS, &command, &[("STACKS", &stacks)])
    };
    let (small, middle, large) = (scale(5)?, scale(25)?, scale(250)?);
    rows.push(Row::new("5 stacks x 400 resources", small));
    rows.push(Row::new("25 stacks x 400 resources", middle).wall_ms(60.0).memory_mb(60.0));
    rows.push(
        Row::new("250 stacks x 400 resources", large)
            .cpu_ms(10.0 * middle.cpu.as_secs_f64() * 1_100.0),
    );
    Ok(rows)
}
