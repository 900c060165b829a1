//! What a value can mean.

use std::{fmt, marker::PhantomData};

/// A meaning that an attribute of a resource can have.
pub trait Kind {
    /// Whether CloudFormation yields a list: such a value crosses stacks joined by commas, since
    /// an output is text.
    const LIST: bool = false;
}

/// A meaning whose literals are text: ids, names and ARNs.
#[diagnostic::on_unimplemented(message = "`{Self}` is not written as text")]
pub trait TextLike {}

/// Text with no meaning that the schema knows.
#[derive(Debug)]
pub enum Text {}
/// A whole number.
#[derive(Debug)]
pub enum Integer {}
/// A number that may have a fraction.
#[derive(Debug)]
pub enum Number {}
/// `true` or `false`.
#[derive(Debug)]
pub enum Boolean {}
/// Text, or a number or boolean that the service takes as text too.
#[derive(Debug)]
pub enum Scalar {}
/// Free JSON.
#[derive(Debug)]
pub enum Json {}
/// A list whose items mean `T`.
#[derive(Debug)]
pub struct List<T>(PhantomData<fn() -> T>);
/// A map from text to what means `T`.
#[derive(Debug)]
pub struct Map<T>(PhantomData<fn() -> T>);

impl Kind for Text {}
impl Kind for Integer {}
impl Kind for Number {}
impl Kind for Boolean {}
impl Kind for Scalar {}
impl Kind for Json {}
impl<T> Kind for List<T> {
    const LIST: bool = true;
}
impl<T> Kind for Map<T> {}

/// A literal known to the compiler, such as a value of an enumeration.
pub struct Literal<T: ?Sized>(&'static str, PhantomData<fn() -> T>);

impl<T: ?Sized> Literal<T> {
    /// The literal `text`.
    pub const fn new(text: &'static str) -> Self {
        Self(text, PhantomData)
    }

    /// The text as CloudFormation reads it.
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

impl<T: ?Sized> Clone for Literal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Literal<T> {}

impl<T: ?Sized> fmt::Debug for Literal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A whole number known to the compiler, such as a value of an enumeration of numbers.
pub struct IntegerLiteral<T: ?Sized>(i64, PhantomData<fn() -> T>);

impl<T: ?Sized> IntegerLiteral<T> {
    /// The literal `number`.
    pub const fn new(number: i64) -> Self {
        Self(number, PhantomData)
    }

    /// The number.
    pub const fn get(&self) -> i64 {
        self.0
    }
}

impl<T: ?Sized> Clone for IntegerLiteral<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for IntegerLiteral<T> {}

impl<T: ?Sized> fmt::Debug for IntegerLiteral<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
