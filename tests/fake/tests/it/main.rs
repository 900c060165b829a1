//! The fake through the real SDK: what a deployer sees of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share may fail a test, as tests may"
)]

mod change_sets;
mod cloud;
mod creating;
mod deleting;
mod drift;
mod examples;
mod faults;
mod identity;
mod imports;
mod invariants;
mod refactors;
mod references;
mod refusals;
mod resuming;
mod stack_sets;
mod updating;
