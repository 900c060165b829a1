//! The production environment of `examples/platform`, made unsafe one edit at a time: each edit is
//! refused at the line that is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, in its own functions too"
)]

mod check;
mod compiler;
mod readme;
mod table;

use std::{path::Path, sync::LazyLock};

use innovate_variation_tests::variation::{self, Program};

/// The program that is edited.
static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    variation::read(&root.join("examples/platform")).expect("the program can be read")
});
