//! Figures and targets as tables of `docs/performance.md`.

use std::{fmt::Write as _, fs, process::Command};

use super::measure::Figures;
use crate::{Result, root};

/// A line of a table.
pub(super) struct Row {
    what: String,
    figures: Figures,
    wall_ms: Option<f64>,
    cpu_ms: Option<f64>,
    memory_mb: Option<f64>,
}

impl Row {
    /// Figures without a target.
    pub(super) fn new(what: &str, figures: Figures) -> Self {
        Self { what: what.to_owned(), figures, wall_ms: None, cpu_ms: None, memory_mb: None }
    }

    /// The most milliseconds that it may take.
    pub(super) const fn wall_ms(mut self, most: f64) -> Self {
        self.wall_ms = Some(most);
        self
    }

    /// The most milliseconds of CPU that it may take.
    pub(super) const fn cpu_ms(mut self, most: f64) -> Self {
        self.cpu_ms = Some(most);
        self
    }

    /// The most megabytes that it may hold.
    pub(super) const fn memory_mb(mut self, most: f64) -> Self {
        self.memory_mb = Some(most);
        self
    }

    fn measured(&self) -> [(f64, Option<f64>); 3] {
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1_000.0;
        #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
        let megabytes = self.figures.memory as f64 / 1_000_000.0;
        [
            (milliseconds(self.figures.wall), self.wall_ms),
            (milliseconds(self.figures.cpu), self.cpu_ms),
            (megabytes, self.memory_mb),
        ]
    }

    /// Whether the targets are met, and by how much one isn't.
    fn verdict(&self) -> String {
        let targets: Vec<(f64, f64)> =
            self.measured().into_iter().filter_map(|(is, most)| Some((is, most?))).collect();
        let missed: Vec<String> = targets
            .iter()
            .filter(|(is, most)| is > most)
            .map(|(is, most)| format!("missed by {:.0} %", (is / most - 1.0) * 100.0))
            .collect();
        match (targets.is_empty(), missed.is_empty()) {
            (true, _) => String::new(),
            (false, true) => "met".to_owned(),
            (false, false) => missed.join(", "),
        }
    }
}

fn time(milliseconds: f64) -> String {
    match milliseconds {
        short if short < 10.0 => format!("{short:.1} ms"),
        middle if middle < 1_000.0 => format!("{middle:.0} ms"),
        long => format!("{:.2} s", long / 1_000.0),
    }
}

fn cell(measured: f64, target: Option<f64>, show: fn(f64) -> String) -> String {
    match target {
        Some(most) => format!("{} (at most {})", show(measured), show(most)),
        None => show(measured),
    }
}

/// Writes the table between its two comments in `docs/performance.md`.
pub(super) fn write(name: &str, rows: &[Row]) -> Result {
    let mut table =
        String::from("| what | wall | CPU | peak memory | target |\n|---|---|---|---|---|\n");
    for row in rows {
        let [wall, cpu, memory] = row.measured();
        writeln!(
            table,
            "| {} | {} | {} | {} | {} |",
            row.what,
            cell(wall.0, wall.1, time),
            cell(cpu.0, cpu.1, time),
            cell(memory.0, memory.1, |megabytes| format!("{megabytes:.0} MB")),
            row.verdict(),
        )?;
    }
    splice(name, &table)
}

/// Writes on what the figures were measured.
pub(super) fn write_machine(peer: bool) -> Result {
    let says = |program: &str, arguments: &[&str]| -> String {
        let output = Command::new(program).args(arguments).current_dir(root()).output();
        output.map_or_else(
            |_| format!("no {program}"),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        )
    };
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut text = format!(
        "{}, {cores} cores of {model}, {}, {}.\n",
        says("date", &["+%Y-%m-%d"]),
        says("uname", &["-sr"]),
        says("rustc", &["--version"]),
    );
    if peer {
        writeln!(text, "The peer ran on Node {} in the same run.", says("node", &["--version"]))?;
    }
    splice("machine", &text)
}

fn splice(name: &str, content: &str) -> Result {
    let path = root().join("docs/performance.md");
    let text = fs::read_to_string(&path)?;
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let parts = text
        .split_once(&begin)
        .and_then(|(before, rest)| rest.split_once(&end).map(|(_, after)| (before, after)));
    let (before, after) = parts.ok_or_else(|| format!("docs/performance.md has no `{begin}`"))?;
    Ok(fs::write(path, format!("{before}{begin}{content}{end}{after}"))?)
}
