//! What the examples write, as the tools that others trust see it, and what the program of
//! `tests/conformance` does, which makes the choices that they don't.
//!
//! * every template through cfn-lint, at every level, for the region of its stack (`lint`),
//! * every template through checkov, which asks for what makes resources safe (`checkov`),
//! * every manifest through kubernetes-validate, without unknown fields; what that has no schema of,
//!   custom resources, is compared with its definition by a test of `innovate-k8s`, which reads the
//!   examples' files, where the definitions are,
//! * every file in YAML through a reader of YAML 1.1, which takes `on` for a boolean and `12:30` for
//!   a number, and one of YAML 1.2, which takes `0o14` for one.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{
    checkov,
    example::{self, Format, Lock, Written},
    lint,
    python::Python,
    step::Outcome,
};
use crate::{Result, root};

/// Validates what every example writes.
pub(super) fn check() -> Result<Outcome> {
    let mut outcome = Outcome::new();
    let python = Python::with_validators()?;
    validators_are_awake(&python, &mut outcome)?;
    let mut written = Vec::new();
    for name in example::names()? {
        written.push(validate(&python, &name, Lock::Kept, &mut outcome)?);
    }
    written.push(validate(&python, example::OTHER_CHOICES, Lock::New, &mut outcome)?);
    // Once for all, since they take longer to start than to read a template.
    lint::check(&python, &written, &mut outcome)?;
    checkov::check(&python, &written, &mut outcome)?;
    Ok(outcome)
}

/// Validates what one program writes, but for what is asked about all programs at once.
fn validate(python: &Python, name: &str, lock: Lock, outcome: &mut Outcome) -> Result<Written> {
    let json = example::write(name, Format::Json, lock)?;
    let yaml = example::write(name, Format::Yaml, lock)?;
    manifests(python, &json, outcome)?;
    yaml_templates(python, &yaml, &json, outcome)?;
    Ok(json)
}

/// The validators find what is broken, so that their silence means something.
fn validators_are_awake(python: &Python, outcome: &mut Outcome) -> Result {
    let folder = root().join("target/examples-written/broken");
    fs::create_dir_all(&folder)?;
    let file = |name: &str, text: &str| -> Result<String> {
        let path = folder.join(name);
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    let template =
        file("t.json", r#"{"Resources":{"A":{"Type":"AWS::S3::Bucket","Properties":{"Nam":1}}}}"#)?;
    let finding = |finds: bool| match finds {
        true => vec![],
        false => vec!["it finds nothing in a broken file".to_owned()],
    };
    let awake = |found: Option<&Value>| {
        finding(found.and_then(Value::as_array).is_some_and(|findings| !findings.is_empty()))
    };
    outcome.test("cfn-lint", &finding(lint::is_awake(python, &template)?));
    outcome.test("checkov", &finding(checkov::is_awake(python, &template)?));
    let manifest =
        file("m.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: on}\n")?;
    let found = python.json(include_str!("manifests.py"), ["1.35", &manifest])?;
    outcome.test(
        "kubernetes-validate",
        &awake(found.get("findings").and_then(|all| all.get(&manifest))),
    );
    let (yaml, json) = (file("t.yaml", "a: 12:30\n")?, file("y.json", r#"{"a":"12:30"}"#)?);
    let found = python.json(include_str!("templates.py"), [&yaml, &json])?;
    outcome.test("YAML 1.1", &awake(found.get(&yaml)));
    let (yaml, json) = (file("u.yaml", "a: 0o14\n")?, file("u.json", r#"{"a":"0o14"}"#)?);
    let found = python.json(include_str!("templates.py"), [&yaml, &json])?;
    outcome.test("YAML 1.2", &awake(found.get(&yaml)));
    Ok(())
}

/// Kubernetes's own schemas accept each manifest, for the version of each cluster of the program.
fn manifests(python: &Python, written: &Written, outcome: &mut Outcome) -> Result {
    let files = written.manifests()?;
    if files.is_empty() {
        return Ok(());
    }
    let mut custom = BTreeSet::new();
    for version in kubernetes_versions(written)? {
        let arguments =
            std::iter::once(version.as_str().into()).chain(files.iter().map(PathBuf::from));
        let answer = python.json(include_str!("manifests.py"), arguments)?;
        let part = |key: &str| answer.get(key).ok_or("kubernetes-validate gave no answer");
        each_file(part("findings")?, outcome, |file| {
            format!("kubernetes-validate {version}, {}", written.name_of(file))
        })?;
        let unknown = part("custom")?.as_array().into_iter().flatten();
        custom.extend(unknown.filter_map(Value::as_str).map(str::to_owned));
    }
    custom_resources(written, custom.len(), outcome);
    Ok(())
}

/// The definitions of custom resources: beside the checkout, where there are any.
const DEFINITIONS: &str = "../shared/data/crds";

/// Without their definitions, custom resources have been read as YAML and no more, and that is said.
fn custom_resources(written: &Written, custom: usize, outcome: &mut Outcome) {
    if custom > 0 && !root().join(DEFINITIONS).is_dir() {
        let name = &written.name;
        outcome.skip(custom);
        outcome.notice(format!(
            "skipped: {custom} custom resources of {name} are not compared with their definitions, since there is no {DEFINITIONS}"
        ));
    }
}

/// The versions of the program's clusters.
fn kubernetes_versions(written: &Written) -> Result<BTreeSet<String>> {
    let mut versions = BTreeSet::new();
    for template in written.templates()? {
        let template: Value = serde_json::from_slice(&fs::read(template)?)?;
        for resource in template.get("Resources").and_then(Value::as_object).into_iter().flatten() {
            let text = |pointer| resource.1.pointer(pointer).and_then(Value::as_str);
            if text("/Type") == Some("AWS::EKS::Cluster") {
                versions.extend(text("/Properties/Version").map(str::to_owned));
            }
        }
    }
    if versions.is_empty() {
        return Err(format!("{} has manifests and no cluster with a version", written.name).into());
    }
    Ok(versions)
}

/// A template in YAML means what the same means in JSON.
fn yaml_templates(
    python: &Python,
    yaml: &Written,
    json: &Written,
    outcome: &mut Outcome,
) -> Result {
    let (left, right) = (yaml.templates()?, json.templates()?);
    if left.len() != right.len() {
        let (left, right) = (left.len(), right.len());
        return Err(format!("{}: {left} templates in YAML, {right} in JSON", json.name).into());
    }
    let pairs = left.iter().zip(&right).flat_map(|(left, right)| [left, right]);
    let answer = python.json(include_str!("templates.py"), pairs)?;
    each_file(&answer, outcome, |file| format!("YAML 1.1 and 1.2, {}", yaml.name_of(file)))
}

/// Counts one test for each file of an object from files to findings.
fn each_file(answer: &Value, outcome: &mut Outcome, name: impl Fn(&Path) -> String) -> Result {
    for (file, findings) in answer.as_object().ok_or("the validator gave no object")? {
        let findings: Vec<String> = findings
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        outcome.test(&name(Path::new(file)), &findings);
    }
    Ok(())
}
