//! Patterns: ECMA's regular expressions, translated at generation to what the checker can run.
//!
//! * `set`: sets of characters,
//! * `syntax`: the parser, and the writer for regex-lite,
//! * `relaxed.txt`: those of which something is lost in translation,
//! * `translate`: look-around becomes "matches this and not that", a single class becomes a run.

mod set;
mod syntax;
mod translate;

pub(super) use translate::{Term, Translation};

use crate::Result;

/// Patterns that can't be said without look-around, one a line: the checker accepts more than they do.
pub(super) const RELAXED: &str = include_str!("relaxed.txt");

/// Translates a pattern.
pub(super) fn translate(pattern: &str) -> Result<Translation> {
    Ok(translate::translate(&syntax::Syntax::parse(pattern)?))
}
