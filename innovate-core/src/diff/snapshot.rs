//! Stacks as they are at one moment.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

use crate::{
    app::App,
    assembly::{Assembly, Index, StackEntry, digest},
    check::Place,
    stack::Move,
};

/// Which stack: two accounts or regions may each have one of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StackId {
    /// Its name in AWS.
    pub name: String,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
}

impl fmt::Display for StackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.name, self.account, self.region)
    }
}

/// A stack as it is at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct StackSnapshot {
    /// Which one.
    pub id: StackId,
    /// Its template.
    pub template: Value,
    /// The values of its parameters, where they aren't the template's defaults.
    pub parameters: BTreeMap<String, String>,
    /// The tags of the stack itself.
    pub tags: BTreeMap<String, String>,
    /// Whether it is protected against deletion.
    pub termination_protection: bool,
    /// What the program declares as moved into it.
    pub moved: Vec<Move>,
    /// The lines of the program that make its resources, by logical id, as far as they are known.
    pub places: BTreeMap<String, Place>,
}

/// Stacks as they are at one moment: what a program yields, or what is deployed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    stacks: Vec<StackSnapshot>,
}

impl StackSnapshot {
    /// A stack of this template, and nothing said beside it.
    pub const fn new(id: StackId, template: Value) -> Self {
        Self {
            id,
            template,
            parameters: BTreeMap::new(),
            tags: BTreeMap::new(),
            termination_protection: false,
            moved: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// A template's text, as JSON or as YAML without short forms of functions (`!Ref`).
    ///
    /// # Errors
    ///
    /// If it is neither.
    pub fn parse(body: &str) -> Result<Value, String> {
        let mut template: Value = if body.trim_start().starts_with('{') {
            serde_json::from_str(body).map_err(|error| error.to_string())?
        } else {
            serde_saphyr::from_str(body).map_err(|error| error.to_string())?
        };
        template.sort_all_objects();
        Ok(template)
    }

    /// The resources, by logical id.
    pub(super) fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.section("Resources")
    }

    pub(super) fn resource(&self, logical_id: &str) -> Option<&Value> {
        self.template.get("Resources")?.get(logical_id)
    }

    /// The logical id, as the template has it, if it has it.
    pub(super) fn known_id(&self, logical_id: &str) -> Option<&str> {
        let resources = self.template.get("Resources")?.as_object()?;
        resources.get_key_value(logical_id).map(|(id, _)| id.as_str())
    }

    /// The entries of a section of its template.
    pub(super) fn section(&self, name: &str) -> impl Iterator<Item = (&str, &Value)> + use<'_> {
        let section = self.template.get(name).and_then(Value::as_object);
        section.into_iter().flatten().map(|(key, entry)| (key.as_str(), entry))
    }

    /// The value of a parameter, if it is known.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let given = self.parameters.get(name).map(String::as_str);
        given.or_else(|| self.template.get("Parameters")?.get(name)?.get("Default")?.as_str())
    }
}

impl Snapshot {
    /// These stacks, in the order of their deployment.
    pub fn new(stacks: impl IntoIterator<Item = StackSnapshot>) -> Self {
        Self { stacks: stacks.into_iter().collect() }
    }

    /// The stacks of an assembly.
    ///
    /// # Errors
    ///
    /// If a template can't be read.
    pub fn of(assembly: &Assembly) -> Result<Self, String> {
        Self::read(assembly.index(), |path| {
            let body = assembly.files().get(path).map(String::as_str);
            body.ok_or_else(|| "it isn't in the assembly".to_owned()).map(str::to_owned)
        })
    }

    /// The stacks that an assembly's index lists, whose templates `file` reads by their paths.
    ///
    /// # Errors
    ///
    /// If a template can't be read, or isn't the one that the index lists.
    pub fn read(
        index: &Index,
        file: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Self, String> {
        let stack = |entry: &StackEntry| {
            let wrong =
                |reason| format!("the template `{}` can't be read: {reason}", entry.template);
            let body = file(&entry.template).map_err(wrong)?;
            if digest(&body) != entry.sha256 {
                let template = &entry.template;
                return Err(format!(
                    "the template `{template}` isn't the one that the index lists: it was changed since"
                ));
            }
            let template = StackSnapshot::parse(&body).map_err(wrong)?;
            Ok(StackSnapshot {
                id: StackId {
                    name: entry.name.clone(),
                    account: entry.account.clone(),
                    region: entry.region.clone(),
                },
                template,
                parameters: BTreeMap::new(),
                tags: entry.tags.clone(),
                termination_protection: entry.termination_protection,
                moved: entry.moved.clone(),
                places: BTreeMap::new(),
            })
        };
        index.stacks.iter().map(stack).collect::<Result<_, _>>().map(|stacks| Self { stacks })
    }

    /// The same, with the lines of the program that makes it.
    #[must_use]
    pub fn with_places(mut self, app: &App) -> Self {
        for model in app.stack_models() {
            let site = model.site();
            let is_it = |stack: &&mut StackSnapshot| {
                let StackId { name, account, region } = &stack.id;
                (&**name, &**account, &**region) == (model.name(), site.account(), site.region())
            };
            if let Some(stack) = self.stacks.iter_mut().find(is_it) {
                let place = |found: &crate::Resource| {
                    (found.logical_id().to_owned(), Place::from(found.location()))
                };
                stack.places = model.resources().iter().map(place).collect();
            }
        }
        self
    }

    /// Adds a stack.
    pub fn push(&mut self, stack: StackSnapshot) {
        self.stacks.push(stack);
    }

    /// The stacks, in the order of their deployment.
    pub fn stacks(&self) -> impl ExactSizeIterator<Item = &StackSnapshot> {
        self.stacks.iter()
    }

    /// One of the stacks.
    pub fn stack(&self, id: &StackId) -> Option<&StackSnapshot> {
        self.stacks.iter().find(|stack| stack.id == *id)
    }

    /// The stack of a name that another stack can read from: in its account, and in its region unless
    /// it names another.
    pub(super) fn seen_from(
        &self,
        reader: &StackId,
        name: &str,
        region: Option<&str>,
    ) -> Option<&StackSnapshot> {
        let region = region.unwrap_or(&reader.region);
        let there = |stack: &&StackSnapshot| stack.id.name == name && stack.id.region == region;
        let own = |stack: &&StackSnapshot| stack.id.account == reader.account;
        self.stacks.iter().filter(there).find(own).or_else(|| self.stacks.iter().find(there))
    }
}
