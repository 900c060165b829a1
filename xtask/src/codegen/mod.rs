//! `cargo xtask codegen`: the generated part of `innovate-cfn`, from the pinned schemas.
//!
//! * `wheel`: fetches, verifies and opens the pinned cfn-lint wheel,
//! * `model`: the schemas of all types, loaded once,
//! * `output`: the files that come of it: written, or compared with what is there.

mod model;
mod output;
mod wheel;

use std::path::Path;

use model::Registry;
use output::Output;
use wheel::Wheel;

use crate::Result;

/// What to do with the files that come of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write those that differ.
    Write,
    /// Fail if any differs.
    Check,
}

/// Generates everything.
pub(crate) fn run(mode: Mode) -> Result {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask has no parent folder")?;
    let mut wheel = Wheel::open(&root.join("target/codegen"))?;
    let registry = Registry::load(&mut wheel)?;
    let mut output = Output::new();
    println!("{} types in {} regions", registry.types.len(), registry.regions.len());
    output.finish(root, mode)
}
