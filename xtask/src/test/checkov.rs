//! checkov on every template: what it fails is mended, or accepted in code with a reason
//! (`.suppress("CKV_AWS_27", "..")`), which the template's metadata tells it.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value;

use super::{example::Written, python::Python, step::Outcome};
use crate::Result;

/// Runs checkov's command line.
const CHECKOV: &str =
    "import sys; from checkov.main import Checkov; sys.exit(Checkov(sys.argv[1:]).run())";
/// What makes it read templates alone, say nothing about what passed, and ask nobody.
const OPTIONS: [&str; 7] = [
    "--framework",
    "cloudformation",
    "--compact",
    "--quiet",
    "--skip-download",
    "--output",
    "json",
];

/// checkov finds what is broken, so that its silence means something.
pub(super) fn is_awake(python: &Python, broken: &str) -> Result<bool> {
    let answer = python.json(CHECKOV, OPTIONS.into_iter().chain(["--file", broken]))?;
    Ok(!results(&answer, "failed_checks").is_empty())
}

/// Every check passes, or is accepted.
pub(super) fn check(python: &Python, written: &[Written], outcome: &mut Outcome) -> Result {
    let mut templates: BTreeMap<PathBuf, &Written> = BTreeMap::new();
    for written in written {
        templates.extend(written.templates()?.into_iter().map(|template| (template, written)));
    }
    let mut arguments: Vec<String> = OPTIONS.map(str::to_owned).into();
    arguments.push("--file".to_owned());
    arguments.extend(templates.keys().map(|template| template.display().to_string()));
    let answer = python.json(CHECKOV, arguments)?;
    let mut findings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for failed in results(&answer, "failed_checks") {
        let text = |key: &str| failed.get(key).and_then(Value::as_str).unwrap_or("?");
        findings.entry(text("file_abs_path").to_owned()).or_default().push(format!(
            "{} {}: {}",
            text("check_id"),
            text("resource"),
            text("check_name"),
        ));
    }
    for unread in results(&answer, "parsing_errors") {
        let file = unread.as_str().unwrap_or("?").to_owned();
        findings.entry(file).or_default().push("it can't be read".to_owned());
    }
    for (template, written) in &templates {
        let own = findings.remove(&template.display().to_string()).unwrap_or_default();
        outcome.test(&format!("checkov, {}", written.name_of(template)), &own);
    }
    for (file, findings) in findings {
        outcome.test(&format!("checkov, {file}"), &findings);
    }
    Ok(())
}

/// A list of its answer, which is an object, or a list of one for each framework.
fn results<'a>(answer: &'a Value, name: &str) -> Vec<&'a Value> {
    let reports = answer.as_array().map_or(std::slice::from_ref(answer), Vec::as_slice);
    let lists = reports.iter().filter_map(|report| report.get("results")?.get(name)?.as_array());
    lists.flatten().collect()
}
