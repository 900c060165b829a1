//! What must not compile, does not, and says why: one program a promise, its name the promise.
//!
//! No program here compiles: with one that did, trybuild would build all of them, and a promise that
//! `cargo check` doesn't keep would stay unseen.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages of the compiler beside the programs.

#[test]
fn broken_programs_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
