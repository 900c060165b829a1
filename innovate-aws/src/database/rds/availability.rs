//! Whether an instance has a standby in a second zone.

use std::{fmt, marker::PhantomData};

use innovate_core::{AnyStack, MetBy, NonProduction, Place, Stack, Stage};

/// An availability's kind: a standby in a second zone takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MultiAz {}
/// An availability's kind: the instance stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SingleAz {}

/// A need of an instance without a standby.
#[derive(Clone, Copy, Debug)]
pub enum StackOutsideProductionOrMultiAz {}

/// A stage whose instances may be in a single zone.
#[diagnostic::on_unimplemented(
    message = "a production database needs a standby in a second zone",
    label = "this instance stands alone",
    note = "give it one: `.availability(Availability::multi_az())`"
)]
pub trait LetsInstancesStandAlone: Stage {}

#[diagnostic::do_not_recommend]
impl<S: NonProduction> LetsInstancesStandAlone for S {}

impl<S: LetsInstancesStandAlone, P: Place> MetBy<Stack<S, P>> for StackOutsideProductionOrMultiAz {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::MultiAz {}
    impl Sealed for super::SingleAz {}
}

/// [`MultiAz`] or [`SingleAz`].
pub trait AvailabilityKind: sealed::Sealed + Copy + fmt::Debug + 'static {
    /// What an instance of this kind needs of its stack.
    type Needs;
    /// Whether it has a standby.
    #[doc(hidden)]
    const STANDBY: bool;
}

impl AvailabilityKind for MultiAz {
    type Needs = AnyStack;
    const STANDBY: bool = true;
}

impl AvailabilityKind for SingleAz {
    type Needs = StackOutsideProductionOrMultiAz;
    const STANDBY: bool = false;
}

/// Whether an instance of RDS has a standby in a second zone, which takes over within a minute or two
/// when the instance, its storage or its zone fails. Production needs one.
///
/// Source: "Multi-AZ DB instance deployments for Amazon RDS", Amazon RDS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability<Z = MultiAz> {
    kind: PhantomData<fn() -> Z>,
}

impl Availability<MultiAz> {
    /// With a standby, which costs as much again.
    pub const fn multi_az() -> Self {
        Self { kind: PhantomData }
    }
}

impl Availability<SingleAz> {
    /// Alone, in a zone that RDS chooses. Not in production.
    pub const fn single_az() -> Self {
        Self { kind: PhantomData }
    }
}

impl<Z: AvailabilityKind> Availability<Z> {
    pub(super) const fn has_standby(self) -> bool {
        Z::STANDBY
    }
}
