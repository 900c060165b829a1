//! What must not compile, does not, and says why: one program a promise, its name the promise.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages of the compiler beside the programs.

#[test]
fn broken_programs_do_not_compile() {
    let programs = trybuild::TestCases::new();
    // With one program that compiles, trybuild builds instead of checking only.
    programs.pass("tests/ui/pass/*.rs");
    programs.compile_fail("tests/ui/*.rs");
}
