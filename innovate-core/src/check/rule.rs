//! What finds findings.

use super::{Findings, Model};
use crate::stack::StackModel;

/// One rule: its code, what it is about, and how it is checked.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The stable code, such as `NET-03`. Users suppress by it; it is never reused.
    pub code: &'static str,
    /// What holds in a good program, in one line.
    pub title: &'static str,
    /// Why, what to do about it, and the source: what `explain` prints.
    pub explanation: &'static str,
    /// How it is checked.
    pub check: Check,
}

/// How a rule is checked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A function over the whole model.
    Model(fn(&Model<'_>, &mut Findings)),
    /// A function over each stack of the model: for a rule that looks at every resource. Several stacks
    /// are checked at once.
    EachStack(fn(&Model<'_>, &StackModel, &mut Findings)),
    /// A construct reports it while it is built, or another rule finds it on the way.
    Elsewhere,
}
