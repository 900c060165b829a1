//! The command line as a user meets it: what is printed, the exit code, and what is on the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, in its own functions too"
)]

mod codes;
mod command;
mod findings;
mod interruption;
mod lock;
mod output;
mod plan;
mod program;
