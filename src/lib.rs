//! Infrastructure as a Rust program: checked by the compiler and by rules, synthesized to
//! CloudFormation templates and Kubernetes manifests.
//!
//! A program is a function that returns an [`App`]; `run` gives it its command line:
//!
//! ```no_run
//! use innovate::prelude::*;
//!
//! fn main() -> ExitCode {
//!     innovate::run(program)
//! }
//!
//! fn program() -> App {
//!     App::new("example")
//! }
//! ```
//!
//! * [`prelude`]: what programs use,
//! * [`run`]: the command line, behind the feature `cli`, which is on by default,
//! * [`parity`]: what staging may have otherwise than production,
//! * [`checks`]: what every program is checked against,
//! * [`core`], [`cfn`], [`aws`], [`k8s`]: the crates that this one is made of.
//!
//! Features, both on by default: `cli`, and `v1_35`, the version of the Kubernetes API whose types
//! `k8s-openapi` has. That crate takes exactly one version in a program: one that has chosen another
//! turns the default features off.

mod checks;
#[cfg(feature = "cli")]
mod cli;
pub mod parity;
pub mod prelude;

pub use checks::checks;
#[cfg(feature = "cli")]
pub use cli::run;
pub use innovate_aws as aws;
pub use innovate_cfn as cfn;
pub use innovate_core::{self as core, App};
pub use innovate_k8s as k8s;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
