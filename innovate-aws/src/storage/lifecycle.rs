//! When objects move, and when they go.

use innovate_cfn::s3::bucket::{self, RuleStatus, TransitionStorageClass};
use innovate_core::{Diagnostic, Literal, Scope, StageKind};

use super::Waiver;
use crate::{days::Days, observability::Retention};

/// A class of storage to move objects to.
///
/// Source: "Understanding and managing Amazon S3 storage classes", Amazon S3 User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectStorageClass {
    /// S3 moves each object by how often it is read.
    IntelligentTiering,
    /// Rarely read, at once when it is; from 30 days after the object was written.
    StandardInfrequentAccess,
    /// Read about once a quarter, at once when it is.
    GlacierInstantRetrieval,
    /// Read about once a year, within minutes to hours.
    GlacierFlexibleRetrieval,
    /// Hardly ever read, within hours.
    GlacierDeepArchive,
}

impl ObjectStorageClass {
    const fn property(self) -> Literal<TransitionStorageClass> {
        match self {
            Self::IntelligentTiering => TransitionStorageClass::INTELLIGENT_TIERING,
            Self::StandardInfrequentAccess => TransitionStorageClass::STANDARD_IA,
            Self::GlacierInstantRetrieval => TransitionStorageClass::GLACIER_IR,
            Self::GlacierFlexibleRetrieval => TransitionStorageClass::GLACIER,
            Self::GlacierDeepArchive => TransitionStorageClass::DEEP_ARCHIVE,
        }
    }

    /// The fewest days that an object is kept before it can move here.
    const fn fewest_days(self) -> u16 {
        match self {
            Self::StandardInfrequentAccess => 30,
            _ => 1,
        }
    }

    /// Where a class stands in the order in which objects can only move on.
    const fn rank(self) -> u8 {
        match self {
            Self::StandardInfrequentAccess => 0,
            Self::IntelligentTiering => 1,
            Self::GlacierInstantRetrieval => 2,
            Self::GlacierFlexibleRetrieval => 3,
            Self::GlacierDeepArchive => 4,
        }
    }
}

/// When the objects of a bucket move to cheaper storage, and when they go.
///
/// In any case the parts of an upload that was never completed go after 7 days, and so do delete
/// markers with nothing behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ObjectLifecycle {
    old_versions: Option<u16>,
    moves: Vec<(ObjectStorageClass, u16)>,
    expiry: Option<u16>,
}

/// How long the parts of an upload that was never completed stay.
const UPLOAD_DAYS: u16 = 7;

impl ObjectLifecycle {
    /// Versions that were overwritten or deleted go after 90 days in production and 30 elsewhere,
    /// current ones stay.
    pub const fn new() -> Self {
        Self { old_versions: None, moves: Vec::new(), expiry: None }
    }

    /// Versions that were overwritten or deleted go after so many days. How far back a mistake can be
    /// undone.
    pub const fn old_versions_for<const N: u16>(mut self, _: Days<N>) -> Self {
        self.old_versions = Some(N);
        self
    }

    /// Objects move to `class` so many days after they were written. The earlier moves come first.
    pub fn move_to<const N: u16>(mut self, class: ObjectStorageClass, _: Days<N>) -> Self {
        self.moves.push((class, N));
        self
    }

    /// Objects go so many days after they were written. Never by default.
    pub const fn expire_after<const N: u16>(self, _: Days<N>) -> Self {
        self.expire_after_days(N)
    }

    const fn expire_after_days(mut self, days: u16) -> Self {
        self.expiry = Some(days);
        self
    }

    /// The lifecycle of logs, which nobody changes: by default they go after a year in production
    /// and a month elsewhere.
    pub(super) fn of_logs(given: Option<Self>, stage: StageKind) -> Self {
        given.unwrap_or_else(|| Self::new().expire_after_days(Retention::of_stage(stage).days()))
    }

    /// The days after which objects go, if they do.
    pub(super) const fn expiry_days(&self) -> Option<u16> {
        self.expiry
    }

    /// The days after which old versions go.
    pub(super) fn old_versions_days(&self, stage: StageKind) -> u16 {
        self.old_versions.unwrap_or(match stage {
            StageKind::Prod => 90,
            StageKind::Dev | StageKind::Staging => 30,
        })
    }

    /// Reports what S3 would refuse. Source: "Lifecycle configuration elements" and "Transitioning
    /// objects using Amazon S3 Lifecycle", Amazon S3 User Guide.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        let mut report = |message: &str, given: String, allowed: &str| {
            scope.report(
                Diagnostic::error("S3-07", message)
                    .setter("lifecycle")
                    .given(given)
                    .allowed(allowed),
            );
        };
        if self.old_versions == Some(0) || self.expiry == Some(0) {
            let message = "a lifecycle counts from one day";
            report(message, "`days!(0)`".to_owned(), "`days!(1)` or more");
        }
        for (class, days) in &self.moves {
            let fewest = class.fewest_days();
            if *days < fewest {
                let message = "objects would move before S3 lets them";
                let given = format!("to {class:?} after {days} days");
                report(message, given, &format!("{fewest} days or more"));
            }
            if self.expiry.is_some_and(|expiry| expiry <= *days) {
                let message = "objects would go before they move";
                let given = format!("to {class:?} after {days} days");
                report(message, given, "a move before the day on which they expire");
            }
        }
        for pair in self.moves.windows(2) {
            let [(first, early), (next, late)] = pair else { continue };
            // The fewest days that S3 bills for in the class are the fewest that it leaves there.
            let stay = if *first == ObjectStorageClass::StandardInfrequentAccess { 30 } else { 1 };
            if first.rank() >= next.rank() || early.saturating_add(stay) > *late {
                report(
                    "a move doesn't follow from the one before it",
                    format!("to {first:?} after {early} days, to {next:?} after {late}"),
                    "ever colder storage, ever later, and 30 days in StandardInfrequentAccess",
                );
            }
        }
    }

    /// The configuration.
    pub(super) fn property(
        &self,
        versioned: bool,
        stage: StageKind,
    ) -> bucket::LifecycleConfiguration {
        let abort = bucket::AbortIncompleteMultipartUpload::new(UPLOAD_DAYS);
        let mut rule = bucket::Rule::new(RuleStatus::ENABLED)
            .id("tidy-up")
            .abort_incomplete_multipart_upload(abort);
        if versioned {
            let days = self.old_versions_days(stage);
            let expiration = bucket::NoncurrentVersionExpiration::new(days);
            rule = rule.noncurrent_version_expiration(expiration);
        }
        if !self.moves.is_empty() {
            rule = rule.transitions(
                self.moves
                    .iter()
                    .map(|(class, days)| {
                        bucket::Transition::new(class.property()).transition_in_days(*days)
                    })
                    .collect::<Vec<_>>(),
            );
        }
        rule = match self.expiry {
            // Takes the markers with it.
            Some(days) => rule.expiration_in_days(days),
            None if versioned => rule.expired_object_delete_marker(true),
            None => rule,
        };
        bucket::LifecycleConfiguration::new([rule])
    }
}

/// What says when the objects of a bucket go: an [`ObjectLifecycle`], or a [`Waiver`], with which they stay
/// for ever.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't say when objects go",
    label = "give an `ObjectLifecycle`, or a `Waiver`"
)]
pub trait Tidies {
    /// The lifecycle.
    ///
    /// # Errors
    ///
    /// The waiver, if there is none.
    fn lifecycle(self) -> Result<ObjectLifecycle, Waiver>;
}

impl Tidies for ObjectLifecycle {
    fn lifecycle(self) -> Result<ObjectLifecycle, Waiver> {
        Ok(self)
    }
}

impl Tidies for Waiver {
    fn lifecycle(self) -> Result<ObjectLifecycle, Waiver> {
        Err(self)
    }
}
