//! Findings about a program, and what finds them.
//!
//! * [`Diagnostic`]: one finding, with its place in the program,
//! * [`Rule`]: what finds it, with its explanation; [`Model`] is what a rule looks at,
//! * [`Registry`]: the facts about resource types that the model itself needs,
//! * [`Report`]: all findings, sorted by place, without those that the program accepts.

mod diagnostic;
mod model;
mod registry;
mod report;
mod rule;

pub use diagnostic::{Diagnostic, Place, Severity, Suppression};
pub use model::Model;
pub use registry::{Facts, Registry, TagFacts, TagShape};
pub use report::{Accepted, Findings, Report};
pub use rule::{Check, Rule};
