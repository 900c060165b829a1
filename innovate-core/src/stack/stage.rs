//! What a stack is for and where it is, as far as the compiler must know it.

use std::fmt;

/// What an environment is for, when the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageKind {
    /// Development: cheap, may stop and lose data.
    Dev,
    /// Staging: as production, smaller.
    Staging,
    /// Production: users' data.
    Prod,
}

impl StageKind {
    /// The lower-case name, for names and tags.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Prod => "prod",
        }
    }
}

impl fmt::Display for StageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A stage as a type, so that what production must not have does not compile there.
pub trait Stage: 'static {
    /// The stage when the program runs.
    const KIND: StageKind;
}

/// A stage that may do without production's safeguards: [`Dev`] and [`Staging`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has production's safeguards",
    label = "only `Dev` and `Staging` may do without them"
)]
pub trait NonProduction: Stage {}

/// Development.
#[derive(Clone, Copy, Debug)]
pub enum Dev {}
/// Staging.
#[derive(Clone, Copy, Debug)]
pub enum Staging {}
/// Production.
#[derive(Clone, Copy, Debug)]
pub enum Prod {}

impl Stage for Dev {
    const KIND: StageKind = StageKind::Dev;
}
impl Stage for Staging {
    const KIND: StageKind = StageKind::Staging;
}
impl Stage for Prod {
    const KIND: StageKind = StageKind::Prod;
}
impl NonProduction for Dev {}
impl NonProduction for Staging {}

/// Where a stack is, as far as the compiler must know it.
pub trait Place: 'static {}

/// The environment's own region.
#[derive(Clone, Copy, Debug)]
pub enum HomeRegion {}
/// us-east-1, where what belongs to CloudFront must be.
#[derive(Clone, Copy, Debug)]
pub enum UsEast1 {}

/// The region to which backups are copied, and in which the environment is made anew if its own
/// region is lost.
#[derive(Clone, Copy, Debug)]
pub enum RecoveryRegion {}

impl Place for HomeRegion {}
impl Place for UsEast1 {}
impl Place for RecoveryRegion {}

/// In every account and region that a template is deployed to, which only AWS knows.
#[derive(Clone, Copy, Debug)]
pub enum Anywhere {}

impl Place for Anywhere {}

/// A place in one account and region, so that a stack there is one of the app's.
#[diagnostic::on_unimplemented(
    message = "this is the template of a StackSet, and no stack of the app",
    label = "it has no account and no region of its own",
    note = "give it to a `StackSet`, or make a stack with `environment.stack(..)`"
)]
pub trait InOneRegion: Place {}

impl InOneRegion for HomeRegion {}
impl InOneRegion for UsEast1 {}
impl InOneRegion for RecoveryRegion {}

/// A place in us-east-1.
#[diagnostic::on_unimplemented(
    message = "this construct needs a stack in us-east-1",
    label = "this stack is somewhere else",
    note = "make the stack with `environment.us_east_1_stack(..)`"
)]
pub trait InUsEast1: Place {}

impl InUsEast1 for UsEast1 {}

/// A place in the environment's own region.
#[diagnostic::on_unimplemented(
    message = "this construct needs a stack in its environment's own region",
    label = "this stack is somewhere else",
    note = "make the stack with `environment.stack(..)`"
)]
pub trait InHomeRegion: Place {}

impl InHomeRegion for HomeRegion {}

/// A place in the environment's recovery region.
#[diagnostic::on_unimplemented(
    message = "this construct needs a stack in the recovery region",
    label = "this stack is somewhere else",
    note = "make the stack with `environment.recovery_stack(..)`"
)]
pub trait InRecoveryRegion: Place {}

impl InRecoveryRegion for RecoveryRegion {}

/// A construct's need: any stack will do.
#[derive(Clone, Copy, Debug)]
pub enum AnyStack {}
/// A construct's need: a stage that is not production.
#[derive(Clone, Copy, Debug)]
pub enum StackOutsideProduction {}
/// A construct's need: a stack in us-east-1.
#[derive(Clone, Copy, Debug)]
pub enum StackInUsEast1 {}
/// A construct's need: a stack in the environment's own region.
#[derive(Clone, Copy, Debug)]
pub enum StackInHomeRegion {}
/// A construct's need: a stack in the recovery region.
#[derive(Clone, Copy, Debug)]
pub enum StackInRecoveryRegion {}

/// A construct's need that the stack `S` meets.
// The need is what is asked, not the stack: a stack that meets one need only would have the
// compiler take that for every construct's, and say that the types differ.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no need that a `{S}` meets",
    label = "this construct has another need",
    note = "a construct's `Needs` is `AnyStack`, if any will do"
)]
pub trait MetBy<S> {}

impl<S: Stage, P: Place> MetBy<super::Stack<S, P>> for AnyStack {}
impl<S: NonProduction, P: Place> MetBy<super::Stack<S, P>> for StackOutsideProduction {}
impl<S: Stage, P: InUsEast1> MetBy<super::Stack<S, P>> for StackInUsEast1 {}
impl<S: Stage, P: InHomeRegion> MetBy<super::Stack<S, P>> for StackInHomeRegion {}
impl<S: Stage, P: InRecoveryRegion> MetBy<super::Stack<S, P>> for StackInRecoveryRegion {}
