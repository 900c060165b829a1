//! Assemblies of templates that no program yields, deployed by the library.

use std::{collections::BTreeMap, time::Duration};

use innovate::{
    aws::deploy::{Access, Deployer, Event, Outcome, Summary},
    core::{
        App,
        assembly::{Assembly, INDEX, digest},
        diff::StackId,
    },
};
use serde_json::{Value, json};

/// A stack as it shall be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    pub(super) id: StackId,
    pub(super) template: Value,
    /// The names of the stacks that come before it.
    pub(super) depends_on: Vec<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) termination_protection: bool,
}

impl Wanted {
    /// A stack that comes after none, without tags or protection.
    pub(super) fn new(id: StackId, template: Value) -> Self {
        let (depends_on, tags) = (Vec::new(), BTreeMap::new());
        Self { id, template, depends_on, tags, termination_protection: false }
    }

    pub(super) fn after(mut self, name: &str) -> Self {
        self.depends_on.push(name.to_owned());
        self
    }
}

/// The assembly of these stacks.
pub(super) fn assembly(stacks: &[Wanted]) -> Assembly {
    let mut files = BTreeMap::new();
    let entry = |stack: &Wanted| {
        let StackId { name, account, region } = &stack.id;
        // Two regions may have stacks of one name.
        let (path, body) = (format!("{region}/{name}"), stack.template.to_string());
        let sha256 = digest(&body);
        files.insert(path.clone(), body);
        json!({
            "name": name, "account": account, "region": region,
            "environment": "test", "stage": "dev", "template": path, "sha256": sha256,
            "resources": stack.template["Resources"].as_object().unwrap().len(),
            "dependsOn": stack.depends_on, "tags": stack.tags,
            "terminationProtection": stack.termination_protection,
        })
    };
    let stacks: Vec<Value> = stacks.iter().map(entry).collect();
    let index = json!({
        "version": 1, "app": "test", "schemaVersion": "", "stacks": stacks, "manifests": [],
    });
    files.insert(INDEX.to_owned(), index.to_string());
    Assembly::from_files(files).unwrap()
}

/// What deploys them.
pub(super) fn deployer(access: Access, stacks: &[Wanted]) -> Deployer {
    let deployer = Deployer::new(access, &assembly(stacks), &App::new("test")).unwrap();
    deployer.poll_every(Duration::from_millis(5))
}

/// Deploys them.
pub(super) async fn deploy(access: Access, stacks: &[Wanted]) -> Summary {
    run(deployer(access, stacks)).await.1
}

/// Runs it to its end.
pub(super) async fn run(deployer: Deployer) -> (Vec<Event>, Summary) {
    let mut deployment = deployer.start().unwrap();
    let mut events = Vec::new();
    while let Some(event) = deployment.events().next().await {
        events.push(event);
    }
    (events, deployment.finish().await)
}

/// How it ended with each stack, by region and name.
pub(super) fn outcomes(summary: &Summary) -> BTreeMap<(&str, &str), &Outcome> {
    summary
        .stacks
        .iter()
        .map(|stack| ((&*stack.id.region, &*stack.id.name), &stack.outcome))
        .collect()
}

/// Asserts that it ended so with all stacks.
#[track_caller]
pub(super) fn all(summary: &Summary, outcome: &Outcome) {
    assert!(!summary.stacks.is_empty());
    for stack in &summary.stacks {
        assert_eq!(stack.outcome, *outcome, "{}", stack.id);
    }
}
