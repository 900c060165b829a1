//! cfn-lint on every template, at every level, for the region that its stack lives in: which types and
//! which values there are depends on it.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value;

use super::{example::Written, python::Python, step::Outcome};
use crate::Result;

/// Runs cfn-lint's command line.
const LINT: &str = "import sys; from cfnlint.runner import main; sys.exit(main())";

/// cfn-lint finds what is broken, so that its silence means something.
pub(super) fn is_awake(python: &Python, broken: &str) -> Result<bool> {
    let found = python.json(LINT, ["--format", "json", "--template", broken])?;
    Ok(found.as_array().is_some_and(|findings| !findings.is_empty()))
}

/// cfn-lint finds nothing, except I4010, which asks for a tag policy that no template can show.
pub(super) fn check(python: &Python, written: &[Written], outcome: &mut Outcome) -> Result {
    let mut by_region: BTreeMap<String, Vec<(&Written, PathBuf)>> = BTreeMap::new();
    for written in written {
        for (template, region) in written.stacks()? {
            by_region.entry(region).or_default().push((written, template));
        }
    }
    for (region, templates) in by_region {
        let mut findings = findings(python, &region, &templates)?;
        for (written, template) in &templates {
            let own = findings.remove(&template.display().to_string()).unwrap_or_default();
            let name = written.name_of(template);
            outcome.test(&format!("cfn-lint in {region}, {name}"), &own);
        }
        for (file, findings) in findings {
            outcome.test(&format!("cfn-lint in {region}, {file}"), &findings);
        }
    }
    Ok(())
}

/// What it finds in each file.
fn findings(
    python: &Python,
    region: &str,
    templates: &[(&Written, PathBuf)],
) -> Result<BTreeMap<String, Vec<String>>> {
    let mut arguments = vec!["--template".to_owned()];
    arguments.extend(templates.iter().map(|(_, file)| file.display().to_string()));
    let options = ["--regions", region, "--include-checks", "I", "--format", "json"];
    arguments.extend(options.map(str::to_owned));
    arguments.extend(["--ignore-checks", "I4010"].map(str::to_owned));
    let mut findings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in python.json(LINT, arguments)?.as_array().ok_or("cfn-lint gave no list")? {
        let text = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str).unwrap_or("?");
        let path = finding.pointer("/Location/Path").and_then(Value::as_array);
        let path: Vec<String> = path
            .into_iter()
            .flatten()
            .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
            .collect();
        findings.entry(text("/Filename").to_owned()).or_default().push(format!(
            "{} {}: {}",
            text("/Rule/Id"),
            path.join("/"),
            text("/Message"),
        ));
    }
    Ok(findings)
}
