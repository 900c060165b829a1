//! The generated types through their public surface.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod enumerations;
mod handles;
mod resources;
mod schema;
mod schema_collection;
mod schema_fact;

use innovate_core::{Dev, Site, Stack, StackModel, StageKind};

/// What `fill` adds to an empty stack.
fn stack(fill: impl FnOnce(&mut Stack<Dev>)) -> StackModel {
    let mut stack = Stack::new("stack", Site::new("test", StageKind::Dev, "1", "eu-west-1"));
    fill(&mut stack);
    stack.into()
}
