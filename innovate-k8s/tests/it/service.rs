//! What a whole service becomes.

use innovate_core::Prod;

use crate::program::{Program, files};

#[test]
fn a_service_with_its_nodes_and_ingress_becomes_these_files() {
    let synthesis = Program::<Prod>::new().with_nodes().with_service().synth();
    assert_eq!(synthesis.report.findings(), []);
    let all: Vec<String> =
        files(&synthesis).into_iter().map(|(path, text)| format!("# {path}\n{text}")).collect();
    insta::assert_snapshot!(all.join("---\n"));
}
