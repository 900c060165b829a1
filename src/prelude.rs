//! What infra programs use: `use innovate::prelude::*;`.

pub use std::process::ExitCode;

pub use innovate_aws::*;
pub use innovate_core::{
    App, Cidr, Construct, Gives, HomeRegion, Prod, Scope, Stack, Staging, UsEast1, Value, cidr,
    json, text, value::pseudo,
};
