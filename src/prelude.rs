//! What infra programs use: `use innovate::prelude::*;`.
//!
//! The constructs of AWS and of Kubernetes, what they are configured with, the macros that check a
//! literal at compile time, and what a program's own constructs are made of. Generated resource
//! types stay where they are: [`innovate::cfn`](crate::cfn).

pub use std::process::ExitCode;

pub use innovate_aws::{
    account, addon_version, allow_list, cluster::*, domain, environment::*, identity::*, keys::*,
    name::*, network::*, observability::*, region::*, service_account, vpc_cidr, zones,
};
pub use innovate_core::{
    AnyStack, App, Cidr, Construct, DeletionPolicy, Dev, Gives, HomeRegion, NonProduction, Place,
    Prod, ResourceType, Scope, Stack, StackInUsEast1, StackOutsideProduction, Stage, Staging,
    UsEast1, Value, cidr, json, text, value::pseudo,
};
pub use innovate_k8s::*;
