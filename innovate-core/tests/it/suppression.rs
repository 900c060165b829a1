//! What a program accepts.

use innovate_core::{
    AnyStack, App, Construct, Diagnostic, Manifest, ManifestSet, Node, ResourceType as _, Scope,
    check::Report,
};

use crate::program::{Plain, STRICT, Set, Thing, app, site, stack};

/// Reports a finding about itself, and holds something that a rule finds.
struct Careless;

impl Construct for Careless {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        scope.report(Diagnostic::error("TST-02", "careless"));
        scope.add("Thing", Thing::new().set("Wrong", "yes"));
    }
}

fn report(app: App) -> Report {
    app.synth(STRICT, Default::default()).report
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings().iter().map(Diagnostic::code).collect()
}

#[test]
fn a_finding_is_accepted_with_a_reason_where_it_is_made() {
    let mut made = stack("s");
    made.add("One", Careless.suppress("TST-01", "it is right").suppress("TST-02", "we care"));
    made.add("Two", Careless);
    made.add("Three", Thing::new().set("Wrong", "yes").suppress("TST-01", "as it should be"));
    let report = report(app([made]));
    assert_eq!(codes(&report), ["TST-01", "TST-02"]);
    assert!(report.findings().iter().all(|found| found.path().unwrap().starts_with("Two")));
    let reasons: Vec<&str> = report.accepted().iter().map(|accepted| &*accepted.reason).collect();
    assert_eq!(reasons, ["it is right", "we care", "as it should be"]);
}

#[test]
fn a_suppression_that_accepts_nothing_is_a_warning_at_its_line() {
    let mut made = stack("s");
    let line = line!() + 1;
    made.add("One", Plain::new().suppress("TST-01", "no more"));
    let report = report(app([made]));
    assert_eq!(codes(&report), ["SUP-01"]);
    assert_eq!(report.findings()[0].place().unwrap().line, line);
    assert_eq!(report.findings()[0].stack(), Some("s"));
}

#[test]
fn a_suppression_without_a_reason_is_an_error_at_its_line() {
    let mut made = stack("s");
    let line = line!() + 1;
    made.add("One", Thing::new().set("Wrong", "yes").suppress("TST-01", " "));
    let report = report(app([made]));
    assert_eq!(codes(&report), ["SUP-03"]);
    assert_eq!(report.findings()[0].place().unwrap().line, line);
    assert!(report.has_errors());
}

#[test]
fn a_suppression_of_many_is_used_if_one_of_them_is() {
    let mut made = stack("s");
    for (id, wrong) in [("One", true), ("Two", false)] {
        let thing = if wrong { Thing::new().set("Wrong", "yes") } else { Thing::new() };
        made.add(id, thing.suppress("TST-01", "one of them is"));
    }
    assert_eq!(codes(&report(app([made]))), Vec::<&str>::new());
}

#[test]
fn a_suppression_of_no_rule_s_code_says_which_was_meant() {
    let mut made = stack("s");
    made.add("One", Plain::new().suppress("TTS-01", "typing"));
    let report = report(app([made]));
    assert_eq!(codes(&report), ["SUP-02"]);
    assert_eq!(report.findings()[0].help_texts(), ["there is `TST-01`"]);
}

#[test]
fn what_a_file_would_say_wrongly_can_not_be_accepted() {
    let mut made = stack("s");
    made.add("One", Plain::new().suppress("STK-03", "no"));
    made.add("One", Plain::new().suppress("STK-03", "no"));
    let report = report(app([made]));
    assert!(report.has_errors());
    assert!(codes(&report).contains(&"STK-03"));
    let message = "no program can accept `STK-03`";
    assert!(report.findings().iter().any(|found| found.message() == message), "{report:?}");
}

#[test]
fn what_the_lock_file_holds_is_not_accepted_in_the_program() {
    let mut made = stack("s");
    made.add("One", Plain::new().suppress("LOCK-01", "it may go"));
    let report = report(app([made]));
    assert_eq!(codes(&report), ["SUP-01"]);
    assert_eq!(report.findings()[0].message(), "no program can accept `LOCK-01`");
    assert!(report.findings()[0].help_texts()[0].contains("--update-lock"));
}

#[test]
fn findings_on_manifests_are_accepted_on_them() {
    let object = serde_json::json!({ "kind": "Pod", "metadata": { "name": "a/b" } });
    let made = Manifest::new(object, std::panic::Location::caller());
    let made = made.suppress("OUT-03", "no").suppress("TST-01", "none");
    let mut own = stack("s");
    own.add("R", Plain::new());
    let set = ManifestSet::new("cluster", site(), vec![made]);
    let report = report(app([own]).manifests(set));
    assert_eq!(codes(&report), ["OUT-03", "SUP-01", "SUP-01"]);
}

/// A construct that accepts something on its own part, whether it is there or not.
struct Library;

impl Construct for Library {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        crate::program::accepting(scope);
    }
}

#[test]
fn what_a_construct_accepts_on_its_parts_need_not_be_there() {
    let mut made = stack("s");
    made.add("One", Library);
    assert_eq!(codes(&report(app([made]))), Vec::<&str>::new());
}

#[test]
fn a_program_that_is_checked_again_has_the_same_findings() {
    let mut made = stack("s");
    made.add("One", Careless);
    made.add("Two", Careless.suppress("TST-02", "we care"));
    let set = ManifestSet::new("cluster", site(), Vec::new())
        .with_findings([(Diagnostic::error("TST-03", "careless"), Vec::new())]);
    let first = app([made]).manifests(set).synth(STRICT, Default::default());
    let mut found = codes(&first.report);
    found.sort_unstable();
    assert_eq!(found, ["TST-01", "TST-01", "TST-02", "TST-03"]);
    let again = first.app.synth(STRICT, Default::default());
    assert_eq!(again.report, first.report);
    assert!(again.assembly.is_none());
}

#[test]
fn what_a_program_accepts_of_checkov_is_written_where_checkov_reads_it() {
    let mut made = stack("s");
    made.suppress("CKV2_AWS_1", "everywhere");
    let thing = Thing::new().suppress("CKV_AWS_9", "nine").suppress("CKV_AWS_8", "eight");
    made.add("One", thing.suppress("TST-01", "no more"));
    made.add("Two", Thing::new().metadata("Own", Node::Text("kept".into())));
    let synthesis = app([made]).synth(STRICT, Default::default());
    assert_eq!(codes(&synthesis.report), ["SUP-01"]);
    let assembly = synthesis.assembly.unwrap();
    let template = &assembly.files()["templates/s.template.json"];
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    let metadata = |id: &str| template["Resources"][id]["Metadata"].clone();
    let skip = |id: &str, comment: &str| serde_json::json!({ "id": id, "comment": comment });
    assert_eq!(
        metadata("One")["checkov"]["skip"],
        serde_json::json!([
            skip("CKV2_AWS_1", "everywhere"),
            skip("CKV_AWS_8", "eight"),
            skip("CKV_AWS_9", "nine"),
        ])
    );
    assert_eq!(metadata("Two")["Own"], "kept");
    assert_eq!(
        metadata("Two")["checkov"]["skip"],
        serde_json::json!([skip("CKV2_AWS_1", "everywhere")])
    );
}

#[test]
fn what_a_program_accepts_of_checkov_has_a_reason_too() {
    let mut made = stack("s");
    made.add("One", Thing::new().suppress("CKV_AWS_8", " "));
    assert_eq!(codes(&report(app([made]))), ["SUP-03"]);
}
