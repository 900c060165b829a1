//! Instances that follow another.

use crate::database::RdsInstanceClass;

/// An instance that answers reads, and follows its source within a second or so. It has its source's key,
/// settings and log retention, and no backups of its own.
///
/// Replicas are in one zone each: the first in the network's first, and so on. The source's zone is RDS's choice, and
/// changes when its standby takes over, so that one of the replicas may share it: with two or more, one of them
/// at least is in another.
///
/// A source with a replica can't be stopped.
///
/// Source: "Working with read replicas for Amazon RDS for PostgreSQL", Amazon RDS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadReplica {
    pub(super) class: Option<RdsInstanceClass>,
}

impl ReadReplica {
    /// As large as its source.
    pub const fn of_source_class() -> Self {
        Self { class: None }
    }

    /// Of this class. One smaller than its source may fall behind.
    pub const fn of_class(class: RdsInstanceClass) -> Self {
        Self { class: Some(class) }
    }
}
