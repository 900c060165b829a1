//! What there is of some stacks, so that two ways to get there can be compared: no identifiers, which
//! differ each time, and no times.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{assembly::Wanted, cloud::Cloud};

/// What there is of some stacks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// The status of each stack, by region and name.
    pub(super) stacks: BTreeMap<(String, String), String>,
    /// The template of each stack.
    pub(super) templates: BTreeMap<(String, String), Value>,
    /// The status and type of each resource, by region, stack and logical id.
    pub(super) resources: BTreeMap<(String, String, String), (String, String)>,
    /// The names of each stack's outputs.
    pub(super) outputs: BTreeSet<(String, String, String)>,
    /// The stacks that are in review or have change sets that were never executed.
    pub(super) left_over: BTreeSet<String>,
    /// How many things of each kind there are, by region, whoever made them.
    pub(super) things: BTreeMap<String, BTreeMap<&'static str, usize>>,
}

impl State {
    /// All that the account has in the regions of these stacks.
    pub(super) async fn of(cloud: &Cloud, wanted: &[Wanted]) -> Self {
        let mut state = Self {
            stacks: BTreeMap::new(),
            templates: BTreeMap::new(),
            resources: BTreeMap::new(),
            outputs: BTreeSet::new(),
            left_over: BTreeSet::new(),
            things: BTreeMap::new(),
        };
        let regions: BTreeSet<&str> = wanted.iter().map(|stack| &*stack.id.region).collect();
        for region in regions {
            state.add(cloud, region).await;
        }
        state
    }

    async fn add(&mut self, cloud: &Cloud, region: &str) {
        let client = cloud.client(region);
        self.things.insert(region.to_owned(), cloud.inventory(region));
        let answer = client.describe_stacks().send().await.unwrap();
        for stack in answer.stacks() {
            let name = stack.stack_name().unwrap();
            let key = (region.to_owned(), name.to_owned());
            let status = stack.stack_status().unwrap().as_str();
            self.stacks.insert(key.clone(), status.to_owned());
            for output in stack.outputs() {
                let name = output.output_key().unwrap().to_owned();
                self.outputs.insert((key.0.clone(), key.1.clone(), name));
            }
            let template = client.get_template().stack_name(name).send().await.unwrap();
            let body = template.template_body().unwrap();
            self.templates.insert(key.clone(), serde_json::from_str(body).unwrap_or(Value::Null));
            let listed = client.list_stack_resources().stack_name(name).into_paginator().items();
            let listed: Vec<_> = listed.send().collect::<Result<_, _>>().await.unwrap();
            for resource in listed {
                let id = resource.logical_resource_id().unwrap().to_owned();
                let kind = resource.resource_type().unwrap().to_owned();
                let status = resource.resource_status().unwrap().as_str().to_owned();
                self.resources.insert((key.0.clone(), key.1.clone(), id), (status, kind));
            }
            let sets = client.list_change_sets().stack_name(name).send().await.unwrap();
            for set in sets.summaries() {
                if set.execution_status().is_some_and(|it| it.as_str() == "AVAILABLE") {
                    self.left_over.insert(format!("{region}/{name}: a change set"));
                }
            }
        }
    }

    /// The statuses that stacks have.
    pub(super) fn statuses(&self) -> Vec<&str> {
        let statuses: BTreeSet<&str> = self.stacks.values().map(String::as_str).collect();
        statuses.into_iter().collect()
    }
}
