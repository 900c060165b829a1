//! The process that `cargo xtask bench` measures for the budget of a whole estate: the environments of
//! the examples, one after another, checked and rendered by library calls. It writes no file.
//!
//!     cargo run --release --example estate

#[path = "../examples/platform/mod.rs"]
mod platform;

use innovate::{core::TemplateFormat, prelude::*};

fn main() -> ExitCode {
    let environments: [fn() -> App; 3] =
        [platform::app::<Dev>, platform::app::<Staging>, platform::app::<Prod>];
    let made = environments.into_iter().all(|environment| {
        environment().synth(innovate::checks(), TemplateFormat::Json).assembly.is_some()
    });
    if made { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
