//! What talks to AWS, on answers that are made up here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its own functions too"
)]

mod access;
mod answer;
mod bootstrap;
mod cloud;
mod command;
mod deployed;
mod deploying;
mod destroy;
mod drift;
mod events;
mod gitops;
mod import;
mod interleaving;
mod killing;
mod meeting;
mod order;
mod outputs;
mod policy;
mod refactor;
mod reply;
mod saved_plan;
mod secret;
mod shown;
mod stack_set;
mod status;
mod upload;
mod weight;
