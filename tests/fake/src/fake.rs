//! The fake itself: started, looked into, stopped.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::resource::Fate;
use crate::script::Script;
use crate::server::{Shared, lock, serve};
use crate::stack::Stack;
use crate::status::StackStatus;
use crate::world::{Request, World};

/// A CloudFormation on 127.0.0.1. It stops when it is dropped.
#[derive(Debug)]
pub struct Fake {
    endpoint: String,
    world: Shared,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A stack as it is at the moment of looking.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenStack {
    /// Its ARN.
    pub id: String,
    /// Its state.
    pub status: StackStatus,
    /// Why it is in that state, if it says so.
    pub reason: Option<String>,
    /// The template of the last change set that was executed; empty in review.
    pub template: String,
    /// The values of its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its tags, by key.
    pub tags: BTreeMap<String, String>,
    /// The values of its outputs.
    pub outputs: BTreeMap<String, String>,
    /// Its resources by logical id.
    pub resources: BTreeMap<String, SeenResource>,
    /// What happened, the oldest first.
    pub events: Vec<SeenEvent>,
    /// The names of its change sets that were not executed.
    pub change_sets: Vec<String>,
    /// Whether it is protected from deletion.
    pub termination_protection: bool,
    /// Its stack policy.
    pub policy: Option<Value>,
    /// The alarms whose firing rolls an update back.
    pub alarms: Vec<String>,
}

/// A resource of a stack, or one that was made at any time.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenResource {
    /// The name of its stack.
    pub stack: String,
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id; empty if there never was one.
    pub physical_id: String,
    /// Its type.
    pub kind: String,
    /// Its state (`CREATE_COMPLETE`, ..); of what was made at any time, that is empty.
    pub status: String,
    /// Its properties, resolved; of what was made at any time, `Null`.
    pub properties: Value,
    /// What became of it.
    pub fate: Fate,
}

/// An event of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEvent {
    /// The logical id of a resource, or the stack's name.
    pub logical_id: String,
    /// The state that began.
    pub status: String,
    /// Why, if it says so.
    pub reason: Option<String>,
}

impl Fake {
    /// Starts a fake on a free port of 127.0.0.1, in a thread of its own.
    ///
    /// # Errors
    /// If the system gives no port or no thread.
    pub fn start(script: Script) -> io::Result<Self> {
        let world: Shared = Arc::new(Mutex::new(World::new(script)));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&world);
        let thread = std::thread::Builder::new().name("fake-cloudformation".to_owned()).spawn(
            move || {
                runtime.block_on(async move {
                    let Ok(listener) = TcpListener::from_std(listener) else { return };
                    tokio::select! {
                        () = serve(listener, shared) => {}
                        _ = stopped => {}
                    }
                });
            },
        )?;
        Ok(Self { endpoint, world, stop: Some(stop), thread: Some(thread) })
    }

    /// The URL of the fake: for CloudFormation, STS and S3 (with path-style addresses) alike.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every request that arrived so far, in order, those that suffered a fault among them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.world).requests.clone()
    }

    /// Ticks pass without a request.
    pub fn tick(&self, ticks: u64) {
        for _ in 0..ticks {
            lock(&self.world).tick();
        }
    }

    /// Changes the script from now on.
    pub fn change(&self, change: impl FnOnce(Script) -> Script) {
        let mut world = lock(&self.world);
        let script = std::mem::take(&mut world.script);
        world.script = change(script);
    }

    /// The stack of that name that is not deleted, or the one with that id, whatever its state.
    #[must_use]
    pub fn stack(&self, account: &str, region: &str, name: &str) -> Option<SeenStack> {
        let world = lock(&self.world);
        let number = number(&world, account, region, name)?;
        world.stacks.get(&number).map(seen)
    }

    /// Every stack that is not deleted, by account, region and name.
    #[must_use]
    pub fn stacks(&self) -> BTreeMap<(String, String, String), SeenStack> {
        let world = lock(&self.world);
        let there = world.stacks.values().filter(|stack| stack.deleted.is_none());
        there
            .map(|stack| {
                let identity = &stack.identity;
                let key = (
                    identity.account.clone(),
                    identity.region.clone(),
                    identity.stack_name.clone(),
                );
                (key, seen(stack))
            })
            .collect()
    }

    /// Every physical resource that was made in the account and region at any time, in order, and
    /// what became of it: what shows that nothing was made twice, lost or deleted.
    #[must_use]
    pub fn made(&self, account: &str, region: &str) -> Vec<SeenResource> {
        let world = lock(&self.world);
        let there = world.made.iter().filter(|made| made.account == account);
        there
            .filter(|made| made.region == region)
            .map(|made| SeenResource {
                stack: made.stack.clone(),
                logical_id: made.logical_id.clone(),
                physical_id: made.physical_id.clone(),
                kind: made.kind.clone(),
                status: String::new(),
                properties: Value::Null,
                fate: made.fate,
            })
            .collect()
    }

    /// Somebody puts an object behind everybody's back, by its path (`BUCKET/KEY`), with the SHA-256 in
    /// Base64 that S3 tells of it.
    pub fn plant(&self, path: &str, body: &str, checksum: &str) {
        lock(&self.world).plant(path, body, checksum);
    }

    /// Somebody sets a property (`/Name`, `/Config/Version`) of a resource behind CloudFormation's
    /// back: whether there is such a resource.
    pub fn meddle(
        &self,
        at: (&str, &str, &str),
        logical_id: &str,
        pointer: &str,
        value: Value,
    ) -> bool {
        self.meddled(at, logical_id, pointer, Some(value))
    }

    /// Somebody deletes a resource behind CloudFormation's back: whether there is such a resource.
    pub fn vanish(&self, at: (&str, &str, &str), logical_id: &str) -> bool {
        self.meddled(at, logical_id, "", None)
    }

    fn meddled(
        &self,
        (account, region, name): (&str, &str, &str),
        logical_id: &str,
        pointer: &str,
        value: Option<Value>,
    ) -> bool {
        let mut world = lock(&self.world);
        let number = number(&world, account, region, name);
        number.is_some_and(|number| world.meddle(number, logical_id, pointer, value))
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only if the thread is.
            let _stopped = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _joined = thread.join();
        }
    }
}

fn number(world: &World, account: &str, region: &str, name: &str) -> Option<u64> {
    let query = crate::query::Query::default();
    world.find(&crate::world::Call { account, region, query: &query }, name)
}

fn seen(stack: &Stack) -> SeenStack {
    let goal = stack.goal.as_ref();
    SeenStack {
        id: stack.identity.stack_id.clone(),
        status: stack.status,
        reason: stack.reason.clone(),
        template: goal.map(|goal| goal.template.body.clone()).unwrap_or_default(),
        parameters: goal.map(|goal| goal.parameters.clone()).unwrap_or_default(),
        tags: goal.map(|goal| goal.tags.iter().cloned().collect()).unwrap_or_default(),
        outputs: stack
            .outputs
            .iter()
            .map(|(key, output)| (key.clone(), output.value.clone()))
            .collect(),
        resources: stack
            .resources
            .values()
            .map(|resource| {
                let seen = SeenResource {
                    stack: stack.name().to_owned(),
                    logical_id: resource.logical_id.clone(),
                    physical_id: resource.physical_id.clone(),
                    kind: resource.wanted.kind.clone(),
                    status: resource.status.to_string(),
                    properties: resource.wanted.properties.clone(),
                    fate: Fate::Live,
                };
                (resource.logical_id.clone(), seen)
            })
            .collect(),
        events: stack
            .events
            .iter()
            .map(|event| SeenEvent {
                logical_id: event.logical_id.clone(),
                status: event.status.clone(),
                reason: event.reason.clone(),
            })
            .collect(),
        change_sets: stack
            .change_sets
            .iter()
            .filter(|set| !set.execution.starts_with("EXECUTE"))
            .map(|set| set.name.clone())
            .collect(),
        termination_protection: stack.termination_protection,
        policy: stack.policy.clone(),
        alarms: goal
            .map(|goal| goal.alarms.iter().map(|(arn, _)| arn.clone()).collect())
            .unwrap_or_default(),
    }
}
