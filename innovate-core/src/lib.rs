//! The model behind `innovate`: values that are known only at deployment, stacks, the graph of
//! references between them, checks, and the assembly of files that a program yields.
//!
//! It knows CloudFormation's document model and no service of AWS, and it does no input or output.

pub mod check;
#[doc(hidden)]
pub mod literal;
pub mod stack;
pub mod value;

pub use check::{Diagnostic, Severity};
pub use stack::{
    Address, AnyStack, Construct, DeletionPolicy, Dev, Draft, HomeRegion, MAIN, Meets,
    NonProduction, Output, Parameter, Place, Prod, Properties, RawResource, Resource, ResourceRef,
    ResourceType, Scope, Site, Stack, StackInUsEast1, StackModel, StackOutsideProduction, Stage,
    StageKind, Staging, Tags, UsEast1,
};
pub use value::{Cidr, Gives, Is, Json, List, Literal, Map, Node, Str, Text, Value};
