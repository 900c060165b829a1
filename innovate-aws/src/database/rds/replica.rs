//! Instances that follow another.

use crate::database::RdsInstanceClass;

/// An instance that answers reads, and follows its source within a second or so. It is in the zone after
/// the one before it, has its source's key, settings and log retention, and no backups of its own.
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
