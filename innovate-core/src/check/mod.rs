//! Findings about a program, and what finds them.
//!
//! * [`Diagnostic`]: one finding, with its place in the program,
//! * [`Rule`]: what finds it, with its explanation, and [`model_rules`], those of the model itself; [`Model`] is what a rule looks at,
//! * [`Registry`]: the facts about resource types that the model itself needs,
//! * [`Report`]: all findings, sorted by place, without those that the program accepts; as text in
//!   the look of the Rust compiler, and as JSON. [`Sources`] gives it the program's text.

mod diagnostic;
mod index;
mod json;
mod model;
mod registry;
mod render;
mod report;
mod rule;
mod rules;
mod statement;
pub mod suggest;

pub use diagnostic::{Diagnostic, Place, Severity, Suppression};
pub(crate) use index::Index;
pub use model::Model;
pub(crate) use registry::Known;
pub use registry::{Facts, Registry, Replacement, ReplacementOrder, TagFacts, TagShape};
pub use render::{Coloring, NoSources, Sources};
pub use report::{Accepted, Findings, Overridden, Report};
pub use rule::{Check, Rule};
pub use rules::model_rules;
