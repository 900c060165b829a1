//! The production environment of `examples/platform`, made unsafe one edit at a time; and that of staging,
//! made unlike it.
//!
//! * [`types`] and [`literals`]: the edits that the compiler refuses,
//! * [`check`]: those that compile, and that `check` refuses,
//! * [`readme`]: the README's program, with the mistakes that the README shows,
//! * [`variation`]: what an edit is.
//!
//! The build script applies each edit to the program, which makes a module. The modules of `check`
//! are the binary `variation`, which runs one of them; those of the other two are the binaries
//! `refused_types` and `refused_literals`, which never compile. So there are three runs of the
//! compiler, however many edits there are.

pub mod check;
pub mod literals;
pub mod readme;
pub mod types;
pub mod variation;
