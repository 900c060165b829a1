//! Findings about a program: [`Diagnostic`].

mod diagnostic;

pub use diagnostic::{Diagnostic, Place, Severity, Suppression};
