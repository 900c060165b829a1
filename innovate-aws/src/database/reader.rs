//! The instances beside the writer.

use std::marker::PhantomData;

use innovate_core::{AnyStack, MetBy, NonProduction, Place, Stack, Stage};

use super::AuroraInstanceClass;

/// The order in which readers take over when the writer fails, of those that scale on their own: a
/// lower number first. Tiers 0 and 1 belong to the writer and to [`Reader::failover`].
///
/// Source: "Fault tolerance for an Aurora DB cluster", Amazon Aurora User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "a number says it")]
pub enum PromotionTier {
    T2 = 2,
    T3,
    T4,
    T5,
    T6,
    T7,
    T8,
    T9,
    T10,
    T11,
    T12,
    T13,
    T14,
    T15,
}

/// One instance that answers reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    pub(super) tier: u8,
    /// Its own class, if it isn't sized as the cluster is.
    pub(super) class: Option<AuroraInstanceClass>,
}

impl Reader {
    /// Takes over first: it is kept as large as the writer (promotion tier 1).
    pub const fn failover() -> Self {
        Self { tier: 1, class: None }
    }

    /// Scales with its own load, and takes over only after those with a lower tier. In a provisioned
    /// cluster it is of the cluster's class.
    pub const fn scaling(tier: PromotionTier) -> Self {
        Self { tier: tier as u8, class: None }
    }

    /// Is always of this class, for reports and the like, and takes over only after those with a lower
    /// tier.
    pub const fn sized(class: AuroraInstanceClass, tier: PromotionTier) -> Self {
        Self { tier: tier as u8, class: Some(class) }
    }
}

/// Readers' kind: one at least is ready to take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithFailover {}
/// Readers' kind: none is as large as the writer, or there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutFailover {}

/// A need of a cluster without a reader that can take over.
#[derive(Clone, Copy, Debug)]
pub enum StackOutsideProductionOrReadersWithFailover {}

/// A stage whose databases may be in a single zone.
#[diagnostic::on_unimplemented(
    message = "a production database needs a reader that can take over",
    label = "none of this cluster's readers is as large as its writer",
    note = "begin with one that is: `.readers(Readers::failover())`"
)]
pub trait LetsDatabasesStandAlone: Stage {}

#[diagnostic::do_not_recommend]
impl<S: NonProduction> LetsDatabasesStandAlone for S {}

impl<S: LetsDatabasesStandAlone, P: Place> MetBy<Stack<S, P>>
    for StackOutsideProductionOrReadersWithFailover
{
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::WithFailover {}
    impl Sealed for super::WithoutFailover {}
}

/// [`WithFailover`] or [`WithoutFailover`].
pub trait Redundancy: sealed::Sealed + Copy + std::fmt::Debug + 'static {
    /// What a cluster with such readers needs of its stack.
    type Needs;
}

impl Redundancy for WithFailover {
    type Needs = AnyStack;
}

impl Redundancy for WithoutFailover {
    type Needs = StackOutsideProductionOrReadersWithFailover;
}

/// The instances beside the writer, each in the availability zone after the one before it.
///
/// Production needs [`Readers::failover`]: a reader takes over within a minute or so, where a lost
/// writer without one is made anew, which can take ten. Up to 15 readers.
///
/// Source: "High availability for Amazon Aurora", Amazon Aurora User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readers<R = WithFailover> {
    pub(super) readers: Vec<Reader>,
    kind: PhantomData<fn() -> R>,
}

impl Readers<WithFailover> {
    /// One that is ready to take over.
    pub fn failover() -> Self {
        Self { readers: vec![Reader::failover()], kind: PhantomData }
    }
}

impl Readers<WithoutFailover> {
    /// None: the writer stands alone. Not in production.
    pub const fn none() -> Self {
        Self { readers: Vec::new(), kind: PhantomData }
    }
}

impl<R> Readers<R> {
    /// One more.
    #[must_use]
    pub fn and(mut self, reader: Reader) -> Self {
        self.readers.push(reader);
        self
    }
}
