//! What a bucket does without.

use std::panic::Location;

use innovate_core::{Scope, Str, check::Suppression};

/// Leave to do without one of a bucket's safeguards, for a reason: given to the builder's method of
/// that safeguard, such as `.versioning(Waiver::because("each build makes all of it anew"))`.
///
/// The report shows it as it shows what `.suppress(..)` accepts, and a reason that says nothing is an
/// error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    reason: Str,
    location: &'static Location<'static>,
}

impl Waiver {
    /// Leave for `reason`.
    #[track_caller]
    pub fn because(reason: impl Into<Str>) -> Self {
        Self { reason: reason.into(), location: Location::caller() }
    }

    /// Accepts on what is added from here on what the rule finds that asks for the safeguard.
    pub(super) fn accept(self, code: &'static str, scope: &mut Scope<'_>) {
        scope.accept(Suppression { code, reason: self.reason, location: self.location });
    }
}
