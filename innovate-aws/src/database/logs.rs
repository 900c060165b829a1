//! Log groups that exist before what writes to them, which would otherwise make its own: without a key,
//! and for ever.

use innovate_core::{ResourceRef, Scope, Str};

use crate::{
    keys::{Key, KmsKey, Logs},
    name::LogGroupName,
    observability::{LogGroup, Retention},
};

/// How long logs are kept, and what encrypts them.
#[derive(Clone, Debug)]
pub(super) struct LogKeeping {
    pub(super) retention: Option<Retention>,
    pub(super) key: Option<Key<Logs>>,
}

impl LogKeeping {
    /// The key that was given, or one that is made.
    pub(super) fn key(&self, scope: &mut Scope<'_>) -> Key<Logs> {
        match &self.key {
            Some(key) => key.clone(),
            None => scope.add("LogKey", KmsKey::<Logs>::new()),
        }
    }

    pub(super) fn group(
        &self,
        id: impl Into<Str>,
        name: String,
        key: &Key<Logs>,
        scope: &mut Scope<'_>,
    ) -> ResourceRef {
        let retention = self.retention.unwrap_or_else(|| Retention::of_stage(scope.stage()));
        let name = LogGroupName::trusted(name);
        let group = LogGroup::builder().name(name).retention(retention).key(key).build();
        scope.add(id, group).as_ref().clone()
    }
}
