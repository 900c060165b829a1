//! What a stack shall be.

use std::collections::{BTreeMap, BTreeSet};

use innovate_core::{
    App,
    assembly::{Assembly, StackEntry, digest},
    diff::{Snapshot, StackId, StackSnapshot},
};
use serde_json::{Value, json};

/// What a stack shall be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) id: StackId,
    /// The template's text, as the program yields it.
    pub(super) body: String,
    /// The SHA-256 of the text.
    pub(super) sha256: String,
    /// The values of parameters that aren't the template's defaults.
    pub(super) parameters: BTreeMap<String, String>,
    /// The parameters that have no default.
    pub(super) open_parameters: BTreeSet<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) termination_protection: bool,
    /// The positions of the stacks that must be deployed before it.
    pub(super) depends_on: Vec<usize>,
    /// The types of its resources, by logical id.
    pub(super) types: BTreeMap<String, String>,
    /// Whether its template transforms itself.
    pub(super) transforms: bool,
    /// Whether the template alone says all of it: nothing is resolved from elsewhere.
    pub(super) is_self_contained: bool,
}

impl Target {
    /// What the stacks of an assembly shall be, in the order of their deployment.
    ///
    /// # Errors
    ///
    /// If a template can't be read.
    pub(super) fn all(assembly: &Assembly) -> Result<Vec<Self>, String> {
        let snapshot = Snapshot::of(assembly)?;
        let entries = &assembly.index().stacks;
        let body = |entry: &StackEntry| assembly.files().get(&entry.template).cloned();
        let position = |name: &String| entries.iter().position(|entry| entry.name == *name);
        let targets = entries.iter().zip(snapshot.stacks()).map(|(entry, stack)| Self {
            id: stack.id.clone(),
            body: body(entry).unwrap_or_default(),
            sha256: entry.sha256.clone(),
            parameters: BTreeMap::new(),
            open_parameters: open_parameters(stack),
            tags: entry.tags.clone(),
            termination_protection: entry.termination_protection,
            depends_on: entry.depends_on.iter().filter_map(position).collect(),
            types: types(&stack.template),
            transforms: stack.template.get("Transform").is_some(),
            is_self_contained: is_self_contained(&stack.template),
        });
        Ok(targets.collect())
    }

    /// What a stack of this template alone shall be, without tags.
    pub(super) fn of_template(id: StackId, template: Value, termination_protection: bool) -> Self {
        let body = template.to_string();
        let stack = StackSnapshot::new(id, template);
        Self {
            sha256: digest(&body),
            body,
            parameters: BTreeMap::new(),
            open_parameters: open_parameters(&stack),
            tags: BTreeMap::new(),
            termination_protection,
            depends_on: Vec::new(),
            types: types(&stack.template),
            transforms: stack.template.get("Transform").is_some(),
            is_self_contained: is_self_contained(&stack.template),
            id: stack.id,
        }
    }

    /// What is wanted, as sixteen hexadecimal digits: the same for two runs that want the same.
    pub(super) fn digest(&self, revert_drift: bool) -> String {
        let wanted = json!([
            self.id.name,
            self.id.account,
            self.id.region,
            self.sha256,
            self.parameters,
            self.tags,
            revert_drift,
        ]);
        digest(&wanted.to_string()).chars().take(16).collect()
    }

    /// What the program has to be allowed for CloudFormation to make it.
    ///
    /// Source: "CreateChangeSet", AWS CloudFormation API Reference: `Capabilities`.
    pub(super) fn capabilities(&self) -> Vec<&'static str> {
        let iam = self.types.values().any(|type_name| type_name.starts_with("AWS::IAM::"));
        let named = iam.then_some("CAPABILITY_NAMED_IAM");
        named.into_iter().chain(self.transforms.then_some("CAPABILITY_AUTO_EXPAND")).collect()
    }
}

/// The lines of the program that make each stack's resources.
pub(super) fn places(assembly: &Assembly, app: &App) -> Result<Places, String> {
    let snapshot = Snapshot::of(assembly)?.with_places(app);
    Ok(snapshot.stacks().map(|stack| (stack.id.clone(), stack.places.clone())).collect())
}

/// The lines of the program that make resources, by stack and logical id.
pub(super) type Places = BTreeMap<StackId, BTreeMap<String, innovate_core::check::Place>>;

fn types(template: &Value) -> BTreeMap<String, String> {
    let resources = template.get("Resources").and_then(Value::as_object);
    let typed = |(id, resource): (&String, &Value)| {
        Some((id.clone(), resource.get("Type")?.as_str()?.to_owned()))
    };
    resources.into_iter().flatten().filter_map(typed).collect()
}

fn open_parameters(stack: &StackSnapshot) -> BTreeSet<String> {
    let parameters = stack.template.get("Parameters").and_then(Value::as_object);
    let open = parameters.into_iter().flatten().filter(|(_, it)| it.get("Default").is_none());
    open.map(|(name, _)| name.clone()).collect()
}

/// Whether a template says all of what it makes. An output of another stack, a dynamic reference or a
/// parameter of Systems Manager may have another value than before, while the template is the same.
fn is_self_contained(template: &Value) -> bool {
    let parameters = template.get("Parameters").and_then(Value::as_object);
    let mut parameters = parameters.into_iter().flatten();
    let stored = |(_, parameter): (&String, &Value)| {
        let kind = parameter.get("Type").and_then(Value::as_str);
        kind.is_some_and(|kind| kind.starts_with("AWS::SSM::Parameter::Value"))
    };
    !parameters.any(stored) && template.get("Transform").is_none() && !resolves(template)
}

fn resolves(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{resolve:"),
        Value::Array(items) => items.iter().any(resolves),
        Value::Object(map) => {
            map.iter().any(|(key, value)| key == "Fn::GetStackOutput" || resolves(value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_resolved_elsewhere_is_not_said_by_the_template() {
        assert!(is_self_contained(&json!({"Resources": {"A": {"Properties": {"B": "c"}}}})));
        for other in [
            json!({"Resources": {"A": {"Properties": {"B": [{"Fn::GetStackOutput": {}}]}}}}),
            json!({"Resources": {"A": {"Properties": {"B": "x{{resolve:ssm:y}}"}}}}),
            json!({"Parameters": {"A": {"Type": "AWS::SSM::Parameter::Value<String>"}}}),
            json!({"Transform": "AWS::LanguageExtensions"}),
        ] {
            assert!(!is_self_contained(&other), "{other}");
        }
    }
}
