//! The model behind `innovate`: values that are known only at deployment, stacks, the graph of
//! references between them, checks, and the assembly of files that a program yields.
//!
//! It knows CloudFormation's document model and no service of AWS, and it does no input or output.

pub mod app;
pub mod assembly;
pub mod check;
pub mod diff;
pub mod graph;
mod json;
#[doc(hidden)]
pub mod literal;
pub mod lock;
pub mod manifest;
mod parallel;
pub mod parity;
pub mod stack;
pub mod template;
pub mod value;

pub use app::{App, Checks, Synthesis};
pub use assembly::{Assembly, TemplateFormat};
pub use check::{Diagnostic, Rule, Severity};
pub use manifest::{Counterpart, Manifest, ManifestSet};
pub use stack::{
    Address, AnyStack, Anywhere, Construct, DeletionPolicy, Dev, Draft, HomeRegion, InHomeRegion,
    InOneRegion, InRecoveryRegion, InUsEast1, MAIN, MetBy, NonProduction, Output, Parameter, Place,
    Prod, Properties, RawResource, RecoveryRegion, Resource, ResourceRef, ResourceType, Scope,
    Site, Stack, StackInHomeRegion, StackInRecoveryRegion, StackInUsEast1, StackModel,
    StackOutsideProduction, Stage, StageKind, Staging, Tags, UsEast1,
};
pub use value::{Cidr, Gives, Is, Json, List, Literal, Map, Node, Str, Text, Value};
