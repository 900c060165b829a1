//! What a program makes and forgets to add to its app.

use std::{
    collections::BTreeMap,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
};

/// The stacks and manifests of one environment that were dropped without an app having taken them.
///
/// A stack is a value of its own until it is added to an app, so nothing else would tell that one was
/// forgotten. What is in here decides about findings alone, never about what is made.
#[derive(Clone, Debug, Default)]
pub struct Leftovers(Arc<Mutex<BTreeMap<Leftover, &'static Location<'static>>>>);

/// What was forgotten.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leftover {
    /// The stack of this name.
    Stack(Arc<str>),
    /// The manifests of the cluster of this name.
    Manifests(Arc<str>),
}

impl Leftovers {
    pub(crate) fn of_stack(&self, name: Arc<str>, location: &'static Location<'static>) -> Claim {
        self.claim(Leftover::Stack(name), location)
    }

    /// The claim of a cluster's manifests, made at `location`.
    pub fn of_manifests(&self, cluster: &str, location: &'static Location<'static>) -> Claim {
        self.claim(Leftover::Manifests(cluster.into()), location)
    }

    fn claim(&self, of: Leftover, location: &'static Location<'static>) -> Claim {
        Claim { leftovers: self.clone(), of: Some(of), location }
    }

    pub(crate) fn all(&self) -> BTreeMap<Leftover, &'static Location<'static>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Two sites are the same whatever was forgotten in them.
impl PartialEq for Leftovers {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Leftovers {}

/// A place in an app that something was made for. Dropped without being [met](Self::meet), it leaves
/// a finding to whatever app has the rest of the environment.
#[derive(Debug)]
pub struct Claim {
    leftovers: Leftovers,
    of: Option<Leftover>,
    location: &'static Location<'static>,
}

impl Claim {
    /// An app has it now.
    pub fn meet(mut self) {
        self.of = None;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(of) = self.of.take() {
            let mut all = self.leftovers.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(of, self.location);
        }
    }
}
