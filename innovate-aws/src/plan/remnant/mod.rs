//! What a deletion of stacks runs into or leaves behind, and CloudFormation doesn't know of.
//!
//! * [`Remnant`], [`remnants`]: all of it, over a difference that deletes stacks,
//! * `protection`: what refuses its deletion,
//! * `content`: what can't be deleted as long as something is in it,
//! * `kubernetes`: what controllers made in AWS,
//! * `service`: what AWS services made beside the stack's resources,
//! * `policy`: what is retained, snapshots that are kept, keys that wait.
//!
//! Everything is said from templates: nothing asks whether it is there.

mod content;
mod kubernetes;
mod policy;
mod protection;
mod service;

use std::collections::BTreeMap;

use innovate_core::{
    check::Place,
    diff::{Action, Diff, Refusal, ResourceChange, Snapshot, StackId, StackSnapshot},
};
use serde::Serialize;
use serde_json::Value;

/// The ids of resources in AWS, by stack and logical id, as far as they are known.
pub type PhysicalIds = BTreeMap<StackId, BTreeMap<String, String>>;

/// When something is to be done about it, in the order of what somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemnantKind {
    /// The deletion fails as long as it is so.
    Obstacle,
    /// Others made it, and unmake it as long as they run: it goes before the stacks do, or it stays
    /// and holds on to networks.
    Before,
    /// It stays in the account, by its `DeletionPolicy`.
    Retained,
    /// A snapshot is made of it, which stays.
    Snapshot,
    /// It is gone later than its stack, or can't be got back.
    Delayed,
    /// It stays, and may be deleted afterwards.
    After,
}

/// Something that a deletion of stacks runs into, or leaves behind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remnant {
    /// When something is to be done about it.
    pub kind: RemnantKind,
    /// The stack.
    pub stack: StackId,
    /// The resource that it comes from.
    pub logical_id: String,
    /// The resource's type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The resource's id in AWS, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<String>,
    /// What it is: "load balancers, target groups and their security groups".
    pub what: String,
    /// Why it is there, stays, or stands in the way.
    pub why: String,
    /// What to do.
    pub advice: String,
    /// The line of the program that makes the resource, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl RemnantKind {
    /// All, in order.
    pub const ALL: [Self; 6] =
        [Self::Obstacle, Self::Before, Self::Retained, Self::Snapshot, Self::Delayed, Self::After];

    /// What stands above those of the kind.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Obstacle => "makes the deletion fail, if it is so",
            Self::Before => "to be deleted before, while its controllers run",
            Self::Retained => "stays in the account, in no stack",
            Self::Snapshot => "leaves a snapshot, which is paid for until it is deleted",
            Self::Delayed => "isn't gone at once, or is gone for good",
            Self::After => "stays, to be deleted afterwards",
        }
    }
}

/// What a deletion of stacks runs into or leaves behind: by kind, stack and resource. `deletion` is what
/// [`Diff::destroying`] says of the same snapshot.
pub fn remnants(deployed: &Snapshot, deletion: &Diff, ids: &PhysicalIds) -> Vec<Remnant> {
    let subjects = subjects(deployed, deletion, ids);
    let mut all = Vec::new();
    for subject in &subjects {
        let found = &mut |kind, said: Said| all.push(subject.remnant(kind, said));
        protection::of(subject, found);
        policy::of(subject, found);
        if subject.is_retained() {
            continue;
        }
        content::of(subject, found);
        kubernetes::of(subject, &subjects, found);
        service::of(subject, &subjects, found);
    }
    all.sort();
    all.dedup();
    all
}

/// Resources that are deleted and refuse it, as their templates say: the stack's deletion would stop half
/// way. Somebody may name them, since their protection may have been lifted elsewhere. Refused are also
/// stacks in a stack, since nobody sees here what they hold.
pub fn protected(deployed: &Snapshot, deletion: &Diff) -> Vec<Refusal> {
    let ids = PhysicalIds::new();
    let subjects = subjects(deployed, deletion, &ids);
    subjects.iter().filter_map(protection::refusal).collect()
}

fn subjects<'a>(
    deployed: &'a Snapshot,
    deletion: &'a Diff,
    ids: &'a PhysicalIds,
) -> Vec<Subject<'a>> {
    let subject = |stack: &'a StackSnapshot, change: &'a ResourceChange| Subject {
        stack,
        change,
        properties: (stack.template.get("Resources"))
            .and_then(|resources| resources.get(&change.logical_id)?.get("Properties"))
            .unwrap_or(&Value::Null),
        physical_id: (ids.get(&stack.id))
            .and_then(|ids| ids.get(&change.logical_id))
            .map(String::as_str),
    };
    let known = deletion.stacks.iter().filter_map(|change| {
        let stack = deployed.stack(&change.id)?;
        Some(change.resources.iter().map(move |found| subject(stack, found)))
    });
    known.flatten().collect()
}

/// A resource of a stack that is deleted.
#[derive(Clone, Copy)]
struct Subject<'a> {
    stack: &'a StackSnapshot,
    change: &'a ResourceChange,
    properties: &'a Value,
    physical_id: Option<&'a str>,
}

/// What is said of it.
struct Said {
    what: String,
    why: String,
    advice: String,
}

impl Said {
    fn new(what: impl Into<String>, why: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into(), advice: advice.into() }
    }
}

impl<'a> Subject<'a> {
    fn is_retained(&self) -> bool {
        self.change.action == Action::Retain
    }

    fn type_name(&self) -> &'a str {
        &self.change.type_name
    }

    fn at(&self, path: &str) -> Option<&'a Value> {
        path.split('/').try_fold(self.properties, |value, part| value.get(part))
    }

    /// A property that is a text, or a parameter with a known value.
    fn text(&self, path: &str) -> Option<&'a str> {
        let value = self.at(path)?;
        value.as_str().or_else(|| {
            let name = value.as_object().filter(|map| map.len() == 1)?.get("Ref")?.as_str()?;
            let given = self.stack.parameters.get(name).map(String::as_str);
            let default = || self.stack.template.get("Parameters")?.get(name)?.get("Default");
            given.or_else(|| default()?.as_str())
        })
    }

    /// Whether a property is on. Nothing if that isn't known here.
    fn is_on(&self, path: &str) -> Option<bool> {
        match self.at(path) {
            None => Some(false),
            Some(Value::Bool(on)) => Some(*on),
            Some(_) => self.text(path).map(|text| text.eq_ignore_ascii_case("true")),
        }
    }

    /// The name that the template gives it, else its id in AWS.
    fn name(&self, property: &str) -> Option<&'a str> {
        self.text(property).or(self.physical_id)
    }

    fn remnant(&self, kind: RemnantKind, said: Said) -> Remnant {
        let Said { what, why, advice } = said;
        Remnant {
            kind,
            stack: self.stack.id.clone(),
            logical_id: self.change.logical_id.clone(),
            type_name: self.change.type_name.clone(),
            physical_id: self.physical_id.map(str::to_owned),
            what,
            why,
            advice,
            place: self.change.place.clone(),
        }
    }
}

/// What is found, as it is found.
type Found<'f> = &'f mut dyn FnMut(RemnantKind, Said);
