//! `examples/prod.rs`, made unsafe one edit at a time: each edit is refused at the line that is wrong.

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

/// The program that is edited.
const PROGRAM: &str = include_str!("../../../../examples/prod.rs");
