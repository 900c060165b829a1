//! Findings as a machine reads them.

use serde::Serialize;

use super::{Accepted, Diagnostic, Overridden, Place, Report, Severity, Sources};

/// The whole report, for `serde_json`.
#[derive(Serialize)]
struct ReportBody<'a> {
    errors: usize,
    warnings: usize,
    notes: usize,
    findings: Vec<FindingBody<'a>>,
    accepted: Vec<AcceptedBody<'a>>,
    overridden: &'a [Overridden],
}

#[derive(Serialize)]
struct AcceptedBody<'a> {
    reason: &'a str,
    finding: FindingBody<'a>,
}

#[derive(Serialize)]
struct FindingBody<'a> {
    code: &'a str,
    severity: &'static str,
    message: &'a str,
    place: Option<Place>,
    stack: Option<&'a str>,
    path: Option<&'a str>,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    property: Option<&'a str>,
    given: Option<&'a str>,
    allowed: Option<&'a str>,
    help: &'a [String],
    related: Vec<RelatedBody<'a>>,
}

#[derive(Serialize)]
struct RelatedBody<'a> {
    place: &'a Place,
    message: &'a str,
}

impl Report {
    /// The report as JSON: every finding with the line and column where it is shown, what the
    /// program accepts with its reasons, and the properties that it overrides. Absent facts are
    /// `null`, so that every finding has the same keys.
    pub fn to_json(&self, sources: &dyn Sources) -> serde_json::Value {
        let report = ReportBody {
            errors: self.count(Severity::Error),
            warnings: self.count(Severity::Warning),
            notes: self.count(Severity::Note),
            findings: self.findings().iter().map(|finding| body(finding, sources)).collect(),
            accepted: self
                .accepted()
                .iter()
                .map(|Accepted { finding, reason }| AcceptedBody {
                    reason,
                    finding: body(finding, sources),
                })
                .collect(),
            overridden: self.overridden(),
        };
        // Only maps with keys that are no text can fail, and there are none.
        serde_json::to_value(report).unwrap_or_default()
    }
}

fn body<'a>(finding: &'a Diagnostic, sources: &dyn Sources) -> FindingBody<'a> {
    FindingBody {
        code: finding.code(),
        severity: finding.severity().name(),
        message: finding.message(),
        place: finding.resolved_place(sources),
        stack: finding.stack(),
        path: finding.path(),
        type_name: finding.type_name(),
        property: finding.property_path(),
        given: finding.given_value(),
        allowed: finding.allowed_values(),
        help: finding.help_texts(),
        related: finding
            .related_places()
            .iter()
            .map(|(place, message)| RelatedBody { place, message })
            .collect(),
    }
}
