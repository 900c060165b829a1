//! What a program about Kubernetes yields, and what it is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test didn't expect fails it"
)]

mod custom_resource;
mod definition_table;
mod program;
mod rule;
mod rule_binding;
mod rule_connection;
mod rule_ingress;
mod rule_node;
mod rule_pod_security;
mod rule_setting;
mod rule_workload;
mod schema;
mod service;
mod storage;
mod telemetry;
mod velero;
mod yaml;
