//! A resource that is in a stack.

use std::{fmt, marker::PhantomData, ops::Deref};

use innovate_core::{Gives, Is, ResourceRef, ResourceType, Value};

/// A resource type whose `Ref` has a known meaning.
pub trait Identified: ResourceType {
    /// What `Ref` returns.
    type Id;
}

/// A resource of type `R` that is in a stack: its attributes, typed. Cheap to clone and to keep.
///
/// Where a property wants what `Ref` returns for it, the handle itself may be given.
pub struct Handle<R>(ResourceRef, PhantomData<fn() -> R>);

impl<R: Identified> Handle<R> {
    /// What `Ref` returns.
    pub fn reference(&self) -> Value<R::Id> {
        self.0.reference()
    }
}

impl<R> From<ResourceRef> for Handle<R> {
    fn from(resource: ResourceRef) -> Self {
        Self(resource, PhantomData)
    }
}

impl<R> AsRef<ResourceRef> for Handle<R> {
    fn as_ref(&self) -> &ResourceRef {
        &self.0
    }
}

impl<R> Deref for Handle<R> {
    type Target = ResourceRef;

    fn deref(&self) -> &ResourceRef {
        &self.0
    }
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<R> fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[diagnostic::do_not_recommend]
impl<T, R: Identified> Gives<T> for &Handle<R>
where
    R::Id: Is<T>,
{
    fn give(self) -> Value<T> {
        self.0.reference()
    }
}

#[diagnostic::do_not_recommend]
impl<T, R: Identified> Gives<T> for Handle<R>
where
    R::Id: Is<T>,
{
    fn give(self) -> Value<T> {
        self.0.reference()
    }
}
