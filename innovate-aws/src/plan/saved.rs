//! A plan that is kept, so that a deployment does just that or nothing.

use std::collections::BTreeMap;

use innovate_core::{
    assembly::digest,
    diff::{Action, Diff, Impact, Snapshot, StackId, StackSnapshot},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The form of the file.
const VERSION: u64 = 1;

/// A plan that is kept: what the program yields and what is deployed, as digests, and what a deployment
/// does. It holds no value of a secret parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedPlan {
    version: u64,
    app: String,
    stacks: Vec<SavedStack>,
    /// The resources that somebody named, so that they may be replaced.
    replace: Vec<String>,
    /// The resources that somebody named, so that they may leave their stacks.
    delete: Vec<String>,
    /// What changes, for whoever reads the file.
    diff: Value,
}

/// What is known of a deployed stack beside what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stamp {
    /// Its ARN: another one of its name has another.
    pub arn: String,
    /// Its status.
    pub status: String,
    /// When it was changed or made last.
    pub updated: String,
}

/// A stack of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedStack {
    name: String,
    account: String,
    region: String,
    /// What the program yields; nothing for a stack that is only moved from.
    wanted: Option<String>,
    /// What was deployed.
    deployed: Option<String>,
    stamp: Option<Stamp>,
    /// What is deployed once the plan's moves are done, and no more than they.
    moved: Option<String>,
    /// Whether tags of the stack change, which CloudFormation gives its resources.
    retags: bool,
    changes: BTreeMap<String, SavedChange>,
}

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SavedChange {
    Create,
    Update,
    /// It is replaced, or may be.
    Replace,
    Remove,
}

/// What a plan lets a change set of a stack do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    retags: bool,
    changes: BTreeMap<String, SavedChange>,
}

impl SavedPlan {
    /// The plan from what is deployed to what the program yields. `stamps` are of the deployed stacks;
    /// `replace` and `delete` name the resources that may be lost.
    pub fn new(
        app: &str,
        before: &Snapshot,
        after: &Snapshot,
        diff: &Diff,
        stamps: &BTreeMap<StackId, Stamp>,
        (replace, delete): (&[String], &[String]),
    ) -> Self {
        let former = before.stacks().map(|stack| &stack.id).filter(|id| after.stack(id).is_none());
        let ids = after.stacks().map(|stack| &stack.id).chain(former);
        let stacks = ids.map(|id| {
            let change = diff.stacks.iter().find(|change| change.id == *id);
            let old = before.stack(id);
            let moved = diff.refactors.iter().flat_map(|it| &it.stacks).find(|it| it.id == *id);
            let moved = moved.map(|moved| StackSnapshot {
                template: moved.template.clone(),
                ..old.cloned().unwrap_or_else(|| StackSnapshot::new(id.clone(), Value::Null))
            });
            let resources = change.into_iter().flat_map(|change| &change.resources);
            let kind = |action: Action, impact: Impact| match action {
                Action::Create => SavedChange::Create,
                Action::Delete | Action::Retain => SavedChange::Remove,
                Action::Update if impact < Impact::MayInterrupt => SavedChange::Update,
                Action::Update | Action::Replace => SavedChange::Replace,
            };
            let retags = |change: &innovate_core::diff::StackChange| {
                change.settings.iter().any(|setting| setting.path.starts_with("Tags/"))
            };
            SavedStack {
                name: id.name.clone(),
                account: id.account.clone(),
                region: id.region.clone(),
                wanted: after.stack(id).map(seen),
                deployed: old.map(seen),
                stamp: stamps.get(id).filter(|_| old.is_some()).cloned(),
                moved: moved.as_ref().map(seen),
                retags: old.is_none() || change.is_some_and(retags),
                changes: resources
                    .map(|found| (found.logical_id.clone(), kind(found.action, found.impact)))
                    .collect(),
            }
        });
        Self {
            version: VERSION,
            app: app.to_owned(),
            stacks: stacks.collect(),
            replace: replace.to_vec(),
            delete: delete.to_vec(),
            diff: serde_json::to_value(diff).unwrap_or_default(),
        }
    }

    /// The text of a file.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What is in such a file.
    ///
    /// # Errors
    ///
    /// If it is none, or one of another version of this library.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        match value.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(other) => {
                return Err(format!(
                    "its form is version {other}, and this program reads {VERSION}"
                ));
            }
            None => return Err("it is no saved plan: it has no version".to_owned()),
        }
        serde_json::from_value(value).map_err(|error| format!("it is no saved plan: {error}"))
    }

    /// The resources that may be replaced.
    pub fn replace(&self) -> &[String] {
        &self.replace
    }

    /// The resources that may leave their stacks.
    pub fn delete(&self) -> &[String] {
        &self.delete
    }

    /// Everything that isn't as the plan saw it, a sentence each. What a deployment of the plan has done
    /// already is as it should be.
    pub fn differences(
        &self,
        app: &str,
        before: &Snapshot,
        after: &Snapshot,
        stamps: &BTreeMap<StackId, Stamp>,
    ) -> Vec<String> {
        if self.app != app {
            return vec![format!("the plan is of the program `{}`, and this is `{app}`", self.app)];
        }
        let mut found = Vec::new();
        for stack in after.stacks().filter(|stack| self.stack(&stack.id).is_none()) {
            found.push(format!("{}: the program has this stack, and the plan hasn't", stack.id));
        }
        for saved in &self.stacks {
            let id = saved.id();
            let program = after.stack(&id);
            let wanted = program.map(seen);
            match (&saved.wanted, &wanted) {
                (Some(_), None) => found.push(format!("{id}: the program has it no more")),
                (was, is) if was != is => {
                    found.push(format!("{id}: the program yields another one than it did"));
                }
                _ => {}
            }
            let why = saved.world_moved(before.stack(&id), program, stamps.get(&id));
            found.extend(why.map(|why| format!("{id}: {why}")));
        }
        found
    }

    fn stack(&self, id: &StackId) -> Option<&SavedStack> {
        self.stacks.iter().find(|stack| stack.id() == *id)
    }

    /// What a change set of the stack may do: nothing if the plan hasn't the stack.
    pub fn allowed(&self, id: &StackId) -> Allowed {
        let stack = self.stack(id);
        stack.map_or_else(Allowed::default, |stack| Allowed {
            retags: stack.retags,
            changes: stack.changes.clone(),
        })
    }
}

impl SavedStack {
    fn id(&self) -> StackId {
        let Self { name, account, region, .. } = self;
        StackId { name: name.clone(), account: account.clone(), region: region.clone() }
    }

    /// Why the deployed stack is neither as the plan saw it nor as the plan makes it.
    fn world_moved(
        &self,
        now: Option<&StackSnapshot>,
        program: Option<&StackSnapshot>,
        stamp: Option<&Stamp>,
    ) -> Option<String> {
        let when = stamp.map_or_else(String::new, |stamp| {
            format!(" ({} since {})", stamp.status, stamp.updated)
        });
        let Some(now) = now else {
            return self.deployed.is_some().then(|| "it was deleted meanwhile".to_owned());
        };
        let is = seen(now);
        let done = self.moved.as_ref() == Some(&is) || program.is_some_and(|it| is_as(now, it));
        let arn = |stamp: &Stamp| stamp.arn.clone();
        match &self.deployed {
            None => (!done).then(|| format!("it was made meanwhile{when}")),
            Some(_) if self.stamp.as_ref().map(arn) != stamp.map(arn) => {
                Some(format!("it was deleted and made anew meanwhile{when}"))
            }
            Some(was) => (*was != is && !done).then(|| format!("it was changed meanwhile{when}")),
        }
    }
}

impl Allowed {
    /// Whether the plan has what a change set does to a resource: `Add`, `Modify`, `Remove`, `Import` or
    /// `Dynamic`, and for what is modified whether that replaces it: `True`, `False` or `Conditional`.
    pub fn has(&self, logical_id: &str, action: &str, replacement: Option<&str>) -> bool {
        let in_place = matches!(replacement, None | Some("False"));
        match (action, self.changes.get(logical_id)) {
            ("Add" | "Import", planned) => planned == Some(&SavedChange::Create),
            ("Remove", planned) => planned == Some(&SavedChange::Remove),
            ("Modify", Some(SavedChange::Replace)) => true,
            ("Modify", Some(SavedChange::Update)) => in_place,
            // A stack's tags are those of its resources.
            ("Modify", None) => in_place && self.retags,
            ("Dynamic", Some(_)) => true,
            _ => false,
        }
    }
}

/// A stack as a digest. The values of secret parameters don't count.
fn seen(stack: &StackSnapshot) -> String {
    let secret = |name: &&String| {
        let pointer = format!("/Parameters/{name}/NoEcho");
        let said = stack.template.pointer(&pointer);
        said.is_some_and(|said| *said == Value::Bool(true) || said.as_str() == Some("true"))
    };
    let parameters: BTreeMap<&String, &String> =
        stack.parameters.iter().filter(|(name, _)| !secret(name)).collect();
    let all = json!([stack.template, parameters, stack.tags, stack.termination_protection]);
    digest(&all.to_string())
}

/// Whether a deployed stack is what the program yields, as far as a change set decides.
fn is_as(now: &StackSnapshot, program: &StackSnapshot) -> bool {
    let given = |(name, value): (&String, &String)| now.parameters.get(name) == Some(value);
    now.template == program.template
        && now.tags == program.tags
        && program.parameters.iter().all(given)
}

#[cfg(test)]
mod tests {
    use innovate_cfn::schema::Registry;

    use super::*;

    fn id() -> StackId {
        let text = |text: &str| text.to_owned();
        StackId { name: text("app"), account: text("111122223333"), region: text("eu-west-1") }
    }

    fn stack(width: u32) -> StackSnapshot {
        let template = json!({ "Resources": {
            "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": width } },
        } });
        StackSnapshot::new(id(), template)
    }

    fn stamps(arn: &str) -> BTreeMap<StackId, Stamp> {
        let text = |text: &str| text.to_owned();
        let (status, updated) = (text("UPDATE_COMPLETE"), text("2026-11-22T00:00:00Z"));
        [(id(), Stamp { arn: text(arn), status, updated })].into()
    }

    fn snapshot(stack: impl IntoIterator<Item = StackSnapshot>) -> Snapshot {
        Snapshot::new(stack)
    }

    fn saved(before: Option<StackSnapshot>, after: StackSnapshot) -> SavedPlan {
        let (before, after) = (snapshot(before), snapshot([after]));
        let diff = Diff::between(&before, &after, &Registry);
        SavedPlan::new("acme", &before, &after, &diff, &stamps("arn:1"), (&[], &[]))
    }

    #[test]
    fn a_plan_is_read_as_it_was_written_and_one_of_another_kind_is_not() {
        let plan = saved(Some(stack(1)), stack(2));
        assert_eq!(SavedPlan::parse(&plan.to_json()), Ok(plan.clone()));
        let other = plan.to_json().replace("\"version\": 1", "\"version\": 2");
        assert_eq!(
            SavedPlan::parse(&other).unwrap_err(),
            "its form is version 2, and this program reads 1"
        );
        for (text, why) in
            [("{", "it is no JSON"), ("{}", "no version"), ("{\"version\":1}", "`app`")]
        {
            let said = SavedPlan::parse(text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn the_world_may_be_as_it_was_or_as_the_plan_makes_it_and_not_otherwise() {
        let changing = saved(Some(stack(1)), stack(2));
        let making = saved(None, stack(2));
        let at = |plan: &SavedPlan, now: Option<u32>, arn: &str| {
            let program = snapshot([stack(2)]);
            plan.differences("acme", &snapshot(now.map(stack)), &program, &stamps(arn)).join("; ")
        };
        for (plan, now, arn, said) in [
            (&changing, Some(1), "arn:1", ""),
            (&changing, Some(2), "arn:1", ""),
            (
                &changing,
                Some(3),
                "arn:1",
                "it was changed meanwhile (UPDATE_COMPLETE since 2026-11-22T00:00:00Z)",
            ),
            (&changing, Some(1), "arn:2", "it was deleted and made anew meanwhile"),
            (&changing, None, "arn:1", "it was deleted meanwhile"),
            (&making, None, "arn:1", ""),
            (&making, Some(2), "arn:1", ""),
            (&making, Some(1), "arn:1", "it was made meanwhile"),
        ] {
            let found = at(plan, now, arn);
            assert!(
                found.contains(said) && found.is_empty() == said.is_empty(),
                "{now:?}: {found}"
            );
        }
        let program = snapshot([stack(3)]);
        let found = changing.differences("acme", &snapshot([stack(1)]), &program, &stamps("arn:1"));
        assert!(found[0].ends_with("the program yields another one than it did"), "{found:?}");
        let found = changing.differences("other", &snapshot([]), &program, &stamps("arn:1"));
        assert_eq!(found, ["the plan is of the program `acme`, and this is `other`"]);
        let found =
            changing.differences("acme", &snapshot([stack(1)]), &snapshot([]), &stamps("arn:1"));
        assert!(found[0].ends_with("the program has it no more"), "{found:?}");
    }

    #[test]
    fn a_change_set_does_what_the_plan_has_and_no_more() {
        let allowed = saved(Some(stack(1)), stack(2)).allowed(&id());
        assert!(allowed.has("Jobs", "Modify", Some("False")));
        for (name, action, replacement) in [
            ("Jobs", "Modify", Some("True")),
            ("Jobs", "Modify", Some("Conditional")),
            ("Jobs", "Remove", None),
            ("Jobs", "Add", None),
            ("Other", "Modify", Some("False")),
            ("Other", "Add", None),
        ] {
            assert!(!allowed.has(name, action, replacement), "{name} {action} {replacement:?}");
        }
        let new = saved(None, stack(2)).allowed(&id());
        assert!(new.has("Jobs", "Add", None));
        let mut tagged = stack(1);
        tagged.tags.insert("team".to_owned(), "a".to_owned());
        let tags = saved(Some(stack(1)), tagged).allowed(&id());
        assert!(tags.has("Jobs", "Modify", Some("False")));
        assert!(!tags.has("Jobs", "Modify", Some("Conditional")));
    }

    #[test]
    fn the_value_of_a_secret_parameter_is_not_in_it() {
        let secret = |value: &str| {
            let mut stack = stack(1);
            stack.template["Parameters"] = json!({ "Key": { "Type": "String", "NoEcho": true } });
            stack.parameters.insert("Key".to_owned(), value.to_owned());
            stack
        };
        let plan = saved(Some(secret("****")), secret("very-secret"));
        assert!(!plan.to_json().contains("very-secret"));
        assert_eq!(plan, saved(Some(secret("****")), secret("another")));
    }
}
