//! The model through its public API: programs, and what becomes of them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its own functions too"
)]

mod conditional;
mod cycle;
mod deletion;
mod diff;
mod embedded;
mod intrinsic;
mod limit;
mod lock;
mod manifest;
mod model;
mod name;
mod parity;
mod program;
mod property;
mod refactor;
mod refactor_property;
mod reference;
mod render;
mod resource;
mod section;
mod suppression;
mod tag;
