//! Objects that can't be deleted for a while.

use innovate_cfn::s3::bucket::{
    self, DefaultRetentionMode, ObjectLockConfigurationObjectLockEnabled,
};
use innovate_core::{Diagnostic, Literal, Scope};

use crate::days::Days;

/// For so many days nobody deletes or overwrites a version of an object of the bucket, unless whoever
/// wrote it said otherwise. It can be given to a bucket later, but never taken from one.
///
/// Source: "Locking objects with Object Lock", Amazon S3 User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectLock {
    days: u16,
    mode: Mode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Governance,
    Compliance,
}

/// Says that one knows: under a lock in compliance mode nobody deletes an object, neither the root user
/// nor AWS, and everything is paid for until its day has come.
#[derive(Clone, Copy, Debug)]
pub struct NobodyCanDelete;

impl ObjectLock {
    /// Whoever has the right to bypass it can delete a version before its day.
    pub const fn governance<const N: u16>(_: Days<N>) -> Self {
        Self { days: N, mode: Mode::Governance }
    }

    /// Nobody can.
    pub const fn compliance<const N: u16>(_: Days<N>, _: NobodyCanDelete) -> Self {
        Self { days: N, mode: Mode::Compliance }
    }

    /// Reports what S3 would refuse. Source: "DefaultRetention", Amazon S3 API Reference.
    pub(super) fn check(self, scope: &mut Scope<'_>) {
        /// A hundred years.
        const MOST: u16 = 36_500;
        if !(1..=MOST).contains(&self.days) {
            scope.report(
                Diagnostic::error("S3-13", "an object can't be locked for so long")
                    .setter("object_lock")
                    .given(format!("{} days", self.days))
                    .allowed(format!("1 to {MOST} days")),
            );
        }
    }

    /// The configuration.
    pub(super) fn property(self) -> bucket::ObjectLockConfiguration {
        let mode: Literal<DefaultRetentionMode> = match self.mode {
            Mode::Governance => DefaultRetentionMode::GOVERNANCE,
            Mode::Compliance => DefaultRetentionMode::COMPLIANCE,
        };
        let retention = bucket::DefaultRetention::new().mode(mode).days(self.days);
        bucket::ObjectLockConfiguration::new()
            .object_lock_enabled(ObjectLockConfigurationObjectLockEnabled::ENABLED)
            .rule(bucket::ObjectLockRule::new().default_retention(retention))
    }
}
