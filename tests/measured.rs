//! What `cargo xtask bench` measures is a program that yields its files: of one that a rule refuses, the
//! figures would be those of findings.

#[path = "../benches/program/mod.rs"]
mod program;

use innovate::core::TemplateFormat;

#[test]
fn the_program_that_is_measured_has_no_errors() {
    let synthesis = program::scale(3).synth(innovate::checks(), TemplateFormat::Json);
    let findings = synthesis.report.findings();
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code()).collect();
    // That a stack comes near the limit of 500 resources is a warning.
    assert_eq!(codes, ["LIM-01"; 3], "{findings:#?}");
    let assembly = synthesis.assembly.unwrap();
    let resources: Vec<usize> = assembly.index().stacks.iter().map(|made| made.resources).collect();
    assert_eq!(resources, [400; 3]);
}
